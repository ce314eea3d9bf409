"""What became of the cards shown, by week, topic or client, with small counts hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from cds_service.journal import reading
from cds_service.journal.reading import Calls, Cards, Period
from cds_service.journal.small_cells import hidden_in_row, hidden_totals
from cds_service.share import Share

BY = ("week", "topic", "client")
SHOWN, ACCEPTED, OVERRIDDEN, IGNORED = "shown", "accepted", "overridden", "ignored"
ACKNOWLEDGED = "acknowledged"
CALLS = "calls"
NO_REASON = "(none given)"
REASON = "reason: "
"""Before the code, in the name of a column."""


@dataclass(frozen=True, slots=True)
class Row:
    """One group of cards, or all of them. A hidden count is None: small, or it gives away one that is."""

    key: tuple[str, ...]
    calls: int | None
    """None too where calls cannot be told apart so: a call without a card has no topic."""
    shown: int | None
    accepted: int | None
    overridden: int | None
    ignored: int | None
    """Shown, and no word came of it."""
    acknowledged: int | None
    """Found in later calls and not shown again, as it had been put aside; none of those shown."""
    reasons: dict[str, int | None]
    hidden: bool
    """Whether anything of the row is hidden."""

    @property
    def override_rate(self) -> Share | None:
        """Of the cards shown."""
        if self.shown is None or self.overridden is None:
            return None
        return Share(self.overridden, self.shown)


@dataclass(frozen=True, slots=True)
class Report:
    """All of it."""

    by: tuple[str, ...]
    period: Period
    least: int
    rows: tuple[Row, ...]
    total: Row
    unknown_cards: int | None
    """Cards that feedback came for and that are not, or no longer, in the journal."""

    @property
    def reasons(self) -> list[str]:
        return sorted({reason for row in (*self.rows, self.total) for reason in row.reasons})


def report(engine: Engine, period: Period, by: Sequence[str], least: int) -> Report:
    """`least` is the smallest count that is shown; 1 shows all."""
    with engine.connect() as connection:
        cards = reading.cards(connection, period)
        calls = reading.calls(connection, period)
        unknown = reading.unknown_cards(connection, period)
        aside = reading.acknowledged(connection, period)
    counted = _count(cards, calls, aside, by)
    whole = _count(cards, calls, aside, ())[()]
    sums = _sums(whole)
    hidden = {key: hidden_in_row(row, sums, least) for key, row in counted.items()}
    hidden_whole = hidden_in_row(whole, sums, least, hidden_totals(list(hidden.values())))
    rows = tuple(_row(key, counted[key], hidden[key]) for key in sorted(counted))
    told = None if 0 < unknown < least else unknown
    return Report(tuple(by), period, least, rows, _row(("total",), whole, hidden_whole), told)


def _count(
    cards: Iterable[Cards], calls: Iterable[Calls], aside: Iterable[Cards], by: Sequence[str]
) -> dict[tuple[str, ...], Counter[str]]:
    """A column that a row does not have is 0; `calls` is there only where they can be told apart."""
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    if not by:
        found[()] = Counter()
    for each in aside:
        found[_key(each, by)][ACKNOWLEDGED] += each.count
    for each in cards:
        row = found[_key(each, by)]
        row[SHOWN] += each.count
        row[each.outcome or IGNORED] += each.count
        if each.outcome == OVERRIDDEN:
            row[REASON + (each.reason or NO_REASON)] += each.count
    columns = [SHOWN, ACCEPTED, OVERRIDDEN, IGNORED, ACKNOWLEDGED]
    if "topic" not in by:
        columns.append(CALLS)
        for made in calls:
            found[tuple({"week": week(made.day), "client": made.client}[of] for of in by)][CALLS] += (
                made.calls
            )
    for row in found.values():
        for column in columns:
            row[column] += 0
    return found


def _key(card: Cards, by: Sequence[str]) -> tuple[str, ...]:
    return tuple({"week": week(card.day), "topic": card.topic, "client": card.client}[of] for of in by)


def _sums(whole: Counter[str]) -> list[tuple[str, list[str]]]:
    reasons = [column for column in whole if column.startswith(REASON)]
    return [(SHOWN, [ACCEPTED, OVERRIDDEN, IGNORED]), (OVERRIDDEN, reasons)]


def _row(key: tuple[str, ...], counted: Counter[str], hidden: frozenset[str]) -> Row:
    told = {column: None if column in hidden else count for column, count in counted.items()}
    reasons = {c.removeprefix(REASON): n for c, n in sorted(told.items()) if c.startswith(REASON)}
    plain = {column: told[column] for column in (SHOWN, ACCEPTED, OVERRIDDEN, IGNORED, ACKNOWLEDGED)}
    return Row(key, told.get(CALLS), **plain, reasons=reasons, hidden=bool(hidden))


def week(day: date) -> str:
    """The ISO week, such as 2026-W47."""
    return f"{day:%G-W%V}"
