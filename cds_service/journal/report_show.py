"""Shows the report on feedback: as a table for people, as CSV for a spreadsheet, as one JSON object."""

from __future__ import annotations

import csv
import io
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cds_service.explain_layout import line, section
from cds_service.journal.feedback_report import Report, Row

HIDDEN = "hidden"


def show(told: Report, console: Console) -> None:
    """The counts, then the reasons, then what is to be known of them."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (*told.by, "calls", "shown", "accepted", "overridden", "ignored", "override rate"):
        table.add_column(head, overflow="fold")
    for row in _all(told):
        counts = (_count(each) for each in (row.shown, row.accepted, row.overridden, row.ignored))
        table.add_row(*_key(row, told), _calls(row, told), *counts, _rate(row))
    console.print(table)
    _show_reasons(told, console)
    line(console, Text(_days(told)))
    if any(row.acknowledged != 0 for row in _all(told)):
        line(console, Text(_aside(told)))
    if any(row.hidden for row in _all(told)):
        small = f"Counts from 1 to {told.least - 1} are hidden, and what they could be worked out from."
        line(console, Text(small))
    if told.unknown_cards != 0:
        known = _count(told.unknown_cards)
        line(console, Text(f"Feedback for cards that are not in the journal (yet, or any more): {known}."))


def _show_reasons(told: Report, console: Console) -> None:
    if not told.reasons:
        return
    section(console, "Reasons of overrides")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (*told.by, "reason", "overridden"):
        table.add_column(head, overflow="fold")
    for row in _all(told):
        for reason, count in row.reasons.items():
            table.add_row(*_key(row, told), Text(reason), _count(count))
    console.print(table)


def _all(told: Report) -> tuple[Row, ...]:
    return (*told.rows, told.total) if told.by else (told.total,)


def _key(row: Row, told: Report) -> list[Text]:
    return [Text(part) for part in (*row.key, *[""] * len(told.by))][: len(told.by)]


def _count(count: int | None) -> str:
    return HIDDEN if count is None else str(count)


def _calls(row: Row, told: Report) -> str:
    if "topic" in told.by and row is not told.total:
        return ""
    return _count(row.calls)


def _rate(row: Row) -> str:
    rate = row.override_rate
    if rate is None:
        return HIDDEN
    if rate.interval is None:
        return ""
    low, high = rate.interval
    return f"{rate.met / rate.of:.1%} (95 % {low:.1%} to {high:.1%})"


def _days(told: Report) -> str:
    since = f"from {told.period.since}" if told.period.since else "from the first"
    until = f"to {told.period.until}" if told.period.until else "to the last"
    return f"Cards shown {since} {until} (days in UTC, both included). Ignored: no word came of it."


def _aside(told: Report) -> str:
    """Beside the table, of which it would be a column that is empty at most sites."""
    groups = [] if not told.by else [f"{' '.join(row.key)}: {_count(row.acknowledged)}" for row in told.rows]
    those = f" ({'; '.join(groups)})" if groups else ""
    count = _count(told.total.acknowledged)
    return f"Besides found, and not shown again as acknowledged before: {count}{those}."


def as_csv(told: Report) -> str:
    """One line for each group, then the total; a hidden count is written `hidden`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    counts = ["calls", "shown", "accepted", "overridden", "ignored", "acknowledged"]
    rate = ["override_rate", "override_rate_low", "override_rate_high"]
    writer.writerow([*(told.by or ("group",)), *counts, *rate, *(f"reason {each}" for each in told.reasons)])
    for row in _all(told):
        key = [_harmless(part.plain) for part in _key(row, told)] if told.by else ["total"]
        parts = (
            _count(each) for each in (row.shown, row.accepted, row.overridden, row.ignored, row.acknowledged)
        )
        reasons = (_count(row.reasons.get(each, 0)) for each in told.reasons)
        writer.writerow([*key, _calls(row, told), *parts, *_rate_cells(row), *reasons])
    return out.getvalue()


def _rate_cells(row: Row) -> list[str]:
    rate = row.override_rate
    if rate is None or rate.interval is None:
        return [HIDDEN if rate is None else ""] * 3
    return [f"{each:.4f}" for each in (rate.met / rate.of, *rate.interval)]


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def as_json(told: Report) -> dict[str, Any]:
    """The same for machines; a hidden count is null."""
    return {
        "by": list(told.by),
        "since": told.period.since,
        "until": told.period.until,
        "minCell": told.least,
        "rows": [_row_json(row, told) for row in told.rows] if told.by else [],
        "total": _row_json(told.total, told),
        "unknownCards": told.unknown_cards,
    }


def _row_json(row: Row, told: Report) -> dict[str, Any]:
    rate = row.override_rate
    made = {} if row is told.total else dict(zip(told.by, row.key, strict=True))
    if _calls(row, told):
        made["calls"] = row.calls  # type: ignore[assignment]
    return made | {
        "shown": row.shown,
        "accepted": row.accepted,
        "overridden": row.overridden,
        "ignored": row.ignored,
        "acknowledged": row.acknowledged,
        "overrideRate": rate.met / rate.of if rate and rate.of else None,
        "overrideRateInterval": rate.interval if rate else None,
        "reasons": row.reasons,
    }
