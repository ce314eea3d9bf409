"""A finding and its measurement in one row: the measurement says whether the finding is there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clinical.bedside import exam, observation, patient, red_flags, weakness

RETENTION = "rf_ces"


def flags(row: dict[str, Any]) -> dict[str, str]:
    """The rules shown for two weak legs with back pain, and this row."""
    return red_flags(patient(weakness(), exam("Low back pain"), row))


@pytest.mark.parametrize(
    "value",
    [
        "Bladder scan 45 mL",
        "bladder scan: 45ml",
        "PVR 30 ml",
        "post-void residual < 20 mL",
        "Bladder scan was 0 mL",
        "scanned, 45 cc residual",
        "0.04 L on bladder scan",
        "bladder scans 20 mL and 35 mL",
    ],
)
def test_an_empty_bladder_on_the_scan_is_no_retention(value: str) -> None:
    assert RETENTION not in flags(observation("Urinary retention", valueString=value))


def test_the_scan_may_stand_in_the_name_of_the_row() -> None:
    assert RETENTION not in flags(observation("Urinary retention: bladder scan 45 mL"))
    scanned = {"value": 45, "unit": "mL"}
    assert RETENTION not in flags(observation("Urinary retention (bladder scan)", valueQuantity=scanned))


def test_a_query_that_the_scan_answers_is_no_retention() -> None:
    assert RETENTION not in flags(observation("Bladder", valueString="?retention, bladder scan 45 mL"))
    assert RETENTION in flags(observation("Bladder", valueString="?retention, bladder scan 450 mL"))


@pytest.mark.parametrize(
    "value",
    [
        "Bladder scan 650 mL",
        "PVR 250 ml",
        # What lies between settles nothing.
        "Bladder scan 150 mL",
        # A drained bladder is empty, a retention or not.
        "catheterised, bladder scan now 20 mL",
        "Foley in situ, scan 10 mL",
        # What was passed is not what was kept.
        "45 mL",
        "passed 45 mL, bladder scan to follow",
        "bladder scan 45 mL yesterday",
        "bladder scan 45 mL, then 480 mL",
        "bladder scan >45 mL",
        "day 2, bladder scan to follow",
        "bladder scan in 2 hours",
        "home if scan < 50 mL",
        "yes, bladder scan 45 mL",
    ],
)
def test_a_full_bladder_or_another_number_leaves_the_retention(value: str) -> None:
    assert flags(observation("Urinary retention", valueString=value))[RETENTION] == "critical"


def test_a_full_bladder_measured_beside_the_row_counts_by_itself() -> None:
    empty = observation("Urinary retention", valueString="Bladder scan 45 mL")
    full = observation("Post-void residual", valueQuantity={"value": 400, "unit": "mL"}, at="30 minutes")
    assert RETENTION in red_flags(patient(weakness(), exam("Low back pain"), empty, full))
