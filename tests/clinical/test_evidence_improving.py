"""Weakness that gets better is still there and not getting worse; weakness that is resolved is over."""

from __future__ import annotations

import pytest

from cards.features import read_features
from tests.clinical.bedside import cards_for, condition, observation, patient, red_flags
from tests.clinical.evidence_charts import KNOWLEDGE, NOW, read
from tests.clinical.evidence_charts import condition as entry
from tests.clinical.test_evidence_answers import answer, asked

AN_HOUR_AGO = "2026-11-22T11:00:00Z"


@pytest.mark.parametrize(
    "value", ["Improved", "improving", "better", "much improved", "getting better", "less weak", "no worse"]
)
def test_weakness_that_improves_is_there_and_not_getting_worse(value: str) -> None:
    row = asked("Leg weakness", valueString=value)
    assert answer("leg_weakness", row) == "present"
    assert answer("worsening", row) != "present"


@pytest.mark.parametrize("value", ["not improving", "partially resolved", "almost resolved", "resolving"])
def test_weakness_that_is_not_yet_over_is_there(value: str) -> None:
    assert answer("leg_weakness", asked("Leg weakness", valueString=value)) == "present"


def test_weakness_that_gets_worse_still_counts_as_worse() -> None:
    assert answer("worsening", asked("Leg weakness", valueString="worse")) == "present"


@pytest.mark.parametrize(
    "value", ["Resolved", "resolved.", "has resolved", "fully recovered", "now resolved"]
)
def test_weakness_that_is_resolved_is_over(value: str) -> None:
    assert answer("leg_weakness", asked("Leg weakness", valueString=value)) == "not recorded"


@pytest.mark.parametrize(
    "words", ["Leg weakness, resolved", "Left leg weakness resolved", "Leg weakness: resolved"]
)
def test_resolved_without_an_onset_is_history_and_not_resolved_within_a_day(words: str) -> None:
    facts = read_features(read(entry({"text": words}, recordedDate=AN_HOUR_AGO)), KNOWLEDGE, NOW).facts
    assert facts.get("leg_weakness").answer == "not recorded"
    assert facts.get("resolved_within_24h").answer == "not recorded"


def test_transient_and_resolved_tells_of_its_own_days_without_an_onset() -> None:
    transient = condition("Transient left leg weakness, resolved", since=None, recorded="2 hours")
    resolved = condition("Left leg weakness, resolved", since=None, recorded="2 hours")
    assert "rf_tia" in red_flags(patient(transient))
    assert not red_flags(patient(resolved))


def test_a_row_that_says_resolved_gets_no_card_alone() -> None:
    assert cards_for(patient(observation("Leg weakness", valueString="improved")))
    assert not cards_for(patient(observation("Leg weakness", valueString="resolved")))
