"""Causes in order: what speaks for and against each, and which are listed.

Points order the list and are never shown: they are not probabilities (S53).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import NamedTuple, TypeAlias

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


class Standing(NamedTuple):
    """Where a cause stands: what decides its place in the list. The best supported sorts first."""

    lack: int
    """The score, negative."""
    rarity: int
    """The prior, negative."""
    cause: str
    needed: bool
    on_list: bool

    @property
    def score(self) -> int:
        return -self.lack

    def moved_by(self, points: int, *, needed: bool) -> Standing:
        return Standing(self.lack - points, self.rarity, self.cause, needed, self.on_list)


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
    def standing(self) -> Standing:
        return Standing(-self.score, -self.prior, self.cause.id, self.needed, self.on_list is not None)


def _strongest_first(rows: Iterable[Weighed]) -> tuple[Weighed, ...]:
    return tuple(sorted(rows, key=lambda row: -abs(row.evidence.points)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """All causes, best supported first."""

    ranked: tuple[RankedCause, ...]
    qualifying: tuple[Standing, ...]
    """Those that are needed, and score enough or stand on the problem list."""

    def strongly_against(self, cause: Cause) -> bool:
        """Whether a strong argument against it is recorded."""
        row = next(ranked for ranked in self.ranked if ranked.cause.id == cause.id)
        return any(w.evidence.strength == "strong_against" for w in row.weighed)


def rank(chart: Chart, facts: Facts, knowledge: Knowledge, as_of: datetime) -> Ranking:
    """Weigh every cause."""
    diagnoses = diagnoses_of(chart)
    weighed = (_weigh(asked, diagnoses, facts, knowledge, as_of) for asked in _all_asked(knowledge))
    ranked = tuple(sorted(weighed, key=_standing))
    return Ranking(ranked, qualifying(map(_standing, ranked), knowledge))


def qualifying(standings: Iterable[Standing], knowledge: Knowledge) -> tuple[Standing, ...]:
    """Those that may be listed, best supported first."""
    most = -knowledge.policy.scoring.list_from
    return tuple(sorted([one for one in standings if one.needed and (one.lack <= most or one.on_list)]))


@lru_cache(maxsize=16)
def _all_asked(knowledge: Knowledge) -> tuple[_Asked, ...]:
    ground = grounds(knowledge).of
    return tuple(
        (cause, tuple((row, ground(row.when)) for row in cause.evidence))
        for cause in knowledge.causes.values()
    )


def _standing(ranked: RankedCause) -> Standing:
    return ranked.standing


def _weigh(
    asked: _Asked, diagnoses: Diagnoses, facts: Facts, knowledge: Knowledge, as_of: datetime
) -> RankedCause:
    (cause, rows), scoring, recorded, true = asked, knowledge.policy.scoring, facts.recorded, facts.true
    on_list = recorded_diagnosis(cause, diagnoses, as_of)
    weighed = tuple(
        Weighed(row, facts.base_features(met))
        for row, ground in rows
        if (ground is None or not ground.isdisjoint(recorded)) and (met := row.when.met(true)) is not None
    )
    prior = scoring.prior_points[scoring.on_problem_list_prior] if on_list else cause.prior_points
    score = prior + sum(w.evidence.points for w in weighed)
    if on_list and not any(w.evidence.points > 0 and _names_diagnosis(w, knowledge) for w in weighed):
        score += scoring.on_problem_list_points
    needed = on_list is not None or cause.needs.is_met(true)
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
    standings = {name: ranked.standing for name, ranked in by_id.items()}
    pinned, rest = chosen(standings, ranking.qualifying, critical, knowledge)
    shown = [replace(by_id[name], pinned=True) for name in pinned]
    for ranked in map(by_id.__getitem__, rest):
        above = shown[-1] if shown else None
        tie = above is not None and not above.pinned and above.score == ranked.score
        shown.append(replace(ranked, tied=tie))
    return tuple(shown)


def chosen(
    by_id: Mapping[str, Standing], able: Iterable[Standing], critical: Iterable[Rule], knowledge: Knowledge
) -> tuple[list[str], list[str]]:
    """The causes to show, not yet compared with each other: those of critical rules, and the rest.

    `by_id`: all causes; `able`: those that qualify, best supported first.
    """
    pinned = list(dict.fromkeys(name for rule in critical if (name := _pinned_by(rule, by_id))))
    free = knowledge.policy.scoring.max_listed - len(pinned)
    rest: list[str] = []
    for one in able:
        if one.cause not in pinned and (len(rest) < free or one.on_list):
            rest.append(one.cause)
    return pinned, rest


def _pinned_by(rule: Rule, by_id: Mapping[str, Standing]) -> str | None:
    able = [by_id[name] for name in rule.suggests if by_id[name].needed]
    if able:
        return min(able).cause
    return rule.suggests[0] if rule.suggests else None
