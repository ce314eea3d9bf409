"""One search on the demo server, from its parameters to the page that it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any

from cds_service.demo.parameters import SEARCHED, Searched, Test
from cds_service.demo.records import Held, Records, full_hour, records
from cds_service.errors import NotFound, SearchRefused

PAGE = 100
"""How many resources a page has when `_count` does not say. The sandbox lists one page of patients."""
LARGEST_PAGE = 1000
KEPT = timedelta(hours=1)
"""How long after the hour of its first page a further page is still given."""
JSON_FORMATS = {"json", "application/json", "application/fhir+json", "application/json+fhir"}

_COMMA = re.compile(r"(?<!\\),")
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_PAGE = re.compile(r"(\d{10})-(\d{1,6})", re.ASCII)
_PLAIN = re.compile(r"[A-Za-z_:.-]{1,40}")
_HOUR = "%Y%m%d%H"


@dataclass(frozen=True, slots=True)
class Filter:
    """One parameter: any of its values must hold."""

    holds: Test
    values: tuple[str, ...]

    def lets_in(self, held: Held) -> bool:
        return any(self.holds(held, value) for value in self.values)


@dataclass(slots=True)
class Search:
    """A search that was understood."""

    resource_type: str
    moment: datetime
    """From which the charts count back; a further page keeps that of the first, so that nothing changes."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The parameters as they came, for the links of the answer; without page and format."""
    filters: list[Filter] = field(default_factory=list)
    newest_first: bool | None = None
    """None: in the order of the charts."""
    count: int = PAGE
    offset: int = 0
    page: str | None = None
    """The value of `_page`; None for the first."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a search found: how many in all, and those that go on this page."""

    total: int
    resources: tuple[Mapping[str, Any], ...]
    next: str | None
    """The value of `_page` for the page after this one; None on the last."""


def known(resource_type: str) -> Searched:
    """Raises `NotFound` for a type that no chart holds."""
    if resource_type not in SEARCHED:
        raise NotFound(f"This server has no such resource type. It has: {', '.join(SEARCHED)}.")
    return SEARCHED[resource_type]


def read_search(resource_type: str, asked: Iterable[tuple[str, str]], now: datetime) -> Search:
    """Raises `NotFound` or `SearchRefused`: what was ignored in silence would look like an answer."""
    searched = known(resource_type)
    search = Search(resource_type, moment=full_hour(now))
    once: set[str] = set()
    for name, value in asked:
        if name in searched.parameters:
            search.filters.append(Filter(searched.parameters[name].holds, _values(name, value)))
        elif name not in _RESULT or name in once:
            raise SearchRefused(_not_known(name, resource_type, searched))
        else:
            once.add(name)
            _RESULT[name](search, value, now)
        if name not in {"_format", "_page"}:
            search.asked.append((name, value))
    return search


def find(search: Search, among: Records | None = None) -> Page:
    """The page that was asked for, of what the charts hold; `among` are other charts than the fixtures."""
    kept = records(search.moment) if among is None else among
    everything = kept.get(search.resource_type, {}).values()
    found = [held for held in everything if all(each.lets_in(held) for each in search.filters)]
    if search.newest_first is not None:
        found = _by_date(found, SEARCHED[search.resource_type].date, search.newest_first)
    end = search.offset + search.count
    page = tuple(held.resource for held in found[search.offset : end])
    more = search.count and end < len(found)
    return Page(len(found), page, f"{search.moment:{_HOUR}}-{end}" if more else None)


def _by_date(found: Iterable[Held], element: str, newest_first: bool) -> list[Held]:
    """What has no date comes last, either way."""
    dates = [(date_of(held.resource, element), held) for held in found]
    dated = [(date, held) for date, held in dates if date]
    dated.sort(key=itemgetter(0), reverse=newest_first)
    return [held for _, held in dated] + [held for date, held in dates if date is None]


def date_of(resource: Mapping[str, Any], element: str) -> datetime | None:
    """When it was, or began; None where the resource says nothing that is a date."""
    period = resource.get(f"{element}Period", resource.get(element))
    written = period.get("start") if isinstance(period, dict) else resource.get(f"{element}DateTime")
    try:
        date = datetime.fromisoformat(written or "")
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _values(name: str, value: str) -> tuple[str, ...]:
    values = tuple(each.replace(r"\,", ",") for each in _COMMA.split(value))
    if not all(values):
        raise SearchRefused(
            f"{name}: a value is empty. Leave the parameter out, or say what is searched for."
        )
    return values


def _not_known(name: str, resource_type: str, searched: Searched) -> str:
    """Repeats the name only where it can do no harm in a log or on a page."""
    shown = name if _PLAIN.fullmatch(name) else "A parameter"
    sorts = "" if searched.date else " (but for _sort)"
    return (
        f"{shown}: not known for {resource_type}, or given twice. This server knows "
        f"{', '.join(searched.parameters)}, and once each {', '.join(_RESULT)}{sorts}."
    )


def _sort(search: Search, value: str, _now: datetime) -> None:
    if not SEARCHED[search.resource_type].date or value not in {"date", "-date"}:
        raise SearchRefused("_sort: this server sorts by date or -date, where a resource type has one.")
    search.newest_first = value == "-date"


def _count(search: Search, value: str, _now: datetime) -> None:
    if not _NUMBER.fullmatch(value):
        raise SearchRefused("_count: must be a whole number.")
    search.count = min(int(value), LARGEST_PAGE)


def _format(_search: Search, value: str, _now: datetime) -> None:
    if value.replace(" ", "+") not in JSON_FORMATS:  # a plus sign in an address is a space
        raise SearchRefused("_format: this server speaks JSON only.")


def _page(search: Search, value: str, now: datetime) -> None:
    """Goes on where a page ended, with the charts as they were then."""
    found = _PAGE.fullmatch(value)
    moments = [full_hour(now - back) for back in (timedelta(), KEPT)]
    hours = {f"{moment:{_HOUR}}": moment for moment in moments}
    if not found or found[1] not in hours:
        raise SearchRefused("_page: there is no such page, or no longer. Search again from the first.")
    search.moment, search.offset, search.page = hours[found[1]], int(found[2]), value


_RESULT: Mapping[str, Callable[[Search, str, datetime], None]] = {
    "_sort": _sort,
    "_count": _count,
    "_page": _page,
    "_format": _format,
}
"""What says how the result is given, and not what is searched for."""
