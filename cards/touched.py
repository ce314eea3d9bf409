"""What an answer can touch: the causes, red flags and derived features that hang on one feature.

Found out once for a content, so that imagining an answer asks only what it can change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from cards.conditions import Condition, Truth, Truths
from cards.facts import Answer, Fact
from cards.knowledge import Cause, Feature, Knowledge, Rule
from cards.truths import vocabulary

Row: TypeAlias = tuple[Truth, int, int]
"""Whether an evidence row is true, its points, and which one it is: the `id` of the object."""


@dataclass(frozen=True, slots=True)
class Imagined:
    """One answer to a feature that is not recorded."""

    fact: Fact
    says: frozenset[str]
    """The truths that it states."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What the answer to one feature can change of one cause."""

    cause: str
    rows: tuple[Row, ...]
    """The evidence that could become true or false."""
    needs: Truth | None
    """What the cause needs, where the answer could meet or undo it; else None."""
    reach: int
    """The most points by which it could rise."""


@dataclass(frozen=True, slots=True)
class Touched:
    """What the answer to one feature can change."""

    feature: str
    ask: str
    imagined: tuple[Imagined, ...]
    forgets: frozenset[str]
    """The truths about the feature, and those that can follow from it: worked out anew."""
    derived: tuple[tuple[str, Truth], ...]
    """The derived features that can follow, each after those that it uses."""
    causes: Mapping[str, Reached]
    """Those that could rise, fall, or be listed or not."""
    rules: tuple[Rule, ...]
    critical: tuple[Rule, ...]
    """The critical ones."""
    suggested: frozenset[str]
    """The causes of the critical rules."""

    def after(self, true: Truths, answer: Imagined) -> Truths:
        """What is true of the patient with this answer as well."""
        world = set(true)
        world -= self.forgets
        world |= answer.says
        for name, is_met in self.derived:
            if is_met(world):
                world.add(name)
        return world


@lru_cache(maxsize=16)
def all_touched(knowledge: Knowledge) -> Mapping[str, Touched]:
    """By feature, in the order of the content."""
    return {feature.id: _touched(feature, knowledge) for feature in knowledge.features.values()}


def _touched(feature: Feature, knowledge: Knowledge) -> Touched:
    names = dependents(knowledge, feature.id)
    causes = knowledge.causes.values()
    reached = (_reached(cause, names) for cause in causes)
    rules = tuple(rule for rule in knowledge.rules if _asks(rule, names))
    critical = [rule for rule in rules if rule.critical]
    conditions = [derived.when for derived in knowledge.derived.values()]
    conditions += [rule.when for rule in critical] + [rule.unless for rule in critical if rule.unless]
    conditions += [row.when for cause in causes for row in cause.evidence if row.when.features & names]
    words = vocabulary(knowledge)
    return Touched(
        feature=feature.id,
        ask=feature.ask,
        imagined=tuple(
            Imagined(fact, words.stated(fact.feature, fact.value) | {fact.feature})
            for fact in _imagined(feature, conditions)
        ),
        forgets=words.about(feature.id) | names,
        derived=tuple((name, is_met) for name, is_met in words.derived if name in names),
        causes={one.cause: one for one in reached if one.rows or one.needs},
        rules=rules,
        critical=tuple(critical),
        suggested=frozenset(cause for rule in critical for cause in rule.suggests),
    )


def _reached(cause: Cause, names: frozenset[str]) -> Reached:
    rows = [row for row in cause.evidence if row.when.features & names]
    return Reached(
        cause.id,
        tuple((row.when.is_met, row.points, id(row)) for row in rows),
        cause.needs.is_met if cause.needs.features & names else None,
        reach=sum(abs(row.points) for row in rows),
    )


def _asks(rule: Rule, names: frozenset[str]) -> bool:
    """Whether a rule depends on one of the features."""
    asked = rule.when.features | (rule.unless.features if rule.unless else frozenset())
    return rule.gate in names or bool(asked & names)


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
