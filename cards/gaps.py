"""What is not recorded and would change the order of the causes, or raise a red flag, the most."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from cards.causes import RankedCause, Ranking
from cards.conditions import Condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Cause, Evidence, Feature, Knowledge, Rule


def missing(
    facts: Facts, ranking: Ranking, causes: tuple[RankedCause, ...], knowledge: Knowledge
) -> tuple[str, ...]:
    """What to ask or examine, in the words of the content, the most telling first.

    Each feature that is not recorded is imagined present; what counts is how far that would pull
    the causes at the top apart, and whether a red flag would appear.
    """
    limit = int(knowledge.wording["not_recorded_shown"])
    top = [ranked.cause for ranked in causes] or [ranked.cause for ranked in ranking.ranked[:limit]]
    worth: dict[str, float] = {}
    recorded = {_ask(knowledge, fact.feature) for fact in facts if fact.findings}
    for feature in knowledge.features.values():
        if not feature.ask or feature.ask in recorded or facts.get(feature.id).answer is not Answer.NOT_RECORDED:
            continue
        value = _worth(feature, facts, top, knowledge)
        worth[feature.ask] = max(worth.get(feature.ask, 0.0), value)
    telling = sorted((ask for ask in worth if worth[ask] > 0), key=lambda ask: (-worth[ask], ask))
    return tuple(telling[:limit])


def _ask(knowledge: Knowledge, feature: str) -> str:
    known = knowledge.features.get(feature)
    return known.ask if known else ""


def _worth(feature: Feature, facts: Facts, top: Iterable[Cause], knowledge: Knowledge) -> float:
    rows, rules = _touched(knowledge, feature.id)
    best = 0.0
    for imagined in _imagined(feature, rows, rules):
        after = Facts(knowledge, facts)
        after.add(imagined)
        pulls = [_pull(rows.get(cause.id, ()), facts, after) for cause in top]
        pull = float(max(pulls, default=0) - min(pulls, default=0))
        if len(pulls) == 1:
            pull = float(abs(pulls[0]))
        if any(_newly(rule.when, rule.gate, facts, after) for rule in rules):
            pull += knowledge.policy.scoring.red_flag_gap_points
        best = max(best, pull)
    return best


def _pull(rows: Iterable[Evidence], before: Facts, after: Facts) -> int:
    change = 0
    for row in rows:
        was, will = row.when.met(before) is not None, row.when.met(after) is not None
        change += row.points * (will - was)
    return change


def _newly(when: Condition, gate: str, before: Facts, after: Facts) -> bool:
    if not after.holds(gate) or when.met(after) is None:
        return False
    return not before.holds(gate) or when.met(before) is None


def _imagined(feature: Feature, rows: dict[str, tuple[Evidence, ...]], rules: tuple[Rule, ...]) -> list[Fact]:
    if feature.values:
        return [Fact(feature.id, Answer.PRESENT, value=value) for value in feature.values]
    if not feature.unit:
        return [Fact(feature.id, Answer.PRESENT)]
    conditions = [row.when for group in rows.values() for row in group] + [rule.when for rule in rules]
    bounds = {
        number for when in conditions for use in when.uses if use.feature == feature.id for number in use.numbers
    }
    return [
        Fact(feature.id, Answer.PRESENT, value=number + step)
        for number in sorted(bounds)
        for step in (-0.001, 0.001)
    ]


@lru_cache(maxsize=4096)
def _touched(
    knowledge: Knowledge, feature: str
) -> tuple[dict[str, tuple[Evidence, ...]], tuple[Rule, ...]]:
    """The evidence rows and critical rules whose outcome can depend on a feature."""
    names = _dependents(knowledge, feature)
    rows = {
        cause.id: tuple(row for row in cause.evidence if row.when.features & names)
        for cause in knowledge.causes.values()
    }
    rules = tuple(
        rule for rule in knowledge.rules if rule.critical and (rule.when.features & names or rule.gate in names)
    )
    return {name: group for name, group in rows.items() if group}, rules


def _dependents(knowledge: Knowledge, feature: str) -> frozenset[str]:
    names = {feature}
    for derived in knowledge.derived.values():
        if derived.when.features & names:
            names.add(derived.id)
    return frozenset(names)
