"""A defect in any one stage: what was found goes out, the answer says what is incomplete; it is counted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.journal import opening
from cds_service.settings import Settings
from cds_service.watch.labels import STAGES
from tests.watch.conftest import numbers
from tests.wire.calls import post

CHART = "sudden-right-sided-weakness"
FLAG = "LegWeaknessRedFlagStroke"
INCOMPLETE = "LegWeaknessIncomplete"
BEFORE_THE_FLAG = {"record", "evidence", "red flags"}
"""Without these no red flag is found: the answer says that the check is incomplete."""
WITH_THE_CARDS = {"fetching", "differential", "red flag card", "differential card", "incomplete card"}
"""The red flag is shown, and the answer says that the check is incomplete."""
WHERE = {
    "record": "cds_service.answer.read_record",
    "fetching": "cds_service.fetching.Fetcher.complete",
    "evidence": "cds_service.evidence.EvidenceReader.read",
    "red flags": "cards.assessment.find_red_flags",
    "differential": "cards.assessment.with_differential",
    "plain red flag card": "cards.plain_card.write",
    "red flag card": "cards.card.write_red_flag_card",
    "differential card": "cards.card.write_differential_card",
    "incomplete card": "cards.card.write_incomplete_card",
    "extension": "cards.extension.machine_readable",
    "mode": "cds_service.site.modes.Modes.of",
    "holding back": "cds_service.site.showing.Showing.holds_back",
    "acknowledged": "cds_service.site.acknowledgement.Acknowledgements.left",
    "journal": "cds_service.journal.journal.Journal.keep",
    "audit": "cds_service.watch.audit.Audit.hook_call",
    "metrics": "cds_service.watch.watch.Watch._count_call",
    "log": "cds_service.answer._log",
}
"""A part of each stage."""


def a_defect(*_: object, **__: object) -> Any:
    raise TypeError("a defect")


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """With all that a call can pass through."""
    settings = Settings.model_validate(
        {
            "database_url": f"sqlite:///{tmp_path / 'journal.db'}",
            "audit": {"file": tmp_path / "audit.ndjson"},
        }
    )
    opening.prepare(settings)
    made = create_app(settings)
    yield made
    made.watch.close()
    made.audit.close()
    made.acknowledgements.close()
    made.journal.close()


def test_every_stage_is_broken_below() -> None:
    assert set(WHERE) == set(STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_defect_takes_nothing_with_it(
    stage: str, service: Service, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    client = service.test_client()
    before = numbers(client)
    call = fixtures.call(CHART, datetime.now(UTC))
    if stage == "fetching":
        del call["prefetch"]["procedures"]
    monkeypatch.setattr(WHERE[stage], a_defect)
    if stage == "plain red flag card":  # which is only written where the other failed
        monkeypatch.setattr(WHERE["red flag card"], a_defect)
    response = post(client, call)
    assert response.status_code == 200
    body = response.get_json()
    shown = {card["source"]["topic"]["code"]: card["indicator"] for card in body["cards"]}
    if stage in BEFORE_THE_FLAG or stage == "plain red flag card":
        assert INCOMPLETE in shown
    else:
        assert shown[FLAG] == "critical"
        assert body["cards"][0]["source"]["topic"]["code"] == FLAG
    if stage in WITH_THE_CARDS:
        assert INCOMPLETE in shown
    monkeypatch.undo()
    name = f'legweakness_stage_failures_total{{stage="{stage}"}}'
    assert numbers(client)[name] - before[name] == 1
    if stage != "log":  # which is what is broken
        lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
        said = [(line["stage"], line["error"]) for line in lines if line["event"] == "stage failed"]
        assert (stage, "TypeError") in said


def test_a_log_that_is_broken_takes_no_card_with_it(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not its outlet but what makes its lines: also where a stage has failed, and that is to be said."""
    client = service.test_client()
    before = numbers(client)
    monkeypatch.setattr("cards.assessment.with_differential", a_defect)
    monkeypatch.setattr("cds_service.logs.where", a_defect)
    response = post(client, fixtures.call(CHART, datetime.now(UTC)))
    codes = [card["source"]["topic"]["code"] for card in response.get_json()["cards"]]
    assert codes == [FLAG, INCOMPLETE]
    monkeypatch.undo()
    for stage in ("differential", "log"):
        name = f'legweakness_stage_failures_total{{stage="{stage}"}}'
        assert numbers(client)[name] - before[name] == 1


def test_a_red_flag_whose_words_fail_is_shown_with_its_indicator_and_next_step(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cards.red_flag_words.detail", a_defect)
    response = post(service.test_client(), fixtures.call(CHART, datetime.now(UTC)))
    first = response.get_json()["cards"][0]
    assert first["indicator"] == "critical"
    assert first["summary"] == "Red flag found, findings not shown: possible stroke, review now"
    assert "immediate brain imaging" in first["detail"]
    assert "Look for them in the record" in first["detail"]


def test_the_plain_card_of_every_red_flag_fits(service: Service) -> None:
    knowledge = service.desk.knowledge
    words = knowledge.wording["red_flag"]
    for rule in knowledge.rules:
        said = words["summary"].format(lead=words["plain_lead"], matters=rule.matters)
        assert len(said) <= knowledge.wording["summary_limit"], rule.id
