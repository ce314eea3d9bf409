"""Weakness without a site, as people write it; of a hand or a face it is none of the legs."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import condition, indicator, patient
from tests.clinical.worked_examples.records import visit


@pytest.mark.parametrize(
    "words",
    [
        "Progressive weakness",
        "Ascending weakness for 4 days",
        "Weak all over",
        "General weakness since the flu",
        "Flaccid weakness",
        "Sudden weakness",
        "Increasing weakness",
    ],
)
def test_it_gets_a_card(words: str) -> None:
    assert indicator(patient(condition(words, since="3 days"))) is not None
    assert indicator(patient(visit(words, at="3 days"))) is not None


@pytest.mark.parametrize(
    "words",
    [
        "Progressive weakness of right hand",
        "Sudden weakness of the face",
        "Increasing weakness of grip",
        "No sudden weakness",
        "Acute weakness of vocal cord",
        "Return if worsening weakness",
        "Mother had progressive weakness",
    ],
)
def test_of_another_site_or_denied_it_gets_none(words: str) -> None:
    assert indicator(patient(condition(words, since="3 days"))) is None
