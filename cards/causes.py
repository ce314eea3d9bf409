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
from cards.grounds import grounds
from cards.knowledge import Cause, Evidence, Knowledge, Rule

Diagnoses: TypeAlias = Mapping[str, list[Finding]]


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


def _strongest_first(rows: Iterable[Weighed]) -> tuple[Weighed, ...]:
    return tuple(sorted(rows, key=lambda row: -abs(row.evidence.points)))


@dataclass(frozen=True, slots=True)
class Ranking:
    """How all causes stand. What is recorded for and against one is told when asked: few are shown."""

    facts: Facts
    standings: Mapping[str, Standing]
    """By cause."""
    qualifying: tuple[Standing, ...]
    """Those that are needed, and score enough or stand on the problem list; best supported first."""
    true_rows: Mapping[str, Sequence[Evidence]]
    """By cause: the evidence that is true for this patient, in the order of the content."""
    on_list: Mapping[str, Finding]
    """By cause: its diagnosis on the problem list."""

    def ranked(self, cause: Cause) -> RankedCause:
        standing, rows = self.standings[cause.id], self.true_rows.get(cause.id, ())
        weighed = tuple(
            Weighed(row, self.facts.base_features(self.facts.met(row.when) or ())) for row in rows
        )
        on_list = self.on_list.get(cause.id)
        return RankedCause(cause, standing.score, -standing.rarity, weighed, standing.needed, on_list)

    def strongly_against(self, cause: Cause) -> bool:
        """Whether a strong argument against it is recorded."""
        return any(row.strength == "strong_against" for row in self.true_rows.get(cause.id, ()))


def rank(chart: Chart, facts: Facts, knowledge: Knowledge, as_of: datetime) -> Ranking:
    """Weigh every cause."""
    rows, on_list, all_true = _true_rows(facts, knowledge), _on_list(chart, knowledge, as_of), facts.true
    scoring, standings = knowledge.policy.scoring, {}
    for cause in knowledge.causes.values():
        true, known, prior = rows.get(cause.id, ()), cause.id in on_list, cause.prior_points
        points = sum([row.points for row in true]) if true else 0
        if known:
            prior = scoring.prior_points[scoring.on_problem_list_prior]
            points += _for_diagnosis(true, knowledge)
        needed = known or cause.needs.is_met(all_true)
        standings[cause.id] = Standing(-prior - points, -prior, cause.id, needed, known)
    return Ranking(facts, standings, qualifying(standings.values(), knowledge), rows, on_list)


def _for_diagnosis(true: Iterable[Evidence], knowledge: Knowledge) -> int:
    """The points of a cause for its diagnosis; none where a row of its evidence has given them."""
    given = any(row.points > 0 and _names_diagnosis(row, knowledge) for row in true)
    return 0 if given else knowledge.policy.scoring.on_problem_list_points


def _names_diagnosis(row: Evidence, knowledge: Knowledge) -> bool:
    patterns = knowledge.policy.scoring.diagnosis_features
    return any(fnmatchcase(name, p) for name in row.when.features for p in patterns)


def qualifying(standings: Iterable[Standing], knowledge: Knowledge) -> tuple[Standing, ...]:
    """Those that may be listed, best supported first."""
    most = -knowledge.policy.scoring.list_from
    return tuple(sorted([one for one in standings if one.needed and (one.lack <= most or one.on_list)]))


@dataclass(frozen=True, slots=True)
class _Rows:
    """All evidence of a content, found by what it cannot be true without."""

    all: tuple[tuple[str, Evidence], ...]
    """Each with its cause."""
    of_feature: Mapping[str, tuple[int, ...]]
    """The places of those that have a ground in a feature."""
    without_ground: tuple[int, ...]


@lru_cache(maxsize=16)
def _rows(knowledge: Knowledge) -> _Rows:
    rows = tuple((cause.id, row) for cause in knowledge.causes.values() for row in cause.evidence)
    of_feature: dict[str, list[int]] = {}
    without: list[int] = []
    for place, (_, row) in enumerate(rows):
        ground = grounds(knowledge).of(row.when)
        without += [place] if ground is None else []
        for name in ground or ():
            of_feature.setdefault(name, []).append(place)
    return _Rows(rows, {name: tuple(places) for name, places in of_feature.items()}, tuple(without))


def _true_rows(facts: Facts, knowledge: Knowledge) -> dict[str, list[Evidence]]:
    """By cause, in the order of the content: the evidence that is true for this patient."""
    rows, true = _rows(knowledge), facts.true
    places = set(rows.without_ground).union(*(rows.of_feature.get(name, ()) for name in facts.recorded))
    found: dict[str, list[Evidence]] = {}
    for place in sorted(places):
        cause, row = rows.all[place]
        if row.when.is_met(true):
            found.setdefault(cause, []).append(row)
    return found


def _on_list(chart: Chart, knowledge: Knowledge, as_of: datetime) -> dict[str, Finding]:
    """By cause: its current, confirmed diagnosis."""
    diagnoses = diagnoses_of(chart)
    named = (cause for cause in knowledge.causes.values() if cause.known_codes in diagnoses)
    found = ((cause.id, recorded_diagnosis(cause, diagnoses, as_of)) for cause in named)
    return {cause: finding for cause, finding in found if finding is not None}


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
    first, causes = pinned(ranking.standings, critical), knowledge.causes
    shown = [replace(ranking.ranked(causes[name]), pinned=True) for name in first]
    for name in beside(first, ranking.qualifying, knowledge):
        ranked, above = ranking.ranked(causes[name]), shown[-1] if shown else None
        tie = above is not None and not above.pinned and above.score == ranked.score
        shown.append(replace(ranked, tied=tie))
    return tuple(shown)


def pinned(standings: Mapping[str, Standing], critical: Iterable[Rule]) -> list[str]:
    """The causes that critical rules put first; `standings`: of all that they suggest."""
    return list(dict.fromkeys(name for rule in critical if (name := _pinned_by(rule, standings))))


def _pinned_by(rule: Rule, standings: Mapping[str, Standing]) -> str | None:
    able = [standings[name] for name in rule.suggests if standings[name].needed]
    if able:
        return min(able).cause
    return rule.suggests[0] if rule.suggests else None


def beside(first: Sequence[str], able: Iterable[Standing], knowledge: Knowledge) -> list[str]:
    """The causes to show after those that are put first; `able`: those that qualify, best supported first."""
    free = knowledge.policy.scoring.max_listed - len(first)
    rest = [one for one in able if one.cause not in first]
    return [one.cause for place, one in enumerate(rest) if place < free or one.on_list]
