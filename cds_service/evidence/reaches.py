"""How far the cues before a finding reach: over a list, up to a stop, not into another matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from cds_service.evidence.acting_cues import Cues, unit_before
from cds_service.evidence.headings import Headings
from cds_service.evidence.passage import Passage
from cds_service.evidence.phrases import Listing, Reach, Role
from cds_service.evidence.relatives import Relatives
from cds_service.evidence.scopes import Scopes
from cds_service.evidence.stance_rules import StanceRules


class Reaches:
    """Those of one text. `taken`: where cues begin that already end a finding before them."""

    def __init__(
        self,
        passage: Passage,
        cues: Cues,
        rules: StanceRules,
        *,
        scopes: Scopes,
        headings: Headings,
        relatives: Relatives,
        taken: Collection[int],
    ) -> None:
        self._words, self._rules = passage.words, rules
        self._cues, self._scopes, self._relatives, self._taken = cues, scopes, relatives, taken
        self._phrases = passage.of(Role.CONCEPT)
        self._headings = headings

    def by_role(self) -> dict[Role, bytearray]:
        """For each kind of cue the tokens that it reaches; without a kind of which there is no cue."""
        # "Back pain resolved leg weakness persists": what ends one finding does not reach the next.
        reached: dict[Role, bytearray] = {}
        acting = {role for role in self._rules.closing if role in self._cues}
        if Role.NEGATED_AFTER in self._cues:
            acting.add(Role.NEGATION)  # "red flags negative: ..." denies a list, too
        for role in acting:
            begins = {
                self._scopes.begins(cue): cue.entry.reach
                for cue in self._cues.get(role, ())
                if cue.start not in self._taken
            }
            if role is Role.NEGATION:
                begins |= {
                    at: self._rules.list_reach
                    for at, reach in begins.items()
                    if reach.listing is Listing.WITH_OR and self._scopes.is_bare_list(at, begins)
                }
                denied = (*self._cues.get(role, ()), *self._cues.get(Role.NEGATED_AFTER, ()))
                begins |= self._listed(self._headings.denied(denied))
            if role is Role.HYPOTHETICAL:
                begins |= self._listed(self._headings.announcing(self._cues[role]))
            reached[role] = self._scopes.covered(begins, self._rules.closing[role], self._closes_own)
        if Role.NEGATION in reached:
            self._set_apart(reached[Role.NEGATION])
        if self._relatives:
            openings, closing = self._relatives.openings(), self._rules.family.closing
            theirs = self._scopes.covered(openings, closing, self._closes_own)
            of_record = reached.get(Role.FAMILY, theirs)
            reached[Role.FAMILY] = bytearray(map(max, of_record, theirs))
        return reached

    def _listed(self, starts: Iterable[int]) -> dict[int, Reach]:
        starts = list(starts)
        for at in starts:
            self._scopes.may_head_list(at)
        return dict.fromkeys(starts, self._rules.list_reach)

    def _set_apart(self, denied: bytearray) -> None:
        """Takes a weakness out of the reach of a denial of something else: "no trauma leg weakness"."""
        rules = self._rules
        weak = {phrase.start for phrase in self._phrases if phrase.entry.concept in rules.weaknesses}
        for start in sorted(weak):
            at = start
            while at and self._words[at - 1] in rules.scopes.not_bare:
                at -= 1
            if lasting := self._duration_before(at):
                at = lasting
            before = (tuple(self._words[max(0, at - words) : at]) for words in (1, 2, 3))
            if not denied[at] or not (lasting or not rules.apart_from.isdisjoint(before)):
                continue
            end = next((here for here in range(at, len(denied)) if not denied[here]), len(denied))
            if rules.scopes.joining.isdisjoint(self._words[start:end]):
                denied[at:end] = bytes(end - at)

    def _duration_before(self, at: int) -> int:
        """Where a time begins that ends here, "2 days" or "3/7 history of"; 0 for none."""
        while at and self._words[at - 1] in self._rules.of_history:
            at -= 1
        unit = unit_before(self._words, at)
        if unit not in self._rules.historical_not_after or not any(
            w[:1].isdigit() for w in self._words[max(0, at - 3) : at]
        ):
            return 0
        while at and (self._words[at - 1][0].isdigit() or self._words[at - 1] in ("/", unit)):
            at -= 1
        return at

    def _closes_own(self, at: int, closing: frozenset[str]) -> bool:
        """Whether the reach of a cue ends before this word: "MND and new leg weakness"."""
        word, family = self._words[at], self._rules.family
        if word in closing and word in family.own:
            # "Family history of acute limb ischaemia": it goes with the disease.
            return at > 0 and self._words[at - 1] in family.own_after
        return word in closing
