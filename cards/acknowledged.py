"""Leaves out cards that a clinician has put aside, as long as all that they rest on is the same.

Whoever asks hands in what was put aside; nothing is remembered here. A critical card is never left out, nor
is anything while a part of the record that could hold a red flag was not assessed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256

from cards.assessment import Assessment
from cards.card import Card
from cards.findings import Finding
from cards.knowledge import Knowledge

CRITICAL = "critical"
Acknowledged = Collection[tuple[str, str]]
"""Topics, each with the digest of the evidence on which its card rested when it was put aside."""


def evidence(cards: Iterable[Card], assessed: Assessment | None, content: Knowledge) -> Mapping[str, str]:
    """Of each card that may be left out at all, by its topic: a digest of all that it rests on."""
    if assessed is None or any(unread.could_hold_red_flag for unread in assessed.unread):
        return {}
    never = content.wording["incomplete_topic"]
    return {
        card.topic: _digest(card, assessed, content)
        for card in cards
        if card.indicator != CRITICAL and card.topic != never
    }


def left(cards: Iterable[Card], rests_on: Mapping[str, str], acknowledged: Acknowledged) -> tuple[Card, ...]:
    """The cards that were not put aside; `rests_on` is what `evidence` says of them."""
    return tuple(
        card
        for card in cards
        if card.indicator == CRITICAL or (card.topic, rests_on.get(card.topic)) not in acknowledged
    )


def _digest(card: Card, assessed: Assessment, content: Knowledge) -> str:
    """Of every rule that fired, with its urgency, and of every entry behind whatever is present or has a
    value; for the differential also of its causes in order, with the entries for and against each.

    Also of what took no part in this card: who put it aside did not know what is new. The content is in it:
    what is said by other content was never put aside.
    """
    features = list(assessed.facts.recorded)
    causes: list[str] = []
    if card.topic == content.wording["differential_topic"]:
        causes = [ranked.cause.id for ranked in assessed.causes]
        causes += [cause.id for cause in (*assessed.not_enough, *assessed.do_not_miss)]
        rows = [row for each in assessed.causes for row in (*each.arguments_for, *each.arguments_against)]
        features += [name for row in rows for name in row.features]
    entries = {_written(each) for name in features for each in assessed.facts.get(name).findings}
    said = [
        content.digest,
        card.topic,
        card.indicator,
        [[flag.rule.id, flag.indicator] for flag in assessed.red_flags],
        sorted(assessed.fired),
        causes,
        sorted(set(features)),
        sorted(entries),
    ]
    return sha256(json.dumps(said).encode()).hexdigest()


def _written(finding: Finding) -> str:
    """All that is known of an entry, so that no change of it is missed.

    Without what time alone changes: how long a stay or a treatment that goes on has lasted, and the place in
    the call of a resource that has no id.
    """
    source = finding.source
    if " (no id" in source.reference:
        source = replace(source, reference=source.resource_type)
    return repr(replace(finding, source=source, days=None))
