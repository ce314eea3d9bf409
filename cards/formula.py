"""The conditions of the content as clauses, over all that could be recorded of a patient.

Each answer that a feature can have is a variable, each condition a literal that is true of just the
patients who meet it. A world is one patient; two worlds can share all answers but one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from copy import copy

from cards.can_fire import (
    Answer,
    can_be_recorded,
    conditions_of_red_flags,
    keeps,
    numbers_around_thresholds,
)
from cards.conditions import Condition
from cards.knowledge_types import Knowledge, Rule
from cards.satisfiable import solution

TRUE = 1
"""The literal that always holds."""


class Formula:
    """The clauses about one patient, whatever is recorded of them."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.clauses: list[list[int]] = [[TRUE]]
        self.variables = TRUE
        self._answers: dict[str, dict[Answer, int]] = {}
        self._recorded: dict[int, tuple[str, Answer]] = {}
        self._gates: dict[frozenset[int], int] = {}
        self._trees: dict[str, ast.expr] = {}
        self._numbers = numbers_around_thresholds(knowledge, conditions_of_red_flags(knowledge))
        self._keep_onset_consistent()

    def copy(self) -> Formula:
        """The same so far; what is added to one is not added to the other."""
        other = copy(self)
        other.clauses, other._gates = list(self.clauses), dict(self._gates)
        other._answers, other._recorded = dict(self._answers), dict(self._recorded)
        return other

    def answers(self, feature: str) -> Mapping[Answer, int]:
        """The answers that can be recorded of a feature, at most one of them; none when nothing can."""
        if feature not in self._answers:
            named = {answer: self._new() for answer in self.possible(feature)}
            self._answers[feature] = named
            self._recorded |= {literal: (feature, answer) for answer, literal in named.items()}
            literals = list(named.values())
            self.clauses += [[-one, -two] for one in literals for two in literals if one < two]
        return self._answers[feature]

    def possible(self, feature: str) -> tuple[Answer, ...]:
        known = self.knowledge.features[feature]
        if not can_be_recorded(known):
            return ()
        if known.values:
            return known.values
        return self._numbers.get(feature, ()) if known.is_quantity else (True,)

    def patient(self, solution: Iterable[int]) -> dict[str, Answer]:
        """What a solution says is recorded."""
        return dict(self._recorded[literal] for literal in solution if literal in self._recorded)

    def any_of(self, literals: Iterable[int]) -> int:
        wanted = frozenset(literals) - {-TRUE}
        if TRUE in wanted or any(-literal in wanted for literal in wanted):
            return TRUE
        if len(wanted) < 2:
            return next(iter(wanted), -TRUE)
        if wanted not in self._gates:
            gate = self._gates[wanted] = self._new()
            self.clauses.append([-gate, *wanted])
            self.clauses += [[gate, -literal] for literal in wanted]
        return self._gates[wanted]

    def all_of(self, literals: Iterable[int]) -> int:
        return -self.any_of(-literal for literal in literals)

    def tree(self, condition: Condition) -> ast.expr:
        if condition.text not in self._trees:
            self._trees[condition.text] = ast.parse(condition.text, mode="eval").body
        return self._trees[condition.text]

    def _new(self) -> int:
        self.variables += 1
        return self.variables

    def _keep_onset_consistent(self) -> None:
        """An onset is of unknown age or of one age, and states its time only when it has one."""
        age, unknown, explicit = (
            list(self.answers(feature).values()) for feature in onset_features(self.knowledge)
        )
        self.clauses += [[-one, -two] for one in unknown for two in age]
        self.clauses += [[-one, *age] for one in explicit]


def onset_features(knowledge: Knowledge) -> tuple[str, str, str]:
    """The features that tell the age of the weakness, that it is unknown, and that its time was stated."""
    by_derivation = {feature.derive: feature.id for feature in knowledge.features.values()}
    return by_derivation["onset_age"], by_derivation["onset_unknown"], by_derivation["onset_is_explicit"]


def can_be(knowledge: Knowledge, rule: Rule, *, unless: bool) -> bool:
    """Whether somebody for whom the rule fires meets its `unless` (or does not)."""
    formula = Formula(knowledge)
    anybody = World(formula)
    stands_back = anybody.meets(rule.unless) if rule.unless else -TRUE
    clauses = [*formula.clauses, [anybody.fires(rule)], [stands_back if unless else -stands_back]]
    return solution(clauses, formula.variables) is not None


class World:
    """One patient. Of some features the answer is fixed (None: not recorded); the rest is open.

    `same_as`: another world with the same answers to all but the features of `apart`.
    """

    def __init__(
        self,
        formula: Formula,
        fixed: Mapping[str, Answer] | None = None,
        *,
        same_as: World | None = None,
        apart: frozenset[str] = frozenset(),
    ) -> None:
        self._formula = formula
        self._fixed = fixed or {}
        self._same_as = same_as
        self._apart = apart
        self._known: dict[str, int] = {}

    def copied_to(self, formula: Formula) -> World:
        """The same patient in a copy of the formula."""
        other = World(formula, self._fixed, same_as=self._same_as, apart=self._apart)
        other._known = dict(self._known)
        return other

    def fires(self, rule: Rule) -> int:
        """That gate and condition are met. Whether it stands back for another is no matter: one fires."""
        return self._formula.all_of((self.holds(rule.gate), self.meets(rule.when)))

    def meets(self, condition: Condition) -> int:
        return self._literal(self._formula.tree(condition))

    def holds(self, name: str) -> int:
        if self._same_as and name not in self._apart:
            return self._same_as.holds(name)
        if name not in self._known:
            self._known[name] = self._works_out(name)
        return self._known[name]

    def _works_out(self, name: str) -> int:
        derived = self._formula.knowledge.derived.get(name)
        if derived is not None:
            return self.meets(derived.when)
        if name in self._fixed:
            recorded = TRUE if self._fixed[name] else -TRUE
        else:
            recorded = self._formula.answers(name).get(True, -TRUE)
        other = self._formula.knowledge.features[name].or_when
        return self._formula.any_of((recorded, self.meets(other))) if other else recorded

    def _literal(self, node: ast.expr) -> int:
        match node:
            case ast.UnaryOp(operand=operand):
                return -self._literal(operand)
            case ast.BoolOp(op=ast.And(), values=values):
                return self._formula.all_of([self._literal(value) for value in values])
            case ast.BoolOp(values=values):
                return self._formula.any_of([self._literal(value) for value in values])
            case ast.Name(id=name):
                return self.holds(name)
            case ast.Compare(left=ast.Name(id=name)) if name in self._fixed:
                return TRUE if keeps(node, self._fixed[name]) else -TRUE
            case ast.Compare(left=ast.Name(id=name)):
                answers = self._formula.answers(name).items()
                return self._formula.any_of(literal for answer, literal in answers if keeps(node, answer))
        raise TypeError(f"not a condition: {ast.unparse(node)}")
