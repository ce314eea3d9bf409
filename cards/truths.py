"""What is true of one patient, as the conditions of a content ask for it.

A truth is a name: of a feature that is present, of a derived one whose condition is met, or the text of a
comparison that a recorded value certainly satisfies. A condition is then a question to a set of names, so
that the hundreds of them cost little, and an imagined answer is a set with a few names more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import eq, ge, gt, le, lt

from cards.conditions import Comparison, Condition
from cards.knowledge_types import Knowledge

Value = float | str | None
NO_TRUTHS: frozenset[str] = frozenset()

_COMPARES: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq}


class Vocabulary:
    """Every truth that the conditions of a content can ask for."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.derived = tuple((derived.id, derived.when.is_met) for derived in knowledge.derived.values())
        """Each after those that it uses."""
        self.comparisons = frozenset(
            each for condition in conditions_of(knowledge) for each in condition.comparisons
        )
        self._of: dict[str, list[tuple[str, Comparison]]] = {}
        for each in sorted(self.comparisons, key=lambda one: one.text):
            self._of.setdefault(each.feature, []).append((each.text, each))

    def about(self, feature: str) -> frozenset[str]:
        """All truths that an answer to a feature can state."""
        return frozenset([feature, *(text for text, _ in self._of.get(feature, ()))])

    def stated(self, feature: str, value: Value, comparator: str = "") -> frozenset[str]:
        """The comparisons that a value satisfies."""
        compared = self._of.get(feature)
        if compared is None or value is None:
            return NO_TRUTHS
        return frozenset([text for text, each in compared if _satisfies(value, comparator, each)])


@lru_cache(maxsize=16)
def vocabulary(knowledge: Knowledge) -> Vocabulary:
    """The vocabulary of a content, found out once."""
    return Vocabulary(knowledge)


def conditions_of(knowledge: Knowledge) -> Iterator[Condition]:
    """Every condition of a content."""
    yield from (derived.when for derived in knowledge.derived.values())
    yield from (feature.or_when for feature in knowledge.features.values() if feature.or_when)
    for rule in knowledge.rules:
        yield rule.when
        if rule.unless:
            yield rule.unless
    for cause in knowledge.causes.values():
        yield cause.needs
        yield from (row.when for row in cause.evidence)
    yield from (each.when for each in knowledge.policy.may_silence if each.when)
    yield from (mark.when for mark in knowledge.body.values() if mark.when)
    yield from (each.only_if for each in knowledge.tunable.narrowings.values())


def _satisfies(value: float | str, comparator: str, asked: Comparison) -> bool:
    if isinstance(asked.wanted, tuple):
        return value in asked.wanted
    if isinstance(value, str):
        return False
    return _certainly(float(value), comparator, asked.operator, asked.wanted)


def _certainly(value: float, comparator: str, operator: str, number: float) -> bool:
    """Whether a value recorded as, say, "< 2.5" certainly satisfies "< 2.5"."""
    if not comparator:
        return _COMPARES[operator](value, number)
    below = comparator in ("<", "<=")
    strict = comparator in ("<", ">")
    if below and operator in ("<", "<="):
        return value <= number if operator == "<=" or strict else value < number
    if not below and operator in (">", ">="):
        return value >= number if operator == ">=" or strict else value > number
    return False
