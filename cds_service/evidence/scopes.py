"""How far a cue reaches over the words behind it (ConText: negation, history, hypothesis, other people).

A cue acts on the next words of its clause. A list goes on over its commas only where it shows that it is one;
in doubt the reach ends, because a finding that is wrongly denied may be a red flag that is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from functools import cached_property

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage
from cds_service.evidence.phrases import Listing, Match, Reach, Role


class _Barrier(Enum):
    STOP = auto()
    CIRCUMSTANCE = auto()
    COMMA = auto()
    SEPARATOR = auto()
    AND = auto()
    OPEN = auto()
    CLOSE = auto()


_SIGNS = {",": _Barrier.COMMA, "(": _Barrier.OPEN, ")": _Barrier.CLOSE, "and": _Barrier.AND}


class ScopeRules:
    """``reading.toml`` [scope]."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.list_words = lexicon.words("scope", "list_words")
        self.words_of_item = lexicon.words("scope", "words_of_item")
        self.statement_words = lexicon.words("scope", "statement_words")
        self.joining = self.list_words | lexicon.words("scope", "separators") | {",", "and", "&"}
        self.bare_items = lexicon.number("scope", "bare_items")
        self.bare_item_words = lexicon.number("scope", "bare_item_words")
        self.not_bare = lexicon.names("scope", "not_bare") | self.statement_words | self.words_of_item
        self.heading_marks = lexicon.names("scope", "heading_marks")
        self.list_stops = lexicon.names("scope", "list_stops")
        self.line_marks = lexicon.names("scope", "line_marks")
        self.stops = lexicon.names("scope", "marks") | lexicon.words("text", "clause_words")
        self.barriers: Mapping[str, _Barrier] = {
            **dict.fromkeys(self.stops, _Barrier.STOP),
            **dict.fromkeys(lexicon.words("scope", "circumstances"), _Barrier.CIRCUMSTANCE),
            **dict.fromkeys(lexicon.words("scope", "separators"), _Barrier.SEPARATOR),
            **_SIGNS,
        }


class Scopes:
    """The reaches of cues in one text."""

    def __init__(self, passage: Passage, rules: ScopeRules) -> None:
        self._passage, self._rules = passage, rules
        self._words = passage.words
        self._lists_by_line: set[int] = set()
        self._announced: set[int] = set()

    @cached_property
    def _barriers(self) -> list[_Barrier | None]:
        barriers = [self._rules.barriers.get(word) for word in self._words]
        for stop in self._passage.of(Role.SCOPE_STOP):
            barriers[stop.start] = _Barrier.STOP
        return barriers

    @cached_property
    def _ends(self) -> set[int]:
        return {match.end for match in self._passage.of(Role.SCOPE_END)}

    def starts_sentence(self, at: int) -> bool:
        return at == 0 or self._words[at - 1] in self._rules.stops

    def is_statement(self, at: int) -> bool:
        """Whether the item from here on says more than a name: "leg weakness since Monday"."""
        return at < len(self._words) and self._statement[at]

    def begins(self, cue: Match) -> int:
        """The first token that a cue acts on; behind its colon, where it heads a list."""
        at, reach = cue.end, cue.entry.reach
        if reach.listing is Listing.YES or reach.heading:
            while at < len(self._words) and self._words[at] in self._rules.heading_marks:
                dash = self._words[at] == "-" and at == cue.end and not reach.heading
                if dash and not self.starts_sentence(cue.start):
                    break
                at += 1
        if "\n" in self._words[cue.end : at]:
            self._lists_by_line.add(at)
        self.may_head_list(at)
        return at

    def may_head_list(self, at: int) -> None:
        """A list that begins here, behind a colon, goes on over semicolons: "return if: ...; ..."."""
        if self._words[max(0, at - 1) : at] == [":"] or at in self._lists_by_line:
            self._announced.add(at)

    def is_bare_list(self, at: int, openings: Iterable[int]) -> bool:
        """Whether names of findings follow here, parted by commas, up to the end of the matter."""
        rules, items, words, others = self._rules, 1, 0, frozenset(openings) - {at}
        for here in range(at, len(self._words)):
            word, barrier = self._words[here], self._barriers[here]
            if barrier is _Barrier.STOP or barrier is _Barrier.CLOSE or here in others:
                break
            if word in rules.not_bare or word[0].isdigit():
                return False
            items, words = (
                (items + 1, 0) if barrier is _Barrier.COMMA else (items, words + self.is_word(here))
            )
            if words > rules.bare_item_words:
                return False
        return items >= rules.bare_items and words > 0

    def covered(
        self,
        openings: Mapping[int, Reach],
        closing: frozenset[str],
        closes: Callable[[int, frozenset[str]], bool],
    ) -> bytearray:
        """For each token whether one of the cues, given by where they begin to act, reaches it.

        `closes`: whether one of the `closing` words ends a reach at its place.
        """
        covered = bytearray(len(self._words))
        if openings:
            walk = _Walk(self, self._or_follows(openings))
            for at in range(min(openings), len(self._words)):
                if at in openings:
                    walk.open(openings[at], lined=at in self._lists_by_line, announced=at in self._announced)
                if walk.is_open:
                    if closes(at, closing):
                        walk.close()
                    covered[at] = walk.step(at)
        return covered

    def barrier(self, at: int, *, lined: bool, announced: bool) -> _Barrier | None:
        """What stands here; in a list by lines a line break is a comma, and a blank line the end.

        In a list that a colon announces a semicolon or a bullet is a comma, too.
        """
        if announced and self._words[at] in self._rules.list_stops:
            return _Barrier.COMMA
        if lined and self._words[at] in self._rules.line_marks:
            blank = self._passage.tokens.written[at].startswith("\n\n")
            return _Barrier.STOP if blank else _Barrier.COMMA
        return self._barriers[at]

    def ends_at(self, at: int) -> bool:
        return at in self._ends

    def begins_statement(self, at: int) -> bool:
        return at < len(self._words) and self._words[at] in self._rules.words_of_item

    def is_word(self, at: int) -> bool:
        return self._passage.is_word(at)

    @cached_property
    def _statement(self) -> list[bool]:
        """For each token whether a word of a statement follows before the item ends."""
        rules, barriers = self._rules, self._barriers
        found, result = False, [False] * len(self._words)
        for at in reversed(range(len(self._words))):
            if self._words[at] in rules.statement_words:
                found = True
            elif barriers[at] in (_Barrier.STOP, _Barrier.COMMA) or self._words[at] in rules.list_words:
                found = False
            result[at] = found
        return result

    def _or_follows(self, openings: Mapping[int, Reach]) -> list[bool]:
        """For each token whether an "or" follows before the next cue or the end of the matter."""
        found, result = False, [False] * len(self._words)
        for at in reversed(range(len(self._words))):
            if self._words[at] in self._rules.list_words:
                found = True
            elif at in openings or self._barriers[at] in (_Barrier.STOP, _Barrier.CIRCUMSTANCE):
                found = False
            result[at] = found
        return result


class _Walk:
    """One cue after the other, in the order of the text: how many more words are reached."""

    def __init__(self, scopes: Scopes, or_follows: list[bool]) -> None:
        self._scopes, self._or_follows = scopes, or_follows
        self.is_open = False
        self._lined = self._announced = False
        self._listing, self._words, self._left, self._depth = Listing.NO, 0, 0, 0

    def open(self, reach: Reach, *, lined: bool, announced: bool) -> None:
        # "denies fever, no cough, chills": the list of the first cue goes on behind the second.
        kept = self.is_open and self._listing is Listing.YES
        self._listing = Listing.YES if kept else reach.listing
        self._lined = (kept and self._lined) or lined
        self._announced = (kept and self._announced) or announced
        self._words = self._left = reach.words
        self._depth, self.is_open = 0, True

    def close(self) -> None:
        self.is_open = False

    def step(self, at: int) -> bool:
        """Goes on by one token; whether it is reached."""
        if self._scopes.ends_at(at):
            self._left = 0
        barrier = self._scopes.barrier(at, lined=self._lined, announced=self._announced)
        if barrier is not None and self._ends(at, barrier):
            self.close()
        if not self.is_open or self._left <= 0:
            return False
        self._left -= self._scopes.is_word(at)
        return True

    def _ends(self, at: int, barrier: _Barrier) -> bool:
        match barrier:
            case _Barrier.STOP:
                return True
            case _Barrier.CIRCUMSTANCE:
                self._left = 0
                return self._listing is not Listing.YES
            case _Barrier.COMMA:
                self._left = self._words
                return not self._list_goes_on(at + 1)
            case _Barrier.SEPARATOR:
                # The "or" itself is no word of the item that it begins.
                self._left = self._words + 1 if self._listing is not Listing.NO else self._left
                return False
            case _Barrier.AND:
                another = self._listing is not Listing.YES and self._scopes.is_statement(at)
                return another or self._scopes.begins_statement(at + 1)
            case _Barrier.OPEN | _Barrier.CLOSE:
                self._depth += 1 if barrier is _Barrier.OPEN else -1
                return self._depth < 0

    def _list_goes_on(self, at: int) -> bool:
        if self._listing is Listing.NO or self._scopes.begins_statement(at) or self._scopes.is_statement(at):
            return False
        return self._listing is Listing.YES or (at < len(self._or_follows) and self._or_follows[at])
