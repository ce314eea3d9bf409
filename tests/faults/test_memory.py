"""Memory runs out in the middle of a call: that call says so, and the next one is answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures
from cds_service.watch.labels import STAGES
from tests.watch.conftest import client, make, numbers, service
from tests.wire.calls import post, refusal
from tests.wire.conftest import one_reader_of_texts
from tests.wire.test_stages import BEFORE_THE_FLAG, FLAG, INCOMPLETE, WHERE

__all__ = ["client", "make", "one_reader_of_texts", "service"]

NOTHING_LEFT = ("plain red flag card",)
"""Written only where the other card failed: tests/wire/test_stages.py."""


def full(*_: object, **__: object) -> Any:
    raise MemoryError


def shown(client: FlaskClient) -> list[str]:
    response = post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC)))
    assert response.status_code == 200
    return [card["source"]["topic"]["code"] for card in response.get_json()["cards"]]


@pytest.mark.parametrize("stage", [each for each in STAGES if each not in NOTHING_LEFT])
def test_a_stage_without_memory_takes_no_red_flag_that_was_found(
    stage: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    before = numbers(client)
    monkeypatch.setattr(WHERE[stage], full)
    got = shown(client)
    monkeypatch.undo()
    used = {"fetching", "acknowledged", "audit"}  # these have nothing to do here
    assert (INCOMPLETE if stage in BEFORE_THE_FLAG else FLAG) in got
    if stage not in used:
        name = f'legweakness_stage_failures_total{{stage="{stage}"}}'
        assert numbers(client)[name] - before[name] == 1
    if stage not in used | {"log"}:
        lines = [json.loads(each) for each in capfd.readouterr().err.splitlines()]
        (line,) = [each for each in lines if each["event"] == "stage failed"]
        assert (line["stage"], line["error"]) == (stage, "MemoryError")
    assert FLAG in shown(client)


def test_a_body_for_which_there_is_no_memory_is_an_error_and_the_next_one_is_answered(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("cds_service.hooks.open_call", full)
        said = refusal(post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))))
    assert (said["status"], said["code"]) == (500, "internal-error")
    assert '"error": "MemoryError"' in capfd.readouterr().err
    assert FLAG in shown(client)
