"""The phrases, guards and cues of the content, ready to be found in texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cards.knowledge_types import Concept, Knowledge
from cds_service.evidence.phrases import Entry, Listing, PhraseTable, Reach, Role, exact_words
from cds_service.evidence.tokens import Tokeniser


class Lexicon:
    """Two tables: what is looked for in entries, and in the conclusions of reports."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._reading: Mapping[str, Any] = knowledge.reading
        self.concepts: Mapping[str, Concept] = knowledge.concepts
        self.new_only = _new_only(knowledge)
        features = knowledge.features.values()
        self.weaknesses = frozenset(c for feature in features if feature.tier for c in feature.concepts)
        self.findings = frozenset(
            c for feature in features if feature.shape == "finding" for c in feature.concepts
        )
        self.qualities: tuple[Mapping[str, Any], ...] = self._reading["text"]["quality"]
        self.tokenise = Tokeniser(self._reading["text"])
        self._any_case = self.names("text", "any_case")
        self.entries = self._table("entry")
        self.reports = self._table("report")

    def words(self, section: str, key: str) -> frozenset[str]:
        """A list of single words or marks of reading.toml."""
        return frozenset(word for phrase in self._reading[section][key] for word in self.split(phrase))

    def number(self, section: str, key: str) -> int:
        return int(self._reading[section][key])

    def name(self, section: str, key: str) -> str:
        return str(self._reading[section][key])

    def names(self, section: str, key: str) -> frozenset[str]:
        return frozenset(self._reading[section][key])

    def phrases(self, section: str, key: str) -> frozenset[tuple[str, ...]]:
        """A list of phrases of reading.toml, each as its words."""
        return frozenset(tuple(self.split(phrase)) for phrase in self._reading[section][key])

    def split(self, phrase: str) -> list[str]:
        return self.tokenise(phrase).words

    def _table(self, reads: str) -> PhraseTable:
        table = PhraseTable(self.words("text", "skipped_words"))
        self._add_concepts(table, reads)
        if reads == "entry":
            self._add(table, Role.WEAK, self._reading["text"]["leg_weakness"])
            self._add(table, Role.WEAK_NOT, self._reading["text"]["leg_weakness_not"])
            self._add(table, Role.WEAK_OF_OTHER, self._reading["text"]["weak_of_other"])
            self._add_qualities(table)
        self._add_sites(table)
        self._add_sides(table)
        self._add_cues(table)
        return table

    def _add_concepts(self, table: PhraseTable, reads: str) -> None:
        left_out = self.names("text", "qualifiers")
        near = Reach(self.number("text", "guard_words"))
        for concept in self.concepts.values():
            if concept.reads == reads and concept.id not in left_out:
                self._add(table, Role.CONCEPT, concept.phrases, concept=concept.id)
            self._add(table, Role.GUARD, concept.guards, concept=concept.id, reach=near)
            self._add(table, Role.GUARD, concept.other_terms, concept=concept.id)

    def _add_qualities(self, table: PhraseTable) -> None:
        text = self._reading["text"]
        for at, rule in enumerate(self.qualities):
            self._add(table, Role.QUALITY, rule["qualities"], concept=str(at))
            self._add(table, Role.QUALITY_SITE, rule["sites"], concept=str(at))
        self._add(table, Role.QUALITY_DENIAL, (*text["quality_denials"], *text["quality_denials_last"]))
        self._add(table, Role.QUALITY_NOT, text["quality_not"])

    def _add_sites(self, table: PhraseTable) -> None:
        legs = self.concepts[self.name("text", "leg_words_of")]
        self._add(table, Role.LEG, legs.phrases)
        self._add(table, Role.LEG_NOT, legs.guards)
        self._add_lists(
            table,
            {
                Role.OWN_SITE: ("sites", "own"),
                Role.OTHER_SITE: ("sites", "other"),
                Role.PLURAL_LEGS: ("sides", "plural_legs"),
            },
        )

    def _add_sides(self, table: PhraseTable) -> None:
        sides = self._reading["sides"]
        roles = {Role.LEFT: "left", Role.RIGHT: "right", Role.BOTH: "both", Role.NOT_SIDE: "not_sides"}
        for role, key in roles.items():
            # L and R are sides, l is a litre.
            self._add(table, role, sides[key], letters=True)

    def _add_cues(self, table: PhraseTable) -> None:
        self._add_lists(
            table,
            {
                Role.NEGATED_AFTER: ("negation", "after"),
                Role.NEGATED_LATER: ("negation", "after_anywhere"),
                Role.NEGATION_ENDING: ("negation", "after_endings"),
                Role.AFFIRMED_AFTER: ("negation", "affirmed_after"),
                Role.UNCERTAIN_AFTER: ("uncertain", "after"),
                Role.HYPOTHETICAL_AFTER: ("hypothetical", "after"),
                Role.HISTORICAL_AFTER: ("historical", "after"),
                Role.CHRONIC: ("chronic", "before"),
                Role.CHRONIC_AFTER: ("chronic", "after"),
                Role.LIST_NOUN: ("negation", "list_nouns"),
                Role.ANNOUNCED: ("hypothetical", "announced"),
                Role.HISTORICAL_LATER: ("historical", "after_anywhere"),
                Role.RELATIVE: ("family", "relatives"),
                Role.FAMILY_AFTER: ("family", "relatives_of_record_after"),
                Role.SCOPE_STOP: ("scope", "words"),
                Role.SCOPE_END: ("scope", "ends_with"),
            },
        )
        for section, key in (
            ("negation", "not_a_negation"),
            ("hypothetical", "not_hypothetical"),
            ("historical", "not_historical"),
            ("chronic", "not_chronic"),
            ("family", "not_relatives"),
        ):
            self._add(table, Role.NO_CUE, self._reading[section][key])
        self._add_reaching_cues(table)

    def _add_reaching_cues(self, table: PhraseTable) -> None:
        far = self.number("text", "scope_words")
        negation, historical = self._reading["negation"], self._reading["historical"]
        for cue in negation["before"]:
            self._add(table, Role.NEGATION, [cue], reach=Reach(far, self._listing("negation", cue)))
        self._add(table, Role.NEGATION, negation["next_word_only"], reach=Reach(1))
        with_or = Reach(far, Listing.WITH_OR)
        self._add(table, Role.UNCERTAIN, self._reading["uncertain"]["before"], reach=with_or)
        for cue in self._reading["hypothetical"]["before"]:
            reach = Reach(far, self._listing("hypothetical", cue, Listing.WITH_OR))
            self._add(table, Role.HYPOTHETICAL, [cue], reach=reach)
        self._add(
            table, Role.HYPOTHETICAL, self._announcements(), reach=Reach(far, Listing.YES, heading=True)
        )
        for cue in historical["before"]:
            words = int(historical["near_words"]) if cue in historical["near"] else far
            reach = Reach(words, self._listing("historical", cue), heading=cue in historical["headings"])
            self._add(table, Role.HISTORICAL, [cue], reach=reach)
        of_record = Reach(far, Listing.YES)
        self._add(table, Role.FAMILY, self._reading["family"]["relatives_of_record"], reach=of_record)

    def _announcements(self) -> Iterator[str]:
        """ "Risks discussed", "complications were explained", "aware of red flags"."""
        words = self._reading["hypothetical"]
        yield from words["announced_headings"]
        pairs = [(noun, verb) for noun in words["announcing"] for verb in words["announced"]]
        pairs += [(noun, verb) for noun in words["announced_risks"] for verb in words["announced_further"]]
        for noun, verb in pairs:
            yield f"{noun} {verb}"
            yield from (f"{noun} {link} {verb}" for link in words["announced_links"])
        for noun in words["announcing"]:
            yield from (f"{verb} {noun}" for verb in words["announced_before"])

    def _listing(self, section: str, cue: str, otherwise: Listing = Listing.NO) -> Listing:
        words = self._reading[section]
        if cue in words["list_openers"]:
            return Listing.YES
        return Listing.WITH_OR if cue in words.get("list_openers_with_or", ()) else otherwise

    def _add_lists(self, table: PhraseTable, lists: Mapping[Role, tuple[str, str]]) -> None:
        for role, (section, key) in lists.items():
            self._add(table, role, self._reading[section][key])

    def _add(
        self,
        table: PhraseTable,
        role: Role,
        phrases: Iterable[str],
        *,
        concept: str = "",
        reach: Reach = Reach(0),  # noqa: B008 (frozen)
        letters: bool = False,
    ) -> None:
        for phrase in phrases:
            tokens = self.tokenise(phrase)
            exact = exact_words(tokens.written, letters=letters, any_case=self._any_case)
            table.add(tokens.words, Entry(role, phrase, concept, reach, exact))


def _new_only(knowledge: Knowledge) -> frozenset[str]:
    """Concepts of features that mean something new by definition, but for weakness itself."""
    features = [each for each in knowledge.features.values() if each.new_only and not each.tier]
    return frozenset(concept for feature in features for concept in feature.concepts)
