"""The smallest patients, in the words of a ward: resources for one chart, and the cards that it gets.

Times count back from now ("2 days", "3 hours"); a record is posted over HTTP like an EHR would.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.app import create_app
from cds_service.fixtures import PREFETCH_KEYS, prefetch_from
from cds_service.settings import Settings

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
UCUM = "http://unitsofmeasure.org"
PATIENT = "bed-7"

_PERIODS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_numbers = itertools.count(1)
_held: ContextVar[datetime | None] = ContextVar("the moment at which a test holds the clock", default=None)


def now() -> datetime:
    """The moment from which charts count back and at which the service assesses them."""
    return _held.get() or datetime.now(UTC)


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Holds the clock of charts and service for what is built and posted inside."""
    before = _held.set(moment)
    try:
        yield
    finally:
        _held.reset(before)


@cache
def _client() -> FlaskClient:
    return create_app(Settings(), now).test_client()


def ago(text: str) -> datetime:
    """A moment such as "2 days" or "3 hours" before now; "0 days" is now."""
    found = re.fullmatch(r"([\d.]+) (minute|hour|day|week|month|year)s?", text)
    assert found, text
    return now() - timedelta(days=float(found[1]) * _PERIODS[found[2]])


def instant(text: str) -> str:
    return ago(text).isoformat(timespec="seconds")


def resource(kind: str, **content: Any) -> Resource:
    subject = "patient" if kind == "Immunization" else "subject"
    made = {"resourceType": kind, "id": f"r{next(_numbers)}", subject: {"reference": f"Patient/{PATIENT}"}}
    return {name: value for name, value in (made | content).items() if value is not None}


def coded(code: str | None, text: str | None) -> dict[str, Any]:
    """A concept written as "snomed 40956001", and the words beside it."""
    systems = {"snomed": SNOMED, "loinc": LOINC, "icd10cm": ICD10CM, "rxnorm": RXNORM, "atc": ATC}
    concept: dict[str, Any] = {}
    if code:
        system, value = code.split(" ")
        concept["coding"] = [{"system": systems[system], "code": value}]
    if text:
        concept["text"] = text
    return concept


def condition(
    text: str | None = None,
    *,
    code: str | None = None,
    since: str | None = "2 days",
    recorded: str | None = None,
    status: str = "active",
    verification: str = "confirmed",
    category: str | None = None,
    **more: Any,
) -> Resource:
    """A problem or diagnosis. `since`: its stated onset; None when only the date of recording is known."""
    return resource(
        "Condition",
        code=coded(code, text),
        onsetDateTime=instant(since) if since else None,
        recordedDate=instant(recorded) if recorded else None,
        clinicalStatus={"coding": [{"code": status}]},
        verificationStatus={"coding": [{"code": verification}]},
        category=[{"coding": [{"code": category}]}] if category else None,
        **more,
    )


def observation(
    text: str | None = None,
    *,
    code: str | None = None,
    at: str = "1 hour",
    status: str = "final",
    **value: Any,
) -> Resource:
    return resource(
        "Observation", code=coded(code, text), effectiveDateTime=instant(at), status=status, **value
    )


def measured(
    text: str | None,
    value: float | str,
    unit: str,
    *,
    code: str | None = None,
    at: str = "1 hour",
    **more: Any,
) -> Resource:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation(text, code=code, at=at, valueQuantity=quantity, **more)


def exam(text: str, answer: bool | None = True, *, at: str = "1 hour", **more: Any) -> Resource:
    """A finding looked for at the bedside: there (True), not there (False), or just written down (None)."""
    if answer is not None:
        more["valueBoolean"] = answer
    return observation(text, at=at, **more)


def medicine(
    name: str, *, code: str | None = None, since: str = "60 days", status: str = "active"
) -> Resource:
    return resource(
        "MedicationRequest",
        medicationCodeableConcept=coded(code, name),
        authoredOn=instant(since),
        status=status,
        intent="order",
    )


def weakness(of: str = "both legs", since: str = "2 days", **more: Any) -> Resource:
    return condition(f"Weakness of {of}", since=since, **more)


def loss_of_bladder_control(*, ruled_out: bool = False, since: str = "1 day") -> Resource:
    return condition(
        "Urinary incontinence",
        code="snomed 165232002",
        since=since,
        verification="refuted" if ruled_out else "confirmed",
    )


def patient(*resources: Resource, age: int = 55, **more: Any) -> list[Resource]:
    """A whole record: the patient and what is recorded."""
    born = now() - timedelta(days=365.25 * age + 100)
    person = {
        "resourceType": "Patient",
        "id": PATIENT,
        "birthDate": born.date().isoformat(),
        "gender": "female",
    }
    return [person | more, *resources]


def call_for(record: list[Resource]) -> dict[str, Any]:
    return {
        "hook": "patient-view",
        "hookInstance": "9a3c9a52-7a6b-4d55-8f1c-0f9b5f4f7a11",
        "context": {"patientId": record[0]["id"], "userId": "Practitioner/ward"},
        "prefetch": prefetch_from(record, PREFETCH_KEYS),
    }


def answer_to(call: dict[str, Any]) -> dict[str, Any]:
    """The JSON that leaves the service."""
    response = _client().post(
        "/cds-services/leg-weakness", data=json.dumps(call), content_type="application/json"
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def cards_for(record: list[Resource]) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = answer_to(call_for(record))["cards"]
    return cards


def assessment_of(cards: list[dict[str, Any]]) -> dict[str, Any]:
    """The machine-readable assessment of the first card; empty without a card."""
    if not cards:
        return {}
    extension: dict[str, Any] = cards[0]["extension"]["org.leg-weakness-cds.assessment"]
    return extension


def red_flags(record: list[Resource]) -> dict[str, str]:
    """The rules shown for a record, with their level."""
    flags = assessment_of(cards_for(record)).get("redFlags", [])
    return {flag["id"]: flag["indicator"] for flag in flags}


def causes(record: list[Resource]) -> list[str]:
    return [cause["id"] for cause in assessment_of(cards_for(record)).get("causes", [])]


def indicator(record: list[Resource]) -> str | None:
    """Of the first card; None when the service has nothing to say."""
    cards = cards_for(record)
    return cards[0]["indicator"] if cards else None


# ---- more of a chart


def on_problem_list(text: str, *, code: str | None = None, since: str = "6 years") -> Resource:
    return condition(text, code=code, since=since, category="problem-list-item")


def report(title: str, conclusion: str, *, code: str | None = None, at: str = "1 day") -> Resource:
    return resource(
        "DiagnosticReport",
        code=coded(code, title),
        effectiveDateTime=instant(at),
        status="final",
        conclusion=conclusion,
    )


def procedure(text: str, *, at: str = "20 days") -> Resource:
    return resource("Procedure", code=coded(None, text), performedDateTime=instant(at), status="completed")


def over_within_a_day(entry: Resource) -> Resource:
    """The same condition, resolved an hour after it began."""
    end = datetime.fromisoformat(entry["onsetDateTime"]) + timedelta(hours=1)
    resolved = {"coding": [{"code": "resolved"}]}
    return entry | {"clinicalStatus": resolved, "abatementDateTime": end.isoformat()}


def of_no_account(entry: Resource, *, as_weakness: bool) -> Iterator[tuple[str, Resource]]:
    """The entry as it says nothing of this patient now: refuted, in error, answered no.

    `as_weakness`: also as one of the family, and as resolved. An antecedent such as a cancer counts
    even when it is over, so it is not put that way.
    """
    if entry["resourceType"] != "Condition":
        yield "entered in error", entry | {"status": "entered-in-error"}
        if entry.get("valueBoolean") is True:
            yield "answered no", entry | {"valueBoolean": False}
        return
    for code in ("refuted", "entered-in-error"):
        yield code, entry | {"verificationStatus": {"coding": [{"code": code}]}}
    if as_weakness:
        yield "resolved", entry | {"clinicalStatus": {"coding": [{"code": "resolved"}]}}
        family = {"text": f"Family history of {entry['code']['text'].lower()}"}
        yield "of the family", entry | {"code": family}


# ---- red flags, each in both directions

KNOWN_MS = on_problem_list("Multiple sclerosis", code="icd10cm G35", since="6 years")
OLD_WEAKNESS = on_problem_list("Weakness of both legs", since="3 years")
LONG_STANDING = "Long-standing weakness of a known cause without worsening"
LONG_STANDING_ALONE = "Long-standing weakness of a known cause alone"
OF_NO_ACCOUNT = "Refuted or entered-in-error entries"
Records = tuple[list[Resource], ...]
Entries = tuple[Resource, ...]


@dataclass(frozen=True)
class Flag:
    """One red flag: its smallest patient, and the patients of its `must_not_trigger`.

    Each entry of the smallest patient is needed: without it the rule is silent. `never` names a
    line of the content by its beginning; the two lines that most rules share are built from the rest:
    `old` is the long-standing weakness with its known cause, `named` what then makes the rule fire.
    """

    weakness: Resource
    findings: Entries = ()
    never: Mapping[str, Records] = field(default_factory=dict)
    age: int = 55
    old: Entries = (KNOWN_MS, OLD_WEAKNESS)
    named: Entries | None = None

    @property
    def fires(self) -> list[Resource]:
        return patient(self.weakness, *self.findings, age=self.age)

    @property
    def long_standing(self) -> list[Resource]:
        return patient(*self.old, *self.findings, age=self.age)

    @property
    def long_standing_alone(self) -> list[Resource]:
        return patient(*self.old, age=self.age)

    @property
    def long_standing_and_named(self) -> list[Resource]:
        return patient(*self.old, *(self.findings if self.named is None else self.named), age=self.age)

    def of_no_account(self) -> Iterator[tuple[str, list[Resource]]]:
        """The smallest patient with one entry after the other of no account."""
        entries = (self.weakness, *self.findings)
        for number, entry in enumerate(entries):
            for how, changed in of_no_account(entry, as_weakness=number == 0):
                rest = (*entries[:number], changed, *entries[number + 1 :])
                yield f"{words_of(entry)} {how}", patient(*rest, age=self.age)


Flags = Mapping[str, Flag]


def words_of(entry: Resource) -> str:
    code = entry.get("code") or entry["medicationCodeableConcept"]
    return str(code["text"])


@cache
def rules_of_content() -> dict[str, dict[str, Any]]:
    """The rules as a clinician reviews them, by id."""
    path = Path(__file__).parents[2] / "cards" / "content" / "red_flags.toml"
    return {rule["id"]: rule for rule in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]}


def lines_of(rule: str, beginning: str) -> list[str]:
    """The lines of `must_not_trigger` that begin so."""
    lines: list[str] = rules_of_content()[rule]["must_not_trigger"]
    return [line for line in lines if line.startswith(beginning)]


def each_rule(flags: Flags, line: str = "") -> list[Any]:
    """The rules as parameters; with `line` those whose `must_not_trigger` has it."""
    return [pytest.param(rule, flag, id=rule) for rule, flag in flags.items() if lines_of(rule, line)]


def each_entry_of_no_account(flags: Flags) -> list[Any]:
    return [
        pytest.param(rule, record, id=f"{rule}: {what}")
        for rule, flag in flags.items()
        for what, record in flag.of_no_account()
    ]


def each_line(flags: Flags) -> list[Any]:
    """The patients of the lines that only one rule has."""
    return [
        pytest.param(rule, record, id=f"{rule}: {line}" + (f" ({number})" if number > 1 else ""))
        for rule, flag in flags.items()
        for line, records in flag.never.items()
        for number, record in enumerate(records, 1)
    ]


def uncharted(flags: Flags, level: str) -> list[str]:
    """What the content says of the rules of a level and no patient shows: whole rules, or lines."""
    rules = {rule: said for rule, said in rules_of_content().items() if said["indicator"] == level}
    shared = (LONG_STANDING, LONG_STANDING_ALONE, OF_NO_ACCOUNT)
    missing = sorted(rules.keys() ^ flags.keys())
    for rule in rules.keys() & flags.keys():
        missing += [
            f"{rule}: no line begins so: {line}" for line in flags[rule].never if not lines_of(rule, line)
        ]
        beginnings = (*shared, *(line for line, records in flags[rule].never.items() if records))
        missing += [
            f"{rule}: {line}" for line in rules[rule]["must_not_trigger"] if not line.startswith(beginnings)
        ]
    return missing
