"""What people may type, paste or put into an address by mistake or on purpose: each is answered in words."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.bench.documents import NotAChart, plain_text
from cds_service.bench.state import MOST_CHANGES
from cds_service.bench.what_if import MOST_OWN
from tests.pages.reading import SADDLE, call, cards, paste, problem, send, words
from tests.wire.calls import condition, patient

UNSEEN = "\u202e\u2066\u200b\x00\x7f\ud800"


def weakness(text: str = "Weakness of both legs", **more: Any) -> dict[str, Any]:
    return condition(text, onset="2026-11-20") | more


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("moment", "0001-01-01T00:00Z", "must lie in the years"),
        ("moment", "9999-12-31T23:59Z", "must lie in the years"),
        ("moment", "0001-01-01T00:00+14:00", "must be a minute"),
        ("ehr", "<b>", "must be one of"),
        ("part", "<b>", "none of patient"),
        ("chart", "../x", "no synthetic patient"),
    ],
)
def test_an_address_that_names_what_there_is_not_is_refused(
    client: FlaskClient, field: str, value: str, said: str
) -> None:
    page = client.get("/", query_string={"chart": SADDLE, field: value})
    assert page.status_code in {400, 404}
    assert said in problem(page)


def test_a_chart_takes_so_many_changes_and_no_more(client: FlaskClient) -> None:
    changes = ["remove:Observation/none"] * (MOST_CHANGES + 1)
    assert "at most" in problem(client.get("/", query_string={"chart": SADDLE, "change": changes}))
    assert client.get("/", query_string={"chart": SADDLE, "change": changes[1:]}).status_code == 200


@pytest.mark.parametrize(
    "change", ["add:age_years:99999", "add:fever:9999y", "date:Patient/x:5d", "<b>", "add:"]
)
def test_a_change_that_cannot_be_made_leaves_the_cards_and_says_why(client: FlaskClient, change: str) -> None:
    page = client.get("/", query_string={"chart": SADDLE, "change": change})
    assert page.status_code == 200
    assert cards(page)
    assert "Not changed." in words(page.text)
    assert "<b> is no change" not in page.text


@pytest.mark.parametrize("identity", [None, 5, [], {}, "", "a b", "é", 'x"#', "x" * 65])
def test_a_patient_without_an_id_of_fhir_is_nobody(client: FlaskClient, identity: Any) -> None:
    for others in ([], [patient()]):
        page = paste(client, json.dumps([patient() | {"id": identity}, *others, weakness()]))
        assert page.status_code == 400
        assert "id that FHIR allows" in problem(page)


@pytest.mark.parametrize("context", [None, [], 7, "x"])
def test_no_fixture_is_made_of_a_call_without_a_context(client: FlaskClient, context: Any) -> None:
    page = send(client, "/bench/download", {"document": json.dumps(call() | {"context": context})})
    assert page.status_code == 422
    assert "no context" in problem(page)


def test_many_packed_files_that_follow_each_other_are_refused() -> None:
    with pytest.raises(NotAChart, match="follow each other"):
        plain_text(gzip.compress(b"") * 200_000, 1024)
    assert plain_text(gzip.compress(b"a") * 100, 1024) == "a" * 100


# What is shown


@pytest.mark.parametrize("way", ["full", "fhir"])
def test_each_resource_has_one_place_and_each_link_to_one_leads_there(client: FlaskClient, way: str) -> None:
    odd: list[dict[str, Any]] = [
        {"id": "c1"},
        {"id": "c1"},
        {"id": 'q"#<é'},
        {"id": None},
        {"id": 5},
        {"id": "x" * 65},
        {"id": "a.b-c"},
    ]
    texts = [
        "Weakness of both legs",
        "Urinary retention",
        "Saddle numbness",
        "Foot drop",
        "Fever",
        "Sciatica",
        "Fall",
    ]
    chart = [patient(), *(weakness(text) | each for text, each in zip(texts, odd, strict=True))]
    page = paste(client, json.dumps(chart), ehr=way)
    places = Counter(re.findall(r'\sid="([^"]*)"', page.text))
    assert [name for name, count in places.items() if count > 1] == []
    led_to = set(re.findall(r'href="#([^"]*)"', page.text))
    assert any(each.startswith("resource-Condition") for each in led_to)
    assert led_to <= places.keys()


@pytest.mark.parametrize("way", ["full", "fhir"])
@pytest.mark.parametrize("sign", UNSEEN, ids=lambda sign: f"U+{ord(sign):04X}")
def test_nothing_hides_in_a_page_or_turns_its_lines_round(client: FlaskClient, way: str, sign: str) -> None:
    text = f"Weakness of {sign}both legs"
    person = patient() | {"name": [{"family": text, "given": [sign]}]}
    noted = weakness(text, note=[{"text": text}], id=f"c{sign}")
    page = paste(client, json.dumps([person, noted]), ehr=way)
    assert page.status_code == 200
    assert sign not in page.text
    assert f"\\u{ord(sign):04x}" in page.text


def test_a_pasted_text_stays_as_it_came_in_the_form(client: FlaskClient) -> None:
    document = json.dumps([patient(), weakness("Weakness \u202e legs")], ensure_ascii=False)
    held = re.findall(
        r'<textarea name="document"[^>]*>\n(.*?)</textarea>', paste(client, document).text, re.DOTALL
    )
    assert held
    assert all("\u202e" in each for each in held)


def test_a_name_without_end_is_cut(client: FlaskClient) -> None:
    page = paste(client, json.dumps([patient() | {"name": [{"family": "y" * 100_000}]}, weakness()]))
    title = re.search("<title>(.*?)</title>", page.text, re.DOTALL)
    assert title
    assert len(title[1]) < 300


def test_of_a_long_chart_so_many_resources_can_be_changed_and_the_rest_is_counted(
    client: FlaskClient,
) -> None:
    chart = [patient(), *(weakness(id=f"c{number}") for number in range(MOST_OWN + 7))]
    page = paste(client, json.dumps(chart))
    assert page.text.count('value="remove:Condition/') == MOST_OWN
    assert "7 older ones are not listed" in words(page.text)
