"""Conditions: problems, diagnoses, symptoms."""

from __future__ import annotations

from dataclasses import replace

from cards.findings import Finding, Hit, Kind, Stance, When
from cds_service.evidence.codes import folded, holds_any
from cds_service.evidence.dates import Dated, age_span
from cds_service.evidence.hits import merged
from cds_service.evidence.open_chart import Record
from cds_service.evidence.thin import Part, load, member, states_of, text_of, truth_of


def read_condition(record: Record) -> list[Finding]:
    resource, states = record.resource, record.chart.states
    verification = (
        states_of(load(resource.verification_status)) if resource.verification_status else frozenset()
    )
    if verification & set(states["condition_void"]):
        return []
    onset = _onset(record)
    dated = record.saw(onset or _recorded(record))
    coded = record.code(resource.code)
    site = record.chart.site(resource.body_site)
    hits = record.chart.weighing.hits(coded, site)
    if not hits:
        return []
    confirmed = not verification & set(states["condition_suspected"])
    historical, ended = _end(record)
    hits = _with_words(record, hits if confirmed else _suspected(hits))
    severity = record.chart.weighing.hits(record.code(resource.severity, name=True))
    return record.finding(
        Kind.CONDITION,
        coded.label,
        hits,
        dated,
        onset_stated=onset is not None,
        ended=ended,
        historical=historical,
        confirmed=confirmed,
        problem_list="problem-list-item" in states_of(load(resource.category)),
        code=coded.key,
        severe=record.chart.tells_severe((*severity, *hits)),
        leg_site=site.leg or coded.leg_site,
        other_site=site.other or coded.other_site,
    )


def _suspected(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(replace(h, stance=Stance.SUSPECTED) if h.stance is Stance.AFFIRMED else h for h in hits)


def _with_words(record: Record, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """With the words of the notes and of an onset that was told in words."""
    told = record.code(record.resource.onset_string)
    return merged((*hits, *record.words_of_notes(), *record.chart.weighing.words(told.readings)))


def _onset(record: Record) -> Dated | None:
    resource, born = record.resource, record.chart.person.born
    return (
        record.date(resource.onset_date_time)
        or _start(record, resource)
        or (age_span(born, load(resource.onset_age)) if resource.onset_age else None)
        or (_ages(born, load(resource.onset_range)) if resource.onset_range else None)
        or (record.chart.dates.read(load(resource.onset_string)) if resource.onset_string else None)
    )


def _start(record: Record, resource: Part) -> Dated | None:
    period = load(resource.onset_period)
    return record.date(member(period, "start") if isinstance(period, dict) else period)


def _ages(born: When | None, ages: object) -> Dated | None:
    low, high = member(ages, "low"), member(ages, "high")
    return age_span(born, low or high, high or low)


def _recorded(record: Record) -> Dated | None:
    resource = record.resource
    written = record.date(resource.recorded_date) or record.date(resource.asserted_date)
    return written or (record.chart.started(record.encounter) if record.encounter else None)


def _end(record: Record) -> tuple[bool, When | None]:
    """Whether it is over, and when it ended."""
    states = record.chart.states
    clinical = (
        states_of(load(record.resource.clinical_status)) if record.resource.clinical_status else frozenset()
    )
    ended = _abated(record)
    over = (
        bool(clinical & set(states["condition_historical"]))
        or truth_of(record.resource.abatement_boolean) is True
    )
    if ended is not None and ended.earliest <= record.chart.as_of:
        return True, ended
    return over or (not clinical and _says_over(record)), None


def _abated(record: Record) -> When | None:
    resource, born = record.resource, record.chart.person.born
    found = (
        record.date(resource.abatement_date_time)
        or _end_of_period(record, resource)
        or (age_span(born, load(resource.abatement_age)) if resource.abatement_age else None)
        or (_ages(born, load(resource.abatement_range)) if resource.abatement_range else None)
        or (record.chart.dates.read(load(resource.abatement_string)) if resource.abatement_string else None)
    )
    return found.when if found else None


def _end_of_period(record: Record, resource: Part) -> Dated | None:
    period = load(resource.abatement_period)
    if not isinstance(period, dict):
        return record.date(period)
    return record.date(period.get("end")) or record.date(period.get("start"))


def _says_over(record: Record) -> bool:
    """Whether an abatement told in words says that it is over; "ongoing" does not."""
    reading = record.chart.knowledge.reading
    words = folded(text_of(load(record.resource.abatement_string)))
    over = holds_any(words, reading["historical"]["after_anywhere"])
    return over and not holds_any(words, reading["negation"]["not_when_before_after_cue"])
