"""Conditions: problems, diagnoses, symptoms."""

from __future__ import annotations

from dataclasses import replace

from cards.findings import Finding, Hit, Kind, Stance, When
from cds_service.evidence.codes import Coded, holds_any
from cds_service.evidence.dates import Dated, age_span
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import Record
from cds_service.evidence.thin import Part, load, member, states_of, text_of, truth_of


def read_condition(record: Record) -> list[Finding]:
    resource, states = record.resource, record.chart.states
    verification = states_of(load(resource.verificationStatus)) if resource.verificationStatus else frozenset()
    if verification & set(states["condition_void"]):
        return []
    onset = _onset(record)
    dated = record.saw(onset or _recorded(record))
    coded = record.code(resource.code)
    site = record.chart.site(resource.bodySite)
    hits = record.chart.weighing.hits(coded, site)
    if not hits:
        return []
    confirmed = not verification & set(states["condition_suspected"])
    historical, ended = _end(record)
    severity = record.code(resource.severity, name=True)
    return record.finding(
        Kind.CONDITION,
        coded.label,
        _with_words(record, hits if confirmed else _suspected(hits)),
        dated,
        onset_stated=onset is not None,
        ended=ended,
        historical=historical,
        confirmed=confirmed,
        problem_list="problem-list-item" in states_of(load(resource.category)),
        code=coded.key,
        severe=_severe(record, severity),
        leg_site=site.leg or coded.leg_site,
        other_site=site.other or coded.other_site,
    )


def _suspected(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(replace(h, stance=Stance.SUSPECTED) if h.stance is Stance.AFFIRMED else h for h in hits)


def _with_words(record: Record, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """With the words of the notes and of an onset that was told in words."""
    told = record.code(record.resource.onsetString)
    return merged((*hits, *record.words_of_notes(), *record.chart.weighing.words(told.readings)))


def _severe(record: Record, severity: Coded) -> bool:
    words = str(record.chart.knowledge.reading["time"]["severe_words"])
    return any(hit.concept == words for hit in record.chart.weighing.hits(severity))


def _onset(record: Record) -> Dated | None:
    resource, born = record.resource, record.chart.person.born
    return (
        record.date(resource.onsetDateTime)
        or _start(record, resource)
        or (age_span(born, load(resource.onsetAge)) if resource.onsetAge else None)
        or (_ages(born, load(resource.onsetRange)) if resource.onsetRange else None)
        or (record.chart.dates.read(load(resource.onsetString)) if resource.onsetString else None)
    )


def _start(record: Record, resource: Part) -> Dated | None:
    period = load(resource.onsetPeriod)
    return record.date(member(period, "start") if isinstance(period, dict) else period)


def _ages(born: When | None, ages: object) -> Dated | None:
    low, high = member(ages, "low"), member(ages, "high")
    return age_span(born, low or high, high or low)


def _recorded(record: Record) -> Dated | None:
    resource = record.resource
    written = record.date(resource.recordedDate) or record.date(resource.assertedDate)
    return written or (record.chart.started(record.encounter) if record.encounter else None)


def _end(record: Record) -> tuple[bool, When | None]:
    """Whether it is over, and when it ended."""
    states = record.chart.states
    clinical = states_of(load(record.resource.clinicalStatus)) if record.resource.clinicalStatus else frozenset()
    ended = _abated(record)
    over = bool(clinical & set(states["condition_historical"])) or truth_of(record.resource.abatementBoolean) is True
    if ended is not None and ended.earliest <= record.chart.as_of:
        return True, ended
    return over or (not clinical and _says_over(record)), None


def _abated(record: Record) -> When | None:
    resource, born = record.resource, record.chart.person.born
    found = (
        record.date(resource.abatementDateTime)
        or _end_of_period(record, resource)
        or (age_span(born, load(resource.abatementAge)) if resource.abatementAge else None)
        or (_ages(born, load(resource.abatementRange)) if resource.abatementRange else None)
        or (record.chart.dates.read(load(resource.abatementString)) if resource.abatementString else None)
    )
    return found.when if found else None


def _end_of_period(record: Record, resource: Part) -> Dated | None:
    period = load(resource.abatementPeriod)
    if not isinstance(period, dict):
        return record.date(period)
    return record.date(period.get("end")) or record.date(period.get("start"))


def _says_over(record: Record) -> bool:
    """Whether an abatement told in words says that it is over; "ongoing" does not."""
    cues = record.chart.knowledge.reading["negation"]
    words = text_of(load(record.resource.abatementString)).lower()
    return holds_any(words, cues["after_anywhere"]) and not holds_any(words, cues["not_when_before_after_cue"])
