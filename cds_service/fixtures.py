"""The synthetic charts in `fixtures/`: one folder per situation, with dates that count back from now.

A placeholder stands between double braces. All arithmetic is in UTC and counts from the whole minute in
which `now` lies, so neither a change to summer time nor the seconds of a clock move a date:

    now, now-5h, now+2d      an instant: 2026-11-20T09:41:00+00:00 (offsets in d, h or m)
    z:now-5h                 the same, written 2026-11-20T04:41:00Z
    today, today-10d         a date: 2026-11-10 (offsets in d)
    birth-71y                the birth date of someone who is 71 and had the birthday 100 days ago
    day:now-2d               18 Nov 2026, as cards write a day
    minute:now-2h            20 Nov 2026 07:41, as cards write a minute
    chart                    in call.json, as the value of `prefetch`: the resources of the chart

`template_dates` writes a day as whole days back. That agrees with a chart at any hour if the chart counts in
days; for a finding some hours old (up to 12, or 12 beside whole days) it agrees from 12:00 to 23:59 UTC, when
"five hours ago" is still the same day. So answers are recorded, and compared day by day, in those hours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cds_service.places import fixtures_folder

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SINCE_BIRTHDAY = timedelta(days=100)

PREFETCH_KEYS: Mapping[str, AbstractSet[str]] = {
    "patient": {"Patient"},
    "conditions": {"Condition"},
    "observations": {"Observation"},
    "reports": {"DiagnosticReport"},
    "medications": {"MedicationRequest"},
    "medicationStatements": {"MedicationStatement"},
    "medicationAdministrations": {"MedicationAdministration"},
    "procedures": {"Procedure"},
    "immunizations": {"Immunization"},
    "encounters": {"Encounter"},
    "questionnaires": {"QuestionnaireResponse"},
}

# {{chart}} is no date: `call` fills it.
_PLACEHOLDER = re.compile(r"\{\{(?!chart\}\})(.*?)\}\}", re.DOTALL)
_MOMENT = re.compile(r"(?:(?P<style>z|day|minute):)?now(?:(?P<sign>[+-])(?P<count>\d+)(?P<unit>[dhm]))?")
_DATE = re.compile(r"today(?:(?P<sign>[+-])(?P<count>\d+)d)?")
_BIRTH = re.compile(r"birth-(?P<years>\d+)y")
_UNITS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}

# An answer is templated as JSON text, where a line of a card begins after a written-out \n.
_WRITTEN = re.compile(
    r"(?:(?<![\w.-])|(?<=\\n))(?P<iso>\d{4}-\d\d-\d\d)"
    r"(?:T(?P<time>\d\d:\d\d)(?P<seconds>:\d\d(?:\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)?)?(?![\w-])"
    rf"|(?:(?<!\w)|(?<=\\n))(?P<day>\d\d?) (?P<month>{'|'.join(MONTHS)}) (?P<year>\d{{4}})"
    r"(?: (?P<clock>\d\d:\d\d))?(?!\w)"
)


def moment(now: datetime) -> datetime:
    """What placeholders count from: the whole minute of `now`, in UTC. Refuses a time without a zone."""
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone: without one a chart differs from machine to machine.")
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def render(text: str, now: datetime) -> str:
    """The text with each placeholder replaced by its date. Raises `ValueError` for an unknown one."""
    start = moment(now)
    return _PLACEHOLDER.sub(lambda found: _rendered(found[1], start), text)


def _rendered(placeholder: str, start: datetime) -> str:
    if found := _MOMENT.fullmatch(placeholder):
        count = int(f"{found['sign']}{found['count']}") if found["unit"] else 0
        return _written(start + count * _UNITS[found["unit"] or "d"], found["style"])
    if found := _DATE.fullmatch(placeholder):
        count = int(f"{found['sign']}{found['count']}") if found["count"] else 0
        return (start.date() + timedelta(days=count)).isoformat()
    if found := _BIRTH.fullmatch(placeholder):
        return birth_date(start.date(), int(found["years"])).isoformat()
    raise ValueError(f"{{{{{placeholder}}}}} is no placeholder; cds_service/fixtures.py lists them.")


def _written(when: datetime, style: str | None) -> str:
    if style is None:
        return when.isoformat()
    if style == "z":
        return f"{when:%Y-%m-%dT%H:%M:%SZ}"
    # Not %b, which speaks the language of the machine.
    day = f"{when.day:02} {MONTHS[when.month - 1]} {when.year:04}"
    return day if style == "day" else f"{day} {when:%H:%M}"


def birth_date(today: date, years: int) -> date:
    """Of somebody who is so old and had the birthday 100 days before `today`."""
    birthday = today - SINCE_BIRTHDAY
    if (birthday.month, birthday.day) == (2, 29):
        birthday -= timedelta(days=1)  # most years have no 29 February
    return birthday.replace(year=birthday.year - years)


def template_dates(text: str, now: datetime) -> str:
    """The reverse of `render`, for recording an answer that was given at `now`.

    It knows ISO instants and dates, and days and minutes as cards write them; a date that does not exist
    stays as it is. Every date is taken to count from now, so the answer may carry no fixed one. Raises
    `ValueError` for what would not come back the same: a text with placeholders, an instant with seconds
    or in another zone than UTC, a day such as 8 Nov for 08 Nov.
    """
    if _PLACEHOLDER.search(text):
        raise ValueError("The text has placeholders already.")
    start = moment(now)
    return _WRITTEN.sub(lambda found: _placeholder(found, start), text)


def _placeholder(found: re.Match[str], start: datetime) -> str:
    iso, clock = found["iso"], found["time"] or found["clock"]
    if not iso and len(found["day"]) == 1:
        raise ValueError(f"{found[0]}: cards write the day with two digits.")
    day = iso or f"{found['year']}-{MONTHS.index(found['month']) + 1:02}-{found['day']}"
    try:
        when = datetime.fromisoformat(f"{day}T{clock or '00:00'}+00:00")
    except ValueError:
        return found[0]
    if clock is None:
        days = (when.date() - start.date()).days
        return f"{{{{today{_offset(days, 'd')}}}}}" if iso else f"{{{{day:now{_offset(days, 'd')}}}}}"
    if iso and (found["seconds"] != ":00" or found["zone"] not in {"Z", "+00:00"}):
        raise ValueError(f"{found[0]}: an instant must be on the whole minute and in UTC to be recorded.")
    style = "minute:" if not iso else "z:" if found["zone"] == "Z" else ""
    return f"{{{{{style}now{_longest_unit(when - start)}}}}}"


def _longest_unit(offset: timedelta) -> str:
    unit = next(unit for unit, length in _UNITS.items() if not offset % length)
    return _offset(offset // _UNITS[unit], unit)


def _offset(count: int, unit: str) -> str:
    return f"{count:+}{unit}" if count else ""


def names() -> list[str]:
    """The situations, in the order of the alphabet."""
    return sorted(chart.parent.name for chart in fixtures_folder().glob("*/chart.json"))


def chart(name: str, now: datetime) -> dict[str, Any]:
    """The whole chart: a Bundle of type collection, the Patient first."""
    return _read(name, "chart.json", now)


def call(name: str, now: datetime, keys: Mapping[str, AbstractSet[str]] = PREFETCH_KEYS) -> dict[str, Any]:
    """The patient-view call for this chart, with every prefetch key given."""
    asked = _read(name, "call.json", now)
    if asked.get("prefetch") != "{{chart}}":
        raise ValueError(f"fixtures/{name}/call.json: `prefetch` must be {{{{chart}}}}.")
    resources = [entry["resource"] for entry in chart(name, now)["entry"]]
    return asked | {"prefetch": prefetch_from(resources, keys)}


def expected(name: str, now: datetime) -> dict[str, Any]:
    """The answer recorded for the call. Raises `FileNotFoundError` while none is."""
    return _read(name, "expected.json", now)


def story(name: str) -> str:
    """What the chart tells and what the service should do with it, in words. Raises `LookupError`."""
    return _text(name, "story.md")


def prefetch_from(
    resources: Iterable[Mapping[str, Any]], keys: Mapping[str, AbstractSet[str]]
) -> dict[str, Any]:
    """Per prefetch key what a search for its resource types gives: a searchset Bundle, which may be empty.

    A key that asks for the Patient alone is a read, not a search: it holds the first Patient, or null.
    """
    all_resources = list(resources)
    prefetch: dict[str, Any] = {}
    for key, types in keys.items():
        found = [resource for resource in all_resources if resource.get("resourceType") in types]
        if types == {"Patient"}:
            prefetch[key] = found[0] if found else None
        else:
            prefetch[key] = _searchset(found)
    return prefetch


def _searchset(resources: list[Mapping[str, Any]]) -> dict[str, Any]:
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(resources)}
    if resources:  # FHIR JSON has no empty arrays
        bundle["entry"] = [{"resource": each, "search": {"mode": "match"}} for each in resources]
    return bundle


def _read(name: str, file: str, now: datetime) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(render(_text(name, file), now))
    return read


def _text(name: str, file: str) -> str:
    if name not in names():  # also keeps a name such as ../.. inside the folder
        raise LookupError(f"No fixture is called {name!r}; there are: {', '.join(names())}.")
    return (fixtures_folder() / name / file).read_text(encoding="utf-8")
