"""From coded elements to hits: codes and words weighed together, with the site that the record names."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace

from cards.codes import Code
from cards.findings import Hit, Side, Stance
from cards.knowledge import Knowledge
from cds_service.evidence.codes import Coded, both
from cds_service.evidence.folding import holds_any
from cds_service.evidence.text import Reading

# Of several things that one entry says of a concept the first of these stands: no denial hides a finding.
_ORDER = (
    Stance.AFFIRMED,
    Stance.SUSPECTED,
    Stance.HISTORICAL,
    Stance.DENIED,
    Stance.HYPOTHETICAL,
    Stance.OTHER_PERSON,
)
_NEVER = (Stance.HYPOTHETICAL, Stance.OTHER_PERSON)


@dataclass(frozen=True, slots=True)
class Site:
    """Where on the body a record says that it is, apart from its code."""

    side: Side | None = None
    leg: bool = False
    other: bool = False
    words: str = ""

    def and_of(self, coded: Coded) -> Site:
        """With what the code and its words add; the side of the site itself goes first."""
        return Site(
            side=self.side or coded.code_side or coded.side,
            leg=self.leg or coded.leg_site,
            other=self.other or coded.other_site,
            words=f"{self.words} | {coded.words}",
        )


NOWHERE = Site()


def site_of(coded: Coded) -> Site:
    """The site that a bodySite names."""
    return Site(coded.code_side or coded.side, coded.leg_site, coded.other_site, coded.words)


class Weighing:
    """Turns coded elements into hits, by the rules of the content."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._concepts = knowledge.concepts

    def hits(self, coded: Coded, site: Site = NOWHERE, more: Iterable[Reading] = ()) -> tuple[Hit, ...]:
        """What an element says of the patient. `more`: words that belong to it."""
        return counting(self.claims(coded, site, more))

    def claims(self, coded: Coded, site: Site = NOWHERE, more: Iterable[Reading] = ()) -> tuple[Hit, ...]:
        """One hit for each concept that it names, also for what never counts."""
        more = tuple(more)
        if coded.silent and not more:
            return ()
        if coded.not_the_patients:
            return ()
        leg = site.leg or coded.leg_site
        other = (site.other or coded.other_site) and not leg
        words = f"{site.words} | {coded.words}"
        found: dict[str, list[Hit]] = {}
        by_code = tuple(self._by_code(coded, words, leg=leg))
        named = {hit.concept for hit in by_code}
        for hit in (*by_code, *self._by_words((*coded.readings, *more), named)):
            concept = self._meant(hit.concept, leg=leg)
            if concept and not (other and self._concepts[concept].about == "leg"):
                found.setdefault(concept, []).append(
                    hit if hit.concept == concept else replace(hit, concept=concept)
                )
        # Side: bodySite, then the code, then the words (global rule "laterality").
        side = site.side or coded.code_side
        return tuple(_one(hits, side, coded.side) for hits in found.values())

    def words(self, readings: Iterable[Reading]) -> tuple[Hit, ...]:
        """Of a note only the words that describe a finding: sudden, worse."""
        hits = [hit for hit in self._by_words(readings) if hit.concept.startswith("words_")]
        return counting(hits)

    def _by_code(self, coded: Coded, words: str, *, leg: bool) -> Iterator[Hit]:
        for row in coded.rows:
            if row.concept in self._concepts and _counts(row, words, leg=leg):
                yield Hit(row.concept, by_code=True, confirmed=row.verified)

    def _by_words(self, readings: Iterable[Reading], by_code: Container[str] = ()) -> Iterator[Hit]:
        """`by_code`: concepts that a code of the same element names; a "non" does not deny them."""
        for reading in readings:
            for mention in reading.mentions:
                a_name = mention.prefixed and mention.stance is Stance.DENIED and mention.concept in by_code
                if mention.concept in self._concepts and not a_name:
                    yield Hit(mention.concept, mention.stance, mention.side, by_code=False)

    def _meant(self, concept: str, *, leg: bool) -> str:
        """The concept itself, or the one that it stands for when a leg is named; empty for a qualifier."""
        if concept.startswith("cs_q_"):
            return ""
        return (leg and self._concepts[concept].with_leg) or concept


def counting(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Without what tells of other people, or of what might come: it never counts."""
    return tuple(hit for hit in hits if hit.stance not in _NEVER)


def strongest(stances: Iterable[Stance]) -> Stance:
    return min(stances, key=_ORDER.index)


def merged(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """One hit for each concept."""
    found: dict[str, list[Hit]] = {}
    for hit in hits:
        found.setdefault(hit.concept, []).append(hit)
    return tuple(_strongest(same) for same in found.values())


def _counts(row: Code, words: str, *, leg: bool) -> bool:
    if row.needs and not (leg and "leg" in row.needs) and not holds_any(words, row.needs):
        return False
    return not holds_any(words, row.not_when)


def _one(hits: list[Hit], side: Side | None, side_in_words: Side | None) -> Hit:
    """Words decide the stance, also of a code: "stroke ruled out" beside the code of stroke denies it."""
    worded = [hit for hit in hits if not hit.by_code]
    stands = _strongest(worded or hits)
    if len(worded) == len(hits):
        return replace(stands, side=side or stands.side)
    confirmed = any(hit.confirmed for hit in hits)
    return Hit(stands.concept, stands.stance, side or stands.side or side_in_words, True, confirmed)


def _strongest(hits: list[Hit]) -> Hit:
    if len(hits) == 1:
        return hits[0]
    stance = strongest(hit.stance for hit in hits)
    same = [hit for hit in hits if hit.stance is stance]
    return Hit(
        same[0].concept,
        stance,
        both(hit.side for hit in same),
        by_code=any(hit.by_code for hit in same),
        confirmed=any(hit.confirmed for hit in same),
    )
