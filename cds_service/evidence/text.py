"""Reads short record texts: which concepts they name, and what they say of them.

Phrases with guards, and cues in the manner of ConText; for names, values and notes, not for whole letters.
All words and numbers stand in ``reading.toml`` and in the concepts of the content.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from cards.findings import Side, Stance
from cards.knowledge_types import Knowledge
from cds_service.evidence.answers import Answer, Answers
from cds_service.evidence.forms import marked
from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.mentions import MentionRules, Mentions, Named
from cds_service.evidence.passage import ClauseRules, Passage
from cds_service.evidence.phrases import Role
from cds_service.evidence.quick_look import QuickLook
from cds_service.evidence.sections import Sections, asked
from cds_service.evidence.sides import SideRules, Sides
from cds_service.evidence.stance_rules import StanceRules
from cds_service.evidence.stances import Stances

__all__ = ["Answer", "Mention", "Reading", "TextReader"]


class Mention(Struct, frozen=True, gc=False):
    """A concept that a text names."""

    concept: str
    stance: Stance
    side: Side | None
    """From words of its clause; None when they do not tell."""
    phrase: str
    """The phrase of the content that was found."""
    start: int
    end: int
    """Offsets in the text, in characters; `end` is behind the last."""
    prefixed: bool = False
    """A "non" stands before it: "non-Hodgkin disease"."""


class Reading(Struct, frozen=True, gc=False):
    """What a text says."""

    mentions: tuple[Mention, ...] = ()
    """In the order of the text; the same concept may stand in it more than once, with different stances."""
    side: Side | None = None
    """Of the text as a whole."""
    plural: bool = False
    """The side is told by a plural alone: "heavy legs"."""
    leg_site: bool = False
    """It names a lower limb; not "weakness in arms, not in legs"."""
    other_site: bool = False
    family: bool = False
    """The text as a whole is family history."""
    hypothetical: bool = False
    """The text as a whole is a warning, a screening or a risk."""
    answer: Answer = Answer.NONE


_NOTHING = Reading()


def _bracketed(suffixes: frozenset[str]) -> re.Pattern[str]:
    """Any of these words alone in brackets, in any case."""
    return re.compile(rf"[(\[]\s*(?:{'|'.join(map(re.escape, sorted(suffixes)))})\s*[)\]]", re.IGNORECASE)


# Guards and cues by themselves say nothing.
_SAYING = frozenset(
    {
        *(Role.CONCEPT, Role.WEAK, Role.QUALITY_SITE, Role.LEG, Role.PLURAL_LEGS, Role.OTHER_SITE),
        *(Role.LEFT, Role.RIGHT, Role.BOTH, Role.FAMILY, Role.FAMILY_AFTER, Role.HYPOTHETICAL),
    }
)


class TextReader:
    """Reads texts by the content; keeps nothing of them between calls."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._lexicon = lexicon = Lexicon(knowledge)
        self._answers = Answers(lexicon)
        self._coding = _bracketed(lexicon.names("text", "coding_suffixes"))
        self._clauses, self._mentions = ClauseRules(lexicon), MentionRules(lexicon)
        self._stances, self._sides = StanceRules(lexicon), SideRules(lexicon)
        self._sections = Sections(
            lexicon.names("values", "reason_headings"), lexicon.names("values", "asked_for")
        )
        self._tables = {False: lexicon.entries, True: lexicon.reports}
        self._looks = {
            report: QuickLook((*table.phrases(_SAYING), *lexicon.tokenise.spellings))
            for report, table in self._tables.items()
        }
        # A concept is named by its phrase, as a weakness of a leg, or by a quality of a site.
        self._names = {
            report: QuickLook((*table.phrases((Role.CONCEPT, Role.LEG)), *lexicon.tokenise.spellings))
            for report, table in self._tables.items()
        }
        self._parts = {
            report: (
                QuickLook(table.phrases((Role.QUALITY_SITE,))),
                QuickLook(table.phrases((Role.QUALITY, Role.QUALITY_DENIAL))),
            )
            for report, table in self._tables.items()
        }

    def read(self, text: str, *, report: bool = False, one_clause: bool = False) -> Reading:
        """What a text says.

        `report` reads it as the conclusion of a report, for other concepts than an entry; `one_clause` as the
        name of an observation, in which guards, sites and sides act over commas.
        """
        text = self._without_suffixes(text)
        tokenise = self._lexicon.tokenise
        if (
            not self._looks[report].may_hold_one(tokenise.among(text))
            and tokenise.words(text)[0] not in self._answers.first_words
        ):
            return _NOTHING
        tokens = tokenise(text)
        matches = list(self._tables[report].find(tokens))
        answer, plain = self._answers.of(tokens.words, tokens.written)
        if _SAYING.isdisjoint(match.entry.role for match in matches):
            return Reading(answer=answer)
        reading = self._reading(Passage(tokens, matches, self._clauses, one_clause=one_clause), answer, plain)
        return self._concluded(text, reading) if report else reading

    def may_name_something(self, text: str, *, report: bool = False) -> bool:
        """False only where a text names neither a concept nor a leg, however it is read.

        It may still be an answer, or name a side or another site.
        """
        words = self._lexicon.tokenise.among(self._without_suffixes(text))
        if self._names[report].may_hold_one(words):
            return True
        sites, qualities = self._parts[report]
        # A mark of a form, or a line of its own, may stand for a quality.
        return sites.may_hold_one(words) and (
            qualities.may_hold_one(words) or marked(words) or any(word[:1] in "\n\r" for word in words)
        )

    def _without_suffixes(self, text: str) -> str:
        if "(" not in text and "[" not in text:
            return text
        return self._coding.sub(lambda suffix: " " * len(suffix[0]), text)  # offsets stay

    def _concluded(self, text: str, reading: Reading) -> Reading:
        """What a report found, without what it was asked for."""
        reasons = self._sections.reasons(text)
        if not reasons:
            return reading
        kept = [each for each in reading.mentions if not asked(reasons, each.start, each.stance)]
        return replace(reading, mentions=tuple(kept))

    def _reading(self, passage: Passage, answer: Answer, plain: bool) -> Reading:
        found = Mentions(passage, self._mentions)
        stances = Stances(passage, found.parts, self._stances)
        sides = Sides(passage, self._sides)
        named = [
            each for each in found.named(stances.denied_before) if not stances.misses_the_weakness(each.match)
        ]
        mentions = tuple(self._mention(passage, each, stances, sides) for each in named)
        within = {at for each in named for at in range(each.match.start, each.match.end)}
        said = {mention.stance for mention in mentions}
        if answer is Answer.NO and not plain and not said <= {Stance.DENIED}:
            answer = Answer.NONE  # "No, but the legs are weak"
        return Reading(
            mentions=mentions,
            side=sides.whole(),
            plural=sides.plural_alone,
            leg_site=any(
                leg.start in within or not stances.denied_before(leg.start) for leg in passage.of(Role.LEG)
            ),
            other_site=bool(passage.of(Role.OTHER_SITE)),
            family=said == {Stance.OTHER_PERSON} or (not said and stances.family_history),
            hypothetical=said == {Stance.HYPOTHETICAL} or (not said and stances.begins_hypothetical),
            answer=answer,
        )

    def _mention(self, passage: Passage, named: Named, stances: Stances, sides: Sides) -> Mention:
        spans, match, concept = passage.tokens.spans, named.match, self._lexicon.concepts[named.concept]
        return Mention(
            concept=named.concept,
            stance=stances.of(match, named.at),
            side=sides.of(match, leg=concept.about == "leg" and not concept.with_leg),
            phrase=match.entry.phrase,
            start=spans[match.start][0],
            end=spans[match.end - 1][1],
            prefixed=stances.prefixed(named.at),
        )
