"""Shows the silent report: the verdict first, for people or as one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cds_service.explain_layout import line, section
from cds_service.journal.go_live import days_said
from cds_service.journal.silent_report import FATES, HELD_BACK, LEVELS, Key, Report
from cds_service.share import Share

HIDDEN = "hidden"
STATES = ("given", "empty", "partial", "missing", "failed")
BAR = 40


def show(told: Report, console: Console) -> None:
    for text in (verdict(told), *_checks(told)):
        line(console, Text(text))
    section(console, "Cards found, shown or not, per 1,000 calls")
    rows = [[*name.rsplit(" ", 1), *_of(told, "card", "topic", name)] for name in told.names("card", "topic")]
    rows += [["all topics", level, *_of(told, level)] for level in LEVELS]
    _table(console, ("topic", "indicator", "cards", "per 1,000 calls (95 %)"), rows)
    section(console, "What became of them, in calls")
    names = told.names(HELD_BACK, "topic")
    rows = [[*name.rsplit(" ", 1), *(_count(told, fate, "topic", name) for fate in FATES)] for name in names]
    _table(console, ("topic", "indicator", *FATES), rows)
    section(console, "By client, per 1,000 calls")
    _table(console, ("client", "calls", *LEVELS), _groups(told, "client"))
    section(console, "By week, per 1,000 calls; # the cards of all levels")
    rows = [[*row, _bar(told, row[0])] for row in _groups(told, "week")]
    _table(console, ("week", "calls", *LEVELS, ""), rows)
    section(console, "How the record came, calls by resource type")
    types = sorted({key[1] for key in told.counts if key[0] == "state"})
    rows = [[kind, *(_count(told, "state", kind, state) for state in STATES)] for kind in types]
    _table(console, ("type", *STATES), rows)
    section(console, "Besides")
    for text in _besides(told):
        line(console, Text(text))


def verdict(told: Report) -> str:
    if told.go:
        return "Go: every limit of this site is met."
    lacking = [check.says for check in told.checks if not check.met]
    return f"Not yet, because: {'; '.join(lacking)}."


def _checks(told: Report) -> list[str]:
    return [f"  {'met    ' if check.met else 'not met'}  {check.says}" for check in told.checks]


def _besides(told: Report) -> list[str]:
    took = ", ".join(f"{percent} of 100 within {_ms(bound)}" for percent, bound in told.percentiles.items())
    lacking, flags, none = (
        _percent(told, what) for what in ("not assessed", "red flag possible", "unavailable")
    )
    lines = [
        f"Calls: {_count(told, 'calls')} on {days_said(told.days)}. Durations: {took}.",
        f"Parts not assessed: {lacking} of calls; a red flag could stand there: {flags}; no record: {none}.",
        f"Calls while switched off, not looked at: {told.switched_off}.",
        f"Days in UTC from {told.period.since} to {told.period.until}. Intervals: Wilson.",
    ]
    if told.only:
        lines.append(f"Only calls of {', '.join(told.only)}; those of other clients are left out.")
    if told.hidden:
        lines.append(f"Counts from 1 to {told.least - 1} are hidden, and what they could be worked out from.")
    return lines


def _ms(bound: str | None) -> str:
    return "no call" if bound is None else "more than 5000 ms" if bound == "longer" else f"{bound} ms"


def _groups(told: Report, group: str) -> list[list[str]]:
    return [
        [
            name,
            _count(told, "calls", group, name),
            *(_rate(told.share(level, group, name, of=("calls", group, name))) for level in LEVELS),
        ]
        for name in told.names("calls", group)
    ]


def _bar(told: Report, name: str) -> str:
    shares = [told.share(level, "week", name, of=("calls", "week", name)) for level in LEVELS]
    if any(share is None or not share.of for share in shares):
        return ""
    rate = sum(share.met / share.of for share in shares if share)
    return "#" * min(BAR, round(rate * 1000 / 5))


def _of(told: Report, *key: str) -> list[str]:
    return [_count(told, *key), _rate(told.share(*key))]


def _count(told: Report, *key: str) -> str:
    count = told.count(*key)
    return HIDDEN if count is None else str(count)


def _rate(share: Share | None) -> str:
    if share is None:
        return HIDDEN
    if share.interval is None:
        return ""
    low, high = share.interval
    return f"{1000 * share.met / share.of:.1f} ({1000 * low:.1f} to {1000 * high:.1f})"


def _percent(told: Report, *key: str) -> str:
    share = told.share(*key)
    return HIDDEN if share is None else f"{share.met / share.of:.1%}" if share.of else "none"


def _table(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)


def as_json(told: Report) -> dict[str, Any]:
    """The same for machines; a hidden count is null."""
    return {
        "go": told.go,
        "verdict": verdict(told),
        "checks": [{"name": each.name, "met": each.met, "says": each.says} for each in told.checks],
        "since": told.period.since,
        "until": told.period.until,
        "minCell": told.least,
        "onlyClients": told.only,
        "calls": told.count("calls"),
        "days": told.days,
        "switchedOff": told.switched_off,
        "cards": [
            dict(zip(("topic", "indicator"), name.rsplit(" ", 1), strict=True))
            | _rate_json(told, ("card", "topic", name), ("calls",))
            | {
                key: told.count(fate, "topic", name)
                for key, fate in zip(("shown", "acknowledged", "heldBack"), FATES, strict=True)
            }
            for name in told.names(HELD_BACK, "topic")
        ],
        "levels": {level: _rate_json(told, (level,), ("calls",)) for level in LEVELS},
        "clients": _groups_json(told, "client"),
        "weeks": _groups_json(told, "week"),
        "states": {
            kind: {state: told.count("state", kind, state) for state in STATES}
            for kind in sorted({key[1] for key in told.counts if key[0] == "state"})
        },
        "notAssessed": told.count("not assessed"),
        "redFlagPossible": told.count("red flag possible"),
        "recordUnavailable": told.count("unavailable"),
        "milliseconds": {str(percent): bound for percent, bound in told.percentiles.items()},
    }


def _groups_json(told: Report, group: str) -> list[dict[str, Any]]:
    return [
        {group: name, "calls": told.count("calls", group, name)}
        | {level: _rate_json(told, (level, group, name), ("calls", group, name)) for level in LEVELS}
        for name in told.names("calls", group)
    ]


def _rate_json(told: Report, key: Key, of: Key) -> dict[str, Any]:
    share = told.share(*key, of=of)
    per = None if share is None or not share.of else 1000 * share.met / share.of
    interval = share.interval if share else None
    bounds = [1000 * bound for bound in interval] if interval else None
    return {"count": told.count(*key), "per1000": per, "interval": bounds}
