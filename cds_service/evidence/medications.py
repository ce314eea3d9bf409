"""Medicines: ordered, stated or given, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from cards.findings import Finding, Kind, When
from cds_service.evidence.codes import NOTHING, Coded
from cds_service.evidence.dates import Dated, age_span
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import Record
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


def read_medication(record: Record) -> list[Finding]:
    """A MedicationRequest, MedicationStatement or MedicationAdministration."""
    resource = record.resource
    status = state_of(resource.status)
    if not _counts(record, status):
        return []
    start, end = _course(record)
    record.saw(start)
    named = _named(record)
    if all(coded.silent for coded in named):
        return []
    stopped = status in record.chart.states["medication_stopped"]
    if stopped and end is None:
        return []  # nobody knows until when it was taken
    if end is None and status == "completed":
        end = start
    hits = merged(hit for coded in named for hit in record.chart.weighing.hits(coded))
    return record.finding(
        Kind.MEDICATION,
        next(coded.label for coded in named if coded.label),
        hits,
        start,
        ended=end.when if end else None,
        historical=stopped,
        code=named[0].key,
        days=_length(start, end),
    )


def _counts(record: Record, status: str) -> bool:
    states, resource = record.chart.states, record.resource
    if status and status not in (*states["medication_active"], *states["medication_stopped"]):
        return False
    intent = state_of(resource.intent)
    return truth_of(resource.do_not_perform) is not True and (
        not intent or intent in states["medication_intents"]
    )


def _named(record: Record) -> list[Coded]:
    """The medicine by code or words, and by the Medication that it refers to."""
    resource = record.resource
    found = [record.code(resource.medication_codeable_concept, name=True)]
    reference = load(resource.medication_reference)
    if reference is not None:
        medication = _medication(record, reference_of(reference))
        if medication is not None:
            found.append(record.code(medication.code, name=True))
            found += _ingredients(record, medication)
        shown = text_of(member(reference, "display"))
        if shown and (medication is None or all(coded.silent for coded in found)):
            found.append(record.text(shown, name=True))
    return [coded for coded in found if coded is not NOTHING] or [NOTHING]


def _medication(record: Record, reference: str) -> Part | None:
    if reference.startswith("#"):
        return record.contained(reference)
    return record.chart.medications.get(local(reference)) if reference else None


def _ingredients(record: Record, medication: Part) -> Iterable[Coded]:
    return (record.code(each.item_codeable_concept, name=True) for each in parts(medication.ingredient))


def _course(record: Record) -> tuple[Dated | None, Dated | None]:
    """First and last day, as far as the record tells."""
    resource, dates = record.resource, record.chart.dates
    supplied = dates.period(member(load(resource.dispense_request), "validityPeriod"))
    start, end = _taken(record)
    timed = [_timing(record, each) for each in listed(load(resource.dosage_instruction or resource.dosage))]
    starts = [start, record.date(resource.authored_on), supplied[0], *(begin for begin, _, _ in timed)]
    first = next((each for each in starts if each), None) or record.date(resource.date_asserted)
    ends = [each for each in (end, supplied[1], *(stop for _, stop, _ in timed)) if each]
    last = max(ends, key=lambda each: each.when.latest, default=None)
    days = max((length for _, _, length in timed if length), default=None)
    if last is None and first is not None and days:
        last = Dated(When(first.when.earliest + days * _DAY, first.when.latest + days * _DAY))
    return first, last


def _taken(record: Record) -> tuple[Dated | None, Dated | None]:
    """When a statement or an administration says that it was taken."""
    resource = record.resource
    once = record.date(resource.effective_date_time)
    if once is not None:
        return once, once if record.type == "MedicationAdministration" else None
    return record.chart.dates.period(load(resource.effective_period))


def _timing(record: Record, dosage: object) -> tuple[Dated | None, Dated | None, float | None]:
    """Start, end and length in days that a dosage tells."""
    repeat = member(member(dosage, "timing"), "repeat")
    start, end = record.chart.dates.period(member(repeat, "boundsPeriod"))
    length = member(repeat, "boundsDuration")
    days = age_span(When(record.chart.as_of, record.chart.as_of), length) if length else None
    return start, end, (days.when.earliest - record.chart.as_of) / _DAY if days else None


def _length(start: Dated | None, end: Dated | None) -> float | None:
    """Days of the course, the last included; None when an end of it is not known."""
    if start is None or end is None or end.when.latest < start.when.earliest:
        return None
    return (end.when.latest - start.when.earliest) / _DAY
