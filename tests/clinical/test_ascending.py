"""Weakness that ascends by the dates of its findings: feet first, then thighs or arms."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import Resource, condition, exam, on_problem_list, patient, red_flags

WEAK_FEET = condition("Weakness of both feet", since="9 days")
NUMB_FEET = condition("Numbness of feet", since="9 days")
DROP = condition("Foot drop", since="9 days")
WEAK_THIGHS = condition("Weakness of both thighs", since="2 days")
PROXIMAL = condition("Proximal muscle weakness of both legs", since="2 days")
WEAK_ARMS = condition("Weakness of both arms", since="2 days")


def is_flagged(*chart: Resource) -> bool:
    return "rf_gbs" in red_flags(patient(*chart))


@pytest.mark.parametrize("distal", [WEAK_FEET, NUMB_FEET, DROP, exam("Stocking distribution", at="9 days")])
@pytest.mark.parametrize("proximal", [PROXIMAL, WEAK_THIGHS, WEAK_ARMS])
def test_feet_first_then_thighs_or_arms_is_ascending(distal: Resource, proximal: Resource) -> None:
    weak = condition("Weakness of both legs", since="2 days")
    assert is_flagged(distal, proximal, weak)
    assert not is_flagged(proximal, weak)


@pytest.mark.parametrize(
    "chart",
    [
        (condition("Foot drop", since="2 days"), PROXIMAL),  # of one day
        (condition("Foot drop", since="2.3 days"), PROXIMAL),
        (condition("Foot drop", since="34 days"), PROXIMAL),
        (
            condition("Proximal muscle weakness of both legs", since="9 days"),
            condition("Foot drop", since="2 days"),
        ),
        (on_problem_list("Foot drop", since="6 years"), PROXIMAL),
        (on_problem_list("Foot drop", since="6 years"), DROP, PROXIMAL),
        (condition("Foot drop", since=None), DROP, PROXIMAL),
        (DROP, condition("Proximal muscle weakness", since="200 days"), PROXIMAL),
        (
            on_problem_list("Diabetic polyneuropathy", code="icd10cm E11.42", since="6 years"),
            NUMB_FEET,
            PROXIMAL,
        ),
        (
            condition("Left foot drop", since="9 days"),
            condition("Proximal muscle weakness of left leg", since="2 days"),
        ),
        (condition("Left foot drop", since="9 days"), condition("Weakness of left thigh", since="2 days")),
        (condition("Left foot drop", since="9 days"), condition("Left arm weakness", since="2 days")),
        (condition("Numbness of thigh", since="9 days"), PROXIMAL),
        (condition("Foot drop", since="9 days", verification="refuted"), PROXIMAL),
        (DROP, condition("Proximal muscle weakness", since="2 days", verification="refuted")),
    ],
)
def test_other_dates_sides_and_diseases_are_not_ascending(chart: tuple[Resource, ...]) -> None:
    assert not is_flagged(*chart)


@pytest.mark.parametrize("words", ["rising to the arms", "spread up to the arms", "ascending to arms"])
def test_a_weakness_of_the_legs_that_goes_to_the_arms_is_flagged(words: str) -> None:
    assert is_flagged(condition(f"Weakness of both legs {words}", since="5 days"))
    assert not is_flagged(condition(f"Weakness of both legs, not {words}", since="5 days"))
    assert not is_flagged(condition("Weakness of both legs, neck pain spreading to the arms", since="5 days"))
