"""What was done, given or came about: procedures, immunisations, encounters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from msgspec import Raw

from cards.codes import Code
from cards.findings import Finding, Hit, Kind, Stance
from cds_service.evidence.codes import NOTHING, Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import OpenChart, OpenResource
from cds_service.evidence.thin import listed, load, local, member, raws, reference_of, state_of, text_of

VACCINATION = "cs_vaccination"
CLASSES = "actcode"
"""The code system of Encounter.class (systems.toml), which records often leave out."""
INTENSIVE_CARE = "stay_intensive_care"


def read_procedure(opened: OpenResource) -> list[Finding]:
    resource = opened.resource
    if not _counts(opened, "procedure_counts"):
        return []
    dated = opened.date(resource.performed_date_time) or opened.during(resource.performed_period)
    dated = opened.saw(dated or opened.chart.dates.read(resource.performed_string))
    coded, site = opened.code(resource.code), opened.chart.site(resource.body_site)
    hits = opened.chart.weighing.hits(coded, site)
    if not hits:
        return []
    return opened.finding(
        Kind.PROCEDURE,
        coded.label,
        merged((*hits, *opened.words_of_notes())),
        dated,
        code=coded.key,
        leg_site=site.leg or coded.leg_site,
        other_site=site.other or coded.other_site,
    )


def read_immunization(opened: OpenResource) -> list[Finding]:
    """Any vaccination counts, whatever its code; its name tells of a disease that was not there."""
    resource = opened.resource
    if not _counts(opened, "immunization_counts"):
        return []
    given = opened.date(resource.occurrence_date_time) or opened.chart.dates.read(resource.occurrence_string)
    coded = opened.code(resource.vaccine_code, name=True)
    return opened.finding(
        Kind.IMMUNIZATION,
        coded.label or "vaccination",
        (Hit(VACCINATION),),
        opened.saw(given),
        code=coded.key,
    )


def read_encounter(opened: OpenResource) -> list[Finding]:
    """The reasons for an encounter, its diagnoses, and a stay in hospital; its type is not read."""
    resource = opened.resource
    if not _counts(opened, "encounter_counts"):
        return []
    start, end = opened.chart.dates.period(load(resource.period))
    opened.saw(start)
    found = [*_stay(opened, start, end), *_intensive_care(opened, start, end)]
    for coded in _reasons(opened):
        found += opened.finding(
            Kind.ENCOUNTER,
            coded.label,
            as_reason(opened, coded, opened.chart.weighing.hits(coded)),
            start,
            confirmed=False,
            code=coded.key,
            leg_site=coded.leg_site,
            other_site=coded.other_site,
        )
    return found


def _reasons(opened: OpenResource) -> Iterator[Coded]:
    resource = opened.resource
    for raw in raws(resource.reason_code or resource.reason):
        concept, values = load(raw), listed(member(load(raw), "value"))
        if not values:
            yield opened.code(raw)
        for value in values:  # R5: a reason has values, each a concept or a reference
            concept = member(value, "concept")
            yield (
                opened.chart.codes.of(concept)
                if concept
                else _referred_to(opened, member(value, "reference"))
            )
    for reference in listed(load(resource.reason_reference)):
        yield _referred_to(opened, reference)
    for diagnosis in listed(load(resource.diagnosis)):
        for condition in listed(member(diagnosis, "condition")):
            yield _referred_to(opened, member(condition, "reference") if _is_nested(condition) else condition)


def _is_nested(condition: object) -> bool:
    """Whether it is a CodeableReference (R5), in which the reference is an object."""
    return isinstance(member(condition, "reference"), dict)


def _referred_to(opened: OpenResource, reference: object) -> Coded:
    """What an encounter says of a Condition that the chart does not hold; its own are read by themselves."""
    pointed = reference_of(reference)
    if pointed.startswith("#"):
        held = opened.contained(pointed)
        return opened.code(held.code) if held and held.resource_type == "Condition" else NOTHING
    shown = text_of(member(reference, "display"))
    return opened.text(shown) if shown and not opened.chart.holds(local(pointed)) else NOTHING


def as_reason(opened: OpenResource, coded: Coded, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """What a reason for coming says; the diagnosis of a follow-up or a clinic is not a new one."""
    chart = opened.chart
    if not holds_any(coded.words, chart.knowledge.reading["historical"]["in_reasons"]):
        return hits
    new = chart.uses.new_diagnoses
    return tuple(replace(hit, stance=Stance.HISTORICAL) if hit.concept in new else hit for hit in hits)


def _stay(opened: OpenResource, start: Dated | None, end: Dated | None) -> list[Finding]:
    coding, rows = _class(opened.resource.class_), class_rows(opened.chart, opened.resource.class_)
    over = state_of(opened.resource.status) == "finished"
    until = end.when.latest if end else None if over else opened.chart.as_of
    days = (until - start.when.earliest) / timedelta(days=1) if start and until else None
    return opened.finding(
        Kind.ENCOUNTER,
        text_of(member(coding, "display")) or (rows[0].display if rows else ""),
        tuple(Hit(row.concept, confirmed=row.verified) for row in rows),
        start,
        ended=end.when if end else None,
        code=f"{CLASSES}|{text_of(member(coding, 'code'))}",
        days=max(days, 0.0) if days is not None else None,
    )


def _intensive_care(opened: OpenResource, start: Dated | None, end: Dated | None) -> Iterator[Finding]:
    """The stays in intensive care, by the name of the location; its dates, else those of the encounter."""
    chart = opened.chart
    for place in listed(load(opened.resource.location)):
        if not is_intensive_care(place, chart):
            continue
        since, until = chart.dates.period(member(place, "period"))
        since = since or start
        over = (state_of(opened.resource.status), state_of(member(place, "status")))
        # Over, nobody says when: not before it began.
        left = until or end or (since if "finished" in over or "completed" in over else None)
        name = next(iter(_names_of_place(place)), chart.knowledge.concepts[INTENSIVE_CARE].label)
        yield from opened.finding(
            Kind.ENCOUNTER,
            name,
            (Hit(INTENSIVE_CARE),),
            since,
            ended=left.when if left else None,
            code=INTENSIVE_CARE,
        )


def is_intensive_care(place: object, chart: OpenChart) -> bool:
    """Whether an `Encounter.location` is in intensive care, by name or kind; not one that is only planned."""
    reading = chart.knowledge.reading
    if state_of(member(place, "status")) in reading["status"]["location_void"]:
        return False
    kinds = [
        row.concept for part in ("physicalType", "form") for row in chart.codes.of(member(place, part)).rows
    ]
    if INTENSIVE_CARE in kinds:
        return True
    names = " | ".join(map(folded, _names_of_place(place)))
    return holds_any(names, reading["values"]["intensive_care"]) and not holds_any(
        names, reading["values"]["no_intensive_care"]
    )


def _names_of_place(place: object) -> list[str]:
    """The name of the place, then what kind it is (R4 `physicalType`, R5 `form`)."""
    named = [member(place, "location"), member(place, "physicalType"), member(place, "form"), place]
    codings = [coding for concept in named for coding in listed(member(concept, "coding"))]
    found = [text_of(member(each, key)) for each in (*named, *codings) for key in ("display", "text")]
    return [name for name in found if name]


def class_rows(chart: OpenChart, given: Raw) -> tuple[Code, ...]:
    """What the class of an encounter stands for; its system is often left out, or one of the site."""
    coding = _class(given)
    system, code = text_of(member(coding, "system")), text_of(member(coding, "code"))
    local = chart.codes.known(system, code)
    return chart.knowledge.codes.lookup(CLASSES, code) or (local.rows if local.local else ())


def _class(given: Raw) -> object:
    """The class of an encounter as a coding, whether sent as one (R4), as a concept (R5) or as plain text."""
    kind = next(iter(listed(load(given))), None)
    coding = next(iter(listed(member(kind, "coding"))), kind)
    return {"code": coding} if isinstance(coding, str) else coding


def _counts(opened: OpenResource, states: str) -> bool:
    """A missing status counts: FHIR demands one, and what was sent must not be lost over it."""
    status = state_of(opened.resource.status)
    return not status or status in opened.chart.states[states]
