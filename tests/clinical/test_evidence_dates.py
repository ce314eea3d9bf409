"""Dates as FHIR and its senders write them, as the spans that they stand for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cards.findings import When
from cds_service.evidence.dates import Dates, age_span

LONDON = ZoneInfo("Europe/London")
DATES = Dates(LONDON)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # year, month, day, ...


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-07-01T10:20:30Z", utc(2026, 7, 1, 10, 20, 30)),
        ("2026-07-01T10:20:30z", utc(2026, 7, 1, 10, 20, 30)),
        ("2026-07-01t10:20:30Z", utc(2026, 7, 1, 10, 20, 30)),
        ("2026-07-01 10:20:30Z", utc(2026, 7, 1, 10, 20, 30)),
        ("2026-07-01T10:20Z", utc(2026, 7, 1, 10, 20)),
        ("2026-07-01T10:20:30.123456789Z", utc(2026, 7, 1, 10, 20, 30, 123456)),
        ("2026-07-01T10:20:30.5+05:30", utc(2026, 7, 1, 4, 50, 30, 500000)),
        ("2026-07-01T10:20:30-0500", utc(2026, 7, 1, 15, 20, 30)),
        ("2026-07-01T24:00:00Z", utc(2026, 7, 2)),
        ("2026-12-31T23:59:60Z", utc(2026, 12, 31, 23, 59, 59)),
    ],
)
def test_a_moment_with_its_offset(written: str, moment: datetime) -> None:
    found = DATES.read(written)
    assert found is not None
    assert found.when == When(moment, moment)
    assert found.timed


def test_a_moment_without_an_offset_is_local_time() -> None:
    found = DATES.read("2026-07-01T10:20:30")
    assert found is not None
    assert found.when.earliest == utc(2026, 7, 1, 9, 20, 30)


@pytest.mark.parametrize(
    ("written", "earliest", "after"),
    [
        ("2026", utc(2026, 1, 1), utc(2027, 1, 1)),
        ("2026-12", utc(2026, 12, 1), utc(2027, 1, 1)),
        ("2026-07", utc(2026, 6, 30, 23), utc(2026, 7, 31, 23)),
        ("2026-11-20", utc(2026, 11, 20), utc(2026, 11, 21)),
        ("2026-03-29", utc(2026, 3, 29), utc(2026, 3, 29, 23)),
        ("2024-02-29", utc(2024, 2, 29), utc(2024, 3, 1)),
    ],
)
def test_a_date_is_the_whole_local_period(written: str, earliest: datetime, after: datetime) -> None:
    found = DATES.read(written)
    assert found is not None
    assert found.when.earliest == earliest
    assert timedelta(0) < after - found.when.latest <= timedelta(seconds=1)
    assert not found.timed


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026-02-31",
        "2026-13",
        "0000",
        "2026-02-31T10:00:00Z",
        "2026-07-01T25:00:00Z",
        "2026-07-01T24:30:00Z",
        "yesterday",
        "01/02/2026",
        "2026-07-01T10:20:30+99:00",
        "20260701",
        "9999-12-31",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_date_is_not_guessed(written: str) -> None:
    assert DATES.read(written) is None


@pytest.mark.parametrize("value", [None, 5, 1e9, True, {}, [], ["2026"]])
def test_other_things_than_texts_are_no_dates(value: object) -> None:
    assert DATES.read(value) is None


def test_a_year_as_a_number_is_a_year() -> None:
    assert DATES.read(2026) == DATES.read("2026")


def test_an_age_is_as_vague_as_its_unit_and_the_birth_date() -> None:
    born = When(utc(1960, 5, 1), utc(1960, 5, 2))
    found = age_span(born, {"value": 2, "code": "mo"})
    assert found is not None
    assert timedelta(days=29) < found.when.span < timedelta(days=33)
    assert found.when.earliest.month in (6, 7)


@pytest.mark.parametrize(
    "age", [None, {}, {"value": "old"}, {"value": -1}, {"value": 3, "unit": "fortnights"}]
)
def test_an_age_that_is_none(age: object) -> None:
    assert age_span(When(utc(1960, 5, 1), utc(1960, 5, 2)), age) is None


def test_an_age_without_a_birth_date_tells_no_date() -> None:
    assert age_span(None, {"value": 66, "code": "a"}) is None
