"""A chart of the test bench as a folder of fixtures/, packed: to be unpacked there, read, and kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cds_service import fixtures
from cds_service.bench.change import ChangeRefused
from cds_service.hooks import HOOK
from cds_service.recording import MOMENT, expected_text, to_record

Resource = dict[str, Any]
AnswerAt = Callable[[bytes, datetime], Mapping[str, Any]]
"""What the service answers to a call at a moment."""

_BASE = "https://ehr.example.org/fhir"
_TEST = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
_USER = "Practitioner/lw-clinician"
_UNFIT = re.compile(r"[^a-z0-9]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)")
_ABSOLUTE = re.compile(r"\d{4}-\d\d[\dT:Z+-]*")
_BORN = "(the day of birth)"
_LONGEST_ID = 64
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class Made:
    """What a fixture is made of."""

    source: str
    """The fixture that it was made from; empty for a document."""
    resources: Sequence[Mapping[str, Any]]
    """Of one patient, with the changes made."""
    context: Mapping[str, Any]
    """Of the call."""
    moment: datetime
    """From which its dates count back."""
    changes: Sequence[str]
    """In words."""

    @property
    def name(self) -> str:
        """Of the folder."""
        base = _UNFIT.sub("-", self.source.lower()).strip("-")[:_LONGEST_NAME].strip("-")
        return f"{base or 'pasted-chart'}-changed"


def fixture_folder(made: Made, answer: AnswerAt, base_url: str) -> bytes:
    """The folder as a zip. Raises `ChangeRefused` for a chart whose dates cannot be counted back.

    The chart comes as a Bundle of its own ids, with dates that count back from now; its expected answer is
    the one that the service gives when the chart is read at the moment of all recordings.
    """
    chart = _chart(made)
    call = _call(made, chart)
    try:
        chart_text = _templated(chart, made)
        files = {
            "chart.json": chart_text,
            "call.json": json.dumps(call, indent=2) + "\n",
            "expected.json": _expected(chart_text, call, answer, base_url),
            "story.md": _story(made, chart),
        }
    except ValueError as error:
        raise ChangeRefused(f"This chart cannot be kept as a fixture: {error}") from None
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as folder:
        for file, text in files.items():
            # The same chart gives the same bytes: a fixed date, the earliest that a zip can hold.
            folder.writestr(ZipInfo(f"{made.name}/{file}", (1980, 1, 1, 0, 0, 0)), text)
    return packed.getvalue()


# -- the chart


def _chart(made: Made) -> Resource:
    resources = [deepcopy(dict(each)) for each in _patient_first(made.resources)]
    if not resources or resources[0].get("resourceType") != "Patient":
        raise ChangeRefused("A fixture needs its Patient.")
    renamed = _new_ids(resources, made.name)
    for each in resources:
        each["id"] = renamed[_reference(each)].partition("/")[2]
    resources = [_with_references(each, renamed) for each in resources]
    patient = resources[0]
    meta = patient.get("meta")
    patient["meta"] = (meta if isinstance(meta, dict) else {}) | {"security": [_TEST]}
    return {
        "resourceType": "Bundle",
        "id": f"lw-{made.name}",
        "meta": {"security": [_TEST]},
        "type": "collection",
        "timestamp": fixtures.moment(made.moment).isoformat(),
        "entry": [{"fullUrl": f"{_BASE}/{_reference(each)}", "resource": each} for each in resources],
    }


def _reference(resource: Mapping[str, Any]) -> str:
    return f"{resource.get('resourceType')}/{resource.get('id')}"


def _new_ids(resources: Sequence[Mapping[str, Any]], name: str) -> dict[str, str]:
    """New references by the old ones: no id is used in two fixtures."""
    patient = str(resources[0].get("id"))
    prefix = f"lw-{name}"
    found: dict[str, str] = {}
    for number, each in enumerate(resources):
        told = _UNFIT.sub("-", str(each.get("id", "")).removeprefix(patient).lower()).strip("-")
        kind = str(each.get("resourceType"))
        identity = f"{prefix}-{told or f'{kind.lower()}-{number}'}" if number else prefix
        if len(identity) > _LONGEST_ID or f"{kind}/{identity}" in found.values():
            identity = f"{prefix}-{number}"
        found[_reference(each)] = f"{kind}/{identity}"
    return found


def _with_references(value: Any, renamed: Mapping[str, str]) -> Any:
    """The same with its references, and the identifiers that repeat an id, renamed."""
    ids = {old.partition("/")[2].lower(): new.partition("/")[2] for old, new in renamed.items()}

    def changed(name: str, member: Any) -> Any:
        if isinstance(member, str):
            if name == "reference":
                return renamed.get(member, member)
            return ids.get(member.lower(), member) if name == "value" else member
        if isinstance(member, dict):
            return {key: changed(key, each) for key, each in member.items()}
        return [changed(name, each) for each in member] if isinstance(member, list) else member

    return changed("", value)


def _templated(chart: Resource, made: Made) -> str:
    """The chart as text: each date as a placeholder that counts back from now."""
    plain = _in_whole_minutes(chart)
    patient = plain["entry"][0]["resource"]
    years = _age(patient, made.moment)
    if years is not None:
        patient["birthDate"] = _BORN
    text = fixtures.template_dates(json.dumps(plain, indent=2, ensure_ascii=False) + "\n", made.moment)
    return text.replace(_BORN, f"{{{{birth-{years}y}}}}")


def _in_whole_minutes(value: Any) -> Any:
    """With every instant in UTC and on the whole minute, as a placeholder can tell it."""
    if isinstance(value, dict):
        return {name: _in_whole_minutes(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_in_whole_minutes(each) for each in value]
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        moment = fixtures.moment(datetime.fromisoformat(value))
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if value.endswith("Z") else moment.isoformat()
    return value


def _age(patient: Mapping[str, Any], moment: datetime) -> int | None:
    """In whole years; None without a day of birth."""
    try:
        born = date.fromisoformat(str(patient.get("birthDate")))
    except ValueError:
        return None
    today = moment.astimezone(UTC).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


# -- the other files


def _call(made: Made, chart: Resource) -> Resource:
    resources = [entry["resource"] for entry in chart["entry"]]
    names = _new_ids(_patient_first(made.resources), made.name)
    context = {"userId": str(made.context.get("userId", _USER)), "patientId": resources[0]["id"]}
    visit = names.get(f"Encounter/{made.context.get('encounterId')}")
    if visit:
        context["encounterId"] = visit.partition("/")[2]
    instance = str(uuid5(NAMESPACE_URL, f"{_BASE}/{made.name}"))
    return {"hook": HOOK, "hookInstance": instance, "context": context, "prefetch": "{{chart}}"}


def _patient_first(resources: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(resources, key=lambda each: each.get("resourceType") != "Patient")


def _expected(chart_text: str, call: Resource, answer: AnswerAt, base_url: str) -> str:
    chart = json.loads(fixtures.render(chart_text, MOMENT))
    resources = [entry["resource"] for entry in chart["entry"]]
    asked = call | {"prefetch": fixtures.prefetch_from(resources, fixtures.PREFETCH_KEYS)}
    return expected_text(to_record(answer(json.dumps(asked).encode(), MOMENT)), MOMENT, base_url)


def _story(made: Made, chart: Resource) -> str:
    """What was changed, and the place where somebody has to write what should come of it."""
    years = _age(chart["entry"][0]["resource"], made.moment)
    who = f"A {years}-year-old" if years is not None else "A patient of unknown age"
    source = f"the fixture {made.source}" if made.source else "a chart that was pasted"
    changes = "; ".join(_ABSOLUTE.sub("a certain date", each) for each in made.changes) or "nothing changed"
    first = f"{who}, made on the test bench from {source}. {changes}."
    return f"{' '.join(first.split())}\nThe service should (write here what it should say, and why).\n"
