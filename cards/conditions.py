"""Conditions of the content: one expression string, read once, asked of many patients.

    sudden_recent and (hemiparesis or facial_weakness) and not bilateral
    potassium < 2.5
    mri_spine_result in ["cord_compression", "epidural_collection"]

A feature has three answers, a condition two: what is not recorded is never true, so `not x` is
true when x is not recorded. Only names, and/or/not, comparisons with a number and `in [...]` are
understood; anything else is refused when the content is loaded.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

Support = tuple[str, ...]


class Answers(Protocol):
    """What is known of one patient, as a condition asks for it."""

    def holds(self, feature: str) -> bool:
        """Whether the feature is present (a derived one: whether its condition is met)."""

    def compares(self, feature: str, operator: str, number: float) -> bool:
        """Whether the recorded quantity certainly satisfies the comparison."""

    def is_one_of(self, feature: str, values: tuple[str, ...]) -> bool:
        """Whether the recorded value is one of these."""


Test = Callable[[Answers], Support | None]
Truth = Callable[[Answers], bool]

_OPERATORS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}


class NotACondition(ValueError):
    """The text of a condition holds something that conditions do not have."""


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a condition names a feature."""

    feature: str
    compared: bool = False
    numbers: tuple[float, ...] = ()
    values: tuple[str, ...] = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the content, ready to be asked."""

    text: str
    uses: tuple[Use, ...]
    _test: Test = field(repr=False, compare=False)
    _truth: Truth = field(repr=False, compare=False)
    features: frozenset[str] = field(repr=False, compare=False)
    """All that it names."""
    ground: frozenset[str] | None = field(repr=False, compare=False)
    """Features of which one must be present, or have a value, for it to be met; None: it may be without."""

    def met(self, answers: Answers) -> Support | None:
        """The features that make it true, in the order of the text; None when it is not true.

        A condition that is true because something is not so has an empty support.
        """
        return self._test(answers)

    def is_met(self, answers: Answers) -> bool:
        """Whether it is true, which is known sooner than why."""
        return self._truth(answers)


def condition(text: str) -> Condition:
    """Read one condition. Raises `NotACondition` with what was not understood."""
    compact = " ".join(text.split())
    try:
        tree = ast.parse(compact, mode="eval").body
    except SyntaxError as error:
        raise NotACondition(f"not a condition: {compact!r}: {error.msg}") from None
    uses = tuple(_uses(tree, negated=False))
    names = frozenset(use.feature for use in uses)
    return Condition(compact, uses, _compile(tree), _truth(tree), names, _ground(tree))


def _compile(node: ast.expr) -> Test:
    match node:
        case ast.Name(id=name):
            return _holds(name)
        case ast.BoolOp(op=ast.And(), values=values):
            return _all_of([_compile(value) for value in values])
        case ast.BoolOp(op=ast.Or(), values=values):
            return _any_of([_compile(value) for value in values])
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _not(_compile(operand))
        case ast.Compare():
            return _comparison(*_read_comparison(node))
        case _:
            raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")


def _truth(node: ast.expr) -> Truth:
    """The same as `_compile` of what that has understood, up to the first part that decides."""
    match node:
        case ast.Name(id=name):
            return lambda answers: answers.holds(name)
        case ast.BoolOp(op=ast.And(), values=values):
            return _every([_truth(value) for value in values])
        case ast.BoolOp(values=values):
            return _some([_truth(value) for value in values])
        case ast.UnaryOp(operand=operand):
            inner = _truth(operand)
            return lambda answers: not inner(answers)
        case _:
            comparison = _compile(node)
            return lambda answers: comparison(answers) is not None


def _every(truths: list[Truth]) -> Truth:
    def truth(answers: Answers) -> bool:
        for each in truths:  # noqa: SIM110  (a generator takes three times as long)
            if not each(answers):
                return False
        return True

    return truth


def _some(truths: list[Truth]) -> Truth:
    def truth(answers: Answers) -> bool:
        for each in truths:  # noqa: SIM110
            if each(answers):
                return True
        return False

    return truth


def _ground(node: ast.expr) -> frozenset[str] | None:
    match node:
        case ast.Name(id=name) | ast.Compare(left=ast.Name(id=name)):
            return frozenset([name])
        case ast.BoolOp(op=ast.And(), values=values):
            grounds = [ground for value in values if (ground := _ground(value)) is not None]
            return min(grounds, key=len, default=None)
        case ast.BoolOp(values=values):
            each = [_ground(value) for value in values]
            return None if None in each else frozenset().union(*filter(None, each))
        case _:
            return None


def _holds(name: str) -> Test:
    support = (name,)
    return lambda answers: support if answers.holds(name) else None


def _all_of(tests: list[Test]) -> Test:
    def test(answers: Answers) -> Support | None:
        found: list[str] = []
        for each in tests:
            support = each(answers)
            if support is None:
                return None
            found.extend(support)
        return tuple(dict.fromkeys(found))

    return test


def _any_of(tests: list[Test]) -> Test:
    def test(answers: Answers) -> Support | None:
        supports = [support for each in tests if (support := each(answers)) is not None]
        if not supports:
            return None
        return tuple(dict.fromkeys(name for support in supports for name in support))

    return test


def _not(inner: Test) -> Test:
    return lambda answers: () if inner(answers) is None else None


def _comparison(name: str, operator: str, wanted: float | tuple[str, ...]) -> Test:
    support = (name,)
    if isinstance(wanted, tuple):
        return lambda answers: support if answers.is_one_of(name, wanted) else None
    return lambda answers: support if answers.compares(name, operator, wanted) else None


def _read_comparison(node: ast.Compare) -> tuple[str, str, float | tuple[str, ...]]:
    if not isinstance(node.left, ast.Name) or len(node.ops) != 1:
        raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")
    right = node.comparators[0]
    if isinstance(node.ops[0], ast.In) and isinstance(right, ast.List):
        values = tuple(item.value for item in right.elts if isinstance(item, ast.Constant))
        if len(values) == len(right.elts) and all(isinstance(value, str) for value in values):
            return node.left.id, "in", tuple(str(value) for value in values)
    operator = _OPERATORS.get(type(node.ops[0]))
    number = right.value if isinstance(right, ast.Constant) else None
    if operator and isinstance(number, int | float) and not isinstance(number, bool):
        return node.left.id, operator, float(number)
    raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")


def _uses(node: ast.expr, *, negated: bool) -> Iterator[Use]:
    match node:
        case ast.Name(id=name):
            yield Use(name, negated=negated)
        case ast.BoolOp(values=values):
            for value in values:
                yield from _uses(value, negated=negated)
        case ast.UnaryOp(operand=operand):
            yield from _uses(operand, negated=not negated)
        case ast.Compare():
            name, _, wanted = _read_comparison(node)
            if isinstance(wanted, tuple):
                yield Use(name, values=wanted, negated=negated)
            else:
                yield Use(name, compared=True, numbers=(wanted,), negated=negated)
        case _:
            raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")
