"""When the weakness began, from records that are dated by the minute, the day, the year or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cards import knowledge
from cards.features import read_features
from cards.findings import Chart, Finding, Hit, Kind, Person, Side, Source, Stance, When

CONTENT = knowledge.load()
NOW = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def moment(days: float) -> When:
    when = NOW - days * DAY
    return When(when, when)


def day(days: int) -> When:
    start = (NOW - days * DAY).replace(hour=0, minute=0)
    return When(start, start + DAY - timedelta(seconds=1))


def entry(when: When | None, *words: str, side: Side | None = None, number: int = 1, **more: Any) -> Finding:
    hits = (Hit("cs_leg_weakness", side=side), *(Hit(word) for word in words))
    made = Finding(Source(f"Condition/{number}", "Condition"), Kind.CONDITION, "leg weakness", hits, when)
    return replace(made, **more)


def onset_days(*findings: Finding) -> float | None:
    facts = read_features(Chart(Person(), findings), CONTENT, NOW).facts
    value = facts.get("onset_age_days").value
    return value if isinstance(value, float) else None


def holds(feature: str, *findings: Finding) -> bool:
    facts = read_features(Chart(Person(), findings), CONTENT, NOW).facts
    return facts.holds(feature)


def test_the_onset_is_that_of_the_earliest_entry_of_the_episode() -> None:
    assert onset_days(entry(moment(20)), entry(moment(3), number=2)) == pytest.approx(20)


def test_an_entry_after_a_long_gap_begins_a_new_episode() -> None:
    assert onset_days(entry(moment(400)), entry(moment(3), number=2)) == pytest.approx(3)


def test_an_active_problem_bridges_the_gap() -> None:
    old = entry(moment(400), problem_list=True)
    assert onset_days(old, entry(moment(3), number=2)) == pytest.approx(400)


def test_the_other_side_is_another_episode() -> None:
    left, right = entry(moment(40), side=Side.LEFT), entry(moment(2), side=Side.RIGHT, number=2)
    assert onset_days(left, right) == pytest.approx(2)


def test_sudden_worsening_of_an_old_weakness_begins_anew() -> None:
    assert onset_days(entry(moment(40)), entry(moment(1), "words_new_episode", number=2)) == pytest.approx(1)


def test_an_end_in_between_begins_anew() -> None:
    over = entry(moment(60), ended=moment(50))
    assert onset_days(over, entry(moment(5), number=2)) == pytest.approx(5)


def test_a_date_without_a_time_is_never_within_the_last_day() -> None:
    age = onset_days(entry(day(0)))
    assert age is not None
    assert age > 1


def test_unless_it_is_today_and_the_entry_says_sudden() -> None:
    assert onset_days(entry(day(0), "words_onset_sudden")) == pytest.approx(0.146, abs=0.01)


def test_a_year_that_may_be_this_week_is_no_onset_and_counts_as_new() -> None:
    year = When(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 31, tzinfo=UTC))
    assert onset_days(entry(year)) is None
    assert holds("onset_unknown", entry(year))
    assert holds("new_or_worse", entry(year))


def test_a_year_long_past_is_an_onset() -> None:
    year = When(datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 12, 31, tzinfo=UTC))
    age = onset_days(entry(year))
    assert age is not None
    assert age > 2000
    assert not holds("new_or_worse", entry(year))


def test_undated_weakness_counts_as_new() -> None:
    assert holds("new_or_worse", entry(None))


def test_only_a_stated_onset_with_a_time_of_day_is_explicit() -> None:
    assert holds("onset_is_explicit", entry(moment(0.1), onset_stated=True, timed=True))
    assert not holds("onset_is_explicit", entry(day(0), onset_stated=True))
    assert not holds("onset_is_explicit", entry(moment(0.1)))


def test_a_later_denial_ends_the_weakness_and_an_earlier_one_does_not() -> None:
    def denial(days: float) -> Finding:
        return entry(moment(days), number=2, hits=(Hit("cs_leg_weakness", Stance.DENIED),))

    assert not holds("leg_weakness", entry(moment(5)), denial(1))
    assert holds("leg_weakness", entry(moment(1)), denial(5))
    assert holds("leg_weakness", entry(moment(1)), denial(1.01))


def test_a_denial_for_the_right_leg_leaves_the_left_leg_weak() -> None:
    denial = entry(moment(1), number=2, hits=(Hit("cs_leg_weakness", Stance.DENIED, Side.RIGHT),))
    assert holds("leg_weakness", entry(moment(5), side=Side.LEFT), denial)


def test_left_and_right_together_are_both_sides() -> None:
    left, right = entry(moment(3), side=Side.LEFT), entry(moment(3), side=Side.RIGHT, number=2)
    assert holds("bilateral", left, right)
    assert not holds("bilateral", left)
    assert holds("unilateral", left)


def test_weakness_that_was_over_within_a_day_is_told_apart() -> None:
    over = entry(moment(2), ended=moment(1.5), historical=True)
    assert holds("resolved_within_24h", over)
    assert holds("leg_weakness", over)
    assert not holds("resolved_within_24h", over, entry(moment(0.2), number=2))


def test_a_sudden_onset_of_years_ago_is_not_sudden_now() -> None:
    assert not holds("onset_sudden", entry(moment(900), "words_onset_sudden"))
    assert holds("onset_sudden", entry(moment(2), "words_onset_sudden"))
