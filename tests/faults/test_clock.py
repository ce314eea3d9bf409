"""The machine's clock is wrong or jumps: no call waits for it, and a wrong one is an error, never silence."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from cds_service.app import create_app
from cds_service.settings import Settings
from tests.journal.given import Moving
from tests.watch.conftest import numbers
from tests.wire.calls import SERVICE, call, condition, everything, patient, post
from tests.wire.conftest import one_reader_of_texts, start
from tests.wire.ehr import NOW, Started, bearing, code, token
from tests.wire.fhir_server import FhirServer, Request

__all__ = ["one_reader_of_texts", "start"]

STROKE = condition("sudden weakness of right arm and right leg", "weak", "2026-11-20T10:00:00Z")
JUMPS = [timedelta(days=-400), timedelta(hours=-2), timedelta(hours=2), timedelta(days=400)]


def shown(response: Any) -> list[str]:
    assert response.status_code == 200, response.text
    return [f"{each['source']['topic']['code']} {each['indicator']}" for each in response.get_json()["cards"]]


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with FhirServer([patient(), STROKE]) as server:
        yield server


@pytest.mark.parametrize("jump", JUMPS)
def test_a_clock_that_jumps_in_the_middle_of_a_call_changes_no_card_and_no_budget(
    jump: timedelta, fhir: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The moment of the assessment is taken once; waiting is counted by a clock that never jumps."""
    clock = Moving(NOW)
    client = create_app(Settings(database_url="none", time_budget=10), clock).test_client()
    lacking = {key: value for key, value in everything().items() if key != "conditions"}
    body = call(lacking, fhirServer=fhir.base)
    standing = shown(post(client, body))
    assert standing[0] == "LegWeaknessRedFlagStroke critical"
    real: Callable[[], float] = time.time

    def jumps(request: Request) -> None:
        clock.moment = NOW + jump
        monkeypatch.setattr(time, "time", lambda: real() + jump.total_seconds())
        monkeypatch.setattr(time, "time_ns", lambda: int((real() + jump.total_seconds()) * 1e9))
        request.send_json(request.fhir.found(request.path))

    fhir.faults["Condition"] = jumps
    assert shown(post(client, body)) == standing
    assert clock.moment == NOW + jump


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (timedelta(days=-400), "issued-in-the-future"),
        (timedelta(seconds=-61), "issued-in-the-future"),
        (timedelta(seconds=361), "expired"),
        (timedelta(days=400), "expired"),
    ],
)
def test_with_a_wrong_clock_every_call_is_refused_and_said_until_it_is_right_again(
    wrong: timedelta, reason: str, start: Started, capfd: pytest.CaptureFixture[str]
) -> None:
    """A chart whose findings lie in the future or long ago would else be quiet."""
    service = start()
    service.clock = clock = Moving(NOW + wrong)
    client = service.test_client()
    body = call(everything(conditions=STROKE))
    refused = client.post(SERVICE, json=body, headers=bearing(token()))
    assert (refused.status_code, code(refused)) == (401, "not-trusted")
    said = capfd.readouterr().err
    assert '"event": "not trusted"' in said
    assert f'"reason": "{reason}"' in said
    clock.moment = NOW
    again = client.post(SERVICE, json=body, headers=bearing(token()))
    assert shown(again)[0] == "LegWeaknessRedFlagStroke critical"


def test_a_clock_that_goes_back_and_forth_stops_neither_cards_nor_the_journal(start: Started) -> None:
    service = start()
    service.clock = clock = Moving(NOW)
    client = service.test_client()
    body = call(everything(conditions=STROKE))
    for jump in (timedelta(0), timedelta(seconds=-50), timedelta(seconds=50)):
        clock.moment = NOW + jump
        assert shown(client.post(SERVICE, json=body, headers=bearing(token())))
    assert service.journal.writer.flush()
    assert (service.journal.writer.counts.written, service.journal.writer.counts.lost) == (3, 0)
    assert numbers(client)["legweakness_journal_written_total"] == 3
