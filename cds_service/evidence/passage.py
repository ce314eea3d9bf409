"""A text with what was found in it: clauses, distances, and which matches stand near each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.phrases import Match, Role
from cds_service.evidence.tokens import Tokens

_LONGEST = 24
"""Tokens of the longest phrase, with room to spare."""
_start = attrgetter("start")
_SITES = (Role.LEG, Role.OWN_SITE, Role.OTHER_SITE, Role.LEFT, Role.RIGHT, Role.BOTH)


class ClauseRules:
    """Where clauses end, and which of them belong to a neighbour."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.marks = frozenset(lexicon.names("text", "clause_marks"))
        self.words = lexicon.words("text", "clause_words")
        self.joining = lexicon.names("sites", "joining_marks")
        self.fillers = lexicon.words("sites", "fillers")
        self.lengths = lexicon.words("sites", "lengths")
        self.measured_by = lexicon.words("sites", "lengths_behind")
        self.lengths_over = lexicon.number("sites", "lengths_over")


class Passage:
    """The tokens of a text, the matches by role, and for each token its clause and its number as a word."""

    def __init__(
        self, tokens: Tokens, matches: Iterable[Match], rules: ClauseRules, *, one_clause: bool
    ) -> None:
        self.tokens = tokens
        self.one_clause = one_clause
        self.words = tokens.words
        self.by_role: dict[Role, list[Match]] = {}
        for match in matches:
            self.by_role.setdefault(match.entry.role, []).append(match)
        self._drop_what_is_no_leg(rules)
        self.number = self._numbers()
        self.clause = [0] * len(self.words) if one_clause else self._clauses(rules)
        self.leg_clauses = self._clauses_of(Role.LEG)
        self.sited_clauses = self._clauses_of(Role.OTHER_SITE), self._clauses_of(Role.LEG, Role.OWN_SITE)

    def of(self, role: Role) -> Sequence[Match]:
        return self.by_role.get(role, ())

    def is_word(self, at: int) -> bool:
        return self.words[at][0].isalnum()

    def distance(self, one: Match, other: Match) -> int:
        """How many words further the nearer edge stands: 1 for neighbours, 0 for an overlap."""
        if one.overlaps(other):
            return 0
        first, second = (one, other) if one.start < other.start else (other, one)
        return self.number[second.start] - self.number[first.end - 1]

    def same_clause(self, one: Match, other: Match) -> bool:
        return self.clause[one.start] == self.clause[other.start]

    def _clauses_of(self, *roles: Role) -> set[int]:
        return {self.clause[match.start] for role in roles for match in self.of(role)}

    def _drop_what_is_no_leg(self, rules: ClauseRules) -> None:
        voids = self.of(Role.LEG_NOT)
        if voids:
            legs = [leg for leg in self.of(Role.LEG) if not any_overlap(leg, voids)]
            self.by_role[Role.LEG] = legs
        if not rules.lengths.isdisjoint(self.words):
            for role in (Role.LEG, Role.PLURAL_LEGS):
                self.by_role[role] = [leg for leg in self.of(role) if not self._is_length(leg, rules)]

    def _is_length(self, leg: Match, rules: ClauseRules) -> bool:
        """Whether it is a unit of length: "walk 10 feet and back"."""
        at = leg.start
        return (
            at > 1
            and leg.end == at + 1
            and self.words[at] in rules.lengths
            and self.words[at - 1].isdecimal()
            and int(self.words[at - 1]) > rules.lengths_over
            and self.words[at - 2] in rules.measured_by
        )

    def _numbers(self) -> list[int]:
        numbers, count = [], 0
        for at in range(len(self.words)):
            count += self.is_word(at)
            numbers.append(count)
        return numbers

    def _clauses(self, rules: ClauseRules) -> list[int]:
        clauses, current = [], 0
        for word in self.words:
            if word in rules.words:
                current += 1
            clauses.append(current)
            if word in rules.marks:
                current += 1
        if current and any(role in self.by_role for role in _SITES):
            self._join_sites(clauses, rules)
        return clauses

    def _join_sites(self, clauses: list[int], rules: ClauseRules) -> None:
        """Gives a clause that only names a site to its neighbour: "Stenosis, cervical region"."""
        sited = {at for role in _SITES for match in self.of(role) for at in range(match.start, match.end)}
        for start, end in list(_runs(clauses)):
            words = [at for at in range(start, end) if self.is_word(at)]
            named = sited.intersection(words)
            if not named or any(at not in sited and self.words[at] not in rules.fillers for at in words):
                continue
            if start and self.words[start - 1] in rules.joining:
                clauses[start:end] = [clauses[start - 1]] * (end - start)
            elif end < len(clauses) and self.words[end - 1] in rules.joining:
                clauses[start:end] = [clauses[end]] * (end - start)


def _runs(clauses: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(clauses) + 1):
        if at == len(clauses) or clauses[at] != clauses[start]:
            yield start, at
            start = at


def any_overlap(match: Match, others: Sequence[Match]) -> bool:
    """Whether one of the others, sorted by their start, shares a token with the match."""
    return any(match.overlaps(other) for other in around(match, others, 0))


def around(match: Match, others: Sequence[Match], tokens: int) -> Iterator[Match]:
    """Those of the others, sorted by their start, that may stand within so many tokens of the match."""
    if not others:
        return
    first, behind = match.start - tokens - _LONGEST, match.end + tokens
    at = 0 if others[0].start >= first else bisect_left(others, first, key=_start)
    while at < len(others) and others[at].start < behind:
        yield others[at]
        at += 1
