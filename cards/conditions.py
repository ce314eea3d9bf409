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
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

Support: TypeAlias = tuple[str, ...]
Truths: TypeAlias = AbstractSet[str]
"""What is true of one patient: names of features, and comparisons by their text (see cards/truths.py)."""
Truth: TypeAlias = Callable[[Truths], bool]
_Why: TypeAlias = Callable[[Truths], Support]

_OPERATORS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}
_MANY = 3
"""From so many names on, one question to the whole set is quicker than one for each."""


class NotACondition(ValueError):
    """The text of a condition holds something that conditions do not have."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A question about the recorded value of a feature."""

    feature: str
    operator: str
    """``<``, ``<=``, ``>``, ``>=``, ``==``; or ``in``, which asks for one of several codes."""
    wanted: float | tuple[str, ...]

    @property
    def text(self) -> str:
        """The truth that it asks for."""
        return f"{self.feature} {self.operator} {self.wanted}"


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
    is_met: Truth = field(repr=False, compare=False)
    """Whether it is true, which is known sooner than why."""
    _why: _Why = field(repr=False, compare=False)
    features: frozenset[str] = field(repr=False, compare=False)
    """All that it names."""
    comparisons: frozenset[Comparison] = field(repr=False, compare=False)
    ground: frozenset[str] | None = field(repr=False, compare=False)
    """Features of which one must be present, or have a value, for it to be met; None: it may be without."""

    def met(self, true: Truths) -> Support | None:
        """The features that make it true, in the order of the text; None when it is not true.

        A condition that is true because something is not so has an empty support.
        """
        return self._why(true) if self.is_met(true) else None


def condition(text: str) -> Condition:
    """Read one condition. Raises `NotACondition` with what was not understood."""
    compact = " ".join(text.split())
    try:
        tree = ast.parse(compact, mode="eval").body
    except SyntaxError as error:
        raise NotACondition(f"not a condition: {compact!r}: {error.msg}") from None
    uses = tuple(_uses(tree, negated=False))
    names = frozenset(use.feature for use in uses)
    compared = frozenset(_read_comparison(node) for node in ast.walk(tree) if isinstance(node, ast.Compare))
    return Condition(compact, uses, _truth(tree), _why(tree), names, compared, _ground(tree))


def _truth(node: ast.expr) -> Truth:
    """A function that asks the whole condition at once.

    It is compiled from an expression built here (`_question`), never from the text of the content, and
    has no built-in names; functions that call each other for each part take four times as long.
    """
    only = ast.arguments(posonlyargs=[], args=[ast.arg("true")], kwonlyargs=[], kw_defaults=[], defaults=[])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(only, _question(node))))
    truth: Truth = eval(compile(tree, "<condition>", "eval"), {"__builtins__": {}})  # noqa: S307  (see above)
    return truth


def _question(node: ast.expr) -> ast.expr:
    """The condition as an expression about the set `true`."""
    match node:
        case ast.Name() | ast.Compare():
            return _contains(_asked(node))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ast.UnaryOp(ast.Not(), _question(operand))
        case ast.BoolOp(op=op, values=values):
            single = [_asked(value) for value in values if isinstance(value, ast.Name | ast.Compare)]
            others = [_question(value) for value in values if not isinstance(value, ast.Name | ast.Compare)]
            asked = [_contains(text) for text in single]
            if len(single) >= _MANY:
                names = ast.Constant(frozenset(single))  # type: ignore[arg-type]  # compile() takes it
                asked = [_any_in(names) if isinstance(op, ast.Or) else _all_in(names)]
            parts = asked + others
            return ast.BoolOp(op, parts) if len(parts) > 1 else parts[0]
        case _:
            raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")


def _asked(node: ast.Name | ast.Compare) -> str:
    return node.id if isinstance(node, ast.Name) else _read_comparison(node).text


def _true() -> ast.expr:
    return ast.Name("true", ast.Load())


def _contains(text: str) -> ast.expr:
    return ast.Compare(ast.Constant(text), [ast.In()], [_true()])


def _all_in(names: ast.expr) -> ast.expr:
    return ast.Compare(names, [ast.LtE()], [_true()])


def _any_in(names: ast.expr) -> ast.expr:
    disjoint = ast.Attribute(names, "isdisjoint", ast.Load())
    return ast.UnaryOp(ast.Not(), ast.Call(disjoint, [_true()], []))


def _why(node: ast.expr) -> _Why:
    """A function that tells the support of what is true; asked of nothing else."""
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return _of_all([_why(value) for value in values])
        case ast.BoolOp(values=values):
            return _of_the_true([(_truth_of_part(value), _why(value)) for value in values])
        case ast.Name(id=name) | ast.Compare(left=ast.Name(id=name)):
            support = (name,)
            return lambda _: support
        case _:
            return lambda _: ()


def _truth_of_part(node: ast.expr) -> Truth:
    if isinstance(node, ast.Name | ast.Compare):
        return frozenset([_asked(node)]).issubset
    return _truth(node)


def _of_all(parts: list[_Why]) -> _Why:
    return lambda true: tuple(dict.fromkeys(name for why in parts for name in why(true)))


def _of_the_true(parts: list[tuple[Truth, _Why]]) -> _Why:
    return lambda true: tuple(dict.fromkeys(n for truth, why in parts if truth(true) for n in why(true)))


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


def _read_comparison(node: ast.Compare) -> Comparison:
    if not isinstance(node.left, ast.Name) or len(node.ops) != 1:
        raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")
    right = node.comparators[0]
    if isinstance(node.ops[0], ast.In) and isinstance(right, ast.List):
        values = tuple(item.value for item in right.elts if isinstance(item, ast.Constant))
        if len(values) == len(right.elts) and all(isinstance(value, str) for value in values):
            return Comparison(node.left.id, "in", tuple(str(value) for value in values))
    operator = _OPERATORS.get(type(node.ops[0]))
    number = right.value if isinstance(right, ast.Constant) else None
    if operator and isinstance(number, int | float) and not isinstance(number, bool):
        return Comparison(node.left.id, operator, float(number))
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
            asked = _read_comparison(node)
            if isinstance(asked.wanted, tuple):
                yield Use(asked.feature, values=asked.wanted, negated=negated)
            else:
                yield Use(asked.feature, compared=True, numbers=(asked.wanted,), negated=negated)
        case _:
            raise NotACondition(f"not understood in a condition: {ast.unparse(node)!r}")
