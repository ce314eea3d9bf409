"""What a text says of a finding that it names: there, suspected, denied, over, feared, another person's."""

from __future__ import annotations

from collections.abc import Sequence

from cards.findings import Stance
from cds_service.evidence.acting_cues import acting_cues, unit_before
from cds_service.evidence.cues_behind import CuesBehind
from cds_service.evidence.headings import Headings
from cds_service.evidence.lasting import Lasting
from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Match, Role
from cds_service.evidence.reaches import Reaches
from cds_service.evidence.relatives import Relatives
from cds_service.evidence.scopes import Scopes
from cds_service.evidence.stance_rules import StanceRules


class Stances:
    """The cues of one text, asked for one mention after the other."""

    def __init__(self, passage: Passage, mentions: Sequence[Match], rules: StanceRules) -> None:
        self._words, self._rules = passage.words, rules
        self._phrases = phrases = passage.of(Role.CONCEPT)  # also those that a guard voids
        self._cues = cues = acting_cues(passage, mentions, rules)
        self._behind = CuesBehind(passage, cues, rules)
        self._taken: dict[int, set[str]] = {}
        for phrase in phrases:
            if ending := self._behind.later_cue(phrase.end):
                self._taken.setdefault(ending.start, set()).add(phrase.entry.concept)
        scopes = Scopes(passage, rules.scopes)
        self._relatives = relatives = Relatives(passage, scopes, rules.family)
        self._headings = headings = Headings(passage, scopes, rules)
        reaches = Reaches(
            passage, cues, rules, scopes=scopes, headings=headings, relatives=relatives, taken=self._taken
        )
        self._reached = reaches.by_role()
        # Not `denied_before`: a circle would keep the text until somebody collects it.
        negated = self._reached.get(Role.NEGATION, b"")
        self._long = Lasting(passage, cues, phrases, rules, negated)

    @property
    def family_history(self) -> bool:
        """Whether a family history is announced."""
        return Role.FAMILY in self._cues or Role.FAMILY_AFTER in self._cues

    @property
    def begins_hypothetical(self) -> bool:
        return any(cue.start == 0 for cue in self._cues.get(Role.HYPOTHETICAL, ()))

    def denied_before(self, at: int) -> bool:
        """Whether a negation reaches the token from before."""
        return Role.NEGATION in self._reached and bool(self._reached[Role.NEGATION][at])

    def prefixed(self, at: int) -> bool:
        """Whether a "non" stands before the token: it forms a name, and denies less than a "no"."""
        return any(cue.end == at and cue.entry.reach.words == 1 for cue in self._cues.get(Role.NEGATION, ()))

    def misses_the_weakness(self, mention: Match) -> bool:
        """Whether it says "resolved", and means a fever, or not wholly: "nearly resolved"."""
        rules = self._rules
        if mention.entry.concept != rules.ended_concept:
            return False
        if self._lasted_longer(mention):
            return True
        if mention.start and self._words[mention.start - 1] in rules.not_before_later:
            return True
        of = {
            phrase.entry.concept
            for phrase in around(mention, self._phrases, 1)
            if phrase.start == mention.end
        } or self._taken.get(mention.start, set())
        return bool(of) and of.isdisjoint(rules.ended_speaks_of)

    def _lasted_longer(self, mention: Match) -> bool:
        """Whether the sentence tells of more than a day, or of a past year: "weeks of weakness, resolved"."""
        rules, first, last = self._rules, mention.start, mention.end
        while first > 0 and self._words[first - 1] not in rules.chronic_ends:
            first -= 1
        while last < len(self._words) and self._words[last] not in rules.chronic_ends:
            last += 1
        for at in range(first, last):
            word, unit = self._words[at], unit_before(self._words, at + 1)
            ago = self._words[at + 1 : at + 2] == ["ago"]
            if unit in rules.ended_not_with or (unit in rules.ended_not_with_days and not ago):
                return True
            if len(word) == 4 and word.isdigit() and int(word) in rules.years:
                return True
        return False

    def of(self, mention: Match, at: int) -> Stance:
        """The first that fits of several; `at` is the token by which the cues before it are judged."""
        end = mention.end
        following = self._behind.following(end) | self._behind.answer(end)
        if (behind := self._headings.behind_brackets(end)) is not None:
            following |= self._behind.following(behind) | self._headings.announced(behind)
        later = self._behind.later(end)
        reached = {role for role, tokens in self._reached.items() if tokens[at]}
        if Role.FAMILY in reached or Role.FAMILY_AFTER in following or self._relatives.follow(end):
            return Stance.OTHER_PERSON
        warned = any(mention.inside(cue) for cue in around(mention, self._cues.get(Role.HYPOTHETICAL, ()), 0))
        if warned or Role.HYPOTHETICAL in reached or Role.HYPOTHETICAL_AFTER in following:
            return Stance.HYPOTHETICAL
        affirmed = Role.AFFIRMED_AFTER in following
        denied = Role.NEGATION in reached and not affirmed
        if denied or Role.NEGATED_AFTER in following or later is Role.NEGATED_LATER:
            return Stance.DENIED
        if Role.HISTORICAL in reached or later in (Role.HISTORICAL_AFTER, Role.HISTORICAL_LATER):
            return Stance.HISTORICAL
        if self._long.of(mention, at):
            return Stance.HISTORICAL
        if Role.UNCERTAIN in reached or (Role.UNCERTAIN_AFTER in following and not affirmed):
            return Stance.SUSPECTED
        return Stance.AFFIRMED
