"""Another date for a resource: all its clinical dates move together, each as vague as it was written."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cds_service.bench.change import ChangeRefused
from cds_service.bench.moments import Moment

Resource = dict[str, Any]

# The first that is there dates the resource; a resource without any gets the first.
_DATES: Mapping[str, tuple[str, ...]] = {
    "Condition": (
        "onsetDateTime", "onsetPeriod.start", "recordedDate", "onsetPeriod.end", "abatementDateTime",
        "abatementPeriod.start", "abatementPeriod.end",
    ),
    "Observation": (
        "effectiveDateTime", "effectiveInstant", "effectivePeriod.start", "effectivePeriod.end", "issued",
    ),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end", "issued"),
    "MedicationRequest": (
        "authoredOn", "dispenseRequest.validityPeriod.start", "dispenseRequest.validityPeriod.end",
        "dosageInstruction.timing.repeat.boundsPeriod.start",
        "dosageInstruction.timing.repeat.boundsPeriod.end",
    ),
    "MedicationStatement": (
        "effectiveDateTime", "effectivePeriod.start", "dateAsserted", "effectivePeriod.end",
    ),
    "MedicationAdministration": ("effectiveDateTime", "effectivePeriod.start", "effectivePeriod.end"),
    "Procedure": ("performedDateTime", "performedPeriod.start", "performedPeriod.end"),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "Encounter": ("period.start", "period.end", "location.period.start", "location.period.end"),
    "QuestionnaireResponse": ("authored",),
}  # fmt: skip
# An onset in years of age or in words cannot be moved; the new date takes its place.
_TOLD_ONSETS = ("onsetAge", "onsetRange", "onsetString")
_WRITTEN = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d.*)?)?)?", re.DOTALL | re.ASCII)


def can_be_dated(resource: Mapping[str, Any]) -> bool:
    """Whether the resource is of a type with clinical dates."""
    return resource.get("resourceType") in _DATES


def redated(resource: Resource, when: Moment, now: datetime) -> Resource:
    """The resource as of `when`. Raises `ChangeRefused` for a type without clinical dates."""
    kind = str(resource.get("resourceType"))
    if kind not in _DATES:
        raise ChangeRefused(f"A {kind} has no clinical date. Take another resource.")
    old = _dated_by(resource, kind)
    if old is None:
        first = _DATES[kind][0]
        bare = {name: value for name, value in resource.items() if name not in _TOLD_ONSETS}
        whole, _, part = first.partition(".")
        return deepcopy(bare) | {whole: {part: when.written(now)} if part else when.written(now)}
    if when.exact and ("T" in old or "onset" in _first_path(resource, kind)):
        moved = moved_by(resource, when.at(now) - _moment(old), now)
        _put(moved, _first_path(resource, kind), when.written(now))
        return moved
    days = when.at(now).astimezone(UTC).date() - _moment(old).astimezone(UTC).date()
    return moved_by(resource, days, now)


def moved_by(resource: Resource, by: timedelta, now: datetime) -> Resource:
    """The resource with all its clinical dates moved; none of them past `now`.

    Raises `ChangeRefused` where the calendar does not go so far.
    """
    moved = deepcopy(resource)
    for path in _DATES.get(str(resource.get("resourceType")), ()):
        for holder, name in _places(moved, path.split(".")):
            try:
                holder[name] = shifted(holder[name], by, now)
            except OverflowError:
                raise ChangeRefused(
                    f"{path}: the calendar ends before its new date. Take a date nearer to the old one."
                ) from None
    return moved


def shifted(written: str, by: timedelta, now: datetime) -> str:
    """A FHIR date moved: an instant keeps its zone, a date stays a date, a month a month, a year a year.

    What would come to lie after `now` is `now`, as a record tells of nothing later.
    """
    if "T" in written:
        moment = _moment(written)
        later = min(moment + by, max(now, moment).astimezone(moment.tzinfo))
        text = later.isoformat(timespec="seconds")
        return text.replace("+00:00", "Z") if written.endswith("Z") else text
    parts = [int(part) for part in written.split("-")]
    year, month, day = (*parts, *(6, 15)[len(parts) - 1 :])[:3]
    moved = min(date(year, month, min(day, monthrange(year, month)[1])) + by, now.astimezone(UTC).date())
    return moved.isoformat()[: (4, 7, 10)[len(parts) - 1]]


def _dated_by(resource: Resource, kind: str) -> str | None:
    path = _first_path(resource, kind)
    return next((str(holder[name]) for holder, name in _places(resource, path.split("."))), None)


def _first_path(resource: Resource, kind: str) -> str:
    """The path of the date that dates the resource; empty when none is there."""
    return next((path for path in _DATES[kind] if any(_places(resource, path.split(".")))), "")


def _places(value: Any, path: list[str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Where dates stand that can be understood, by the object that holds each and its member."""
    for each in value if isinstance(value, list) else [value]:
        if not isinstance(each, dict) or path[0] not in each:
            continue
        if len(path) > 1:
            yield from _places(each[path[0]], path[1:])
        elif isinstance(each[path[0]], str) and _is_date(each[path[0]]):
            yield each, path[0]


def _is_date(written: str) -> bool:
    if not _WRITTEN.fullmatch(written):
        return False
    try:
        _moment(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return True


def _moment(written: str) -> datetime:
    if "T" in written:
        moment = datetime.fromisoformat(written)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    parts = [int(part) for part in written.split("-")]
    year, month, day = (*parts, *(6, 15)[len(parts) - 1 :])[:3]
    return datetime(year, month, day, tzinfo=UTC)


def _put(resource: Resource, path: str, written: str) -> None:
    for holder, name in _places(resource, path.split(".")):
        holder[name] = written
        return
