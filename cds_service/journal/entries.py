"""What is kept of a call and of a feedback. What is not a member here cannot get into the journal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b

from cards.assessment import Assessment
from cards.card import Card
from cards.knowledge import Knowledge
from cds_service.hooks import card_uuid
from cds_service.journal.parts import Part
from cds_service.site.showing import OFF, SILENT, VISIBLE, Mode

NO_MARKS: Mapping[str, str] = {}
_MOST_CAUSES = 5
"""As many as a card names."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card that was answered."""

    card: str
    """Its uuid: derived one-way from hookInstance and topic, so that feedback finds it."""
    topic: str
    indicator: str
    rules: tuple[str, ...]
    """Ids of the content: of the red flags, or of the causes in order; none for `incomplete`."""
    mark: str | None = None
    """By what it is known again when it was put aside; None where that does not count."""


@dataclass(frozen=True, slots=True)
class Call:
    """One hook call that was answered, with or without a card."""

    day: date
    """UTC. The minute is not kept: with it and the EHR's own log one could tell whose chart was open."""
    client: str
    mode: str
    content_version: str
    content_digest: str
    cards: tuple[ShownCard, ...]
    """Those that were shown."""
    parts: tuple[Part, ...] = ()
    """What is counted of the call besides: of a card that was not shown this is all."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a clinician did with a card."""

    card: str
    outcome: str
    """`accepted` or `overridden`."""
    client: str
    received: datetime
    """UTC, whole seconds."""
    at: datetime | None = None
    """When it was done, UTC; None where the EHR does not say, then the time of receipt counts."""
    reason: str | None = None
    reason_system: str | None = None
    suggestions: tuple[str, ...] = ()
    comment: str | None = None
    """Free text; only where the settings ask for it."""

    @property
    def key(self) -> str:
        """The same for a repeat. Without a time of its own a second such act on the card is a repeat too."""
        at = self.at.isoformat() if self.at else None
        said = [self.card, self.outcome, self.reason, self.reason_system, sorted(self.suggestions), at]
        return blake2b(json.dumps(said).encode(), digest_size=16).hexdigest()


def of_call(
    hook_instance: str,
    cards: Iterable[Card],
    assessed: Assessment | None,
    knowledge: Knowledge,
    *,
    client: str,
    as_of: datetime,
    mode: Mode = VISIBLE,
    parts: tuple[Part, ...] = (),
    marks: Mapping[str, str] = NO_MARKS,
) -> Call:
    """What is kept of a call with the cards that were shown; its `hookInstance` is not.

    `marks`: by the topic of the card.
    """
    shown = (
        ShownCard(
            card_uuid(hook_instance, card),
            card.topic,
            card.indicator,
            _rules(card, assessed, knowledge),
            marks.get(card.topic),
        )
        for card in cards
    )
    return Call(day_of(as_of), client, mode, knowledge.version, knowledge.digest, tuple(shown), parts)


def off(knowledge: Knowledge, *, client: str, as_of: datetime) -> Call:
    """A call that came while the service was switched off: that it came, and no more."""
    return Call(day_of(as_of), client, OFF, knowledge.version, knowledge.digest, ())


def unavailable(knowledge: Knowledge, *, client: str, as_of: datetime) -> Call:
    """A call of a silent client without a record to assess, which would else be refused with 412."""
    parts = (Part("failed", "record unavailable"),)
    return Call(day_of(as_of), client, SILENT, knowledge.version, knowledge.digest, (), parts)


def day_of(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def _rules(card: Card, assessed: Assessment | None, knowledge: Knowledge) -> tuple[str, ...]:
    if assessed is None:
        return ()
    if card.topic == knowledge.wording["differential_topic"]:
        return tuple(each.cause.id for each in assessed.causes[:_MOST_CAUSES])
    if card.topic == knowledge.wording["incomplete_topic"]:
        return ()
    return tuple(flag.rule.id for flag in assessed.red_flags)
