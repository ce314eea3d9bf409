"""The pages that explain a card, as its `source.url` and its links.

All addresses are made once, at start: while a call is answered they are only looked up, and what is not
found is left out, so no card can be lost for its links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from cards.about import NOT_ASSESSED, ORDER, About, Kind
from cards.card import Card
from cards.knowledge import Knowledge
from cds_service.explanations import addresses

Link = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CardLinks:
    """The links to the explanation pages of one content, under one base address."""

    first: Mapping[About, Link]
    """Why the card is there, or what it says as a whole."""
    further: Mapping[About, Link]
    """What else stands on the card."""
    most: int
    """How many links a card has at most."""

    def source(self, card: Card) -> str | None:
        """The page that explains why the card is there; None when there is none."""
        return next((self.first[each]["url"] for each in card.about[:1] if each in self.first), None)

    def of(self, card: Card) -> list[Link]:
        """The page of its source first, as not every EHR lets that one be pressed; then a few more."""
        found = [self.first[each] for each in card.about[:1] if each in self.first]
        found += [self.further[each] for each in card.about[1:] if each in self.further]
        return found[: self.most]


@lru_cache(maxsize=16)
def card_links(knowledge: Knowledge, base_url: str) -> CardLinks:
    """Those of a content; `base_url` is where the EHR reaches the service, by the settings."""
    words = knowledge.wording["links"]

    def link(path: str, label: str) -> Link:
        return {"label": label, "url": f"{base_url}{path}", "type": "absolute"}

    first = {
        ORDER: link(addresses.CAUSES, words["order"]),
        NOT_ASSESSED: link(addresses.NOT_ASSESSED, words["not_assessed"]),
    }
    further = {
        About(Kind.CAUSE, cause.id): link(addresses.cause(cause.id), words["cause"].format(label=cause.short))
        for cause in knowledge.causes.values()
    }
    for rule in knowledge.rules:
        about, path = About(Kind.RED_FLAG, rule.id), addresses.red_flag(rule.id)
        first[about] = link(path, words["why"].format(label=rule.short))
        further[about] = link(path, words["also"].format(label=rule.short))
    return CardLinks(first, further, int(words["shown"]))
