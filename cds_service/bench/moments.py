"""When a change is to have happened, as people type it: "today", "2h", "5d", "3 weeks", "2026-03"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(?P<count>\d{1,4}) ?(?P<unit>[a-z]+?)(?: ago)?", re.ASCII)
# A year alone would be a value without a unit.
_DATE = re.compile(r"\d{4}-\d\d(?:-\d\d)?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_YEARS = range(1800, 9999)
"""No record is older, and what is counted back from a moment stays a date."""
_UNITS = {
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "mo": timedelta(days=30),
    "y": timedelta(days=365),
}
_NAMES = {
    "minute": "min", "minutes": "min", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "w",
    "weeks": "w", "month": "mo", "months": "mo", "year": "y", "years": "y",
}  # fmt: skip
_WORDS = {"min": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
_DAYS = {"today": 0, "yesterday": 1}
UNDERSTOOD = "today, yesterday, now; 2h, 5d, 3w, 2mo or 1y for how long ago; or a date such as 2026-03-01"


class NoMoment(ValueError):
    """A text says no moment."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment, counted back from now or given as a date.

    In hours and minutes it is exact; in days, weeks, months and years it is a date without a time of day,
    as somebody would tell it.
    """

    text: str
    """Its shortest form: ``today``, ``2h``, ``5d``, ``2026-03-01``."""

    @property
    def words(self) -> str:
        """As it is said: ``today``, ``2 hours ago``, ``on 2026-03-01``."""
        found = _AGO.fullmatch(self.text)
        if found is None:
            return self.text if self.text in {*_DAYS, "now"} else f"on {self.text}"
        count, name = int(found["count"]), _WORDS[found["unit"]]
        return f"{count} {name}{'' if count == 1 else 's'} ago"

    @property
    def exact(self) -> bool:
        """Whether it has a time of day."""
        found = _AGO.fullmatch(self.text)
        return self.text == "now" or "T" in self.text or bool(found and found["unit"] in {"min", "h"})

    def at(self, now: datetime) -> datetime:
        """The moment in UTC; for a date its beginning, for a month its first day."""
        if self.text in {"now", *_DAYS}:
            return _utc(now) - timedelta(days=_DAYS.get(self.text, 0))
        if found := _AGO.fullmatch(self.text):
            return _utc(now) - int(found["count"]) * _UNITS[found["unit"]]
        if "T" in self.text:
            moment = datetime.fromisoformat(self.text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        parts = [int(part) for part in self.text.split("-")]
        year, month, day = (*parts, 1, 1)[:3]
        return datetime(year, month, day, tzinfo=UTC)

    def written(self, now: datetime) -> str:
        """As FHIR writes it: an instant in UTC, a date or a month."""
        if self.exact:
            return instant(self.at(now))
        return self.text if _DATE.fullmatch(self.text) else self.at(now).date().isoformat()

    def instant(self, now: datetime) -> str:
        """As FHIR writes it where a time of day belongs: noon of a date, but never in the future."""
        if self.exact or _DATE.fullmatch(self.text) is None:
            return instant(self.at(now))
        return instant(min(self.at(now) + timedelta(hours=12), _utc(now)))


def read(text: str) -> Moment:
    """Raises `NoMoment` with what is understood."""
    plain = " ".join(text.strip().split())
    lower = plain.lower()
    if lower in {"now", *_DAYS}:
        return Moment(lower)
    if found := _AGO.fullmatch(lower):
        unit = _NAMES.get(found["unit"], found["unit"])
        if unit in _UNITS:
            return _within_reach(Moment(f"{int(found['count'])}{unit}"), plain)
    if _DATE.fullmatch(plain) or _INSTANT.fullmatch(plain):
        return _within_reach(Moment(plain.replace(" ", "T")), plain)
    raise NoMoment(f"{plain!r} says no time. Say {UNDERSTOOD}.")


def _within_reach(moment: Moment, written: str) -> Moment:
    """Raises `NoMoment` for what is no date, or one of which no record tells."""
    try:
        year = moment.at(datetime(2100, 1, 1, tzinfo=UTC)).year
    except (ValueError, OverflowError):
        year = 0
    if year not in _YEARS:
        raise NoMoment(f"{written!r} is no date that exists, or none of which a record tells.")
    return moment


def instant(moment: datetime) -> str:
    """An instant in UTC, on the whole minute, as FHIR writes it."""
    return _utc(moment).isoformat(timespec="seconds")


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
