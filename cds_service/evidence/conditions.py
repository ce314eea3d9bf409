"""Conditions: problems, diagnoses, symptoms."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from cards.findings import Finding, Hit, Kind, Stance, When
from cds_service.evidence.codes import Coded
from cds_service.evidence.dates import Dated, age_span
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.hits import Site, merged
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.power import power_findings
from cds_service.evidence.sited import named_at
from cds_service.evidence.thin import Part, load, member, text_of, truth_of

_A_DAY = timedelta(days=1)


def read_condition(opened: OpenResource) -> list[Finding]:
    resource, states = opened.resource, opened.chart.states
    verification = opened.chart.decoded.states_of(resource.verification_status)
    if not verification.isdisjoint(states["condition_void"]):
        return []
    recorded = opened.saw(_recorded(opened))
    onset = _onset(opened) or _told_onset(opened, recorded)
    dated = opened.saw(onset) or recorded
    site = opened.chart.site(resource.body_site)
    coded = named_at(opened, opened.code(resource.code), site)
    hits = opened.chart.weighing.hits(coded, site)
    if not hits:
        return []
    confirmed = verification.isdisjoint(states["condition_suspected"])
    historical, ended = _end(opened)
    hits = _with_words(opened, hits if confirmed else _suspected(hits))
    severity = opened.chart.weighing.hits(opened.code(resource.severity, name=True))
    power = [] if historical else _power(opened, coded, site, hits, dated)
    return power + opened.finding(
        Kind.CONDITION,
        coded.label,
        hits,
        dated,
        onset_stated=onset is not None and not _written_before(onset, opened),
        ended=ended,
        historical=historical,
        confirmed=confirmed,
        problem_list="problem-list-item" in opened.chart.decoded.states_of(resource.category),
        code=coded.key,
        severe=opened.chart.tells_severe((*severity, *hits)),
        leg_site=site.leg or coded.leg_site,
        other_site=site.other or coded.other_site,
    )


def _written_before(onset: Dated, opened: OpenResource) -> bool:
    """Whether the entry was recorded before its own onset: such dates prove no sudden onset.

    The onset still dates the finding: it may tell of a new episode of an old problem.
    """
    recorded = opened.date(opened.resource.recorded_date)
    return recorded is not None and recorded.when.latest < onset.when.earliest - _A_DAY


def _power(
    opened: OpenResource, coded: Coded, site: Site, hits: tuple[Hit, ...], dated: Dated | None
) -> list[Finding]:
    """The grade of power in its words, "left leg weakness 3/5", dated as the problem is.

    A later date would make an old weakness, written down once more, look new.
    """
    there = any(hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED) for hit in hits)
    if not (coded.graded and there):
        return []
    where = replace(site, side=site.side or coded.code_side)
    return power_findings(opened, coded.label, where, label=coded.label, dated=dated, code=coded.key)


def _suspected(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    return tuple(replace(h, stance=Stance.SUSPECTED) if h.stance is Stance.AFFIRMED else h for h in hits)


def _with_words(opened: OpenResource, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """With the words of the notes and of an onset that was told in words."""
    if not (opened.resource.onset_string or opened.resource.note):
        return hits
    told = opened.code(opened.resource.onset_string)
    return merged((*hits, *opened.words_of_notes(), *opened.chart.weighing.words(told.readings)))


def _onset(opened: OpenResource) -> Dated | None:
    resource, born = opened.resource, opened.chart.person.born
    return (
        opened.date(resource.onset_date_time)
        or _start(opened, resource)
        or (age_span(born, load(resource.onset_age)) if resource.onset_age else None)
        or (_ages(born, load(resource.onset_range)) if resource.onset_range else None)
        or (opened.chart.dates.read(load(resource.onset_string)) if resource.onset_string else None)
    )


def _told_onset(opened: OpenResource, recorded: Dated | None) -> Dated | None:
    """An onset in words, counted from the day on which it was recorded."""
    words = text_of(load(opened.resource.onset_string))
    return opened.chart.told.read(words, recorded, opened.chart.person.born) if words else None


def _start(opened: OpenResource, resource: Part) -> Dated | None:
    period = load(resource.onset_period)
    return opened.date(member(period, "start") if isinstance(period, dict) else period)


def _ages(born: When | None, ages: object) -> Dated | None:
    low, high = member(ages, "low"), member(ages, "high")
    return age_span(born, low or high, high or low)


def _recorded(opened: OpenResource) -> Dated | None:
    resource = opened.resource
    written = opened.date(resource.recorded_date) or opened.date(resource.asserted_date)
    return written or (opened.chart.started(opened.encounter) if opened.encounter else None)


def _end(opened: OpenResource) -> tuple[bool, When | None]:
    """Whether it is over, and when it ended."""
    states = opened.chart.states
    clinical = opened.chart.decoded.states_of(opened.resource.clinical_status)
    ended = _abated(opened)
    over = (
        not clinical.isdisjoint(states["condition_historical"])
        or truth_of(opened.resource.abatement_boolean) is True
    )
    if ended is not None and ended.earliest <= opened.chart.as_of:
        return True, ended
    return over or (not clinical and ended is None and _says_over(opened)), None


def _abated(opened: OpenResource) -> When | None:
    resource, born = opened.resource, opened.chart.person.born
    found = (
        opened.date(resource.abatement_date_time)
        or _end_of_period(opened, resource)
        or (age_span(born, load(resource.abatement_age)) if resource.abatement_age else None)
        or (_ages(born, load(resource.abatement_range)) if resource.abatement_range else None)
        or (opened.chart.dates.read(load(resource.abatement_string)) if resource.abatement_string else None)
    )
    return found.when if found else None


def _end_of_period(opened: OpenResource, resource: Part) -> Dated | None:
    period = load(resource.abatement_period)
    if not isinstance(period, dict):
        return opened.date(period)
    return opened.date(period.get("end")) or opened.date(period.get("start"))


def _says_over(opened: OpenResource) -> bool:
    """Whether an abatement is told in words: that there is one says that it is over, "ongoing" does not."""
    reading = opened.chart.knowledge.reading
    words = folded(text_of(load(opened.resource.abatement_string)))
    voids = (reading["historical"]["not_abated"], reading["negation"]["not_when_before_after_cue"])
    unknown = reading["values"]["unknown"]
    return any(map(str.isalnum, words)) and not any(holds_any(words, each) for each in (*voids, unknown))
