"""What a code may mean, by the words beside it: proposals for the analyst, who decides."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cards.codes import Code
from cards.findings import Stance
from cards.knowledge import Knowledge
from cds_service.evidence.coded import QUALIFIER
from cds_service.evidence.text import TextReader

_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"\s*\([a-z ]+\)$", re.IGNORECASE)
_SMALL = frozenset(
    {"a", "an", "and", "at", "by", "due", "for", "from", "in", "into", "nos", "of", "on", "or"}
    | {"other", "the", "to", "unspecified", "with"}
)
_ALIKE = 0.6
"""The share of words that two names must have in common, of all their words."""
_MOST = 3
_SAYS_IT = (Stance.AFFIRMED, Stance.SUSPECTED, Stance.HISTORICAL)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A concept that a code may mean."""

    concept: str
    label: str
    features: tuple[str, ...]
    code: str
    """A standard code of the concept, as ``sct 6077001``; empty where the content has none."""
    by: str
    """``text``: the service reads the words so; ``words``: a standard code is called nearly so."""


class Proposing:
    """Proposes by one content."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._texts = TextReader(knowledge)
        self._standard: dict[str, Code] = {}
        self._named: list[tuple[frozenset[str], Code]] = []
        for row in knowledge.codes.rows:
            if row.verified and row.match == "exact" and not (row.needs or row.not_when):
                self._standard.setdefault(row.concept, row)
                self._named.append((_words(row.display), row))

    def of(self, words: Iterable[str]) -> tuple[Proposal, ...]:
        """At most three, what the text says first."""
        words = list(words)
        found: dict[str, Proposal] = {}
        for text in words:
            for concept in self._said(text):
                found.setdefault(concept, self._proposal(concept, self._standard.get(concept), "text"))
        if not found:
            for row in self._near(words):
                found.setdefault(row.concept, self._proposal(row.concept, row, "words"))
        return tuple(found.values())[:_MOST]

    def _said(self, text: str) -> list[str]:
        """What it names, without words that only describe, unless they are all there is."""
        mentions = self._texts.read(text[:300], one_clause=True).mentions
        named = dict.fromkeys(each.concept for each in mentions if each.stance in _SAYS_IT)
        findings = [each for each in named if not each.startswith((QUALIFIER, "words_"))]
        return findings or [each for each in named if each in self._knowledge.concepts]

    def _near(self, words: Iterable[str]) -> list[Code]:
        alike: list[tuple[float, int, Code]] = []
        for named in filter(None, map(_words, words)):
            for place, (others, row) in enumerate(self._named):
                share = len(named & others) / len(named | others)
                if share >= _ALIKE and len(named & others) > 1:
                    alike.append((-share, place, row))
        return [row for _, _, row in sorted(alike, key=lambda each: each[:2])]

    def _proposal(self, concept: str, row: Code | None, by: str) -> Proposal:
        return Proposal(
            concept,
            self._knowledge.concepts[concept].label,
            self._knowledge.features_of_concept.get(concept, ()),
            f"{row.system} {row.code}" if row else "",
            by,
        )


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(_TAG.sub("", name).lower())) - _SMALL
