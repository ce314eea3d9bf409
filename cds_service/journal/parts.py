"""What is counted of a call besides its cards: codes and names of ours alone, a row a day for each.

This is what a silent phase is judged by (docs/modes.md). Nothing here is of one call: only sums are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from cards.card import Card
from cards.findings import Unread

Kind = Literal["found", "shown", "acknowledged", "state", "not assessed", "failed", "duration"]
BOUNDS_MS = (10, 25, 50, 100, 150, 200, 300, 500, 1000, 2000, 5000)
"""A duration is counted under the first of these that it does not pass."""
LONGER = "longer"


class Part(NamedTuple):
    """One thing that was so in a call."""

    part: Kind
    """`found`, `shown`, `acknowledged` (so not shown again): a card by topic and indicator.
    `state`: a resource type, and how it came.
    `not assessed`: `any`, or `red flag possible`. `failed`: a stage. `duration`: milliseconds, at most."""
    name: str


def of_call(
    *,
    found: Iterable[Card],
    shown: Iterable[Card],
    acknowledged: Iterable[Card] = (),
    states: Mapping[str, str],
    unread: Iterable[Unread],
    failed: Iterable[str],
    milliseconds: float,
) -> tuple[Part, ...]:
    """Each once, in one order."""
    unread = tuple(unread)
    parts = {Part("found", _of(card)) for card in found}
    parts |= {Part("shown", _of(card)) for card in shown}
    parts |= {Part("acknowledged", _of(card)) for card in acknowledged}
    parts |= {Part("state", f"{kind} {state}") for kind, state in states.items()}
    parts |= {Part("not assessed", "any") for _ in unread}
    parts |= {Part("not assessed", "red flag possible") for each in unread if each.could_hold_red_flag}
    parts |= {Part("failed", stage) for stage in failed}
    parts.add(Part("duration", _bound(milliseconds)))
    return tuple(sorted(parts))


def _of(card: Card) -> str:
    return f"{card.topic} {card.indicator}"


def _bound(milliseconds: float) -> str:
    return next((str(bound) for bound in BOUNDS_MS if milliseconds <= bound), LONGER)
