"""What the service found in all calls that it looked at, shown or not: the ground for going live.

Small counts are hidden as in the report on feedback. The verdict is by the true counts, and names none
that is hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from cds_service.journal import go_live, reading
from cds_service.journal.feedback_report import week
from cds_service.journal.go_live import Check
from cds_service.journal.parts import BOUNDS_MS, LONGER
from cds_service.journal.reading import Counted, Period
from cds_service.journal.small_cells import hidden_in_row
from cds_service.share import Share
from cds_service.site.given import GoLive

LEVELS = ("critical", "warning", "info")
SHOWN, ACKNOWLEDGED, HELD_BACK = "shown", "acknowledged", "held back"
FATES = (SHOWN, ACKNOWLEDGED, HELD_BACK)
"""What became of the cards found. Held back: by the mode, the share, who looked, or the topic."""
PERCENTILES = (50, 95, 99)
Key = tuple[str, ...]
"""Of a count: what is counted, then of which group, such as (`critical`, `week`, `2026-W47`)."""


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. A count that is hidden is None wherever it is asked for."""

    period: Period
    least: int
    counts: Mapping[Key, int | None]
    days: int
    switched_off: int
    percentiles: Mapping[int, str | None]
    """Milliseconds that so many of a hundred calls took at most; None without a call."""
    checks: tuple[Check, ...]
    only: tuple[str, ...] = ()
    """The clients that were asked for; empty where all count."""

    @property
    def go(self) -> bool:
        return all(check.met for check in self.checks)

    @property
    def hidden(self) -> bool:
        return None in self.counts.values()

    def count(self, *key: str) -> int | None:
        """0 where there was none."""
        return self.counts.get(key, 0)

    def share(self, *key: str, of: Key = ("calls",)) -> Share | None:
        """None where one of the two is hidden."""
        met, whole = self.count(*key), self.count(*of)
        return None if met is None or whole is None else Share(met, whole)

    def names(self, what: str, group: str) -> list[str]:
        return sorted({key[2] for key in self.counts if key[:2] == (what, group)})


def report(
    engine: Engine, period: Period, limits: GoLive, least: int, clients: tuple[str, ...] = ()
) -> Report:
    """`least` is the smallest count that is shown; 1 shows all. `clients` leaves out all others."""
    with engine.connect() as connection:
        counted = reading.parts(connection, period, clients)
        off = reading.switched_off(connection, period, clients)
    counts = _counts(counted)
    named = {"|".join(key): count for key, count in counts.items()}
    hidden = hidden_in_row(named, _sums(counts), least)
    told = {key: None if "|".join(key) in hidden else count for key, count in counts.items()}
    days = len({each.day for each in counted})
    slowest = {percent: percentile(counted, percent) for percent in PERCENTILES}
    return Report(
        period=period,
        least=least,
        counts=told,
        days=days,
        switched_off=off,
        percentiles=slowest,
        checks=go_live.checks(counts, told, days, slowest[95], limits),
        only=clients,
    )


def _counts(counted: Iterable[Counted]) -> Counter[Key]:
    """A call that was looked at has one duration, or no record to look at."""
    found: Counter[Key] = Counter({("calls",): 0} | {(level,): 0 for level in LEVELS})
    for each in counted:
        add = partial(_add, found, each)
        if each.part == "duration":
            add("calls")
        elif (each.part, each.name) == ("failed", "record unavailable"):
            add("calls")
            found["not assessed",] += each.calls
            found["unavailable",] += each.calls
        elif each.part == "found":
            add(each.name.rpartition(" ")[2])
            found["card", "topic", each.name] += each.calls
        elif each.part in (SHOWN, ACKNOWLEDGED):
            found[each.part, "topic", each.name] += each.calls
        elif each.part == "state":
            found["state", *each.name.split(" ", 1)] += each.calls
        elif (each.part, each.name) == ("not assessed", "any"):
            found["not assessed",] += each.calls
        elif each.part == "not assessed":
            found["red flag possible",] += each.calls
        elif each.part == "failed":
            found["failed", "stage", each.name] += each.calls
    for name in {key[2] for key in found if key[0] in ("card", SHOWN)}:
        # One that is usually merged into a card held back is shown though it was not found by itself.
        rest = found["card", "topic", name] - sum(
            found[fate, "topic", name] for fate in (SHOWN, ACKNOWLEDGED)
        )
        found[HELD_BACK, "topic", name] = max(0, rest)
    return found


def _add(found: Counter[Key], each: Counted, what: str) -> None:
    found[what,] += each.calls
    found[what, "client", each.client] += each.calls
    found[what, "week", week(each.day)] += each.calls


def _sums(counts: Mapping[Key, int]) -> list[tuple[str, list[str]]]:
    """Which counts can be worked out from which."""

    def those(what: str, group: str) -> list[str]:
        return ["|".join(key) for key in counts if key[:2] == (what, group)]

    sums = [(what, those(what, group)) for what in ("calls", *LEVELS) for group in ("client", "week")]
    topics = those("card", "topic")
    sums += [(level, [topic for topic in topics if topic.endswith(f" {level}")]) for level in LEVELS]
    names = [key[2] for key in counts if key[0] == HELD_BACK]
    sums += [(f"card|topic|{name}", [f"{fate}|topic|{name}" for fate in FATES]) for name in names]
    types = {key[1] for key in counts if key[0] == "state"}
    return sums + [("calls", those("state", kind)) for kind in sorted(types)]


def percentile(counted: Iterable[Counted], percent: int) -> str | None:
    """The bound that so many of a hundred durations do not pass."""
    durations = Counter[str]()
    for each in counted:
        if each.part == "duration":
            durations[each.name] += each.calls
    wanted, below = sum(durations.values()) * percent / 100, 0
    for bound in (*map(str, BOUNDS_MS), LONGER):
        below += durations[bound]
        if below and below >= wanted:
            return bound
    return None
