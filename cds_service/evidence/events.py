"""What was done, given or came about: procedures, immunisations, encounters."""

from __future__ import annotations

from cards.findings import Finding, Hit, Kind
from cds_service.evidence.dates import Dated
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import Record
from cds_service.evidence.thin import listed, load, state_of, text_of

VACCINATION = "cs_vaccination"
# http://terminology.hl7.org/CodeSystem/v3-ActCode is the system of Encounter.class, often left out.
CLASS_SYSTEM = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def read_procedure(record: Record) -> list[Finding]:
    resource = record.resource
    if not _counts(record, "procedure_counts"):
        return []
    dated = record.date(resource.performed_date_time) or record.during(resource.performed_period)
    dated = record.saw(dated or record.chart.dates.read(resource.performed_string))
    coded, site = record.code(resource.code), record.chart.site(resource.body_site)
    hits = record.chart.weighing.hits(coded, site)
    if not hits:
        return []
    return record.finding(
        Kind.PROCEDURE,
        coded.label,
        merged((*hits, *record.words_of_notes())),
        dated,
        code=coded.key,
        leg_site=site.leg or coded.leg_site,
        other_site=site.other or coded.other_site,
    )


def read_immunization(record: Record) -> list[Finding]:
    """Any vaccination counts, whatever its code."""
    resource = record.resource
    if not _counts(record, "immunization_counts"):
        return []
    given = record.date(resource.occurrence_date_time) or record.chart.dates.read(resource.occurrence_string)
    coded = record.code(resource.vaccine_code, name=True)
    hits = merged((*record.chart.weighing.hits(coded), Hit(VACCINATION)))
    return record.finding(
        Kind.IMMUNIZATION, coded.label or "vaccination", hits, record.saw(given), code=coded.key
    )


def read_encounter(record: Record) -> list[Finding]:
    """The reasons for an encounter, and a stay in hospital; its type is not read."""
    resource = record.resource
    if not _counts(record, "encounter_counts"):
        return []
    start, end = record.chart.dates.period(load(resource.period))
    record.saw(start)
    return _stay(record, start, end) + [
        finding
        for reason in listed(load(resource.reason_code or resource.reason))
        for finding in _reason(record, reason, start)
    ]


def _reason(record: Record, reason: object, start: Dated | None) -> list[Finding]:
    coded = record.chart.codes.of(reason)
    return record.finding(
        Kind.ENCOUNTER,
        coded.label,
        record.chart.weighing.hits(coded),
        start,
        code=coded.key,
        leg_site=coded.leg_site,
        other_site=coded.other_site,
    )


def _stay(record: Record, start: Dated | None, end: Dated | None) -> list[Finding]:
    kind = load(record.resource.class_)
    coded = record.chart.codes.of([_with_system(each) for each in listed(kind)])
    hits = tuple(Hit(row.concept, confirmed=row.verified) for row in coded.rows)
    over = state_of(record.resource.status) == "finished"
    until = end.when.latest if end else None if over else record.chart.as_of
    days = (until - start.when.earliest).total_seconds() / 86400 if start and until else None
    return record.finding(
        Kind.ENCOUNTER,
        coded.label,
        merged(hits),
        start,
        ended=end.when if end else None,
        code=coded.key,
        days=max(days, 0.0) if days is not None else None,
    )


def _with_system(coding: object) -> object:
    if isinstance(coding, str):
        return {"system": CLASS_SYSTEM, "code": coding}
    if isinstance(coding, dict) and "code" in coding and not text_of(coding.get("system")):
        return {**coding, "system": CLASS_SYSTEM}
    return coding


def _counts(record: Record, states: str) -> bool:
    """A missing status counts: FHIR demands one, and what was sent must not be lost over it."""
    status = state_of(record.resource.status)
    return not status or status in record.chart.states[states]
