"""What is not recorded and would change the order of the causes, or raise a red flag, the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, zip_longest

from cards.causes import RankedCause, Ranking
from cards.conditions import Condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Evidence, Feature, Knowledge, Rule, Scoring


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """What an answer would change, the weightier being the larger."""

    raises: bool
    """A critical red flag, where none is shown."""
    points: float
    """For each place of the list that another cause would hold, and more for the first place."""
    pull: int
    """How far the first cause would rise or fall."""
    outcome: tuple[str, ...] = field(default=(), compare=False)
    """The red flags that it would raise, then the cause that would stand first."""


_NONE = _Change(False, 0, 0)


def missing(
    facts: Facts,
    ranking: Ranking,
    causes: tuple[RankedCause, ...],
    knowledge: Knowledge,
    *,
    critical: bool,
) -> tuple[str, ...]:
    """What to ask or examine, in the words of the content, the most telling first.

    Each feature that is not recorded is imagined present. What counts is, in this order: whether a
    critical red flag would appear where none is shown; how many places of the list another cause would
    hold, the first above all; how far the first cause would rise or fall. What would change neither
    flags nor places is not asked for. Of what raises a flag, and again of the rest, a second question
    with the same outcome comes after the first ones of all others: its answer would tell less.
    """
    recorded = {_ask(knowledge, fact.feature) for fact in facts if fact.findings}
    worth: dict[str, _Change] = {}
    for feature in knowledge.features.values():
        if not feature.ask or feature.ask in recorded:
            continue
        if facts.get(feature.id).answer is not Answer.NOT_RECORDED:
            continue
        change = _worth(feature, facts, ranking, causes, knowledge, critical=critical)
        worth[feature.ask] = max(worth.get(feature.ask, _NONE), change)
    telling = [ask for ask in sorted(worth, key=worth.__getitem__, reverse=True) if _tells(worth[ask])]
    firsts = {worth[ask].outcome: ask for ask in reversed(telling)}.values()
    telling.sort(key=lambda ask: (not worth[ask].raises, ask not in firsts))
    return tuple(telling[: int(knowledge.wording["not_recorded_shown"])])


def _tells(change: _Change) -> bool:
    return change.raises or change.points > 0


def _ask(knowledge: Knowledge, feature: str) -> str:
    known = knowledge.features.get(feature)
    return known.ask if known else ""


def _worth(
    feature: Feature,
    facts: Facts,
    ranking: Ranking,
    causes: tuple[RankedCause, ...],
    knowledge: Knowledge,
    *,
    critical: bool,
) -> _Change:
    """The weightiest change that any answer would make."""
    touched, scoring = _touched(knowledge, feature.id), knowledge.policy.scoring
    shown = [ranked.cause.id for ranked in causes]
    best = _NONE
    for imagined in touched.imagined:
        after = facts.imagining(imagined, touched.dependents)
        flags = () if critical else touched.rules
        raised = [rule.id for rule in flags if _newly(rule.when, rule.gate, facts, after)]
        listed = _list_after(touched, after, ranking, causes, scoring)
        points = sum(one != other for one, other in zip_longest(shown, listed))
        if listed[:1] != shown[:1]:
            points += scoring.first_cause_gap_points
        pull = abs(_pull(touched.rows.get(shown[0], ()), causes[0], after)) if shown else 0
        best = max(best, _Change(bool(raised), points, pull, (*raised, *listed[:1])))
    return best


def _list_after(
    touched: _Touched, after: Facts, ranking: Ranking, causes: tuple[RankedCause, ...], scoring: Scoring
) -> list[str]:
    """The causes that the card would show, by the rules of `cards.causes.listed`; without a new flag."""
    pinned = [ranked.cause.id for ranked in causes if ranked.pinned]
    qualifying = [ranked for ranked in ranking.qualifying if ranked.cause.id not in touched.causes]
    for ranked in ranking.ranked:
        if ranked.cause.id in touched.causes and _may_be_listed(ranked, touched, after):
            score = ranked.score + _pull(touched.rows.get(ranked.cause.id, ()), ranked, after)
            if score >= scoring.list_from or ranked.on_list:
                qualifying.append(replace(ranked, score=score))
    rest = [ranked for ranked in sorted(qualifying, key=_order) if ranked.cause.id not in pinned]
    room = scoring.max_listed - len(pinned)
    return pinned + [ranked.cause.id for place, ranked in enumerate(rest) if place < room or ranked.on_list]


def _order(ranked: RankedCause) -> tuple[int, int, str]:
    return ranked.order


def could_raise_a_flag(name: str, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether some answer to the feature would raise a red flag beside what is recorded."""
    names, touched = dependents(knowledge, name), _touched(knowledge, name)
    rules = [r for r in knowledge.rules if r.when.features & names or r.gate in names]
    imagined = (facts.imagining(fact, names) for fact in touched.imagined)
    return any(_newly(rule.when, rule.gate, facts, after) for after in imagined for rule in rules)


def _pull(rows: Iterable[Evidence], rival: RankedCause, after: Facts) -> int:
    """How far the score of a cause would move; its rows that are true already are known."""
    change = 0
    for row in rows:
        was = any(weighed.evidence is row for weighed in rival.weighed)
        change += row.points * ((row.when.met(after) is not None) - was)
    return change


def _may_be_listed(rival: RankedCause, touched: _Touched, after: Facts) -> bool:
    """Whether the cause has what it needs; an answer can also take that away."""
    if rival.on_list or not rival.cause.needs.features & touched.dependents:
        return rival.needed
    return rival.cause.needs.met(after) is not None


def _newly(when: Condition, gate: str, before: Facts, after: Facts) -> bool:
    if not after.holds(gate) or when.met(after) is None:
        return False
    return not before.holds(gate) or when.met(before) is None


@dataclass(frozen=True, slots=True)
class _Touched:
    """What the answer to one feature can change."""

    rows: Mapping[str, tuple[Evidence, ...]]
    causes: frozenset[str]
    """Those that could rise, fall, or be listed or not."""
    rules: tuple[Rule, ...]
    dependents: frozenset[str]
    imagined: tuple[Fact, ...]


@lru_cache(maxsize=2048)
def _touched(knowledge: Knowledge, feature: str) -> _Touched:
    names = dependents(knowledge, feature)
    rows = {
        cause.id: tuple(row for row in cause.evidence if row.when.features & names)
        for cause in knowledge.causes.values()
    }
    rules = tuple(
        rule
        for rule in knowledge.rules
        if rule.critical and (rule.when.features & names or rule.gate in names)
    )
    conditions = [derived.when for derived in knowledge.derived.values()]
    conditions += [rule.when for rule in rules]
    conditions += [row.when for group in rows.values() for row in group]
    needy = {cause.id for cause in knowledge.causes.values() if cause.needs.features & names}
    return _Touched(
        causes=frozenset(needy | {name for name, group in rows.items() if group}),
        rows={name: group for name, group in rows.items() if group},
        rules=rules,
        dependents=names,
        imagined=tuple(_imagined(knowledge.features[feature], conditions)),
    )


def answers_to(feature: Feature, knowledge: Knowledge) -> tuple[Fact, ...]:
    """The answers that are imagined for a feature that is not recorded."""
    return _touched(knowledge, feature.id).imagined


@lru_cache(maxsize=2048)
def dependents(knowledge: Knowledge, feature: str) -> frozenset[str]:
    """The feature itself and every derived one whose condition can depend on it."""
    names = {feature}
    for derived in knowledge.derived.values():
        if derived.when.features & names:
            names.add(derived.id)
    return frozenset(names)


def _imagined(feature: Feature, conditions: Iterable[Condition]) -> list[Fact]:
    """The answers worth imagining: yes, each value, or a number on each side of each threshold."""
    if feature.values:
        return [Fact(feature.id, Answer.PRESENT, value=value) for value in feature.values]
    if not feature.unit:
        return [Fact(feature.id, Answer.PRESENT)]
    uses = (use for when in conditions for use in when.uses if use.feature == feature.id)
    bounds = sorted({number for use in uses for number in use.numbers})
    if not bounds:
        return []
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    numbers = [bounds[0] * 0.99, *between, bounds[-1] * 1.01]
    return [Fact(feature.id, Answer.PRESENT, value=number) for number in numbers]
