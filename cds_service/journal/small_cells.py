"""Hides small counts, and what they could be worked out from.

A count of one to four can name a patient to those who were there. Hiding it alone is not enough: it is what
is missing to the sum. So in each row in which one part of a sum is hidden another is hidden too, and of each
column with a hidden count the total is hidden. Then no hidden count follows from the table: in each sum at
least two are unknown, and a hidden total says nothing of its column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Counts = Mapping[str, int]
Sums = Sequence[tuple[str, Sequence[str]]]
"""Of a row: which column is the sum of which others."""


def hidden_in_row(row: Counts, sums: Sums, least: int, also: frozenset[str] = frozenset()) -> frozenset[str]:
    """The columns to hide in one row: the small ones, those of `also`, and what gives them away."""
    hidden = {column for column, count in row.items() if 0 < count < least} | (also & set(row))
    grown = True
    while grown:
        grown = False
        for whole, parts in sums:
            members = [column for column in (whole, *parts) if column in row]
            if len(hidden.intersection(members)) == 1:
                hidden.add(_next(row, members, hidden, whole))
                grown = True
    return frozenset(hidden)


def _next(row: Counts, members: Sequence[str], hidden: set[str], whole: str) -> str:
    """The smallest part that is not zero; the whole if there is no other; a zero as the last resort."""
    rest = [column for column in members if column not in hidden]
    parts = [column for column in rest if column != whole and row[column]]
    return min(parts, key=lambda column: row[column]) if parts else whole if whole in rest else rest[0]


def hidden_totals(hidden_of_rows: Sequence[frozenset[str]]) -> frozenset[str]:
    """The columns of which the total is hidden."""
    return frozenset().union(*hidden_of_rows)
