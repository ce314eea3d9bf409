"""A condition of the content in words: one line where it is simple, nested lists where it is not.

"Without X" is true as well when nothing is recorded of X, as in the condition itself.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from cards.conditions import Condition
from cds_service.explanations.wording import Wording

_OPERATORS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=="}
_IN_ONE_LINE = 5
"""Findings of a part with both "and" and "or" that may stand in one line, with brackets."""
_STATES = ("ascending", "fluctuating", "getting", "improves", "resolved", "worse")
"""How findings begin that say how the weakness is, not what there is."""


def lines(condition: Condition, wording: Wording, *also: str) -> list[str]:
    """A nested Markdown list; `also`: patterns that must hold besides, said first."""
    tree = ast.parse(condition.text, mode="eval").body
    if also:
        names: list[ast.expr] = [ast.Name(name) for name in also]
        tree = ast.BoolOp(ast.And(), [*names, tree])
    return _Speaker(wording).block(_flat(tree), 0)


def sentence(condition: Condition, wording: Wording) -> str:
    """The whole condition in one line, with brackets."""
    return _Speaker(wording).inline(_flat(ast.parse(condition.text, mode="eval").body))


def comparisons(condition: Condition) -> Iterator[tuple[str, str, float]]:
    """Each comparison of a quantity with a number: its name, the operator, the number."""
    for node in ast.walk(ast.parse(condition.text, mode="eval")):
        match node:
            case ast.Compare(left=ast.Name(id=name), ops=[operator], comparators=[ast.Constant(value=value)]):
                yield name, _OPERATORS[type(operator)], float(str(value))


def _flat(node: ast.expr) -> ast.expr:
    """`a and (b and c)` as `a and b and c`, at every depth."""
    match node:
        case ast.BoolOp(op=op, values=values):
            parts: list[ast.expr] = []
            for value in map(_flat, values):
                same = isinstance(value, ast.BoolOp) and type(value.op) is type(op)
                parts += value.values if same and isinstance(value, ast.BoolOp) else [value]
            return ast.BoolOp(op, parts)
        case ast.UnaryOp(operand=operand):
            return ast.UnaryOp(ast.Not(), _flat(operand))
    return node


def _leaves(node: ast.expr) -> int:
    return sum(isinstance(each, ast.Name) for each in ast.walk(node))


def _depth(node: ast.expr) -> int:
    """How many layers of "and" and "or" it has."""
    match node:
        case ast.BoolOp(values=values):
            return 1 + reduce(max, map(_depth, values))
        case ast.UnaryOp(operand=operand):
            return _depth(operand)
    return 0


@dataclass(frozen=True)
class _Speaker:
    wording: Wording

    def block(self, node: ast.expr, level: int) -> list[str]:
        indent = "  " * level
        match node:
            case ast.BoolOp(values=values) | ast.UnaryOp(operand=ast.BoolOp(values=values)) if not (
                self._short(node) and level
            ):
                below = [line for value in values for line in self.block(value, level + 1)]
                return [f"{indent}- {self._opening(node)}", *below]
        return [f"{indent}- {self.inline(node)}"]

    def _short(self, node: ast.expr) -> bool:
        depth = _depth(node)
        return depth <= 1 or (depth == 2 and _leaves(node) <= _IN_ONE_LINE)

    def _opening(self, node: ast.expr) -> str:
        match node:
            case ast.BoolOp(op=ast.And()):
                return "**all** of these:"
            case ast.BoolOp():
                return "**one or more** of these:"
            case ast.UnaryOp(operand=ast.BoolOp(op=ast.And())):
                return "**unless all** of these:"
        return "**without any** of these:"

    def inline(self, node: ast.expr, *, inside: bool = False) -> str:
        match node:
            case ast.BoolOp(op=op, values=values):
                word = " **and** " if isinstance(op, ast.And) else " **or** "
                said = word.join(self.inline(value, inside=True) for value in values)
                return f"({said})" if inside else said
            case ast.UnaryOp(operand=ast.BoolOp(op=ast.Or(), values=values)):
                return " **and** ".join(self.inline(ast.UnaryOp(ast.Not(), value)) for value in values)
            case ast.UnaryOp(operand=ast.BoolOp() as operand):
                return f"**unless** {self.inline(operand, inside=True)}"
            case ast.UnaryOp(operand=ast.UnaryOp(operand=operand)):
                return self.inline(operand, inside=inside)
            case ast.UnaryOp(operand=operand):
                return self._without(operand)
        return self._leaf(node)

    def _without(self, node: ast.expr) -> str:
        name, said = self._said(node)
        if said.startswith("onset within"):
            return f"**no** known {self.wording.link(name, said)}"
        if said.startswith("onset more"):
            return f"onset **not** known to be {self.wording.link(name, said.removeprefix('onset '))}"
        negation = "not" if said.startswith(_STATES) else "without"
        return f"**{negation}** {self.wording.link(name, said)}"

    def _leaf(self, node: ast.expr) -> str:
        return self.wording.link(*self._said(node))

    def _said(self, node: ast.expr) -> tuple[str, str]:
        """The feature or pattern, and what is asked of it in plain text."""
        match node:
            case ast.Name(id=name):
                return name, self.wording.feature(name)
            case ast.Compare(left=ast.Name(id=name), ops=[ast.In()], comparators=[right]):
                return name, self.wording.is_one_of(name, tuple(ast.literal_eval(right)))
            case ast.Compare(left=ast.Name(id=name), ops=[operator], comparators=[right]):
                wanted = float(ast.literal_eval(right))
                return name, self.wording.compared(name, _OPERATORS[type(operator)], wanted)
        raise TypeError(f"not a condition: {ast.unparse(node)}")
