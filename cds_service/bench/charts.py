"""Whose chart the test bench looks at: a synthetic patient, or one of what somebody pasted or uploaded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from cards.record_text import harmless
from cds_service import fixtures
from cds_service.bench.documents import Document, NotAChart, documents
from cds_service.demo.records import full_hour

FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
LEVELS = ("critical", "warning", "info", "none")
MOST_OFFERED = 200
"""Patients of one document from which one can be chosen."""
_LONGEST_NAME = 120
_SHOULD = "The service should"


@dataclass(frozen=True, slots=True)
class Given:
    """One patient's chart."""

    source: str
    """The name of a fixture; "" for a document."""
    resources: tuple[dict[str, Any], ...]
    """The Patient first, where there is one."""
    patient: str
    moment: datetime
    """From which the dates of a fixture count back."""
    call: bytes | None = None
    """A hook call that was pasted, as it came."""

    @property
    def person(self) -> str:
        """The patient's name; the id where none is recorded."""
        for each in self.resources[:1]:
            if each.get("resourceType") == "Patient":
                return name_of(each) or f"Patient {self.patient}"
        return f"Patient {self.patient}"


@dataclass(frozen=True, slots=True)
class Offered:
    """A patient who can be chosen."""

    name: str
    """Of the fixture."""
    person: str
    situation: str
    """The story without what is expected."""
    expected: str
    """What the service should do, in words."""
    level: str
    """Of the first card that is expected; "none" where none is."""


class SeveralPatients(Exception):
    """A document holds the charts of several patients: id and name of each."""

    def __init__(self, patients: Sequence[tuple[str, str]], more: int) -> None:
        super().__init__("several patients")
        self.patients = patients
        self.more = more
        """How many others there are."""


@lru_cache(maxsize=1)
def offered() -> tuple[Offered, ...]:
    """The synthetic patients, the most urgent first. Nothing of it depends on the moment of a chart."""
    found = [_offered(name) for name in fixtures.names()]
    return tuple(sorted(found, key=lambda each: (LEVELS.index(each.level), each.person)))


def _offered(name: str) -> Offered:
    moment = full_hour(datetime.fromisoformat("2026-11-20T14:00:00+00:00"))
    cards = fixtures.expected(name, moment, "")["cards"]
    story = " ".join(fixtures.story(name).split())
    situation, _, expected = story.partition(_SHOULD)
    return Offered(
        name,
        name_of(fixtures.chart(name, moment)["entry"][0]["resource"]),
        situation.strip(),
        f"{_SHOULD}{expected}".strip() if expected else "",
        cards[0]["indicator"] if cards else "none",
    )


def of_fixture(name: str, moment: datetime) -> Given:
    """Raises `NotAChart`."""
    if name not in fixtures.names():
        raise NotAChart("There is no synthetic patient of that name. Choose one.", HTTPStatus.NOT_FOUND)
    resources = tuple(entry["resource"] for entry in fixtures.chart(name, moment)["entry"])
    return Given(name, resources, resources[0]["id"], moment)


def of_document(content: bytes, patient: str, moment: datetime, most_bytes: int) -> Given:
    """The chart of one patient: `patient` picks one of several, or says whose it is where none is given.

    Raises `NotAChart` or `SeveralPatients`.
    """
    given = documents(content, most_bytes)
    calls = [each for each in given if "hook" in each.value]
    charts = [each for each in given if "hook" not in each.value]
    named = _people(charts)
    if not all(map(FHIR_ID.fullmatch, named)):
        raise NotAChart("A Patient has no id that FHIR allows: 1 to 64 letters, digits, dashes and dots.")
    people = dict.fromkeys(map(_patient_of_call, calls), "") | named
    chosen = _chosen(people, patient)
    for each in calls:
        if _patient_of_call(each) == chosen:
            found = _patient_first(_resources_of_call(each.value), chosen)
            return Given("", tuple(found), chosen, moment, each.raw)
    if not FHIR_ID.fullmatch(chosen):
        raise NotAChart(
            "The patient's id is none that FHIR allows: 1 to 64 letters, digits, dashes and dots."
        )
    own = [resource for each in charts if _may_be_of(chosen, each) for resource in resources_in(each.value)]
    kept = [each for each in own if not _is_of_another(each, people.keys() - {chosen})]
    return Given("", tuple(_patient_first(kept, chosen)), chosen, moment)


def resources_in(value: Any) -> Iterator[dict[str, Any]]:
    """The resources of a Bundle, of Bundles in it, of a list, or the resource itself; nothing of all else."""
    match value:
        case list():
            for each in value:
                yield from resources_in(each)
        case {"resourceType": "Bundle"}:
            entries = value.get("entry")
            for entry in entries if isinstance(entries, list) else ():
                yield from resources_in(entry.get("resource") if isinstance(entry, dict) else None)
        case {"resourceType": str(kind)} if kind != "OperationOutcome":
            yield value


def name_of(patient: dict[str, Any]) -> str:
    """As recorded first, in signs that a page can show in one line; "" where nothing is."""
    names = patient.get("name")
    name = names[0] if isinstance(names, list) and names and isinstance(names[0], dict) else {}
    given = name.get("given")
    parts: list[object] = [*(given if isinstance(given, list) else ()), name.get("family")]
    said = [part for part in parts if isinstance(part, str)]
    return harmless(" ".join(said) or _text(name.get("text")), _LONGEST_NAME)


def _patient_of_call(call: Document) -> str:
    """Whatever stands there; what is no id of a patient the service refuses."""
    context = call.value.get("context")
    return str(context.get("patientId", "")) if isinstance(context, dict) else ""


def _resources_of_call(call: dict[str, Any]) -> list[dict[str, Any]]:
    prefetch = call.get("prefetch")
    return list(resources_in(list(prefetch.values()))) if isinstance(prefetch, dict) else []


def _people(charts: Sequence[Document]) -> dict[str, str]:
    """Name by id; an id that is no text is "", as nothing could refer to it."""
    found = (each for chart in charts for each in resources_in(chart.value))
    patients = [each for each in found if each["resourceType"] == "Patient"]
    return {_text(each.get("id")): name_of(each) for each in patients}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _chosen(people: dict[str, str], patient: str) -> str:
    if not people:
        if not patient:
            raise NotAChart(
                "It has resources, but no Patient: nobody can tell whose chart it is. Add the Patient, or "
                "enter the patient's id."
            )
        return patient
    if patient and patient not in people:
        raise NotAChart(
            f"It has no patient with the id that was entered, but {len(people)} other(s). Leave the "
            "patient's id empty to choose."
        )
    if not patient and len(people) > 1:
        listed = list(people.items())
        raise SeveralPatients(listed[:MOST_OFFERED], max(0, len(listed) - MOST_OFFERED))
    return patient or next(iter(people))


def _may_be_of(patient: str, chart: Document) -> bool:
    """Whether the document holds this patient, or no patient at all."""
    holds = _people([chart])
    return not holds or patient in holds


def _is_of_another(resource: dict[str, Any], others: Collection[str]) -> bool:
    """Whether it is about one of the other patients of the same document."""
    if not others:
        return False
    if resource["resourceType"] == "Patient":
        return _text(resource.get("id")) in others
    subject = resource.get("subject", resource.get("patient"))
    reference = subject.get("reference") if isinstance(subject, dict) else None
    return isinstance(reference, str) and reference.rpartition("Patient/")[2] in others


def _patient_first(resources: Sequence[dict[str, Any]], patient: str) -> list[dict[str, Any]]:
    own = [each for each in resources if each["resourceType"] == "Patient" and each.get("id") == patient]
    return own[:1] + [each for each in resources if not any(each is one for one in own[:1])]
