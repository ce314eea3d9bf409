"""Power where no word of power stands: beside the abbreviation of a limb, and in the text of a problem."""

from __future__ import annotations

import pytest

from cards.findings import Side
from tests.clinical.bedside import cards_for, on_problem_list, patient
from tests.clinical.bedside import condition as problem
from tests.clinical.bedside import observation as row
from tests.clinical.evidence_charts import LEFT_LEG, condition, findings, named, observation, text
from tests.clinical.test_evidence_power import grades

TODAY = "2026-11-22"
LEFT, RIGHT, BOTH = Side.LEFT, Side.RIGHT, Side.BILATERAL


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("Examination", "LLE 2/5, LUE 2/5", {LEFT: 2}),
        ("LLE 2/5, LUE 2/5", None, {LEFT: 2}),
        ("RLE 4/5", None, {RIGHT: 4}),
        ("RLE", "4/5", {RIGHT: 4}),
        ("Note", "5/5 RUE, 3/5 RLE", {RIGHT: 3}),
        ("Note", "RUE 5/5 RLE 2/5 LUE 5/5 LLE 4/5", {RIGHT: 2, LEFT: 4}),
        ("Note", "RLE: 4/5, LLE: 5/5", {RIGHT: 4, LEFT: 5}),
        ("Note", "LE 3/5 b/l", {BOTH: 3}),
        ("Note", "UL 5/5, LL 3/5", {None: 3}),
        ("Power", "LL 5/5, UL 2/5", {None: 5}),
        ("Note", "lle 2/5", {LEFT: 2}),
        ("Note", "Sensation intact. LLE 2/5", {LEFT: 2}),
    ],
)
def test_five_grades_beside_the_abbreviation_of_a_leg_are_its_power(
    name: str, value: str | None, expected: dict[Side | None, float]
) -> None:
    assert grades(named(name, value)) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Pain", "RLE 4/5"),
        ("Pain LLE", "4/5"),
        ("Pain", "LLE 2/5, RLE 3/5"),
        ("Pain", "LLE 2/5. RLE 3/5"),
        ("Note", "RLE pain 4/5, LLE 2/5"),
        ("Reflexes", "RLE 2/5"),
        ("RLE pulse", "2/5"),
        ("Oedema", "LLE 2/5"),
        ("BMI", "4/5"),
        ("Score", "4/5"),
        ("RLE score", "4/5"),
        ("Note", "LUE 2/5"),
        ("Note", "US duplex LLE 2/5"),
        ("Note", "RLE DVT 2/5"),
        ("Note", "seen by physio, session 2/5, RLE"),
        ("Note", "previously LLE 2/5"),
        ("Note", "le 2/5"),
        ("Note", "LLE 2/10"),
        ("Note", "LLE 2/5/2026"),
        ("Note", "leg 2/5"),
    ],
)
def test_five_grades_of_something_else_are_not_the_power_of_a_leg(name: str, value: str) -> None:
    assert grades(named(name, value)) == {}


def test_a_component_may_be_the_row_of_a_limb() -> None:
    rows = [{"code": text("LLE"), "valueString": "2/5"}, {"code": text("LUE"), "valueString": "1/5"}]
    assert grades(observation(text("Examination"), component=rows)) == {LEFT: 2}
    assert grades(observation(text("Pain"), component=rows)) == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Left leg weakness 3/5", {LEFT: 3}),
        ("Bilateral leg weakness, power 2/5", {BOTH: 2}),
        ("Leg weakness (MRC 3/5)", {None: 3}),
        ("Weakness RLE 4/5", {RIGHT: 4}),
        ("Leg pain 3/5", {}),
        ("Weakness of right arm 3/5", {}),
        ("No leg weakness, power 5/5", {}),
        ("Previous leg weakness 3/5", {}),
    ],
)
def test_the_text_of_a_problem_may_tell_the_power(words: str, expected: dict[Side | None, float]) -> None:
    assert grades(condition(text(words))) == expected


def test_the_power_of_a_problem_is_dated_and_sited_as_the_problem_is() -> None:
    weak = condition(
        text("Weakness 3/5"), bodySite=[LEFT_LEG], onsetDateTime="2026-11-20", recordedDate=TODAY
    )
    (grade,) = [each for each in findings(weak) if each.quantity]
    assert grade.when is not None
    assert grade.when.latest.date().isoformat() == "2026-11-20"
    assert grades(weak) == {LEFT: 3}
    assert grades(condition(text("Left leg weakness 3/5"), clinicalStatus=text("resolved"))) == {}


def test_the_power_of_an_old_weakness_makes_it_no_new_one() -> None:
    old = problem("Left leg weakness 3/5", since="3 years", recorded="1 day")
    assert not cards_for(patient(old, on_problem_list("Old stroke")))
    new = problem("Left leg weakness 3/5", since="3 hours", recorded="1 hour")
    assert cards_for(patient(new, on_problem_list("Old stroke")))


def test_a_weak_leg_by_its_grade_alone_gets_a_card() -> None:
    assert cards_for(patient(row("Examination", valueString="LLE 2/5, LUE 2/5")))
    assert not cards_for(patient(row("Pain", valueString="LLE 2/5, LUE 2/5")))
