"""Lays rows out for a terminal: in columns where there is room, else below one another.

Nothing is ever cut: a reference that is too long for its place goes on in the next line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDE = 120
"""Characters from which on each cell gets a column of its own."""
REFERENCES_SHOWN = 6
Row = Sequence[Text]


def safe(text: str, style: str = "") -> Text:
    """Text of a record: it must not steer the terminal, and is never read as markup."""
    return Text("".join(sign if sign.isprintable() else " " for sign in text), style)


def references(items: Iterable[str]) -> Text:
    """One a line, so that none is broken without need; of very many the first few."""
    each = list(dict.fromkeys(items))
    more = [f"and {len(each) - REFERENCES_SHOWN} more"] if len(each) > REFERENCES_SHOWN else []
    return Text("\n").join(safe(one, "dim") for one in each[:REFERENCES_SHOWN] + more)


def section(console: Console, title: str) -> None:
    console.print()
    console.rule(Text(title, "bold"), align="left", style="dim")


def line(console: Console, text: Text) -> None:
    console.print(text, overflow="fold")


def listing(console: Console, heads: Sequence[str], rows: Sequence[Row]) -> None:
    """Rows of equally many cells; the last cell holds the references."""
    if rows:
        console.print(_columns(heads, rows, console.width) if console.width >= WIDE else _stacks(rows))


def _columns(heads: Sequence[str], rows: Sequence[Row], width: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_header=any(heads), pad_edge=False)
    for number, head in enumerate(heads):
        table.add_column(head, overflow="fold", no_wrap=number == 0, ratio=None if number == 0 else 1)
    table.columns[-1].width = min(width * 2 // 5, max(_widest(row[-1]) for row in rows))
    for row in rows:
        table.add_row(*row)
    return table


def _widest(text: Text) -> int:
    return max((part.cell_len for part in text.split("\n")), default=0)


def _stacks(rows: Sequence[Row]) -> Table:
    """The first cell, and beside it the others: in one line what is said, under it where it stands."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for first, *said, references in rows:
        lines = [Text(" · ").join(cell for cell in said if cell), references]
        table.add_row(first, Text("\n").join(cell for cell in lines if cell))
    return table
