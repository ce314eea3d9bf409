"""The chart of a test in one line: "Weakness of both legs (for 5 days); Absent ankle jerks"."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from cds_service.told_words import with_plain_unit
from tests.clinical.bedside import Resource, words_of
from tests.clinical_docs.wording import escaped

MOST = "woman of 55"
_TODAY = 0.5
"""Days: an Observation of today is shown without its time."""


def told(record: list[Resource], now: datetime) -> str:
    """A record as `bedside.patient` makes it; `now`: when its resources were made, to the minute.

    The person is named when it is not the woman of 55 of most charts.
    """
    return "; ".join(parts(record, now))


def parts(record: list[Resource], now: datetime) -> list[str]:
    """What `told` says, entry by entry."""
    person, *entries = record
    who = _person(person, now)
    said = [] if who == MOST else [who]
    return [escaped(each) for each in [*said, *(_entry(entry, now) for entry in entries)]]


def _person(person: Resource, now: datetime) -> str:
    born = datetime.fromisoformat(person["birthDate"]).replace(tzinfo=UTC)
    years = int((now - born).days / 365.25)
    adult = {"female": "woman", "male": "man"}[person["gender"]]
    return f"child of {years}" if years < 16 else f"{adult} of {years}"


def _entry(entry: Resource, now: datetime) -> str:
    match entry["resourceType"]:
        case "Condition":
            return _condition(entry, now)
        case "MedicationRequest":
            return words_of(entry)
        case "DiagnosticReport":
            return f"{words_of(entry)}: “{entry['conclusion']}”{_when(entry, now)}"
        case "Procedure":
            return f"{words_of(entry)} ({_ago(entry['performedDateTime'], now)} ago)"
    return f"{words_of(entry)}{_value(entry)}{_when(entry, now)}"


def _condition(entry: Resource, now: datetime) -> str:
    notes = []
    if "category" in entry:
        notes.append("on the problem list")
    if "onsetDateTime" in entry:
        notes.append(f"for {_ago(entry['onsetDateTime'], now)}")
    if "recordedDate" in entry:
        notes.append(f"recorded {_ago(entry['recordedDate'], now)} ago")
    if len(notes) == ("category" in entry):
        notes.append("no date")
    status = entry["clinicalStatus"]["coding"][0]["code"]
    if "abatementDateTime" in entry:
        lasted = datetime.fromisoformat(entry["onsetDateTime"])
        notes.append(
            f"over within {_ago(entry['onsetDateTime'], _moment(entry['abatementDateTime'], lasted))}"
        )
    elif status != "active":
        notes.append(status)
    return f"{words_of(entry)} ({', '.join(notes)})"


def _value(entry: Resource) -> str:
    if "valueQuantity" in entry:
        quantity: dict[str, Any] = entry["valueQuantity"]
        unit = "" if quantity["unit"].startswith("{") else f" {quantity['unit']}"
        notes = "".join(f" ({note['text']})" for note in entry.get("note", ()))
        return " " + with_plain_unit(f"{quantity['value']}{unit}") + notes
    for key in ("valueInteger", "valueString"):
        if key in entry:
            return f": {entry[key]}"
    return ": no" if entry.get("valueBoolean") is False else ""


def _when(entry: Resource, now: datetime) -> str:
    made = entry["effectiveDateTime"]
    return "" if (now - _moment(made, now)).total_seconds() < _TODAY * 86400 else f" ({_ago(made, now)} ago)"


def _moment(text: str, like: datetime) -> datetime:
    return datetime.fromisoformat(text).astimezone(like.tzinfo)


def _ago(text: str, now: datetime) -> str:
    """In the unit in which the tests write it; minutes between making and telling do not show."""
    hours = (now - _moment(text, now)).total_seconds() / 3600
    for unit, length, least in (("year", 365 * 24, 2), ("day", 24, 2), ("hour", 1, 0)):
        amount = round(hours / length, 1)
        if amount >= least or unit == "hour":
            return f"{amount:g} {unit}" + ("" if amount == 1 else "s")
    raise AssertionError(hours)
