"""What a text says of a finding that it names: there, suspected, denied, over, feared, another person's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from cards.findings import Stance
from cds_service.evidence.headings import Headings
from cds_service.evidence.lasting import Lasting
from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Listing, Match, Reach, Role
from cds_service.evidence.relatives import Relatives
from cds_service.evidence.scopes import Scopes
from cds_service.evidence.stance_rules import BEFORE, StanceRules

_NEXT = (Role.NEGATED_AFTER, Role.UNCERTAIN_AFTER, Role.HYPOTHETICAL_AFTER, Role.FAMILY_AFTER)
_LATER = (Role.NEGATED_LATER, Role.HISTORICAL_LATER, Role.HISTORICAL_AFTER)
_LABEL = 6  # tokens up to the colon of a label
_NEAR = 5  # tokens behind a finding among which a cue is looked for
_LASTING = (Role.CHRONIC, Role.CHRONIC_AFTER)
_CUES = (*BEFORE, *_NEXT, *_LATER, *_LASTING, Role.AFFIRMED_AFTER, Role.NO_CUE)


class Stances:
    """The cues of one text, asked for one mention after the other."""

    def __init__(self, passage: Passage, mentions: Sequence[Match], rules: StanceRules) -> None:
        self._passage, self._words, self._rules = passage, passage.words, rules
        self._phrases = phrases = passage.of(Role.CONCEPT)  # also those that a guard voids
        self._mention_starts = {phrase.start for phrase in phrases}
        self._cues = self._acting(mentions)
        self._starting: dict[int, list[Match]] = {}
        for role in (*_NEXT, *_LATER, Role.AFFIRMED_AFTER):
            for cue in self._cues.get(role, ()):
                self._starting.setdefault(cue.start, []).append(cue)
        self._endings = {match.start for match in passage.of(Role.NEGATION_ENDING)}
        self._scopes = Scopes(passage, rules.scopes)
        self._relatives = Relatives(passage, self._scopes, rules.family)
        self._taken: dict[int, set[str]] = {}
        for phrase in phrases:
            if ending := self._later_cue(phrase.end):
                self._taken.setdefault(ending.start, set()).add(phrase.entry.concept)
        self._headings = Headings(passage, self._scopes, rules)
        self._reached = self._reaches()
        # Not `denied_before`: a circle would keep the text until somebody collects it.
        negated = self._reached.get(Role.NEGATION, b"")
        self._long = Lasting(passage, self._cues, phrases, rules, negated)

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
            word, unit = self._words[at], self._lasting(at + 1)
            ago = self._words[at + 1 : at + 2] == ["ago"]
            if unit in rules.ended_not_with or (unit in rules.ended_not_with_days and not ago):
                return True
            if len(word) == 4 and word.isdigit() and int(word) in rules.years:
                return True
        return False

    def of(self, mention: Match, at: int) -> Stance:
        """The first that fits of several; `at` is the token by which the cues before it are judged."""
        end = mention.end
        following = self._following(end) | self._answer(end)
        if (behind := self._headings.behind_brackets(end)) is not None:
            following |= self._following(behind) | self._headings.announced(behind)
        later = self._later(end)
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

    def _acting(self, mentions: Sequence[Match]) -> dict[Role, list[Match]]:
        """The cues that are part of no finding ("absent ankle jerks") and of no longer cue."""
        cues = [cue for role in _CUES for cue in self._passage.of(role)]
        cues.sort(key=lambda cue: cue.start)
        parts_of = [m for m in mentions if m.entry.concept not in self._rules.still_acts_in]
        parts_of = sorted([*parts_of, *self._passage.of(Role.WEAK)], key=lambda match: match.start)
        # "No reduction in anal tone": what is denied is the quality, not an end to it.
        cues = [cue for cue in cues if cue.entry.role is not Role.NO_CUE or not self._cuts(cue, mentions)]
        acting: dict[Role, list[Match]] = {}
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
                return self._lasting(cue.start) not in rules.historical_not_after and not self._goes_on(cue)
        return True

    def _begins_clause(self, cue: Match) -> bool:
        return cue.start == 0 or not self._passage.is_word(cue.start - 1)

    def _lasting(self, at: int) -> str:
        """The unit before "history of": day in "3 day", d in "3d", /7 in "2/7"."""
        before = self._words[at - 1] if at else ""
        slash = "/" if at > 1 and self._words[at - 2] == "/" else ""
        return slash + before if slash else before.lstrip("0123456789")

    @cached_property
    def _lasting_clauses(self) -> set[int]:
        lasting, named = self._rules.historical_not_with, self._rules.historical_in_names
        # "History of acute urinary retention": part of the name.
        names = {phrase.start for phrase in self._phrases if phrase.end - phrase.start > 1}
        return {
            clause
            for at, clause in enumerate(self._passage.clause)
            if self._lasting(at + 1) in lasting and not (self._words[at] in named and at in names)
        }

    def _goes_on(self, cue: Match) -> bool:
        """Whether the clause says that the history lasts: "history of leg weakness since Monday"."""
        return self._passage.clause[cue.start] in self._lasting_clauses

    def _reaches(self) -> dict[Role, bytearray]:
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
        unit = self._lasting(at)
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

    def _following(self, end: int) -> set[Role]:
        """The cues right behind a finding: "leg weakness: no", "stroke?"."""
        found: set[Role] = set()
        marked = False
        for at in range(end, min(end + _NEAR, len(self._words))):
            found |= {
                cue.entry.role for cue in self._starting.get(at, ()) if self._closes(cue, marked=marked)
            }
            if self._words[at] not in self._rules.separators:
                break
            marked = marked or not self._passage.is_word(at)
        return found

    def _answer(self, end: int) -> set[Role]:
        """The answer to a question that names the finding: "any weakness in the legs when walking? no"."""
        rules = self._rules
        for at in range(end, min(end + rules.scope_words, len(self._words))):
            if self._words[at] in rules.answer_marks:
                return self._following(at) - {Role.UNCERTAIN_AFTER, Role.FAMILY_AFTER}
            another = at in self._mention_starts and self._words[at - 1] not in rules.scopes.list_words
            if another or not self._passage.is_word(at) or self._words[at] in rules.scopes.statement_words:
                break
        return set()

    def _closes(self, cue: Match, *, marked: bool) -> bool:
        """Whether a cue behind a finding speaks of it, and not of what comes next."""
        # "(-)" and the box of a form speak of what they follow, whatever comes next.
        ends = self._ends(cue.end) or self._words[cue.end - 1][-1] in ")]"
        ends = ends or (marked and self._label_at(cue.end))
        match cue.entry.role:
            case Role.AFFIRMED_AFTER:
                return ends and marked
            case Role.UNCERTAIN_AFTER if cue.entry.phrase == "?":
                return self._passage.tokens.attached(cue.start)
            case Role.UNCERTAIN_AFTER:
                return ends or cue.entry.phrase in self._rules.uncertain_within
            case Role.NEGATED_LATER | Role.HISTORICAL_LATER | Role.HISTORICAL_AFTER:
                return False
        return ends

    def _label_at(self, at: int) -> bool:
        """Whether the next line of a form begins, on the same line: "numbness: N  leg weakness: Y"."""
        for here in range(at, min(at + _LABEL, len(self._words))):
            if not self._passage.is_word(here):
                return here > at and self._words[here] == ":"
        return False

    def _ends(self, at: int) -> bool:
        if at >= len(self._words) or not self._passage.is_word(at) or at in self._endings:
            return True
        return self._words[at] in self._rules.scopes.stops

    def _later(self, end: int) -> Role | None:
        cue = self._later_cue(end)
        return cue.entry.role if cue else None

    def _later_cue(self, end: int) -> Match | None:
        """The cue some words behind a finding: "leg weakness on waking, now resolved", "stroke ruled out"."""
        rules, left, crossed, lasting = self._rules, self._rules.later_words, False, False
        for at in range(end, min(end + 2 * _NEAR, len(self._words))):
            word = self._words[at]
            for cue in self._starting.get(at, ()):
                if self._is_later(cue, crossed=crossed, lasting=lasting):
                    return cue
            if word in rules.crossed:
                crossed = True
            elif word not in rules.fillers:
                left -= 1
                if crossed or left < 0 or self._blocks(at):
                    return None
            elif at in self._mention_starts:
                return None
            lasting = lasting or word in rules.historical_not_between
        return None

    def _blocks(self, at: int) -> bool:
        """Whether another matter begins: "leg weakness not resolved", "leg weakness, fever resolved"."""
        no_word = not self._passage.is_word(at)
        return no_word or at in self._mention_starts or self._words[at] in self._rules.not_before_later

    def _is_later(self, cue: Match, *, crossed: bool, lasting: bool) -> bool:
        match cue.entry.role:
            case Role.HISTORICAL_AFTER:
                return not lasting
            case Role.NEGATED_LATER | Role.HISTORICAL_LATER:
                # "back pain, resolved leg weakness": behind a comma it belongs to what follows.
                return not (crossed and cue.end in self._mention_starts)
        return False
