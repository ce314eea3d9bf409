"""Measured features of a whole chart: corrected calcium, grades of both legs, repeated measurements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.conditions import condition
from cards.facts import Facts
from cards.features import read_features
from tests.clinical.evidence_charts import KNOWLEDGE, LOINC, NOW, named, observation, read


def facts(*resources: Any) -> Facts:
    return read_features(read(*resources), KNOWLEDGE, NOW).facts


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def lab(code: str, value: float, unit: str, days: float = 1) -> dict[str, Any]:
    name = {"coding": [{"system": LOINC, "code": code}]}
    quantity = {"value": value, "unit": unit}
    return observation(name, id=f"l{code}{days}", effectiveDateTime=ago(days), valueQuantity=quantity)


CALCIUM, CORRECTED, ALBUMIN = "2000-8", "29265-6", "1751-7"


@pytest.mark.parametrize(
    ("charts", "expected"),
    [
        ((lab(CALCIUM, 1.85, "mmol/L"),), 1.85),
        ((lab(CALCIUM, 1.85, "mmol/L"), lab(ALBUMIN, 22, "g/L")), 2.21),
        ((lab("17861-6", 7.2, "mg/dL"), lab(ALBUMIN, 2.0, "g/dL")), 7.2 * 0.2495 + 0.4),
        ((lab(CALCIUM, 3.3, "mmol/L"), lab(ALBUMIN, 25, "g/L", 3)), 3.6),
        ((lab(CALCIUM, 1.85, "mmol/L"), lab(ALBUMIN, 22, "g/L", 9)), 1.85),
        ((lab(CALCIUM, 1.85, "mmol/L"), lab(CORRECTED, 2.25, "mmol/L")), 2.25),
        ((lab(CALCIUM, 1.85, "mmol/L"), lab(CORRECTED, 2.25, "mmol/L", 4)), 1.85),
        ((lab(CORRECTED, 2.25, "mmol/L"), lab(ALBUMIN, 22, "g/L")), 2.25),
        ((lab("1994-3", 0.9, "mmol/L"), lab(ALBUMIN, 22, "g/L")), None),
    ],
)
def test_total_calcium_is_corrected_for_albumin(charts: tuple[Any, ...], expected: float | None) -> None:
    assert facts(*charts).get("calcium_total").value == (expected and pytest.approx(expected))


def test_a_corrected_calcium_shows_both_values() -> None:
    fact = facts(lab(CALCIUM, 1.85, "mmol/L"), lab(ALBUMIN, 22, "g/L")).get("calcium_total")
    assert fact.shown == "1.85 mmol/L (corrected 2.21 mmol/L)"
    assert len(fact.findings) == 2


def test_a_calcium_with_a_comparison_is_not_corrected() -> None:
    low = lab(CALCIUM, 1.5, "mmol/L")
    low["valueQuantity"]["comparator"] = "<"
    assert facts(low, lab(ALBUMIN, 22, "g/L")).met(condition("calcium_total < 1.9"))


def grade(leg: str, value: int, days: float) -> dict[str, Any]:
    return named(f"MRC power {leg} leg", f"{value}/5", id=f"{leg}{days}", effectiveDateTime=ago(days))


def test_legs_of_different_grades_are_both_weak() -> None:
    found = facts(grade("left", 4, 0.1), grade("right", 3, 0.1))
    assert (found.get("mrc_leg_min").value, found.get("weakness_laterality").value) == (3, "bilateral")


def test_one_leg_of_full_power_is_not_weak() -> None:
    assert facts(grade("left", 5, 0.1), grade("right", 3, 0.1)).get("weakness_laterality").value == "right"


def nihss(value: int, days: float) -> dict[str, Any]:
    code = {"coding": [{"system": LOINC, "code": "70968-3"}]}
    return observation(code, id=f"n{days}", valueInteger=value, effectiveDateTime=ago(days))


@pytest.mark.parametrize("weak", [nihss, lambda value, days: grade("right", value, days)])
def test_repeated_measurements_date_the_weakness_by_the_first(weak: Any) -> None:
    found = facts(*(weak(2, days) for days in (12, 8, 4, 1, 0.2)))
    assert found.get("onset_age_days").value == pytest.approx(12)


def test_a_measurement_that_was_normal_in_between_begins_anew() -> None:
    assert facts(nihss(2, 12), nihss(0, 5), nihss(2, 0.2)).get("onset_age_days").value == pytest.approx(0.2)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_values_of_one_day_the_one_given_out_last_counts(order: int) -> None:
    day = (NOW - timedelta(days=1)).date().isoformat()
    first, second = lab("2823-3", 2.1, "mmol/L"), lab("2823-3", 4.1, "mmol/L", 2)
    first |= {"effectiveDateTime": day, "issued": ago(1)}
    second |= {"effectiveDateTime": day, "issued": ago(0.8)}
    assert facts(*(first, second)[::order]).get("potassium").value == 4.1


CREATININE = "14682-9"


@pytest.mark.parametrize(
    ("charts", "risen"),
    [
        # KDIGO: 26.5 umol/L or more within 48 h
        ((lab(CREATININE, 80, "umol/L", 2), lab(CREATININE, 107, "umol/L", 0.5)), True),
        ((lab(CREATININE, 80, "umol/L", 2), lab(CREATININE, 106, "umol/L", 0.5)), False),
        ((lab(CREATININE, 80, "umol/L", 4), lab(CREATININE, 107, "umol/L", 0.5)), False),
        ((lab("2160-0", 0.9, "mg/dL", 2), lab("2160-0", 1.3, "mg/dL", 0.5)), True),
        # 1.5 times the lowest of the week before, else of the window
        ((lab(CREATININE, 60, "umol/L", 6), lab(CREATININE, 90, "umol/L", 0.5)), True),
        ((lab(CREATININE, 60, "umol/L", 6), lab(CREATININE, 85, "umol/L", 0.5)), False),
        ((lab(CREATININE, 60, "umol/L", 20), lab(CREATININE, 100, "umol/L", 0.5)), True),
        ((lab(CREATININE, 60, "umol/L", 40), lab(CREATININE, 100, "umol/L", 0.5)), False),
        (
            (
                lab(CREATININE, 60, "umol/L", 20),
                lab(CREATININE, 95, "umol/L", 5),
                lab(CREATININE, 100, "umol/L", 0.5),
            ),
            False,
        ),
        # over again, one value alone, a falling value
        (
            (
                lab(CREATININE, 60, "umol/L", 3),
                lab(CREATININE, 110, "umol/L", 2),
                lab(CREATININE, 62, "umol/L", 0.5),
            ),
            False,
        ),
        ((lab(CREATININE, 110, "umol/L", 0.5),), False),
        ((lab(CREATININE, 110, "umol/L", 2), lab(CREATININE, 60, "umol/L", 0.5)), False),
    ],
)
def test_a_creatinine_that_rises_is_acute_kidney_injury(charts: tuple[Any, ...], risen: bool) -> None:
    assert facts(*charts).holds("creatinine_rise") is risen
    assert facts(*charts).holds("creatinine_raised") is risen


def test_a_creatinine_below_a_limit_is_no_baseline() -> None:
    low = lab(CREATININE, 60, "umol/L", 2)
    low["valueQuantity"]["comparator"] = "<"
    assert not facts(low, lab(CREATININE, 110, "umol/L", 0.5)).holds("creatinine_rise")


def urine(code: str, value: str, days: float = 1, **more: Any) -> dict[str, Any]:
    name = {"coding": [{"system": LOINC, "code": code}]}
    return observation(name, id=f"u{code}", effectiveDateTime=ago(days), valueString=value, **more)


DIPSTICK, MICROSCOPY = "5794-3", "13945-1"


@pytest.mark.parametrize("blood", ["Positive", "+++", "3+", "Large", "MODERATE (2+)", "small"])
@pytest.mark.parametrize("cells", ["None seen", "negative", "0", "No red cells seen"])
def test_blood_on_a_dipstick_without_red_cells_counts_as_dark_urine(blood: str, cells: str) -> None:
    assert facts(urine(DIPSTICK, blood), urine(MICROSCOPY, cells)).holds("dark_urine")


@pytest.mark.parametrize(
    "charts",
    [
        (urine(DIPSTICK, "3+"),),  # nobody looked for red cells
        (urine(DIPSTICK, "3+"), urine(MICROSCOPY, "10-20")),
        (urine(DIPSTICK, "3+"), urine(MICROSCOPY, "Occasional")),
        (urine(DIPSTICK, "3+"), urine(MICROSCOPY, "None seen", 9)),
        (urine(DIPSTICK, "3+", 9), urine(MICROSCOPY, "None seen")),
        (urine(DIPSTICK, "3+"), urine("5821-4", "None seen")),  # white cells
        (urine(DIPSTICK, "Trace"), urine(MICROSCOPY, "None seen")),
        (
            urine(DIPSTICK, "Trace", interpretation=[{"coding": [{"code": "A"}]}]),
            urine(MICROSCOPY, "None seen"),
        ),
        (urine(DIPSTICK, "Negative"), urine(MICROSCOPY, "None seen")),
        (urine(MICROSCOPY, "None seen"),),
    ],
)
def test_blood_on_a_dipstick_alone_is_no_dark_urine(charts: tuple[Any, ...]) -> None:
    assert not facts(*charts).holds("dark_urine")


@pytest.mark.parametrize(("value", "absent"), [(1, True), (40, False)])
def test_red_cells_are_absent_within_the_range_of_the_laboratory(value: float, absent: bool) -> None:
    cells = lab(MICROSCOPY, value, "/[HPF]") | {"referenceRange": [{"high": {"value": 3}}]}
    assert facts(urine(DIPSTICK, "3+"), cells).holds("dark_urine") is absent
