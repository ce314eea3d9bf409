"""Onsets in words, counted from the day on which they were written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cards.features import read_features
from cards.findings import Stance
from tests.clinical.evidence_charts import KNOWLEDGE, NOW, condition, patient, read, stances

AN_HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()


def onset(words: str, recorded: str | None = AN_HOUR_AGO, **person: Any) -> float | None:
    """Days since the onset; None when it is unknown."""
    one = condition(onsetString=words) | ({"recordedDate": recorded} if recorded else {})
    found = read_features(read(patient(**person), one), KNOWLEDGE, NOW).facts.get("onset_age_days").value
    return found if isinstance(found, float) else None


@pytest.mark.parametrize(
    ("words", "days"),
    [
        *(
            ("3 days ago", 3),
            ("for 3 days", 3),
            ("three days", 3),
            ("3/7", 3),
            ("x 3 days", 3),
            ("3-day history", 3),
        ),
        *(("2 weeks", 14), ("2/52", 14), ("about two weeks ago", 14), ("6/12", 183), ("10 years", 3652)),
        *(("10 years, worse over 2 days", 3652), ("yesterday", 1), ("20/11/2026", 2), ("20.11.2026", 2)),
        ("18 months ago", 548),
    ],
)
def test_a_period_before_the_record_is_the_onset(words: str, days: float) -> None:
    assert onset(words) == pytest.approx(days, rel=0.02, abs=0.6)


def test_it_counts_from_the_record_not_from_today() -> None:
    assert onset("2 weeks ago", (NOW - timedelta(days=30)).isoformat()) == pytest.approx(44, abs=0.1)


@pytest.mark.parametrize("words", ["childhood", "since birth", "lifelong", "since age 12", "for many years"])
def test_what_began_long_ago_is_chronic_whenever_it_is_recorded(words: str) -> None:
    assert (onset(words) or 0) > 365


@pytest.mark.parametrize("words", ["several months ago", "gradually over years", "months"])
def test_months_and_years_are_chronic(words: str) -> None:
    assert (onset(words) or 0) > 56


@pytest.mark.parametrize("words", ["today", "since this morning"])
def test_a_day_is_no_sudden_onset(words: str) -> None:
    assert 1 < (onset(words) or 0) < 1.1


def test_hours_tell_the_time_of_day() -> None:
    one = condition(onsetString="6 hours ago", recordedDate=AN_HOUR_AGO)
    facts = read_features(read(one), KNOWLEDGE, NOW).facts
    assert facts.holds("onset_is_explicit")
    assert facts.get("onset_age_days").value == pytest.approx(7 / 24, rel=1e-3)


@pytest.mark.parametrize("words", ["last week", "a few days ago"])
def test_vague_words_stay_recent(words: str) -> None:
    assert 1 < (onset(words) or 0) < 60


@pytest.mark.parametrize("words", ["unknown", "after lifting a box", "gradual", ""])
def test_words_without_a_time_leave_the_date_of_recording(words: str) -> None:
    assert onset(words) == pytest.approx(1 / 24)


def test_without_a_day_of_recording_days_ago_mean_nothing() -> None:
    assert onset("3 days ago", None) is None


def test_a_date_whose_day_may_be_the_month_is_unknown() -> None:
    assert onset("03/11/2026") is None


@pytest.mark.parametrize(
    ("told", "recorded"),
    [
        ("31/12/9999", "2026-11-20"),
        ("01/01/0001", "2026-11-20"),
        ("for 999 years", "0500-01-01"),
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Kiritimati"])
def test_a_beginning_at_the_end_of_the_calendar_loses_no_weakness(
    told: str, recorded: str, zone: str
) -> None:
    entry = condition(onsetString=told, recordedDate=recorded)
    assert read(entry, time_zone=ZoneInfo(zone)).unread == ()
    assert stances(entry, time_zone=ZoneInfo(zone))["cs_leg_weakness"] is Stance.AFFIRMED


def test_a_birth_date_that_cannot_be_loses_no_weakness() -> None:
    entry = condition(onsetString="since childhood", recordedDate="2026-11-20")
    assert read(patient(birthDate="9999-01-01"), entry).unread == ()
