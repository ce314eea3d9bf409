"""FHIR dates as the spans that they stand for.

A date without a time of day is the whole day where the record was written; so are a month and a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from cards.findings import When
from cds_service.evidence.thin import listed, member, number_of, text_of

_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2})"
    r"(?:[Tt ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r"\s*([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?)?)?)?"
)
# What nearly all records send; the library reads it in a fraction of the time.
_USUAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)
# The year 1 is what .NET writes for a date that is not there (DateTime.MinValue).
_EMPTY = "0001"
_MOMENT = timedelta(microseconds=1)
# UCUM codes of ages (FHIR R4, value set age-units), and the words that records send for them.
_AGE_UNITS = {
    "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25,
    "minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25,
    "y": 365.25, "yr": 365.25, "w": 7.0, "hr": 1 / 24, "": 365.25,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """When something was, and whether the record gave a time of day."""

    when: When
    timed: bool = False


class Dates:
    """Reads the dates of one chart, each text once."""

    def __init__(self, time_zone: tzinfo) -> None:
        self._time_zone = time_zone
        self._read: dict[str, Dated | None] = {}

    def read(self, value: object) -> Dated | None:
        """None for what is no date, one that does not exist (30 February), or the empty one of a program."""
        text = text_of(value)
        if text not in self._read:
            self._read[text] = self._parse(text)
        return self._read[text]

    def _parse(self, text: str) -> Dated | None:
        if text.startswith(_EMPTY):
            return None
        if _USUAL.match(text):
            try:
                moment = datetime.fromisoformat(text)
                local = moment if moment.tzinfo else moment.replace(tzinfo=self._time_zone)
                moment = local.astimezone(UTC)
            except (ValueError, OverflowError):
                pass  # unusual after all: 24:00, a leap second, 30 February, the year 1
            else:
                return Dated(When(moment, moment), timed=True)
        return self._parse_unusual(text)

    def _parse_unusual(self, text: str) -> Dated | None:
        found = _DATE.fullmatch(text)
        if found is None:
            return None
        year, month, day, hour, minute, second, fraction, offset = found.groups()
        try:
            if hour is None:
                return Dated(self._span(int(year), int(month or 0), int(day or 0)))
            whole_day = hour == "24" and int(minute) == 0  # 24:00 is the end of the day (ISO 8601)
            moment = datetime(
                int(year),
                int(month),
                int(day),
                0 if whole_day else int(hour),
                int(minute),
                min(int(second or 0), 59),  # a leap second counts as the one before it
                int((fraction or "").ljust(6, "0")[:6]),
                tzinfo=self._zone(offset),
            )
            moment = (moment + timedelta(days=int(whole_day))).astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return Dated(When(moment, moment), timed=True)

    def _zone(self, offset: str | None) -> tzinfo:
        if not offset:
            return self._time_zone
        if offset in "Zz":
            return UTC
        digits = offset[1:].replace(":", "")
        delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        return timezone(-delta if offset[0] == "-" else delta)

    def _span(self, year: int, month: int, day: int) -> When:
        """A day; a month for day 0; a year for month 0."""
        first = datetime(year, month or 1, day or 1, tzinfo=self._time_zone)
        if day:
            after = first + timedelta(days=1)
        elif month:
            after = first.replace(year=year + month // 12, month=month % 12 + 1)
        else:
            after = first.replace(year=year + 1)
        return When(first.astimezone(UTC), after.astimezone(UTC) - _MOMENT)

    def period(self, value: object) -> tuple[Dated | None, Dated | None]:
        """Start and end of a FHIR Period; a plain date where a Period belongs is its start."""
        if isinstance(value, dict):
            return self.read(value.get("start")), self.read(value.get("end"))
        return self.read(value), None

    def during(self, value: object) -> Dated | None:
        """A Period as one span, up to its end; the one end that is known when the other is not."""
        start, end = self.period(value)
        if start is None or end is None:
            return start or end
        if end.when.latest < start.when.earliest:
            return start
        return Dated(When(start.when.earliest, end.when.latest), start.timed and end.timed)

    def last_event(self, timing: object) -> Dated | None:
        """The latest of the events of a FHIR Timing."""
        events = [found for each in listed(member(timing, "event")) if (found := self.read(each))]
        return max(events, key=lambda event: event.when.latest, default=None)


def age_span(born: When | None, low: object, high: object = None) -> Dated | None:
    """When somebody had an age, or one from `low` to `high` (FHIR Age); it lasts a whole unit."""
    first, last = _age_days(low), _age_days(high if high is not None else low)
    if born is None or first is None or last is None:
        return None
    first, last = min(first, last), max(first, last)  # some exchange the ends of a range
    try:
        latest = born.latest + timedelta(days=last[0] + last[1])
        return Dated(When(born.earliest + timedelta(days=first[0]), latest))
    except OverflowError:
        return None


def _age_days(age: object) -> tuple[float, float] | None:
    """An age and its unit, both in days. A bare number means years."""
    value = number_of(member(age, "value") if isinstance(age, dict) else age)
    if value is None or value < 0:
        return None
    unit = (text_of(member(age, "code")) or text_of(member(age, "unit"))).lower()
    days = _AGE_UNITS.get(unit) or _AGE_UNITS.get(unit.removesuffix("s"))
    return None if days is None else (value * days, days)
