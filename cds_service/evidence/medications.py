"""Medicines: ordered, stated or given, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from cards.findings import Finding, Kind, When
from cds_service.evidence.codes import NOTHING, Coded
from cds_service.evidence.dates import Dated, age_span
from cds_service.evidence.doses import daily_dose
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.thin import (
    Part,
    listed,
    load,
    local,
    member,
    parts,
    reference_of,
    state_of,
    text_of,
    truth_of,
)

_DAY = timedelta(days=1)


def read_medication(opened: OpenResource) -> list[Finding]:
    """A MedicationRequest, MedicationStatement or MedicationAdministration."""
    resource = opened.resource
    status = state_of(resource.status)
    if not _counts(opened, status):
        return []
    named = _named(opened)
    if all(coded.silent for coded in named):
        opened.saw(opened.date(resource.authored_on) or opened.date(resource.effective_date_time))
        return []
    start, end = _course(opened)
    opened.saw(start)
    stopped = status in opened.chart.states["medication_stopped"]
    if stopped and end is None:
        return []  # nobody knows until when it was taken
    if end is None and status == "completed":
        end = start
    hits = merged(hit for coded in named for hit in opened.chart.weighing.hits(coded))
    dosed = any(hit.concept in opened.chart.uses.dosed for hit in hits)
    return opened.finding(
        Kind.MEDICATION,
        next((coded.label for coded in named if coded.label), ""),
        hits,
        start,
        ended=end.when if end else None,
        historical=stopped,
        code=named[0].key,
        days=_length(start, end),
        quantity=daily_dose(opened, [coded.words for coded in named]) if dosed else None,
    )


def _counts(opened: OpenResource, status: str) -> bool:
    states, resource = opened.chart.states, opened.resource
    if status and status not in (*states["medication_active"], *states["medication_stopped"]):
        return False
    intent = state_of(resource.intent)
    return truth_of(resource.do_not_perform) is not True and (
        not intent or intent in states["medication_intents"]
    )


def _named(opened: OpenResource) -> list[Coded]:
    """The medicine by code or words, and by the Medication that it refers to."""
    resource = opened.resource
    either = load(resource.medication)  # R5: a concept or a reference in one
    found = [opened.code(resource.medication_codeable_concept, name=True)]
    found += [opened.chart.codes.of(each, name=True) for each in listed(member(either, "concept"))]
    reference = load(resource.medication_reference) or member(either, "reference")
    if reference is not None:
        medication = _medication(opened, reference_of(reference))
        if medication is not None:
            found.append(opened.code(medication.code, name=True))
            found += _ingredients(opened, medication)
        shown = text_of(member(reference, "display"))
        if shown and (medication is None or all(coded.silent for coded in found)):
            found.append(opened.text(shown, name=True))
    return [coded for coded in found if coded is not NOTHING] or [NOTHING]


def _medication(opened: OpenResource, reference: str) -> Part | None:
    if reference.startswith("#"):
        return opened.contained(reference)
    return opened.chart.medications.get(local(reference)) if reference else None


def _ingredients(opened: OpenResource, medication: Part) -> Iterable[Coded]:
    for each in parts(medication.ingredient):
        yield opened.code(each.item_codeable_concept, name=True)
        if shown := text_of(member(load(each.item_reference), "display")):
            yield opened.text(shown, name=True)


def _course(opened: OpenResource) -> tuple[Dated | None, Dated | None]:
    """First and last day, as far as the record tells."""
    resource, dates = opened.resource, opened.chart.dates
    supplied = dates.period(member(load(resource.dispense_request), "validityPeriod"))
    start, end = _taken(opened)
    timed = [_timing(opened, each) for each in listed(load(resource.dosage_instruction or resource.dosage))]
    starts = [start, opened.date(resource.authored_on), supplied[0], *(begin for begin, _, _ in timed)]
    first = next((each for each in starts if each), None) or opened.date(resource.date_asserted)
    ends = [each for each in (end, supplied[1], *(stop for _, stop, _ in timed)) if each]
    last = max(ends, key=lambda each: each.when.latest, default=None)
    days = max((length for _, _, length in timed if length), default=None)
    if last is None and first is not None and days:
        last = Dated(When(first.when.earliest + days * _DAY, first.when.latest + days * _DAY))
    return first, last


def _taken(opened: OpenResource) -> tuple[Dated | None, Dated | None]:
    """When a statement or an administration says that it was taken."""
    resource = opened.resource
    once = opened.date(resource.effective_date_time)
    if once is not None:
        return once, once if opened.type == "MedicationAdministration" else None
    return opened.chart.dates.period(load(resource.effective_period))


def _timing(opened: OpenResource, dosage: object) -> tuple[Dated | None, Dated | None, float | None]:
    """Start, end and length in days that a dosage tells."""
    repeat = member(member(dosage, "timing"), "repeat")
    start, end = opened.chart.dates.period(member(repeat, "boundsPeriod"))
    length = member(repeat, "boundsDuration")
    days = age_span(When(opened.chart.as_of, opened.chart.as_of), length) if length else None
    return start, end, (days.when.earliest - opened.chart.as_of) / _DAY if days else None


def _length(start: Dated | None, end: Dated | None) -> float | None:
    """Days of the course, the last included; None when an end of it is not known."""
    if start is None or end is None or end.when.latest < start.when.earliest:
        return None
    return (end.when.latest - start.when.earliest) / _DAY
