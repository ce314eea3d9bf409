"""One patient's answer with what it was made with: what a terminal and the pages tell it from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from cards.facts import Facts
from cards.findings import Unread
from cards.knowledge import Knowledge
from cds_service import hooks
from cds_service.answer import Answer, Desk, answer
from cds_service.hooks import HookCall
from cds_service.told_words import Words

if TYPE_CHECKING:
    from cds_service.conformance import Departure

LEVELS = {
    "critical": "CRITICAL: a red flag is recorded, review now",
    "warning": "WARNING: a red flag is recorded",
    "info": "INFO: possible causes, no red flag fired",
    "incomplete": "INCOMPLETE: parts of the record were not assessed",
    "no card": "NO CARD: looked, nothing to say",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """One patient's answer, and what it was made with."""

    call: HookCall
    done: Answer
    knowledge: Knowledge
    as_of: datetime
    departures: tuple[Departure, ...] | None = None
    """From valid FHIR; None when nobody asked."""

    @property
    def level(self) -> str:
        """Of the answer as a whole: a key of the words above."""
        assessed = self.done.assessment
        if assessed is not None and assessed.indicator is not None:
            return assessed.indicator
        return "incomplete" if self.done.cards else "no card"

    @property
    def headline(self) -> str:
        """The level in words; where a policy of the content stands behind an empty answer, which."""
        silent = self.knowledge.policy.no_card_if
        if self.level == "no card" and self.facts.holds(silent):
            return f"NO CARD: {self.knowledge.features[silent].label}"
        return LEVELS[self.level]

    @property
    def facts(self) -> Facts:
        """Nothing recorded, where the assessment failed."""
        return self.done.assessment.facts if self.done.assessment else Facts(self.knowledge)

    @property
    def unread(self) -> tuple[Unread, ...]:
        """Of the chart, and of the assessment, which takes no note of any once it says nothing."""
        assessed = self.done.assessment.unread if self.done.assessment else ()
        return tuple(dict.fromkeys((*self.done.chart.unread, *assessed)))

    def words(self, zone: tzinfo) -> Words:
        """What puts its parts into words, with dates in this zone."""
        return Words(self.knowledge, self.facts, self.call.context.patientId, zone)


def explained(call_body: bytes, desk: Desk, as_of: datetime) -> Explained:
    """The answer to a hook call as it was sent, made again with all that led to it; nothing is journalled.

    The same body, desk and moment give the same cards. Raises `ServiceError` as the service itself would.
    """
    call = hooks.open_call(call_body)
    return Explained(call, answer(call, desk, as_of), desk.knowledge, as_of)
