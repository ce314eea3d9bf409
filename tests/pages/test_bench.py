"""The test bench: a chart is chosen, the service is really called, and the page shows what it answered."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.bench import ehr
from cds_service.settings import Settings
from tests.pages.conftest import served
from tests.pages.reading import QUIET, SADDLE, call, cards, problem, request_of, section, words
from tests.wire.calls import SERVICE


def test_the_first_page_offers_every_synthetic_patient(client: FlaskClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert re.findall(r'name="chart" value="([^"]+)"', page.text) != []
    assert sorted(re.findall(r'name="chart" value="([^"]+)"', page.text)) == fixtures.names()
    assert "Ten days of low back pain" in page.text


@pytest.mark.parametrize("name", fixtures.names())
def test_every_patient_is_shown_with_the_cards_that_are_expected(client: FlaskClient, name: str) -> None:
    page = client.get(f"/?chart={name}")
    assert page.status_code == 200
    expected = fixtures.expected(name, datetime.now(UTC), "")["cards"]
    assert [indicator for indicator, _ in cards(page)] == [each["indicator"] for each in expected]


def test_what_is_shown_is_what_the_service_answers(client: FlaskClient) -> None:
    answered = client.post(SERVICE, json=call()).get_json()["cards"]
    page = client.get(f"/?chart={SADDLE}")
    assert cards(page) == [(each["indicator"], each["summary"]) for each in answered]
    shown = words(section(page, "cards"))
    for each in answered:
        for line in each["detail"].replace("**", "").splitlines():
            assert " ".join(line.lstrip("- 0123456789.").split()) in shown
    assert "Critical" in shown


def test_each_press_is_a_call_of_its_own(client: FlaskClient) -> None:
    first, second = (request_of(client.get(f"/?chart={SADDLE}")) for _ in range(2))
    assert first["hookInstance"] != second["hookInstance"]
    assert first["context"] == second["context"] == call()["context"]


def test_no_card_is_no_reassurance(client: FlaskClient) -> None:
    shown = words(section(client.get(f"/?chart={QUIET}"), "cards"))
    assert "No card" in shown
    assert "This does not mean that there is no red flag" in shown


def test_a_patient_who_is_none_of_ours_is_not_found(client: FlaskClient) -> None:
    page = client.get("/?chart=../../etc/passwd")
    assert page.status_code == 404
    assert "no synthetic patient" in problem(page)
    assert "passwd" not in page.text


def test_a_moment_that_is_none_is_refused_in_words(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}&moment=yesterday")
    assert page.status_code == 400
    assert problem(page).endswith("moment: must be a minute such as 2026-11-20T14:00Z.")


# How the EHR behaves


def test_parts_that_the_ehr_leaves_out_are_not_sent_and_named_on_the_card(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}&ehr=missing&part=observations&part=reports")
    assert set(fixtures.PREFETCH_KEYS) - set(request_of(page)["prefetch"]) == {"observations", "reports"}
    assert "Not assessed: observations and results" in words(section(page, "cards"))
    assert "Leaves parts out: Observations, Reports" in words(page.text)


def test_an_error_in_a_part_stands_in_its_place(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}&ehr=error&part=conditions")
    prefetch = request_of(page)["prefetch"]
    assert set(prefetch) == set(fixtures.PREFETCH_KEYS)
    assert {key for key in prefetch if prefetch[key] == ehr.FAILED_SEARCH} == {"conditions"}
    assert "Not assessed" in words(section(page, "cards"))


@pytest.mark.parametrize(
    ("moment", "server"), [(timedelta(), "/demo/fhir"), (timedelta(hours=2), "/demo/held/")]
)
def test_nothing_but_a_fhir_server_gives_the_same_cards(
    client: FlaskClient, bench: Service, moment: timedelta, server: str
) -> None:
    """A chart whose dates count from another moment is no longer that of the demo server."""
    at = f"{datetime.now(UTC) - moment:%Y-%m-%dT%H:00Z}"
    page = client.get("/", query_string={"chart": SADDLE, "ehr": "fhir", "moment": at})
    sent = request_of(page)
    assert "prefetch" not in sent
    assert sent["fhirServer"].startswith(f"http://127.0.0.1:{bench.settings.port}{server}")
    assert cards(page) == cards(client.get("/", query_string={"chart": SADDLE, "moment": at}))
    assert cards(page)[0][0] == "critical"
    assert "Not assessed" not in words(section(page, "cards"))


def test_a_part_without_a_tick_is_said_to_be_sent(client: FlaskClient) -> None:
    assert "none is ticked, so all was sent" in words(client.get(f"/?chart={SADDLE}&ehr=missing").text)


def test_the_keys_that_can_be_left_out_are_those_that_are_sent() -> None:
    assert list(ehr.PARTS) == list(fixtures.PREFETCH_KEYS)


def test_several_workers_cannot_share_a_held_chart_and_it_is_said() -> None:
    with served(workers=2) as service:
        page = service.test_client().get(f"/?chart={SADDLE}&ehr=fhir&moment=2026-01-01T10:00Z")
        assert page.status_code == 409
        assert "--workers 1" in problem(page)


# When it goes wrong


def test_a_service_that_does_not_answer_is_no_quiet_chart() -> None:
    service = create_app(Settings(port=1, database_url="none"))  # nobody listens there
    shown = words(section(service.test_client().get(f"/?chart={SADDLE}"), "cards"))
    assert "No answer." in shown
    assert "could not be reached at http://127.0.0.1:1" in shown
    assert "No card" not in shown


def test_a_refusal_is_shown_in_words() -> None:
    with served(rate_limit="1 per minute") as service:
        client = service.test_client()
        assert cards(client.get(f"/?chart={SADDLE}"))
        shown = words(section(client.get(f"/?chart={SADDLE}"), "cards"))
    assert "The service refused this call (429" in shown
    assert "rate-limited This client sends more calls than rate_limit allows." in shown
    assert "No card" not in shown


def test_only_so_many_charts_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cds_service.pages.bench.RUNS_AT_ONCE", 0)
    monkeypatch.setattr("cds_service.pages.bench.TURN_SECONDS", 0.01)
    page = create_app(Settings(database_url="none")).test_client().get(f"/?chart={SADDLE}")
    assert page.status_code == 503
    assert "Try again in a moment" in problem(page)


# Request and answer


def test_each_resource_has_a_place_on_the_page(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}")
    assert 'id="resource-Observation-lw-saddle-saddle-numbness"' in page.text
    places = re.findall(r'<details class="resource" id="([^"]+)"', page.text)
    sent = request_of(page)["prefetch"].values()
    assert len(places) == len(set(places)) == sum(each.get("total", 1) for each in sent)


def test_request_and_answer_are_shown_with_their_time(client: FlaskClient) -> None:
    shown = words(section(client.get(f"/?chart={SADDLE}"), "json"))
    assert re.search(r"POST /cds-services/leg-weakness 200 OK \d+\.\d ms", shown)
    assert '"org.leg-weakness-cds.assessment"' in shown
    assert "application/json" in shown


def test_the_sandbox_is_led_to_with_everything_filled_in(client: FlaskClient, bench: Service) -> None:
    shown = section(client.get(f"/?chart={SADDLE}"), "sandbox")
    base = f"http://127.0.0.1:{bench.settings.port}"
    assert {f"{base}/demo/fhir", "lw-saddle", f"{base}/cds-services"} <= set(words(shown).split())
    assert "patientId=lw-saddle" in shown


def test_the_walkthrough_of_the_sandbox_is_a_page_with_the_addresses_of_this_service(
    client: FlaskClient, bench: Service
) -> None:
    assert 'href="/bench/docs/sandbox"' in section(client.get("/"), "sandbox")
    shown = client.get("/bench/docs/sandbox").text
    assert f"http://127.0.0.1:{bench.settings.port}/demo/fhir" in shown
    assert f"http%3A%2F%2F127.0.0.1%3A{bench.settings.port}%2Fdemo%2Ffhir" in shown
    assert "127.0.0.1:8000" not in shown
    assert '<p><a href="http://localhost:8080/?fhirServiceUrl=' in shown
    assert re.search(r"<td>Synthetic Picker</td>\s*<td><code>sciatica-with-saddle-numbness</code>", shown)
    assert 'href="errors"' in shown
    assert ".md)" not in shown


def test_with_a_chart_open_the_choice_of_another_one_is_folded_away(client: FlaskClient) -> None:
    assert '<details class="rail" open>' in client.get("/").text
    shown = client.get(f"/?chart={SADDLE}").text
    assert '<div class="bench opened">' in shown
    assert re.search(r'<details class="rail">\s*<summary>Choose another chart', shown)
