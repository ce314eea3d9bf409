"""Whether any patient at all can meet a condition of the content.

The search walks the condition, through derived features to recorded ones, and keeps for every
recorded feature what it may still be. Medicine that the content does not state (no patient has
both a sudden and a gradual onset) is not known here: what is found need not be a likely patient.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from operator import eq, ge, gt, le, lt

from cards.conditions import Condition
from cards.feature_graph import concepts_of
from cards.knowledge_types import Feature, Knowledge

Answer = bool | float | str | None
"""Of a recorded feature; None and False: not recorded."""
Patient = Mapping[str, tuple[Answer, ...]]
"""What each feature may still be; a feature that is not named may be anything."""

_ENOUGH = 100_000
"""Steps after which the search gives up."""
_OPERATORS = {ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge, ast.Eq: eq}


class Search:
    """Looks for patients; one for a whole content, as it remembers what its conditions say."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._trees: dict[str, ast.expr] = {}
        self._numbers = numbers_around_thresholds(knowledge, _conditions(knowledge))
        self._left = 0

    def patient(self, *conditions: Condition, never: str = "") -> Patient | None:
        """A patient who meets all the conditions without the feature `never`; None when none was found."""
        steps = self._all([self._tree(condition) for condition in conditions], {})
        if never:
            forbidden = ast.Name(never)
            steps = (found for patient in steps for found in self._walk(forbidden, False, patient))
        self._left = _ENOUGH
        return next(steps, None)

    def _tree(self, condition: Condition) -> ast.expr:
        if condition.text not in self._trees:
            self._trees[condition.text] = ast.parse(condition.text, mode="eval").body
        return self._trees[condition.text]

    def _walk(self, node: ast.expr, wanted: bool, patient: Patient) -> Iterator[Patient]:
        self._left -= 1
        if self._left < 0:
            return
        match node:
            case ast.UnaryOp(operand=operand):
                yield from self._walk(operand, not wanted, patient)
            case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) == wanted:
                yield from self._all(values, patient, wanted)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._walk(value, wanted, patient)
            case ast.Name(id=name):
                yield from self._name(name, wanted, patient)
            case ast.Compare(left=ast.Name(id=name)):
                fitting = [value for value in self._may_be(name, patient) if keeps(node, value) == wanted]
                if fitting:
                    yield {**patient, name: tuple(fitting)}

    def _all(self, nodes: list[ast.expr], patient: Patient, wanted: bool = True) -> Iterator[Patient]:
        if not nodes:
            yield patient
            return
        for found in self._walk(nodes[0], wanted, patient):
            yield from self._all(nodes[1:], found, wanted)

    def _name(self, name: str, wanted: bool, patient: Patient) -> Iterator[Patient]:
        derived = self._knowledge.derived.get(name)
        if derived is not None:
            yield from self._walk(self._tree(derived.when), wanted, patient)
            return
        if wanted not in self._may_be(name, patient):
            return
        feature = self._knowledge.features[name]
        patient = {**patient, name: (wanted,)}
        if feature.or_when and (not wanted or not can_be_recorded(feature)):
            yield from self._walk(self._tree(feature.or_when), wanted, patient)
        elif not wanted or can_be_recorded(feature):
            yield patient

    def _may_be(self, name: str, patient: Patient) -> tuple[Answer, ...]:
        if name in patient:
            return patient[name]
        feature = self._knowledge.features[name]
        if feature.values:
            return (*feature.values, None)
        return (*self._numbers.get(name, ()), None) if feature.is_quantity else (True, False)


def can_be_recorded(feature: Feature) -> bool:
    """Whether something in a chart can set the feature, not only other features."""
    return bool(feature.derive or concepts_of(feature))


def keeps(comparison: ast.Compare, value: Answer) -> bool:
    """Whether a value satisfies a comparison; not recorded satisfies none."""
    wanted = ast.literal_eval(comparison.comparators[0])
    if isinstance(comparison.ops[0], ast.In):
        return value in wanted
    return isinstance(value, float) and _OPERATORS[type(comparison.ops[0])](value, float(wanted))


def _conditions(knowledge: Knowledge) -> list[Condition]:
    return [
        *conditions_of_red_flags(knowledge),
        *(cause.needs for cause in knowledge.causes.values()),
        *(evidence.when for cause in knowledge.causes.values() for evidence in cause.evidence),
    ]


def conditions_of_red_flags(knowledge: Knowledge) -> list[Condition]:
    """Of the red flags and of all that they may be asked of."""
    return [
        *(derived.when for derived in knowledge.derived.values()),
        *(feature.or_when for feature in knowledge.features.values() if feature.or_when),
        *(rule.when for rule in knowledge.rules),
        *(rule.unless for rule in knowledge.rules if rule.unless),
    ]


def numbers_around_thresholds(
    knowledge: Knowledge, conditions: Iterable[Condition]
) -> Mapping[str, tuple[float, ...]]:
    """For each quantity the thresholds of the conditions, and values below, between and above them."""
    thresholds: dict[str, set[float]] = {}
    for condition in conditions:
        for node in ast.walk(ast.parse(condition.text, mode="eval")):
            match node:
                case ast.Compare(
                    left=ast.Name(id=name), comparators=[ast.Constant(value=int() | float() as at)]
                ):
                    thresholds.setdefault(name, set()).add(float(at))
    return {name: _around(sorted(at), knowledge.features[name]) for name, at in thresholds.items()}


def _around(thresholds: list[float], feature: Feature) -> tuple[float, ...]:
    """Only plausible values, as no others are read from a chart; none is below 0."""
    between = [(low + high) / 2 for low, high in pairwise(thresholds)]
    values = sorted({*thresholds, *between, thresholds[0] / 2, thresholds[-1] + 1})
    plausible = feature.options.get("plausible")
    if not isinstance(plausible, tuple):
        return tuple(values)
    low, high = plausible
    return tuple(sorted({*(value for value in values if low <= value <= high), low, high}))
