"""What a word of weakness is said of, where that is no leg: the pulse of "LLE pulse weak"."""

from __future__ import annotations

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage, any_overlap
from cds_service.evidence.phrases import Match, Role


class WeakOfRules:
    """``reading.toml`` [text], ``weak_of_other`` and its words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.fillers = lexicon.words("text", "weak_of_other_fillers") | lexicon.words("text", "skipped_words")


class WeakOf:
    """The words of weakness of one text, as far as they belong to a pulse, a cough or the like.

    A leg between the two may itself be what is weak ("no pulses left leg weak"): it is passed over only in a
    name, which is one clause, and behind the colon of a heading ("pulses: left leg weak").
    """

    def __init__(self, passage: Passage, rules: WeakOfRules) -> None:
        self._passage, self._fillers = passage, rules.fillers
        others = passage.of(Role.WEAK_OF_OTHER)
        self._starts = {other.start for other in others}
        self._ends = {other.end for other in others}
        self._legs = (
            {at for leg in passage.of(Role.LEG) for at in range(leg.start, leg.end)} if others else set()
        )

    def other(self, weak: Match) -> bool:
        """Whether it is said of something else than a leg."""
        if any_overlap(weak, self._passage.of(Role.WEAK_NOT)):
            return True
        return bool(self._starts) and (self._stands_before(weak) or self._stands_behind(weak))

    def _stands_before(self, weak: Match) -> bool:
        """ "Weak left pulse"."""
        at = weak.end
        while at not in self._starts and self._passes(at, legs=self._passage.one_clause):
            at += 1
        return at in self._starts

    def _stands_behind(self, weak: Match) -> bool:
        """ "Left pulse is weak"; not "no pulse weak leg"."""
        at = weak.start
        while at not in self._ends and self._passes(at - 1, legs=True):
            at -= 1
        if at not in self._ends:
            return False
        between = range(at, weak.start)
        heads = at < weak.start and self._passage.words[at] == ":"
        if heads:
            return True
        if not self._passage.one_clause and not self._legs.isdisjoint(between):
            return False
        return not self._leg_follows(weak.end)

    def _leg_follows(self, at: int) -> bool:
        while self._passes(at, legs=False) and at not in self._legs:
            at += 1
        return at in self._legs

    def _passes(self, at: int, *, legs: bool) -> bool:
        if not 0 <= at < len(self._passage.words):
            return False
        return self._passage.words[at] in self._fillers or (legs and at in self._legs)
