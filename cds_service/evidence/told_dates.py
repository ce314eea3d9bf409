"""When something began, told in words: "3 days ago", "since this morning", "childhood", "20/11/2026".

Counted from the day on which it was written down; a word that is not understood tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import Any

from cards.findings import When
from cds_service.evidence.dates import Dated
from cds_service.evidence.folding import folded, holds_any

_DAY = timedelta(days=1)
_BY_NUMBERS = re.compile(r"(?<![0-9/.])([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})(?![0-9])")
_AT_AGE = re.compile(r"\bage[d]?(?: of| about|:)? ([0-9]{1,2})\b")
_TIMED_BELOW_DAYS = 0.5
"""An hour or a minute tells the time of day; a day or more does not."""


class ToldDates:
    """Reads the beginnings of one chart. `words`: ``reading.toml`` [time]; `born`: of the patient."""

    def __init__(self, words: Mapping[str, Any], time_zone: tzinfo) -> None:
        self._words = words
        self._time_zone = time_zone
        self._units = {name: float(days) for name, days in words["told_units"]}
        self._numbers = {name: (float(low), float(high)) for name, low, high in words["told_numbers"]}
        self._pattern = _periods(tuple(self._units), tuple(self._numbers))

    def read(self, text: str, written: Dated | None, born: When | None) -> Dated | None:
        """The longest ago of what the words tell; None when they tell nothing."""
        words = folded(text)
        found = [*self._dates(words), *self._ages(words, born)]
        if written is not None:
            found += [*self._periods(words, written), *self._moments(words, written)]
        return min(found, key=lambda dated: dated.when.earliest, default=None)

    def _periods(self, words: str, written: Dated) -> Iterator[Dated]:
        for first, last, unit in self._pattern.findall(words):
            if not first and not unit.endswith("s"):
                continue  # "last week" is no period, "for years" is one
            days = self._units[unit]
            timed = days < _TIMED_BELOW_DAYS and written.timed
            low, high = self._number(first) if first else self._numbers["s"]
            if last:
                high = max(high, self._number(last)[1])
            elif low == high:
                about = 0.25 if timed else 0.5
                low, high = max(low - about, 0.0), high + about
            middle = written.when.middle
            yield from _spans(middle, -high * days * _DAY, middle, -low * days * _DAY, timed=timed)

    def _number(self, written: str) -> tuple[float, float]:
        return self._numbers.get(written) or (float(written), float(written))

    def _moments(self, words: str, written: Dated) -> Iterator[Dated]:
        """Whole days before the one of writing: "yesterday"."""
        for name, most, least in self._words["told_moments"]:
            if holds_any(words, (name,)):
                yield from self._days(written.when.latest, int(most), int(least))

    def _days(self, moment: datetime, most: int, least: int) -> Iterator[Dated]:
        with suppress(OverflowError):  # as for `_spans`
            today = moment.astimezone(self._time_zone).replace(hour=0, minute=0, second=0, microsecond=0)
            latest = min(today + (1 - least) * _DAY, moment.astimezone(self._time_zone))
            earliest = today - most * _DAY
            yield Dated(When(earliest.astimezone(UTC), max(earliest, latest).astimezone(UTC)))

    def _ages(self, words: str, born: When | None) -> Iterator[Dated]:
        if born is None:
            return
        for name, years in self._words["told_ages"]:
            if holds_any(words, (name,)):
                yield from _spans(born.earliest, 0 * _DAY, born.latest, float(years) * 365.25 * _DAY)
        for age in map(int, _AT_AGE.findall(words)):
            yield from _spans(born.earliest, age * 365.25 * _DAY, born.latest, (age + 1) * 365.25 * _DAY)

    def _dates(self, words: str) -> Iterator[Dated]:
        """A date in numbers: day and month may stand in either order, so both are meant where both can be."""
        for one, other, year in _BY_NUMBERS.findall(words):
            days = [self._date(int(year), int(m), int(d)) for d, m in ((one, other), (other, one))]
            known = sorted(day for day in days if day is not None)
            if known:
                yield from _spans(known[0], 0 * _DAY, known[-1], _DAY)

    def _date(self, year: int, month: int, day: int) -> datetime | None:
        try:
            return datetime(year, month, day, tzinfo=self._time_zone) if year > 1 else None
        except ValueError:
            return None


def _spans(
    first: datetime, to_earliest: timedelta, last: datetime, to_latest: timedelta, *, timed: bool = False
) -> Iterator[Dated]:
    """From so long after one moment to so long after another.

    Nothing where an end lies beyond the calendar (the year 9999 of records that mean "open"): such words tell
    no beginning, and must not lose what they stand beside.
    """
    with suppress(OverflowError):
        earliest, latest = (first + to_earliest).astimezone(UTC), (last + to_latest).astimezone(UTC)
        yield Dated(When(earliest, latest), timed)


@cache
def _periods(units: tuple[str, ...], numbers: tuple[str, ...]) -> re.Pattern[str]:
    number = "|".join(["[0-9]{1,3}(?:\\.[0-9])?", *sorted(map(re.escape, numbers), key=len, reverse=True)])
    unit = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    return re.compile(
        rf"(?<![\w.])(?:({number})(?:\s?(?:-|–|to|or)\s?({number}))?\s?-?)?\s?({unit})(?![\w/])"
    )
