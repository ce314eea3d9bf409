"""The cues of one text that act: no part of a finding or of a longer cue, and not where they mean nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Match, Role
from cds_service.evidence.stance_rules import BEFORE, StanceRules

NEXT = (Role.NEGATED_AFTER, Role.UNCERTAIN_AFTER, Role.HYPOTHETICAL_AFTER, Role.FAMILY_AFTER)
LATER = (Role.NEGATED_LATER, Role.HISTORICAL_LATER, Role.HISTORICAL_AFTER)
_LASTING = (Role.CHRONIC, Role.CHRONIC_AFTER)
_CUES = (*BEFORE, *NEXT, *LATER, *_LASTING, Role.AFFIRMED_AFTER, Role.NO_CUE)

Cues = dict[Role, list[Match]]
"""The cues that act, by what they do, in the order of the text."""


def acting_cues(passage: Passage, mentions: Sequence[Match], rules: StanceRules) -> Cues:
    """`mentions`: the findings of the text, with the parts of those that stand in several words."""
    return _Cues(passage, rules).acting(mentions)


def unit_before(words: Sequence[str], at: int) -> str:
    """The unit before "history of": day in "3 day", d in "3d", /7 in "2/7"."""
    before = words[at - 1] if at else ""
    slash = "/" if at > 1 and words[at - 2] == "/" else ""
    return slash + before if slash else before.lstrip("0123456789")


class _Cues:
    def __init__(self, passage: Passage, rules: StanceRules) -> None:
        self._passage, self._words, self._rules = passage, passage.words, rules
        self._phrases = passage.of(Role.CONCEPT)

    def acting(self, mentions: Sequence[Match]) -> Cues:
        """The cues that are part of no finding ("absent ankle jerks") and of no longer cue."""
        cues = [cue for role in _CUES for cue in self._passage.of(role)]
        cues.sort(key=lambda cue: cue.start)
        parts_of = [m for m in mentions if m.entry.concept not in self._rules.still_acts_in]
        parts_of = sorted([*parts_of, *self._passage.of(Role.WEAK)], key=lambda match: match.start)
        # "No reduction in anal tone": what is denied is the quality, not an end to it.
        cues = [cue for cue in cues if cue.entry.role is not Role.NO_CUE or not self._cuts(cue, mentions)]
        acting: Cues = {}
        for cue in cues:
            part = any(cue.inside(mention) for mention in around(cue, parts_of, 0))
            if not part and not any(cue.strictly_inside(other) for other in around(cue, cues, 0)):
                acting.setdefault(cue.entry.role, []).append(cue)
        counted = {role: [cue for cue in found if self._counts(cue)] for role, found in acting.items()}
        return {role: found for role, found in counted.items() if found}

    def _cuts(self, cue: Match, mentions: Sequence[Match]) -> bool:
        """Whether the cue ends with the quality of a finding: "no" and "reduction in"."""
        return any(
            cue.start < mention.start < cue.end and mention.entry.role is Role.QUALITY
            for mention in around(cue, mentions, 0)
        )

    def _counts(self, cue: Match) -> bool:
        rules = self._rules
        match cue.entry.role:
            case Role.UNCERTAIN:
                # "stroke? weak legs": the query belongs to the stroke.
                return not (self._words[cue.start] == "?" and self._passage.tokens.attached(cue.start))
            case Role.HYPOTHETICAL if cue.entry.phrase in rules.at_clause_start:
                return self._begins_clause(cue)
            case Role.NEGATION if cue.entry.phrase in rules.negation_at_start:
                # "HIV negative leg weakness": the word belongs to what stands before it.
                return self._begins_clause(cue)
            case Role.HYPOTHETICAL if cue.entry.phrase in rules.worry:
                behind = self._words[cue.end : cue.end + rules.worry_words]
                return rules.worry_not_with.isdisjoint(behind) and rules.worry_whose.isdisjoint(behind[:1])
            case Role.HISTORICAL:
                return unit_before(
                    self._words, cue.start
                ) not in rules.historical_not_after and not self._goes_on(cue)
        return True

    def _begins_clause(self, cue: Match) -> bool:
        return cue.start == 0 or not self._passage.is_word(cue.start - 1)

    @cached_property
    def _lasting_clauses(self) -> set[int]:
        lasting, named = self._rules.historical_not_with, self._rules.historical_in_names
        # "History of acute urinary retention": part of the name.
        names = {phrase.start for phrase in self._phrases if phrase.end - phrase.start > 1}
        return {
            clause
            for at, clause in enumerate(self._passage.clause)
            if unit_before(self._words, at + 1) in lasting and not (self._words[at] in named and at in names)
        }

    def _goes_on(self, cue: Match) -> bool:
        """Whether the clause says that the history lasts: "history of leg weakness since Monday"."""
        return self._passage.clause[cue.start] in self._lasting_clauses
