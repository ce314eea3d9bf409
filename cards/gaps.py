"""What is not recorded and would change the order of the causes, or raise a red flag, the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from cards.causes import RankedCause, Ranking
from cards.conditions import Condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Evidence, Feature, Knowledge, Rule


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
    critical red flag would appear where none is shown, whether another cause would come first, and
    how far the first cause would rise or fall.
    """
    limit = int(knowledge.wording["not_recorded_shown"])
    rivals = _rivals(ranking, causes, knowledge.policy.scoring.max_listed)
    worth: dict[str, tuple[float, int]] = {}
    recorded = {_ask(knowledge, fact.feature) for fact in facts if fact.findings}
    for place, feature in enumerate(knowledge.features.values()):
        if not feature.ask or feature.ask in recorded:
            continue
        if facts.get(feature.id).answer is not Answer.NOT_RECORDED:
            continue
        value = (_worth(feature, facts, rivals, knowledge, critical=critical), -place)
        worth[feature.ask] = max(worth.get(feature.ask, (0.0, -place)), value)
    telling = [ask for ask in sorted(worth, key=lambda ask: worth[ask], reverse=True) if worth[ask][0] > 0]
    return tuple(telling[:limit])


def _rivals(ranking: Ranking, causes: tuple[RankedCause, ...], number: int) -> list[RankedCause]:
    """The causes shown, and the next best supported ones that another finding could bring up."""
    shown = [ranked.cause.id for ranked in causes]
    others = [ranked for ranked in ranking.ranked if ranked.cause.id not in shown]
    return list(causes) + others[: max(2 * number - len(shown), 1)]


def _ask(knowledge: Knowledge, feature: str) -> str:
    known = knowledge.features.get(feature)
    return known.ask if known else ""


def _worth(
    feature: Feature, facts: Facts, rivals: list[RankedCause], knowledge: Knowledge, *, critical: bool
) -> float:
    touched, scoring = _touched(knowledge, feature.id), knowledge.policy.scoring
    best = 0.0
    for imagined in touched.imagined:
        after = facts.imagining(imagined, touched.dependents)
        pulls = [_pull(touched.rows.get(rival.cause.id, ()), rival, after) for rival in rivals]
        worth = float(abs(pulls[0]))
        scores = [
            rival.score + pull if _may_be_listed(rival, touched, after) else scoring.list_from - 1
            for rival, pull in zip(rivals, pulls, strict=True)
        ]
        if max(scores[1:], default=0) > scores[0]:
            worth += scoring.first_cause_gap_points
        if not critical and any(_newly(rule, facts, after) for rule in touched.rules):
            worth += scoring.red_flag_gap_points
        best = max(best, worth)
    return best


def could_raise_a_flag(name: str, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether some answer to the feature would raise a red flag beside what is recorded."""
    names, touched = dependents(knowledge, name), _touched(knowledge, name)
    rules = [r for r in knowledge.rules if r.when.features & names or r.gate in names]
    imagined = (facts.imagining(fact, names) for fact in touched.imagined)
    return any(_newly(rule, facts, after) for after in imagined for rule in rules)


def _pull(rows: Iterable[Evidence], rival: RankedCause, after: Facts) -> int:
    """How far the score of a cause would move; its rows that are true already are known."""
    change = 0
    for row in rows:
        was = any(weighed.evidence is row for weighed in rival.weighed)
        change += row.points * ((row.when.met(after) is not None) - was)
    return change


def _may_be_listed(rival: RankedCause, touched: _Touched, after: Facts) -> bool:
    if rival.needed:
        return True
    return bool(rival.cause.needs.features & touched.dependents) and rival.cause.needs.met(after) is not None


def _newly(rule: Rule, before: Facts, after: Facts) -> bool:
    return _fires(rule, after) and not _fires(rule, before)


def _fires(rule: Rule, facts: Facts) -> bool:
    if not facts.holds(rule.gate) or rule.when.met(facts) is None:
        return False
    return rule.unless is None or rule.unless.met(facts) is None


@dataclass(frozen=True, slots=True)
class _Touched:
    """What the answer to one feature can change."""

    rows: Mapping[str, tuple[Evidence, ...]]
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
    return _Touched(
        rows={name: group for name, group in rows.items() if group},
        rules=rules,
        dependents=names,
        imagined=tuple(_imagined(knowledge.features[feature], conditions)),
    )


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
