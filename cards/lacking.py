"""Which other answers would make conditions true, each way there with as few of them as it takes.

A way is found by walking the conditions, through derived features to recorded ones. A changed answer can undo
what another part of a condition rests on, so that a way is not believed but tried (cards/tried.py).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from functools import lru_cache

from cards.can_fire import Answer as Imagined
from cards.can_fire import can_be_recorded, conditions_of_red_flags, keeps, numbers_around_thresholds
from cards.conditions import Condition, condition
from cards.facts import Facts
from cards.formula import onset_features
from cards.knowledge import Feature, Knowledge, Rule
from cards.spans import Span, spans

Way = Mapping[str, tuple[Imagined, ...]]
"""By feature the answers of which one is needed instead of the one there is; None: not present."""
_NO_CHANGE: Way = {}


class Ways:
    """Finds the ways for one patient; `most`: the answers that may be changed together."""

    def __init__(self, facts: Facts, knowledge: Knowledge, most: int) -> None:
        self._facts, self._knowledge, self._most = facts, knowledge, most
        conditions = conditions_of_red_flags(knowledge)
        self._numbers = numbers_around_thresholds(knowledge, conditions)
        self._thresholds: dict[str, set[float]] = {}
        for use in (use for each in conditions for use in each.uses):
            self._thresholds.setdefault(use.feature, set()).update(use.numbers)
        self._trees: dict[str, ast.expr] = {}
        self._known: dict[tuple[str, bool], list[Way]] = {}
        self._age, self._unknown, _ = onset_features(knowledge)

    def to(self, feature: str, wanted: Condition, unwanted: Condition | None = None) -> list[Way]:
        """To the feature and the wanted condition, without the unwanted one."""
        parts = [self._name(feature, True), self._walk(self._tree(wanted), True)]
        if unwanted is not None:
            parts.append(self._walk(self._tree(unwanted), False))
        return self._together(parts)

    def others(self, feature: Feature) -> tuple[Imagined, ...]:
        """The answers that the red flags tell apart and that the chart could give instead of what it says.

        A person's age is no finding; and where something is recorded of a beginning, it was at some time.
        """
        if feature.shape == "patient" and self._facts.tells(feature.id):
            return ()
        if feature.id == self._unknown or not can_be_recorded(feature):
            return ()
        gone = (None,) if self._facts.tells(feature.id) and feature.id != self._age else ()
        return (*self._possible(feature), *gone)

    def spans(self, feature: str, answers: Iterable[Imagined]) -> tuple[Span, ...]:
        """The numbers for which some of the answers stand; none for what is no quantity."""
        numbers = [answer for answer in answers if isinstance(answer, float)]
        return spans(numbers, self._numbers.get(feature, ()), self._thresholds.get(feature, ()))

    def _possible(self, feature: Feature) -> tuple[Imagined, ...]:
        if feature.values:
            return feature.values
        return self._numbers.get(feature.id, ()) if feature.is_quantity else (True,)

    def _tree(self, condition: Condition) -> ast.expr:
        if condition.text not in self._trees:
            self._trees[condition.text] = ast.parse(condition.text, mode="eval").body
        return self._trees[condition.text]

    def _walk(self, node: ast.expr, wanted: bool) -> list[Way]:
        match node:
            case ast.UnaryOp(operand=operand):
                return self._walk(operand, not wanted)
            case ast.BoolOp(op=op, values=values):
                parts = [self._walk(value, wanted) for value in values]
                return self._together(parts) if isinstance(op, ast.And) == wanted else self._any(parts)
            case ast.Name(id=name):
                return self._name(name, wanted)
            case ast.Compare(left=ast.Name(id=name)):
                return self._comparison(name, node, wanted)
        raise TypeError(f"not a condition: {ast.unparse(node)}")

    def _name(self, name: str, wanted: bool) -> list[Way]:
        if (name, wanted) not in self._known:
            derived = self._knowledge.derived.get(name)
            found = self._walk(self._tree(derived.when), wanted) if derived else self._base(name, wanted)
            self._known[name, wanted] = found
        return self._known[name, wanted]

    def _base(self, name: str, wanted: bool) -> list[Way]:
        feature, fact = self._knowledge.features[name], self._facts.get(name)
        if self._facts.holds(name) == wanted:
            return [_NO_CHANGE]
        if name == self._unknown:  # it is known when it has an age
            return [] if wanted else self._changed(self._age, self._numbers[self._age])
        found = self._changed(name, self._possible(feature) if wanted else (None,))
        if feature.or_when is None:
            return found
        follows = self._walk(self._tree(feature.or_when), wanted)
        if wanted:
            return self._any([found, follows])
        return self._together([found, follows]) if fact.findings else follows

    def _comparison(self, name: str, node: ast.Compare, wanted: bool) -> list[Way]:
        if _read(ast.unparse(node)).is_met(self._facts.true) == wanted:
            return [_NO_CHANGE]
        answers = (*self._possible(self._knowledge.features[name]), None)
        return self._changed(name, (answer for answer in answers if keeps(node, answer) == wanted))

    def _changed(self, name: str, answers: Iterable[Imagined]) -> list[Way]:
        able = self.others(self._knowledge.features[name])
        answers = tuple(answer for answer in answers if answer in able)
        return [{name: answers}] if answers else []

    def _any(self, parts: Iterable[list[Way]]) -> list[Way]:
        return _shortest(way for ways in parts for way in ways)

    def _together(self, parts: list[list[Way]]) -> list[Way]:
        found = [_NO_CHANGE]
        for ways in sorted(parts, key=len):
            both = (_joined(one, other) for one in found for other in ways)
            found = _shortest(way for way in both if way is not None and len(way) <= self._most)
        return found


_read = lru_cache(maxsize=4096)(condition)


def _joined(one: Way, other: Way) -> Way | None:
    """None when they ask for different answers to the same feature."""
    if not one or not other:
        return one or other
    joined = dict(one)
    for name, answers in other.items():
        joined[name] = tuple(answer for answer in joined.get(name, answers) if answer in answers)
        if not joined[name]:
            return None
    return joined


def _shortest(ways: Iterable[Way]) -> list[Way]:
    """Each way once, and none that asks for all that another one asks for and for more features."""
    each: dict[tuple[tuple[str, tuple[Imagined, ...]], ...], Way] = {}
    for way in ways:
        each.setdefault(tuple(sorted(way.items(), key=lambda item: item[0])), way)
    if () in each:
        return [_NO_CHANGE]
    names = {frozenset(way) for way in each.values()}
    return [way for way in each.values() if not any(one < way.keys() for one in names)]


@lru_cache(maxsize=1024)
def reach(rule: Rule, knowledge: Knowledge) -> frozenset[str]:
    """The recorded features that the rule's own condition asks for, derived ones followed."""
    found: set[str] = set()
    open_ends = set(rule.when.features)
    while open_ends:
        name = open_ends.pop()
        derived = knowledge.derived.get(name)
        open_ends |= derived.when.features if derived else set()
        found |= set() if derived else {name}
    return frozenset(found)
