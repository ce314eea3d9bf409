"""Findings that are said to be old: for years, longstanding, "in 2015".

Only of concepts whose features mean something new by definition, such as a retention of urine; weakness that
has lasted is still weakness.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cds_service.evidence.passage import Passage
from cds_service.evidence.phrases import Match, Role
from cds_service.evidence.stance_rules import StanceRules


class Lasting:
    """The words of one text that say so."""

    def __init__(
        self,
        passage: Passage,
        cues: Mapping[Role, Sequence[Match]],
        phrases: Sequence[Match],
        rules: StanceRules,
        negated: Sequence[int],
    ) -> None:
        """`negated`: for each token whether a negation reaches it; empty where there is none."""
        self._passage, self._words, self._rules = passage, passage.words, rules
        self._negated = negated
        self._before = {cue.end for cue in cues.get(Role.CHRONIC, ())}
        self._after = {cue.start: cue.end for cue in cues.get(Role.CHRONIC_AFTER, ())}
        self._others = {phrase.start for phrase in phrases if not phrase.entry.concept.startswith("words_")}

    def of(self, mention: Match, at: int) -> bool:
        if mention.entry.concept in self._rules.findings and self._within_a_past_year(mention.end):
            return True
        if mention.entry.concept not in self._rules.new_only:
            return False
        old = (
            self._in_a_past_year(mention.end)
            or self._says_so_before(min(mention.start, at))
            or self._says_so_behind(mention.end)
        )
        return old and not self._is_new(mention)

    def _says_so_before(self, start: int) -> bool:
        """ "Longstanding urinary incontinence", "usual stress incontinence"."""
        for words in range(self._rules.chronic_between_words + 1):
            if start - words in self._before:
                return True
            if start - words <= 0 or self._words[start - words - 1] not in self._rules.chronic_between:
                return False
        return False

    def _says_so_behind(self, end: int) -> bool:
        """ "Urinary incontinence, unchanged for many years"."""
        rules, words = self._rules, 0
        for at in range(end, len(self._words)):
            if at in self._after:
                return True
            word = self._words[at]
            words += self._passage.is_word(at)
            fits = word in rules.chronic_fillers or word in rules.chronic_marks or word.isdigit()
            if not fits or words > rules.chronic_words or at in self._others:
                return False
        return False

    def _in_a_past_year(self, end: int) -> bool:
        """ "In 2015", "(2012)", "since 2015"; a year that may still run does not count."""
        for at in range(end, min(end + self._rules.chronic_words, len(self._words))):
            word = self._words[at]
            if len(word) == 4 and word.isdigit() and int(word) in self._rules.years:
                return True
            if word not in self._rules.before_year and word not in self._rules.year_marks:
                return False
        return False

    def _within_a_past_year(self, end: int) -> bool:
        """ "In 2015", "(2012)"; not "since 2015", nor "(2015 - now)": a finding may last."""
        rules, words = self._rules, self._words
        at = end
        while at < min(end + rules.chronic_words, len(words)) and words[at] in rules.before_year | {"("}:
            at += 1
        if at == end or at >= len(words) or words[at - 1] not in rules.within_year:
            return False
        past = len(words[at]) == 4 and words[at].isdigit() and int(words[at]) in rules.years
        return past and rules.goes_on.isdisjoint(words[at + 1 : at + 2])

    def _is_new(self, mention: Match) -> bool:
        """Whether the sentence says that something is new about it."""
        first, last = mention.start, mention.end
        while first > 0 and self._words[first - 1] not in self._rules.chronic_ends:
            first -= 1
        while last < len(self._words) and self._words[last] not in self._rules.chronic_ends:
            last += 1
        return any(
            self._words[at] in self._rules.chronic_not_with and not (self._negated and self._negated[at])
            for at in range(first, last)
        )
