"""Findings of relatives, as opposed to findings that relatives report."""

from __future__ import annotations

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Match, Reach, Role
from cds_service.evidence.scopes import Scopes


class FamilyRules:
    """``reading.toml`` [family]."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.has = lexicon.phrases("family", "has")
        self.has_surely = lexicon.phrases("family", "has_surely")
        self.has_not = lexicon.phrases("family", "has_not")
        self.is_so = lexicon.words("family", "is_so")
        self.has_marks = lexicon.names("family", "has_marks")
        self.has_within = lexicon.number("family", "has_within_words")
        self.reported_within = lexicon.number("family", "reported_within_words")
        self.reach = Reach(lexicon.number("text", "scope_words"))
        self.reporting = lexicon.words("family", "reporting")
        self.patient = lexicon.words("family", "patient")
        self.own = own = lexicon.words("family", "own")
        self.own_after = lexicon.names("family", "own_after")
        self.cares_for = lexicon.phrases("family", "cares_for")
        self.possessives = lexicon.words("family", "possessives")
        self.closing = self.reporting | self.patient | own
        self.of_record_closing = self.reporting | lexicon.words("family", "nothing") | own
        self.company = lexicon.words("family", "not_after")
        self.children = lexicon.words("family", "children")
        self.connectors = lexicon.words("family", "in_relative")
        self.connecting_marks = lexicon.names("family", "in_relative_marks")


class Relatives:
    """The relatives that a text names."""

    def __init__(self, passage: Passage, scopes: Scopes, rules: FamilyRules) -> None:
        self._passage, self._words, self._scopes, self._rules = passage, passage.words, scopes, rules
        no_cue = passage.of(Role.NO_CUE)
        self._relatives = [
            relative
            for relative in passage.of(Role.RELATIVE)
            if not any(relative.inside(void) for void in around(relative, no_cue, 0))
            and not self._is_the_patient(relative)
        ]
        self._finding_starts = (
            {phrase.start for phrase in passage.of(Role.CONCEPT)} if self._relatives else set()
        )
        self._at = {relative.start: relative for relative in self._relatives}

    def __bool__(self) -> bool:
        return bool(self._relatives)

    def openings(self) -> dict[int, Reach]:
        """Where a text begins to say what a relative has: "mother had", "father died of"."""
        found = (self._begins_to_have(relative) for relative in self._relatives)
        return {at: self._rules.reach for at in found if at is not None}

    def follow(self, end: int) -> bool:
        """Whether what ends here is said of a relative: "ALS in mother", "stroke (father)"."""
        at, first = end, self._words[end] if end < len(self._words) else ""
        while at < min(len(self._words), end + 4) and self._words[at] in self._rules.connectors:
            at += 1
        relative = self._at.get(at)
        if relative is None or at == end:
            return False
        if first in self._rules.connecting_marks:
            return not self._is_word(relative.end)
        after = self._words[relative.end : relative.end + self._rules.has_within]
        return self._rules.reporting.isdisjoint(after)

    def _is_the_patient(self, relative: Match) -> bool:
        """Whether it is a child of whom a relative tells."""
        before = self._words[max(0, relative.start - self._rules.reported_within) : relative.start]
        is_child = self._words[relative.start] in self._rules.children
        return is_child and not self._rules.reporting.isdisjoint(before)

    def _begins_to_have(self, relative: Match) -> int | None:
        rules, at = self._rules, relative.end
        company = self._keeps_company(relative)
        if self._scopes.starts_sentence(relative.start) and (finding := self._finding_behind(at)) is not None:
            return finding
        if self._scopes.starts_sentence(relative.start) and self._words[at : at + 1] and self._is_mark(at):
            return None if self._scopes.is_statement(at + 1) else at + 1
        for at in range(relative.end, min(relative.end + rules.has_within, len(self._words))):
            if surely := self._phrase_at(at, rules.has_surely):
                return at + surely
            if (
                self._words[at] in rules.closing
                or self._phrase_at(at, rules.has_not)
                or not self._is_word(at)
            ):
                return None
            if has := self._phrase_at(at, rules.has):
                return None if company else at + has
        return None

    def _finding_behind(self, at: int) -> int | None:
        """Where a finding stands right behind a relative: "mother diabetic", "father is incontinent"."""
        at += at < len(self._words) and self._words[at] in self._rules.is_so
        return at if at in self._finding_starts else None

    def _keeps_company(self, relative: Match) -> bool:
        """Whether the patient comes with the relative, or by help of one; not when caring for one."""
        at = relative.start
        while at > 0 and self._words[at - 1] in self._rules.possessives:
            at -= 1
        if at == 0 or self._words[at - 1] not in self._rules.company:
            return False
        return not any(tuple(self._words[max(0, at - n) : at]) in self._rules.cares_for for n in (1, 2, 3))

    def _is_mark(self, at: int) -> bool:
        return self._words[at] in self._rules.has_marks

    def _is_word(self, at: int) -> bool:
        return at < len(self._words) and self._passage.is_word(at)

    def _phrase_at(self, at: int, phrases: frozenset[tuple[str, ...]]) -> int:
        """The number of words of the longest of these phrases that stands here; 0 for none."""
        return max((n for n in (1, 2, 3) if tuple(self._words[at : at + n]) in phrases), default=0)
