"""The cues behind a finding that speak of it: "leg weakness: no", "stroke?", "weakness, now resolved"."""

from __future__ import annotations

from cds_service.evidence.acting_cues import LATER, NEXT, Cues
from cds_service.evidence.passage import Passage
from cds_service.evidence.phrases import Match, Role
from cds_service.evidence.stance_rules import StanceRules

_LABEL = 6  # tokens up to the colon of a label
_NEAR = 5  # tokens behind a finding among which a cue is looked for


class CuesBehind:
    """Those of one text, asked for by the place where a finding ends."""

    def __init__(self, passage: Passage, cues: Cues, rules: StanceRules) -> None:
        self._passage, self._words, self._rules = passage, passage.words, rules
        self._mention_starts = {phrase.start for phrase in passage.of(Role.CONCEPT)}
        self._starting: dict[int, list[Match]] = {}
        for role in (*NEXT, *LATER, Role.AFFIRMED_AFTER):
            for cue in cues.get(role, ()):
                self._starting.setdefault(cue.start, []).append(cue)
        self._endings = {match.start for match in passage.of(Role.NEGATION_ENDING)}

    def following(self, end: int) -> set[Role]:
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

    def answer(self, end: int) -> set[Role]:
        """The answer to a question that names the finding: "any weakness in the legs when walking? no"."""
        rules = self._rules
        for at in range(end, min(end + rules.scope_words, len(self._words))):
            if self._words[at] in rules.answer_marks:
                return self.following(at) - {Role.UNCERTAIN_AFTER, Role.FAMILY_AFTER}
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

    def later(self, end: int) -> Role | None:
        cue = self.later_cue(end)
        return cue.entry.role if cue else None

    def later_cue(self, end: int) -> Match | None:
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
