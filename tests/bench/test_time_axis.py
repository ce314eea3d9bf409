"""The scale of the time line: hours and years can both be read off, and time never runs backwards."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from cds_service.bench.time_axis import STEPS, Axis

NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
OLD = NOW - timedelta(days=3 * 365)


def axis(oldest: datetime = OLD) -> Axis:
    return Axis.over([oldest], NOW, 100, 1000)


def test_time_runs_to_the_right_all_the_way() -> None:
    moments = [NOW - timedelta(hours=1.07**power) for power in range(120, -60, -1)]
    places = [axis().x(moment) for moment in moments if moment >= OLD]
    assert len(places) > 100
    assert all(earlier < later for earlier, later in pairwise(places))


def test_five_hours_and_three_years_ago_stand_far_from_now_and_from_each_other() -> None:
    places = [axis().x(OLD), axis().x(NOW - timedelta(hours=5)), axis().x(NOW)]
    assert all(later - earlier > 90 for earlier, later in pairwise(places))


def test_now_is_at_the_right_and_what_is_later_is_not_beyond() -> None:
    assert axis().x(NOW) == 1000
    assert axis().x(NOW + timedelta(days=2)) == 1000


def test_every_tick_stands_where_its_time_is() -> None:
    ticks = axis().ticks(short=False)
    assert [tick.words for tick in ticks][:4] == ["now", "6 hours", "1 day", "1 week"]
    assert ticks[-1].words == "10 years"
    assert [tick.x for tick in ticks] == [axis().x(NOW - ago) for ago, *_ in STEPS[: len(ticks)]]


@pytest.mark.parametrize("days", [0, 1, 8, 200, 5000, 60000])
def test_the_oldest_is_on_the_line(days: int) -> None:
    oldest = NOW - timedelta(days=days)
    assert 100 <= axis(oldest).x(oldest) <= 1000


def test_without_a_date_the_line_is_a_week_long() -> None:
    assert Axis.over([], NOW, 0, 300).ticks(short=True)[-1].words == "1 wk"
