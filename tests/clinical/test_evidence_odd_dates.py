"""Dates that programs write where they have none, and ends that stand before beginnings."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import cards_for, instant
from tests.clinical.bedside import condition as problem
from tests.clinical.bedside import patient as bed
from tests.clinical.evidence_charts import condition, finding, patient, read


@pytest.mark.parametrize("empty", ["0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00-05:00", "0001"])
def test_the_empty_date_of_a_program_is_no_date(empty: str) -> None:
    """Of .NET, `DateTime.MinValue`: it neither begins a weakness two thousand years ago nor ends it."""
    recorded = "2026-11-20"
    for member in ("onsetDateTime", "abatementDateTime"):
        (found,) = read(condition(recordedDate=recorded, **{member: empty})).findings
        assert (found.when, found.historical) == (finding(condition(recordedDate=recorded)).when, False)
    period = condition(recordedDate=recorded, onsetPeriod={"start": empty}, abatementPeriod={"end": empty})
    assert finding(period).when == finding(condition(recordedDate=recorded)).when


def test_a_range_of_ages_with_its_ends_exchanged_is_the_same_range() -> None:
    born, years = (
        patient(birthDate="1960-05-01"),
        [{"value": each, "unit": "a", "code": "a"} for each in (40, 50)],
    )
    ranges = [{"low": one, "high": other} for one, other in (years, years[::-1])]
    first, second = (read(born, condition(onsetRange=each)).findings[0].when for each in ranges)
    assert first == second
    assert first is not None
    assert first.earliest < first.latest


@pytest.mark.parametrize("ended", ["0001-01-01", "1900-01-01", "2020-05-01"])
def test_an_end_before_the_beginning_makes_no_weakness_a_transient_one(ended: str) -> None:
    stroke = problem("Sudden onset right hemiparesis", code="snomed 20022000", since="2 hours")
    other = problem("Weakness of leg", code="snomed 102568007", since="30 minutes", abatementDateTime=ended)
    del other["onsetDateTime"]
    other["recordedDate"] = instant("30 minutes")
    assert cards_for(bed(stroke))[0]["indicator"] == "critical"
    assert cards_for(bed(stroke, other))[0]["indicator"] == "critical"
