"""Lists that a heading denies or announces: "no red flags (...)", "red flags (...): none"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from cds_service.evidence.passage import Passage
from cds_service.evidence.phrases import Listing, Match, Role
from cds_service.evidence.scopes import Scopes
from cds_service.evidence.stance_rules import StanceRules


class Headings:
    """The nouns of one text that head a list, such as "red flags"."""

    def __init__(self, passage: Passage, scopes: Scopes, rules: StanceRules) -> None:
        self._passage, self._words, self._scopes, self._rules = passage, passage.words, scopes, rules
        self._mention_starts = {phrase.start for phrase in passage.of(Role.CONCEPT)}
        self._noun_ends: dict[int, int] = {}
        self._noun_starts: dict[int, int] = {}
        for noun in passage.of(Role.LIST_NOUN):
            self._noun_ends[noun.end] = noun.start
            self._noun_starts[noun.start] = max(noun.end, self._noun_starts.get(noun.start, 0))

    def denied(self, cues: Iterable[Match]) -> Iterator[int]:
        """Where a list begins that one of these cues denies as a whole."""
        for cue in cues if self._noun_ends else ():
            at = self._behind_noun(cue.end) if not self._follows_noun(cue.start) else cue.end
            if at is not None and at < len(self._words) and self._words[at] in self._rules.list_marks:
                first = at + 1
                if not self._scopes.begins_statement(first) and not self._scopes.is_statement(first):
                    yield first

    def announcing(self, cues: Iterable[Match]) -> Iterator[int]:
        """Where a list begins that one of these announces: "red flags discussed with patient: ..."."""
        for cue in cues:
            if cue.entry.reach.listing is Listing.YES and (mark := self._next_colon(cue.end)) is not None:
                yield mark + 1  # "safety netted re cauda equina: ..."
            at = cue.end
            last = min(at + self._rules.list_words, len(self._words)) if cue.entry.reach.heading else at
            consent = cue.entry.phrase in self._rules.announced_headings  # to something that is named
            while at < last and self._passage.is_word(at) and (consent or at not in self._mention_starts):
                at += 1
            if cue.end < at < last and self._words[at] in self._rules.list_marks:
                first = at + 1
                if not self._scopes.begins_statement(first) and not self._scopes.is_statement(first):
                    yield first

    def behind_brackets(self, end: int) -> int | None:
        """Where the brackets end that stand behind such a noun and hold this place."""
        return self._closing.get(end - 1) if self._closing else None

    def announced(self, at: int) -> set[Role]:
        """HYPOTHETICAL_AFTER where it goes on "... discussed"."""
        fillers = self._rules.separators
        while at < len(self._words) and self._words[at] in fillers:
            at += 1
        found = any(cue.start == at for cue in self._passage.of(Role.ANNOUNCED))
        return {Role.HYPOTHETICAL_AFTER} if found else set()

    def _next_colon(self, at: int) -> int | None:
        """The colon or bracket behind what a warning is about, where nothing ends it before."""
        for here in range(at, min(at + self._rules.list_words, len(self._words))):
            if here > at and self._words[here] in self._rules.list_marks:
                return here
            if not self._passage.is_word(here) and self._words[here] != "/":
                return None
        return None

    def _behind_noun(self, at: int) -> int | None:
        """The end of "red flags for cauda equina", from the noun up to the mark behind it."""
        noun = None
        for here in range(at, min(at + self._rules.list_words, len(self._words))):
            if noun is not None and here >= noun and self._words[here] in self._rules.list_marks:
                return here
            if here in self._noun_starts:
                noun = max(noun or 0, self._noun_starts[here])
            elif not self._passage.is_word(here) and self._words[here] != "/":
                return None
        return None

    def _follows_noun(self, at: int) -> bool:
        """Whether the cue is the answer to a heading: "red flags: none"."""
        while at > 0 and self._words[at - 1] in self._rules.separators and at not in self._noun_ends:
            at -= 1
        return at in self._noun_ends

    @cached_property
    def _closing(self) -> dict[int, int]:
        """For each token in brackets behind a noun where the brackets end."""
        closing: dict[int, int] = {}
        opened: int | None = None
        for at, word in enumerate(self._words if self._noun_ends else ()):
            if word == "(":
                opened = at if at in self._noun_ends else None
            elif word == ")" and opened is not None:
                closing |= dict.fromkeys(range(opened, at), at + 1)
                opened = None
        return closing
