"""Finds many phrases in one pass over the tokens of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum, IntEnum, auto

from msgspec import Struct

from cds_service.evidence.tokens import Tokens

# codes.yaml of the clinical specification, text_rules.abbreviations: an entry of 2 to 6 capitals matches only
# upper case, also as a part of a longer entry (LE weakness) and with the s of a plural (DTRs).
_CAPITALS = re.compile(r"[A-Z]{2,6}s?")


class Role(IntEnum):
    """What a phrase is looked for."""

    CONCEPT = auto()
    GUARD = auto()
    WEAK = auto()
    WEAK_NOT = auto()
    WEAK_OF_OTHER = auto()
    """What may be weak without the leg being so: a pulse, a cough."""
    LEG = auto()
    LEG_NOT = auto()
    PLURAL_LEGS = auto()
    OWN_SITE = auto()
    OTHER_SITE = auto()
    LEFT = auto()
    RIGHT = auto()
    BOTH = auto()
    NOT_SIDE = auto()
    NEGATION = auto()
    NEGATED_AFTER = auto()
    NEGATED_LATER = auto()
    NEGATION_ENDING = auto()
    AFFIRMED_AFTER = auto()
    UNCERTAIN = auto()
    UNCERTAIN_AFTER = auto()
    HYPOTHETICAL = auto()
    HYPOTHETICAL_AFTER = auto()
    HISTORICAL = auto()
    HISTORICAL_AFTER = auto()
    HISTORICAL_LATER = auto()
    RELATIVE = auto()
    FAMILY = auto()
    FAMILY_AFTER = auto()
    NO_CUE = auto()
    CHRONIC = auto()
    CHRONIC_AFTER = auto()
    QUALITY = auto()
    """A word such as "absent"; what it is said of is a QUALITY_SITE of the same rule."""
    QUALITY_SITE = auto()
    QUALITY_DENIAL = auto()
    QUALITY_NOT = auto()
    LIST_NOUN = auto()
    """What heads a list: the symptoms of "no bladder symptoms (...)"."""
    ANNOUNCED = auto()
    SCOPE_STOP = auto()
    SCOPE_END = auto()
    """Words that a cue still reaches, and nothing behind them."""


class Listing(Enum):
    """How a cue goes on over a list with commas."""

    NO = auto()
    WITH_OR = auto()
    """Where an "or" shows that it is a list."""
    YES = auto()


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a cue acts on what follows it."""

    words: int
    listing: Listing = Listing.NO
    heading: bool = False
    """It acts behind its colon, too: "PMH: stroke"."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase, and what it is looked for."""

    role: Role
    phrase: str
    concept: str = ""
    reach: Reach = Reach(0)
    exact: tuple[tuple[int, str], ...] = ()
    """Words that must be written just so, by their place in the phrase."""


class Match(Struct, frozen=True, gc=False):
    """An entry found at the tokens from `start` up to, not including, `end`."""

    entry: Entry
    start: int
    end: int

    def inside(self, other: Match) -> bool:
        return other.start <= self.start and self.end <= other.end

    def strictly_inside(self, other: Match) -> bool:
        return self.inside(other) and (self.start, self.end) != (other.start, other.end)

    def overlaps(self, other: Match) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(slots=True)
class _Node:
    next: dict[str, _Node] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def exact_words(
    written: list[str], *, letters: bool = False, any_case: frozenset[str] = frozenset()
) -> tuple[tuple[int, str], ...]:
    """The words of a phrase that must be written just so.

    `letters`: single capital letters, too; `any_case`: not these, which mean the same in any case.
    """
    return tuple(
        (place, word)
        for place, word in enumerate(written)
        if (_CAPITALS.fullmatch(word) and word not in any_case)
        or (letters and len(word) == 1 and word.isupper())
    )


_WITH_GAP = (Role.CONCEPT, Role.QUALITY_SITE)


class PhraseTable:
    """All phrases by their words, for a search whose time does not depend on how many there are."""

    def __init__(self, skipped: frozenset[str] = frozenset()) -> None:
        """`skipped`: words that may stand inside a phrase of a concept, such as a side."""
        self._root = _Node()
        self._skipped = skipped
        self._phrases: dict[Role, set[tuple[str, ...]]] = {}

    def add(self, words: list[str], entry: Entry) -> None:
        node = self._root
        for word in words:
            node = node.next.setdefault(word, _Node())
        same = (entry.role, entry.concept, entry.reach, entry.exact)
        if all((e.role, e.concept, e.reach, e.exact) != same for e in node.entries):
            node.entries.append(entry)
        self._phrases.setdefault(entry.role, set()).add(tuple(words))

    def phrases(self, roles: Iterable[Role]) -> Iterator[tuple[str, ...]]:
        """The words of all phrases that are looked for in these roles."""
        for role in roles:
            yield from self._phrases.get(role, ())

    def find(self, tokens: Tokens) -> Iterator[Match]:
        """Every phrase of the text, longer and shorter ones at the same place too, from left to right."""
        first = self._root.next
        for start, word in enumerate(tokens.words):
            node = first.get(word)
            if node is None:
                continue
            if node.next:
                yield from self._from(tokens, node, start)
                continue
            for entry in node.entries:  # most words begin nothing longer
                if not entry.exact or _is_exact(tokens, entry, (start,)):
                    yield Match(entry, start, start + 1)

    def _from(self, tokens: Tokens, node: _Node, start: int) -> Iterator[Match]:
        """The phrases that begin with this node's word at this token."""
        paths: list[tuple[_Node, tuple[int, ...]]] = [(node, (start,))]
        while paths:
            node, path = paths.pop()
            end = path[-1] + 1
            gap = end - start > len(path)
            for entry in node.entries:
                if gap and entry.role not in _WITH_GAP:
                    continue
                if not entry.exact or _is_exact(tokens, entry, path):
                    yield Match(entry, start, end)
            if node.next:
                paths += [(node.next[tokens.words[at]], (*path, at)) for at in self._next(tokens, node, end)]

    def _next(self, tokens: Tokens, node: _Node, at: int) -> Iterator[int]:
        """Where the phrase may go on: at the next token, or behind one or two that are skipped."""
        for each in range(at, min(at + 3, len(tokens.words))):
            if tokens.words[each] in node.next:
                yield each
            if tokens.words[each] not in self._skipped:
                break


def _is_exact(tokens: Tokens, entry: Entry, path: tuple[int, ...]) -> bool:
    """Whether the words that must be are written just so; `path`: the token of each word of the phrase."""
    return all(tokens.written[path[place]] == exact for place, exact in entry.exact)
