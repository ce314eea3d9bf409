"""What a code may mean, by the words beside it: proposals for the analyst, who decides."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log

from cards.codes import Code
from cards.findings import Stance
from cards.knowledge import Knowledge
from cds_service.evidence.coded import QUALIFIER
from cds_service.evidence.text import Mention, TextReader
from cds_service.evidence.uses import uses_of

_WORD = re.compile(r"[a-z0-9]+")
_TAG = re.compile(r"\s*\([a-z ]+\)$", re.IGNORECASE)
_SMALL = frozenset(
    {"a", "an", "and", "at", "by", "due", "for", "from", "in", "into", "nos", "of", "on", "or"}
    | {"other", "the", "to", "unspecified", "with"}
)
_ALIKE = 0.6
"""The share of words that two names must have in common, of all their words, each by what it tells."""
_MOST = 3
_MEDICINES = "Medication"
"""So begin the types of resource that name medicines."""
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
        self._measured = uses_of(knowledge).measured
        concepts: defaultdict[str, set[str]] = defaultdict(set)
        for row in knowledge.codes.rows:
            if row.verified and row.match == "exact" and not (row.needs or row.not_when):
                self._standard.setdefault(row.concept, row)
                self._named.append((_words(row.display), row))
                for word in _words(row.display):
                    concepts[word].add(row.concept)
        self._tells = {word: log((len(self._standard) + 1) / len(of)) for word, of in concepts.items()}
        self._tells_most = log(len(self._standard) + 1)

    def of(self, words: Iterable[str], places: Iterable[str] = ()) -> tuple[Proposal, ...]:
        """At most three, what the text says first. `places`: the elements in which the code stood."""
        words, places = list(words), list(places)
        medicines = bool(places) and all(place.startswith(_MEDICINES) for place in places)
        found: dict[str, Proposal] = {}
        for text in words:
            for concept in self._said(text):
                found.setdefault(concept, self._proposal(concept, self._standard.get(concept), "text"))
        if not found:
            for row in self._near(words):
                found.setdefault(row.concept, self._proposal(row.concept, row, "words"))
        sensible = (each for each in found.values() if not (medicines and each.concept in self._measured))
        return tuple(sensible)[:_MOST]

    def _said(self, text: str) -> list[str]:
        """What it names; a word that only describes, only where it is the whole text."""
        text = text[:300].strip()
        mentions = [m for m in self._texts.read(text, one_clause=True).mentions if m.stance in _SAYS_IT]
        findings = [m for m in mentions if not m.concept.startswith((QUALIFIER, "words_"))]
        return list(dict.fromkeys(m.concept for m in findings or self._describing(mentions, text)))

    def _describing(self, mentions: Iterable[Mention], text: str) -> Iterator[Mention]:
        for each in mentions:
            if each.concept in self._knowledge.concepts and text[each.start : each.end] == text:
                yield each

    def _near(self, words: Iterable[str]) -> list[Code]:
        alike: list[tuple[float, int, Code]] = []
        for named in filter(None, map(_words, words)):
            for place, (others, row) in enumerate(self._named):
                if not (others <= named or named <= self._tells.keys()):
                    continue  # "use of insulin": a word that no name has, so no "use of anticoagulants"
                share = self._told(named & others) / self._told(named | others)
                if share >= _ALIKE and len(named & others) > 1:
                    alike.append((-share, place, row))
        return [row for _, _, row in sorted(alike, key=lambda each: each[:2])]

    def _told(self, words: Iterable[str]) -> float:
        """What words tell: the fewer concepts have one in the names of their codes, the more it does.

        "Mass", "volume" and "blood" stand in many names, "calcium" in those of one, "haemoglobin" in none.
        """
        return sum(self._tells.get(word, self._tells_most) for word in words)

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
