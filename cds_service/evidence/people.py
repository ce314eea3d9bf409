"""Whose record it is: the patient, and whether a resource is about this patient."""

from __future__ import annotations

import re

from msgspec import Raw

from cards.findings import Person
from cds_service.evidence.open_chart import OpenChart, OpenResource
from cds_service.evidence.thin import listed, load, local, reference_of, state_of, truth_of

_READABLE = re.compile(r"#.*|urn:(?:uuid|oid):\S+|(?:\S+/)?[A-Za-z]+/[A-Za-z0-9._~:-]+(?:/_history/\S*)?/?")


class SubjectNotUnderstood(ValueError):
    """Whose resource it is cannot be told: neither the patient's nor surely somebody else's."""


def bare_id(patient: str) -> str:
    """The id in any reference to a patient: ``Patient/12``, an absolute address, ``urn:uuid:12``, ``12``."""
    return local(patient.strip()).removeprefix("Patient/").removeprefix("urn:uuid:")


def about_the_patient(opened: OpenResource) -> bool:
    """Whether subject (and, in an Observation, focus) is the patient.

    A missing subject counts: the record was asked for this patient's resources and gave this one.
    """
    resource = opened.resource
    if not _is_patient(resource.subject or resource.patient, opened):
        return False
    return not resource.focus or _is_patient(resource.focus, opened)


def _is_patient(raw: Raw, opened: OpenResource) -> bool:
    if not raw:
        return True
    known = opened.chart.subjects
    key = bytes(raw)
    if key not in known:
        given = listed(load(raw))
        references = [reference_of(each) for each in given]
        if not all(_readable(each, opened.chart) for each in given):
            raise SubjectNotUnderstood
        if any(reference.startswith("#") for reference in references):
            return any(_inside(reference, opened) for reference in references)
        known[key] = not any(references) or any(_names(reference, opened.chart) for reference in references)
    return known[key]


def _readable(subject: object, chart: OpenChart) -> bool:
    """Whether it says whose it is, or says nothing at all (a display, an identifier)."""
    reference = reference_of(subject)
    if not isinstance(subject, dict | str):
        return False
    return not reference or bool(_READABLE.fullmatch(reference)) or _names(reference, chart)


def _names(reference: str, chart: OpenChart) -> bool:
    where = local(reference)
    if where in (chart.patient, f"Patient/{chart.patient}"):
        return True
    return where.lower() == f"urn:uuid:{chart.patient}".lower()


def _inside(reference: str, opened: OpenResource) -> bool:
    """A patient inside the resource itself is ours, as nobody else was asked for; a relative is not."""
    resource = opened.contained(reference)
    return resource is None or resource.resource_type == "Patient"


def read_person(opened: OpenResource) -> None:
    """Keeps what the assessment needs of a Patient resource, if it is this patient's."""
    resource, chart = opened.resource, opened.chart
    if not isinstance(resource.id, str) or bare_id(resource.id) != chart.patient:
        chart.of_others.add(opened.source.reference)
        return
    born, died = opened.date(resource.birth_date), opened.date(resource.deceased_date_time)
    # A date of death that cannot be understood silences nothing; one after the moment of assessment neither.
    deceased = truth_of(resource.deceased_boolean) is True or (
        died is not None and died.when.earliest <= chart.as_of
    )
    chart.person = Person(
        born=born.when if born else None,
        sex=state_of(resource.gender),
        deceased=deceased,
        died=died.when if died else None,
    )
    chart.unread.extend(opened.noticed(counts=True))
