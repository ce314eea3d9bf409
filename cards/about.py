"""What a card is about, by ids of the content: whoever sends the card can then say where it is explained."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from cards.assessment import RedFlag
from cards.causes import RankedCause


class Kind(Enum):
    """What can be explained on a card."""

    RED_FLAG = "red flag"
    CAUSE = "cause"
    ORDER = "order of causes"
    NOT_ASSESSED = "not assessed"


class About(NamedTuple):
    """One thing that a card is about."""

    kind: Kind
    id: str = ""
    """Of the red flag or cause in the content; empty for what there is one of."""


ORDER = About(Kind.ORDER)
NOT_ASSESSED = About(Kind.NOT_ASSESSED)


def red_flags(flags: Iterable[RedFlag]) -> tuple[About, ...]:
    return tuple(About(Kind.RED_FLAG, flag.rule.id) for flag in flags)


def causes(ranked: Iterable[RankedCause]) -> tuple[About, ...]:
    return tuple(About(Kind.CAUSE, each.cause.id) for each in ranked)
