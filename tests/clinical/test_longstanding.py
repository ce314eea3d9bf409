"""A weakness that has lasted is a long-standing paralysis only where somebody called it one.

The specification names the Conditions G81, G82 and G83 of more than 90 days. Weak legs that last for
months without a cause are the very patients to look at: they are no explanation of themselves.
"""

from __future__ import annotations

import pytest

from tests.clinical.bedside import condition, indicator, on_problem_list, patient, red_flags

LASTING = "200 days"


@pytest.mark.parametrize(
    "words",
    ["Bilateral leg weakness", "Both legs weak", "Weakness both legs", "Bilateral lower extremity weakness"],
)
def test_weak_legs_of_months_without_a_cause_get_their_causes(words: str) -> None:
    assert indicator(patient(condition(words, since=LASTING))) == "info"


def test_weak_side_of_months_without_a_cause_gets_its_causes() -> None:
    assert indicator(patient(condition("Right sided weakness", since=LASTING))) == "info"


def test_a_new_retention_in_stenosis_with_weak_legs_is_flagged() -> None:
    record = patient(
        on_problem_list("Lumbar spinal stenosis", code="icd10cm M48.061", since="5 years"),
        on_problem_list("Bilateral leg weakness", since="3 years"),
        condition("Urinary retention", code="snomed 267064002", since="1 day"),
    )
    assert red_flags(record) == {"rf_ces": "critical"}


@pytest.mark.parametrize(
    "paralysis",
    [
        on_problem_list("Weak legs", code="icd10cm G82.20", since=LASTING),
        on_problem_list("Paraplegia", since=LASTING),
        on_problem_list("Spastic paraparesis", since=LASTING),
        on_problem_list("Left hemiparesis", since=LASTING),
        on_problem_list("Quadriplegia", since=LASTING),
        on_problem_list("Hemiplegic, left", since=LASTING),
        on_problem_list("Paralysis of both legs", since=LASTING),
    ],
    ids=lambda entry: str(entry["code"]["text"]),
)
def test_a_paralysis_of_months_explains_itself(paralysis: dict[str, object]) -> None:
    assert indicator(patient(paralysis)) is None


def test_a_paralysis_of_two_months_is_not_long_standing() -> None:
    assert indicator(patient(condition("Paraplegia", since="80 days"))) is not None
