"""Whether what was found in a silent phase is good enough to show cards, by the limits of the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cds_service.journal.parts import LONGER
from cds_service.share import Share
from cds_service.site.given import GoLive

Counts = Mapping[tuple[str, ...], int]


@dataclass(frozen=True, slots=True)
class Check:
    """One limit, and what was found."""

    name: str
    """That of the setting in `go_live`, or `failures`."""
    met: bool
    says: str


def checks(
    counts: Counts,
    told: Mapping[tuple[str, ...], int | None],
    days: int,
    p95: str | None,
    limits: GoLive,
) -> tuple[Check, ...]:
    """`counts` are the true ones, `told` those that may be named."""
    calls = counts["calls",]
    found = [
        Check("calls", calls >= limits.calls, f"{_named(told, 'calls')} calls, at least {limits.calls}"),
        Check("days", days >= limits.days, f"{days_said(days)} with calls, at least {limits.days}"),
        _critical(
            limits.critical_per_1000,
            Share(counts["critical",], calls),
            hidden=told["critical",] is None,
        ),
    ]
    if limits.cards_per_1000 is not None:
        found.append(_most_cards(limits.cards_per_1000, counts, told))
    lacking = Share(counts.get(("not assessed",), 0), calls)
    percent = 100 * lacking.met / calls if calls else 0.0
    named = f"{percent:.1f} %" if told.get(("not assessed",), 0) is not None else "a hidden share"
    limit = limits.not_assessed_percent
    found.append(
        Check(
            "not_assessed_percent",
            bool(calls) and percent <= limit,
            f"{named} of calls with parts not assessed, at most {limit:g} %",
        )
    )
    quick = p95 is not None and p95 != LONGER and int(p95) <= limits.p95_ms
    took = "no durations" if p95 is None else f"95 of 100 calls within {p95} ms"
    took = "95 of 100 calls take longer than 5000 ms" if p95 == LONGER else took
    found.append(Check("p95_ms", quick, f"{took}, at most {limits.p95_ms} ms"))
    stages = sum(count for key, count in counts.items() if key[0] == "failed")
    failures = "a stage failed in some calls: see `stage failed` in the log" if stages else "no stage failed"
    return (*found, Check("failures", not stages, failures))


def days_said(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _most_cards(limit: float, counts: Counts, told: Mapping[tuple[str, ...], int | None]) -> Check:
    """Of all levels together; a call may have two, so this is a rate and no share of calls."""
    levels = [("critical",), ("warning",), ("info",)]
    calls, cards = counts["calls",], sum(counts[level] for level in levels)
    rate = 1000 * cards / calls if calls else 0.0
    hidden = any(told[level] is None for level in levels)
    says = (
        f"{'a hidden number of' if hidden else format(rate, '.1f')} cards per 1,000 calls, at most {limit:g}"
    )
    return Check("cards_per_1000", bool(calls) and rate <= limit, says)


def _critical(limit: float, share: Share, *, hidden: bool) -> Check:
    """The upper end of the interval counts: few calls prove nothing."""
    name, words = "critical_per_1000", "critical cards"
    if share.interval is None:
        return Check(name, False, f"{words}: no calls yet, at most {limit:g} per 1,000")
    point, high = 1000 * share.met / share.of, 1000 * share.interval[1]
    said = f"{point:.1f} {words} per 1,000 calls (95 % up to {high:.1f})"
    if hidden:
        said = f"a hidden number of {words} per 1,000 calls"
    if point > limit:
        return Check(name, False, f"{said}, above {limit:g}")
    if high > limit:
        return Check(name, False, f"{said}: too few calls to be sure that it is at most {limit:g}")
    return Check(name, True, f"{said}, at most {limit:g}")


def _named(told: Mapping[tuple[str, ...], int | None], what: str) -> str:
    count = told[what,]
    return "few" if count is None else str(count)
