"""Causes in order: what speaks for and against each, and which are listed.

Points order the list and are never shown: they are not probabilities (S53).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TypeAlias

from cards.facts import Facts
from cards.findings import Chart, Finding, Kind, Stance
from cards.grounds import Ground, grounds
from cards.knowledge import Cause, Evidence, Knowledge, Rule

Diagnoses: TypeAlias = Mapping[str, list[Finding]]
_Asked: TypeAlias = tuple[Cause, tuple[tuple[Evidence, Ground], ...]]
"""A cause with its evidence, and with what that cannot be true without."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One evidence row of a cause that is true for this patient."""

    evidence: Evidence
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RankedCause:
    """A cause with what is recorded for and against it."""

    cause: Cause
    score: int
    prior: int
    weighed: tuple[Weighed, ...]
    needed: bool
    """What the cause needs is recorded (or its diagnosis is)."""
    on_list: Finding | None = None
    """Its diagnosis on the problem list."""
    pinned: bool = False
    """Named by a critical red flag."""
    tied: bool = False
    """No better or worse supported than the cause above it."""

    @property
    def arguments_for(self) -> tuple[Weighed, ...]:
        return _strongest_first(w for w in self.weighed if w.evidence.points > 0)

    @property
    def arguments_against(self) -> tuple[Weighed, ...]:
        return _strongest_first(w for w in self.weighed if w.evidence.points < 0)

    @property
    def order(self) -> tuple[int, int, str]:
        return (-self.score, -self.prior, self.cause.id)


def _strongest_first(rows: Iterable[Weighed]) -> tuple[Weighed, ...]:
    return tuple(sorted(rows, key=lambda row: -abs(row.evidence.points)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """All causes, best supported first."""

    ranked: tuple[RankedCause, ...]
    qualifying: tuple[RankedCause, ...]
    """Those that are needed, and score enough or stand on the problem list."""

    def strongly_against(self, cause: Cause) -> bool:
        """Whether a strong argument against it is recorded."""
        row = next(ranked for ranked in self.ranked if ranked.cause.id == cause.id)
        return any(w.evidence.strength == "strong_against" for w in row.weighed)


def rank(chart: Chart, facts: Facts, knowledge: Knowledge, as_of: datetime) -> Ranking:
    """Weigh every cause."""
    diagnoses = diagnoses_of(chart)
    weighed = (_weigh(asked, diagnoses, facts, knowledge, as_of) for asked in _all_asked(knowledge))
    ranked = tuple(sorted(weighed, key=_order))
    return Ranking(ranked, qualifying(ranked, knowledge))


def qualifying(ranked: Iterable[RankedCause], knowledge: Knowledge) -> tuple[RankedCause, ...]:
    """Those that may be listed, best supported first."""
    lowest = knowledge.policy.scoring.list_from
    able = [one for one in ranked if one.needed and (one.score >= lowest or one.on_list)]
    return tuple(sorted(able, key=_order))


@lru_cache(maxsize=16)
def _all_asked(knowledge: Knowledge) -> tuple[_Asked, ...]:
    ground = grounds(knowledge).of
    return tuple(
        (cause, tuple((row, ground(row.when)) for row in cause.evidence))
        for cause in knowledge.causes.values()
    )


def _order(ranked: RankedCause) -> tuple[int, int, str]:
    return ranked.order


def _weigh(
    asked: _Asked, diagnoses: Diagnoses, facts: Facts, knowledge: Knowledge, as_of: datetime
) -> RankedCause:
    (cause, rows), scoring, recorded = asked, knowledge.policy.scoring, facts.recorded
    on_list = recorded_diagnosis(cause, diagnoses, as_of)
    weighed = tuple(
        Weighed(row, facts.base_features(met))
        for row, ground in rows
        if (ground is None or not ground.isdisjoint(recorded)) and (met := row.when.met(facts)) is not None
    )
    prior = scoring.prior_points[scoring.on_problem_list_prior] if on_list else cause.prior_points
    score = prior + sum(w.evidence.points for w in weighed)
    if on_list and not any(w.evidence.points > 0 and _names_diagnosis(w, knowledge) for w in weighed):
        score += scoring.on_problem_list_points
    needed = on_list is not None or facts.met(cause.needs) is not None
    return RankedCause(cause, score, prior, weighed, needed, on_list)


def _names_diagnosis(weighed: Weighed, knowledge: Knowledge) -> bool:
    patterns = knowledge.policy.scoring.diagnosis_features
    return any(fnmatchcase(name, p) for name in weighed.evidence.when.features for p in patterns)


def diagnoses_of(chart: Chart) -> Diagnoses:
    """The current, confirmed conditions of a chart by each concept that they name."""
    found: dict[str, list[Finding]] = {}
    for finding in chart.findings:
        if finding.kind is Kind.CONDITION and finding.confirmed and not finding.historical:
            for hit in finding.hits:
                if hit.stance is Stance.AFFIRMED:
                    found.setdefault(hit.concept, []).append(finding)
    return found


def recorded_diagnosis(cause: Cause, diagnoses: Diagnoses, as_of: datetime) -> Finding | None:
    """The current, confirmed diagnosis of the cause, if not older than the cause allows."""
    found = diagnoses.get(cause.known_codes, [])
    if cause.known_within_days is not None:
        limit = as_of - timedelta(days=cause.known_within_days)
        found = [finding for finding in found if finding.when is not None and finding.when.latest >= limit]
    return min(found, key=_since, default=None)


def _since(finding: Finding) -> tuple[float, str]:
    began = finding.when.earliest.timestamp() if finding.when else float("inf")
    return began, finding.source.reference


def listed(ranking: Ranking, critical: Sequence[Rule], knowledge: Knowledge) -> tuple[RankedCause, ...]:
    """The causes to show: one for each critical rule first, then by support.

    A cause on the problem list and one named by a critical rule are never cut.
    """
    by_id = {ranked.cause.id: ranked for ranked in ranking.ranked}
    pinned, rest = chosen(by_id, ranking.qualifying, critical, knowledge)
    shown = [replace(ranked, pinned=True) for ranked in pinned]
    for ranked in rest:
        above = shown[-1] if shown else None
        tie = above is not None and not above.pinned and above.score == ranked.score
        shown.append(replace(ranked, tied=tie))
    return tuple(shown)


def chosen(
    by_id: Mapping[str, RankedCause],
    able: Iterable[RankedCause],
    critical: Iterable[Rule],
    knowledge: Knowledge,
) -> tuple[list[RankedCause], list[RankedCause]]:
    """The causes to show, not yet compared with each other: those of critical rules, and the rest.

    `by_id`: all causes; `able`: those that qualify, best supported first.
    """
    names = (_pinned_by(rule, by_id) for rule in critical)
    pinned = {name: by_id[name] for name in names if name}
    free = knowledge.policy.scoring.max_listed - len(pinned)
    rest: list[RankedCause] = []
    for ranked in able:
        if ranked.cause.id not in pinned and (len(rest) < free or ranked.on_list):
            rest.append(ranked)
    return list(pinned.values()), rest


def _pinned_by(rule: Rule, by_id: Mapping[str, RankedCause]) -> str | None:
    able = [by_id[name] for name in rule.suggests if by_id[name].needed]
    if able:
        return min(able, key=_order).cause.id
    return rule.suggests[0] if rule.suggests else None
