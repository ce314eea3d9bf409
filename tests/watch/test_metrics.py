"""`/metrics`: what is counted, for whom, and that nothing it meets harms an answer."""

from __future__ import annotations

import errno
import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cds_service import fixtures
from cds_service.app import Service
from cds_service.errors import JournalUnavailable
from cds_service.watch import folder as folders
from cds_service.watch.catalogue import BY_NAME, METRICS
from cds_service.watch.metrics import Metrics
from tests.watch.conftest import Make, grown, numbers, read
from tests.wire.calls import EMPTY, SERVICE, call, everything, outcome, post
from tests.wire.ehr import Started, bearing, code, token
from tests.wire.fhir_server import FhirServer, answers

NOW = datetime.now(UTC)
FEEDBACK = f"{SERVICE}/feedback"


def shown(response: TestResponse) -> list[tuple[str, str]]:
    assert response.status_code == 200
    return [(card["summary"], card["detail"]) for card in response.get_json()["cards"]]


def counted(
    client: FlaskClient, body: Any, status: int = 200, path: str = SERVICE, **more: Any
) -> dict[str, float]:
    """What one request adds to the metrics."""
    before = numbers(client)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = client.post(path, data=data, content_type="application/json", **more)
    assert response.status_code == status, response.text
    return grown(before, numbers(client))


def test_a_call_is_counted_with_its_cards_and_what_the_prefetch_gave(client: FlaskClient) -> None:
    added = counted(client, fixtures.call("sudden-right-sided-weakness", NOW))
    assert added['legweakness_hook_calls_total{client="anybody",outcome="card"}'] == 1
    assert added['legweakness_cards_total{indicator="critical",topic="LegWeaknessRedFlagStroke"}'] == 1
    assert added['legweakness_prefetch_total{resource_type="Patient",state="given"}'] == 1
    assert numbers(client)['legweakness_hook_call_seconds_count{outcome="card",way="prefetched"}'] == 1


def test_a_silent_answer_is_a_call_without_a_card(client: FlaskClient) -> None:
    added = counted(client, call())
    assert added['legweakness_hook_calls_total{client="anybody",outcome="no-card"}'] == 1
    assert added['legweakness_prefetch_total{resource_type="Condition",state="empty"}'] == 1
    assert not [name for name in added if name.startswith(("legweakness_cards", "legweakness_unread"))]


def test_what_is_missing_or_failed_is_counted_by_type_and_what_it_could_hold(client: FlaskClient) -> None:
    given = everything(reports=outcome())
    del given["conditions"]
    added = counted(client, call(given))
    assert added['legweakness_prefetch_total{resource_type="Condition",state="missing"}'] == 1
    assert added['legweakness_prefetch_total{resource_type="DiagnosticReport",state="failed"}'] == 1
    assert added["legweakness_calls_not_assessed_total"] == 1
    assert added['legweakness_unread_total{red_flag_possible="yes"}'] >= 2
    assert added['legweakness_fetches_total{result="no-server"}'] >= 2


def test_fetching_is_timed_apart_and_its_errors_are_counted_by_kind(client: FlaskClient) -> None:
    with FhirServer() as fhir:
        fhir.faults = {"Condition": answers(403)}
        given = everything()
        del given["conditions"]
        access = {
            "access_token": "t",
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "user/*.read",
            "subject": "s",
        }
        added = counted(client, call(given, fhirServer=fhir.base, fhirAuthorization=access))
    assert added['legweakness_fetches_total{result="forbidden"}'] == 1
    told = numbers(client)
    assert sum(v for k, v in told.items() if "call_seconds_count" in k and 'way="fetched"' in k) == 1


def test_a_defect_is_counted_by_its_stage(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers(client)  # the self-test has run

    def fail(*_: object) -> None:
        raise KeyError("a defect")

    monkeypatch.setattr("cards.assessment.with_differential", fail)
    added = counted(client, call())
    assert added['legweakness_stage_failures_total{stage="differential"}'] == 1
    assert added['legweakness_hook_calls_total{client="anybody",outcome="failed"}'] == 1


def test_refusals_are_counted_by_code_and_are_no_calls(client: FlaskClient) -> None:
    added = counted(client, b"no json", status=400)
    assert added == {'legweakness_refusals_total{error="not-json"}': 1}
    added = counted(client, call({}), status=412)
    assert added == {'legweakness_refusals_total{error="record-unavailable"}': 1}


def test_a_word_that_nobody_foresaw_is_no_label(service: Service, client: FlaskClient) -> None:
    numbers(client)
    service.watch._counters().count("refusals", "Mrs Snowdrop")
    service.watch._counters().count("cards", "LegWeaknessDifferential", "Snowdrop")
    told = numbers(client)
    assert told['legweakness_refusals_total{error="other"}'] == 1
    assert told['legweakness_cards_total{indicator="other",topic="LegWeaknessDifferential"}'] == 1
    assert "Snowdrop" not in "".join(told)


def test_the_number_of_series_does_not_depend_on_what_comes(client: FlaskClient) -> None:
    before = numbers(client).keys()
    for name in fixtures.names()[:6]:
        counted(client, fixtures.call(name, NOW))
    counted(client, b"{", status=400)
    client.get("/a/page/that/is/not/there")
    assert numbers(client).keys() == before
    assert len(before) < 1500


def test_feedback_is_counted_by_outcome_and_by_our_own_reasons_only(client: FlaskClient) -> None:
    card = "00000000-0000-0000-0000-000000000001"
    given: list[dict[str, Any]] = [
        {"card": card, "outcome": "accepted"},
        {"card": card, "outcome": "overridden"},
        {
            "card": card,
            "outcome": "overridden",
            "overrideReason": {"reason": {"code": "wrong-time-workflow"}},
        },
        {
            "card": card,
            "outcome": "overridden",
            "overrideReason": {"reason": {"code": "snowdrop", "system": "urn:x"}},
        },
    ]
    at = {"outcomeTimestamp": "2026-11-20T11:00:00Z"}
    added = counted(client, {"feedback": [each | at for each in given]}, path=FEEDBACK)
    assert added['legweakness_feedback_total{outcome="accepted",reason="none"}'] == 1
    assert added['legweakness_feedback_total{outcome="overridden",reason="none"}'] == 1
    assert added['legweakness_feedback_total{outcome="overridden",reason="wrong-time-workflow"}'] == 1
    assert added['legweakness_feedback_total{outcome="overridden",reason="other"}'] == 1


def test_feedback_that_was_not_stored_is_not_counted(make: Make) -> None:
    client = make(database_url="none").test_client()
    given = {"card": "00000000-0000-0000-0000-000000000001", "outcome": "accepted"}
    added = counted(client, {"feedback": [given]}, status=503, path=FEEDBACK)
    assert added == {'legweakness_refusals_total{error="feedback-not-stored"}': 1}


def test_tokens_are_counted_by_client_reason_and_first_use(start: Started) -> None:
    service = start()
    client = service.test_client()
    before = numbers(client)
    good = token()
    statuses = [
        client.post(SERVICE, json=call(), headers=bearing(each)).status_code
        for each in (good, good, token(exp=1), "nonsense")
    ]
    assert statuses == [200, 401, 401, 401]
    added = grown(before, numbers(client))
    assert added['legweakness_hook_calls_total{client="main",outcome="no-card"}'] == 1
    assert added['legweakness_untrusted_total{reason="replayed"}'] == 1
    assert added['legweakness_untrusted_total{reason="expired"}'] == 1
    assert added['legweakness_untrusted_total{reason="malformed"}'] == 1
    assert added['legweakness_refusals_total{error="not-trusted"}'] == 3
    assert added['legweakness_replay_checks_total{answer="first"}'] == 1
    assert added['legweakness_replay_checks_total{answer="replayed"}'] == 1
    assert numbers(client)['legweakness_keys_at_hand{client="main"}'] == 1


def test_the_journal_is_counted_as_it_is_written(
    service: Service, client: FlaskClient, tmp_path: Path
) -> None:
    counted(client, fixtures.call("sudden-right-sided-weakness", NOW))
    assert service.journal.writer.flush()
    told = numbers(client)
    assert (told["legweakness_journal_written_total"], told["legweakness_journal_waiting"]) == (1, 0)
    (tmp_path / "journal.db").unlink()
    counted(client, call())
    assert not service.journal.writer.flush()
    told = numbers(client)
    assert told["legweakness_journal_failures_total"] >= 1
    assert told["legweakness_journal_waiting"] == 1
    assert told['legweakness_ready{part="database"}'] == 0


def test_the_state_of_the_service_is_told(service: Service, client: FlaskClient) -> None:
    told, content = numbers(client), service.desk.knowledge
    assert told[f'legweakness_content_info{{digest="{content.digest}",version="{content.version}"}}'] == 1
    assert told["legweakness_self_test_passed"] == 1
    assert told["legweakness_memory_bytes"] == told["legweakness_memory_bytes_largest"] > 10_000_000
    assert time.time() - 600 < told["legweakness_start_time_seconds"] <= time.time()


def test_every_metric_is_told_from_the_start_and_no_other(start: Started) -> None:
    told = {name.partition("{")[0] for name in numbers(start().test_client())}
    assert {each.exposed for each in METRICS} <= told
    parts = {f"{each.name}_{part}" for each in METRICS for part in ("bucket", "sum")}
    assert told - {each.exposed for each in METRICS} <= parts


# ---- whatever counting meets, the answer goes out


@pytest.mark.parametrize(
    "error", [OSError(errno.ENOSPC, "full"), ValueError("odd"), KeyError("x"), RuntimeError()]
)
def test_counting_that_fails_changes_no_answer(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    body = fixtures.call("sudden-right-sided-weakness", NOW)
    response = post(client, body)
    good, shown_before = response.get_json(), shown(response)

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Metrics, "_of", fail)
    assert shown(post(client, body)) == shown_before
    assert post(client, b"no json").status_code == 400
    feedback = {"card": good["cards"][0]["uuid"], "outcome": "accepted"}
    assert client.post(FEEDBACK, json={"feedback": [feedback]}).status_code == 200
    response = client.get("/metrics")
    assert (response.status_code, code(response)) == (503, "metrics-unavailable")


def test_a_defect_of_counting_changes_no_card(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = fixtures.call("sudden-right-sided-weakness", NOW)
    shown_before = shown(post(client, body))
    assert shown_before

    def fail(*_: object, **__: object) -> None:
        raise TypeError("a defect")

    monkeypatch.setattr(service.watch, "_count_call", fail)
    assert shown(post(client, body)) == shown_before


def test_counters_for_which_there_is_no_room_are_not_tried_with_every_call(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tries: list[int] = []

    def full(_folder: Path, worker: int) -> None:
        tries.append(worker)
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(folders, "reserve", full)
    service.watch._folder = tmp_path
    for _ in range(5):
        assert post(client, call()).status_code == 200
    assert tries == [os.getpid()]
    assert client.get("/metrics").status_code == 503
    assert client.get("/readyz").status_code == 200


# ---- who may read them


@pytest.mark.parametrize(
    ("given", "peer", "headers", "status"),
    [
        ({}, "127.0.0.1", {}, 200),
        ({}, "::1", {}, 200),
        ({}, "::ffff:127.0.0.1", {}, 200),
        ({}, "10.1.2.3", {}, 404),
        ({}, "", {}, 404),
        # A proxy on this machine that nobody listed: whoever is behind it.
        ({}, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 404),
        ({}, "127.0.0.1", {"X-Forwarded-For": "10.9.9.9"}, 404),
        ({}, "127.0.0.1", {"Via": "1.1 proxy"}, 404),
        ({}, "127.0.0.1", {"X-Real-IP": "10.9.9.9"}, 404),
        ({}, "127.0.0.1", {"Forwarded": "for=10.9.9.9"}, 404),
        # One that is listed says who calls.
        ({"trusted_proxies": ["127.0.0.1"]}, "127.0.0.1", {"X-Forwarded-For": "10.9.9.9"}, 404),
        ({"trusted_proxies": ["127.0.0.1"]}, "127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 10.9.9.9"}, 404),
        ({"trusted_proxies": ["127.0.0.1"]}, "127.0.0.1", {"X-Forwarded-For": "nonsense"}, 404),
        ({"trusted_proxies": ["127.0.0.1"]}, "127.0.0.1", {"Forwarded": "for=10.9.9.9"}, 404),
        (
            {"trusted_proxies": ["10.0.0.1"], "metrics_from": ["10.2.0.0/16"]},
            "10.0.0.1",
            {"X-Forwarded-For": "10.2.3.4"},
            200,
        ),
        (
            {"trusted_proxies": ["10.0.0.1"], "metrics_from": ["10.2.0.0/16"]},
            "10.0.0.9",
            {"X-Forwarded-For": "10.2.3.4"},
            404,
        ),
        ({"metrics_from": ["10.2.0.0/16"]}, "10.2.3.4", {}, 200),
        ({"metrics_from": ["10.2.0.0/16"]}, "127.0.0.1", {}, 404),
        ({"metrics_from": ["fd00:1::/32"]}, "fd00:1::7", {}, 200),
        ({"metrics_from": []}, "127.0.0.1", {}, 404),
    ],
)
def test_the_metrics_are_there_for_whom_the_setting_names(
    make: Make, given: dict[str, Any], peer: str, headers: dict[str, str], status: int
) -> None:
    client = make(database_url="none", **given).test_client()
    response = client.get("/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": peer})
    assert response.status_code == status
    if status == 404:
        assert code(response) == "not-found"


def test_without_readers_nothing_is_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    service = make(metrics_from=[])
    monkeypatch.setattr(service.watch, "_counters", None)
    assert post(service.test_client(), call()).status_code == 200
    assert post(service.test_client(), b"{").status_code == 400
    assert service.test_client().get("/readyz").status_code == 200


# ---- what it costs


def test_counting_a_call_takes_a_fraction_of_a_millisecond(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """About 30 µs on a quiet machine; the bound leaves room for a busy one."""
    kept: list[Any] = []
    count = service.watch.hook_call
    monkeypatch.setattr(service.watch, "hook_call", lambda *given: kept.append(given))
    post(client, fixtures.call("messy-chart", NOW))
    count(*kept[0])
    rounds = []
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(50):
            count(*kept[0])
        rounds.append((time.perf_counter() - start) / 50)
    assert min(rounds) < 0.000_3


def test_names_are_of_one_kind() -> None:
    assert len(BY_NAME) == len(METRICS) > 20
    assert all(each.says.endswith(".") for each in METRICS)
    assert all(set(each.labels).isdisjoint({"patient", "issuer", "url", "user"}) for each in METRICS)


def test_an_empty_search_is_no_unread_part(client: FlaskClient) -> None:
    assert "legweakness_calls_not_assessed_total" not in counted(client, call(everything(reports=EMPTY)))


def test_what_is_lost_at_the_end_of_a_worker_is_counted(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks in the background any more by then, and the worker's own memory goes with it."""
    service = make()
    service.watch.start(None)
    looked = numbers(service.test_client())["legweakness_journal_lost_total"]
    service.watch.close()

    def gone(_: object) -> None:
        raise JournalUnavailable("OperationalError")

    monkeypatch.setattr(service.journal.writer, "_write", gone)
    post(service.test_client(), call())
    service.journal.writer.close()
    text = service.watch._counters().text().decode()
    assert looked == 0
    assert read(text)["legweakness_journal_lost_total"] == 1


def test_a_call_while_switched_off_is_counted_as_that(make: Make, tmp_path: Path) -> None:
    (tmp_path / "switches.toml").write_text("off = true\n")
    client = make(switches_file=tmp_path / "switches.toml").test_client()
    added = counted(client, fixtures.call("sudden-right-sided-weakness", NOW))
    assert added == {'legweakness_hook_calls_total{client="anybody",outcome="switched-off"}': 1}


def test_a_call_that_could_not_be_assessed_while_silent_is_counted_as_that(make: Make) -> None:
    client = make(mode="silent").test_client()
    added = counted(client, call({}))
    assert added == {'legweakness_hook_calls_total{client="anybody",outcome="not-assessed"}': 1}
