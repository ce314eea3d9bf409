"""Whether the cards of one call go out: visible, silent or off, and which topics are held back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from cards.assessment import Assessment
from cards.card import Card
from cards.knowledge import Knowledge

Mode = Literal["visible", "silent", "off"]
VISIBLE: Mode = "visible"
"""The cards go to the EHR."""
SILENT: Mode = "silent"
"""All is assessed and counted, and no card goes out."""
OFF: Mode = "off"
"""Nothing is looked at, and no card goes out."""


@dataclass(frozen=True, slots=True)
class Showing:
    """What of one call goes out."""

    mode: Mode
    held_back: frozenset[str] = frozenset()
    """Topics whose cards do not go out though the call is visible."""

    def holds_back(self, cards: tuple[Card, ...], assessed: Assessment | None, content: Knowledge) -> bool:
        """Whether anything that was found belongs to a topic held back, also inside the card of another."""
        fired = set(assessed.fired) if assessed else set()
        topics = {card.topic for card in cards} | {r.topic for r in content.rules if r.id in fired}
        return not self.held_back.isdisjoint(topics)


NOTHING = Showing(SILENT)


@lru_cache(maxsize=8)
def without(content: Knowledge, held_back: frozenset[str]) -> Knowledge:
    """The content as if it had no red flag of these topics.

    A card speaks for several red flags and is named for the first: taking the card away would take the others
    with it. And a red flag that was merged into one held back has to be there by itself.
    """
    return replace(content, rules=tuple(rule for rule in content.rules if rule.topic not in held_back))
