"""Features that also follow from others, such as fever from a measured temperature."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from cards.conditions import Condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Feature, Knowledge


def follow_from_others(facts: Facts, knowledge: Knowledge) -> None:
    """Add the features that follow from what is recorded.

    One that only an unconfirmed code names is certain where it follows from others: a measured INR of 3
    counts in full beside a code for an anticoagulant that nobody confirmed.
    """
    true = facts.true
    for feature, when in _followers(knowledge):
        old, there = facts.get(feature.id), feature.id in true
        if (there and not old.hint_only) or not when.is_met(true):
            continue
        support = facts.met(when) or ()
        hint = facts.rests_on_hints and facts.without_hints().met(when) is None
        if there:
            if not hint:
                facts.add(replace(old, hint_only=False, because=support))
            continue
        side = next((facts.get(name).side for name in support if facts.get(name).side), None)
        facts.add(Fact(feature.id, Answer.PRESENT, side=side, because=support, hint_only=hint))
        true = facts.true


@lru_cache(maxsize=16)
def _followers(knowledge: Knowledge) -> tuple[tuple[Feature, Condition], ...]:
    """The features that also follow from others, with what they follow from."""
    return tuple((each, each.or_when) for each in knowledge.features.values() if each.or_when)
