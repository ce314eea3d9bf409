"""Which concepts a text names: phrases without those that a guard or another site voids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace as with_other

from msgspec import Struct
from msgspec.structs import replace

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Entry, Match, Role
from cds_service.evidence.qualities import Pair, Qualities, QualityRules
from cds_service.evidence.weak_of import WeakOf, WeakOfRules


class Named(Struct, frozen=True, gc=False):
    """A concept that is named, and the token by which cues before it are judged."""

    match: Match
    at: int

    @property
    def concept(self) -> str:
        return self.match.entry.concept


class MentionRules:
    """Concepts and distances of the content."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.concepts = lexicon.concepts
        self.guard_words = lexicon.number("text", "guard_words")
        # So many words may stand between: "weakness since Monday in both legs".
        self.leg_words = lexicon.number("text", "leg_weakness_words") + 1
        self.sides = lexicon.words("text", "skipped_words")
        self.leg_weakness = lexicon.name("text", "leg_weakness_concept")
        self.one_side = lexicon.names("text", "one_side")
        self.well = lexicon.words("text", "leg_well")
        self.well_fillers = lexicon.words("text", "leg_well_fillers")
        self.single_words_alone = lexicon.names("text", "single_words_alone")
        self.qualities = QualityRules(lexicon)
        self.weak_of = WeakOfRules(lexicon)


class Mentions:
    """The concepts that one text names."""

    def __init__(self, passage: Passage, rules: MentionRules) -> None:
        self._passage, self._rules = passage, rules
        self._guards: dict[str, list[Match]] = {}
        for guard in passage.of(Role.GUARD):
            self._guards.setdefault(guard.entry.concept, []).append(guard)
        self._behind_prefix = {cue.end for cue in passage.of(Role.NEGATION) if cue.entry.reach.words == 1}
        self.phrases = [
            match
            for match in passage.of(Role.CONCEPT)
            if not (
                self._guarded(match, listed=True)
                or self._of_two_sides(match)
                or self._is_none(match)
                or self._kind_is_denied(match)
            )
        ]
        pairs = Qualities(passage, rules.qualities).pairs
        self._pairs = [
            pair
            for pair in pairs
            if not (self._guarded(pair.match) or self._of_two_sides(pair.match))
            and (not pair.near_leg or passage.clause[pair.match.start] in passage.leg_clauses)
        ]
        self._whole = sorted([*self.phrases, *(pair.match for pair in self._pairs)], key=lambda m: m.start)
        qualities = (pair.quality for pair in self._pairs)
        self.parts = sorted([*self.phrases, *qualities], key=lambda match: match.start)
        """What may hold a cue that is part of the finding: "absent ankle jerks"."""

    def named(self, denied_before: Callable[[int], bool]) -> list[Named]:
        """All that counts, in the order of the text."""
        kept = [match for match in self.phrases if not self._elsewhere(match) and not self._part(match)]
        near_leg = [self._with_leg(match, denied_before) for match in kept]
        found = [Named(match, match.start) for match in near_leg if not self._guarded(match, listed=True)]
        found += [each for each in self._weak_legs(denied_before) if not self._guarded(each.match)]
        found += [
            each
            for pair in self._pairs
            if (each := self._paired(pair, denied_before)) and not self._elsewhere(each.match)
        ]
        found.sort(key=lambda each: (each.match.start, -each.match.end))
        return list(_joined(found))

    def _guarded(self, match: Match, *, listed: bool = False) -> bool:
        """Whether a guard voids it; one that a `listed` phrase holds does not: "acute on chronic ..."."""
        return any(
            match.overlaps(guard) or self._reaches(guard, match)
            for guard in around(match, self._guards.get(match.entry.concept, ()), 2 * self._rules.guard_words)
            if not (listed and guard.strictly_inside(match))
        )

    def _reaches(self, guard: Match, match: Match) -> bool:
        """Whether a guard stands near enough; another term reaches nothing beside it."""
        reach, passage = guard.entry.reach.words, self._passage
        return reach > 0 and passage.same_clause(match, guard) and passage.distance(match, guard) <= reach

    def _of_two_sides(self, match: Match) -> bool:
        """Whether arm and leg are of different sides: "weakness of left arm and right leg"."""
        if match.entry.concept not in self._rules.one_side:
            return False
        inside = {
            role
            for role in (Role.LEFT, Role.RIGHT)
            for side in around(match, self._passage.of(role), 0)
            if side.inside(match)
        }
        before = {
            role
            for role in (Role.LEFT, Role.RIGHT)
            for side in around(match, self._passage.of(role), 1)
            if side.end == match.start
        }
        return len(inside | before) > 1

    def _is_none(self, match: Match) -> bool:
        """Whether a "no" denies more than the phrase: "no bladder control problems"."""
        words, rules = self._passage.words, self._rules.qualities
        followed = words[match.end] if match.end < len(words) else ""
        return words[match.start] in rules.no and followed in rules.not_after_no

    def _kind_is_denied(self, match: Match) -> bool:
        """Whether a "non" denies only of what kind it is: "non-traumatic rhabdomyolysis"."""
        return match.start in self._behind_prefix and any(
            inner.inside(match) and inner.start > match.start and inner.entry.concept == match.entry.concept
            for inner in around(match, self._passage.of(Role.CONCEPT), 0)
        )

    def _paired(self, pair: Pair, denied_before: Callable[[int], bool]) -> Named | None:
        match, quality = pair.match, pair.quality
        if not pair.near_leg:
            return Named(match, quality.start)
        leg = self._leg_near(match, denied_before)
        if leg is None:
            return None
        start, end = min(match.start, leg.start), max(match.end, leg.end)
        if not self._rules.qualities.normal.isdisjoint(self._passage.words[start:end]):
            return None  # "power reduced in arms, normal in legs"
        return Named(replace(match, start=start, end=end), quality.start)

    def _elsewhere(self, match: Match) -> bool:
        """Whether a concept about the leg stands in a clause that names another site, and no leg."""
        if self._rules.concepts[match.entry.concept].about != "leg":
            return False
        clause = self._passage.clause[match.start]
        others, legs = self._passage.sited_clauses
        return clause in others and clause not in legs

    def _part(self, match: Match) -> bool:
        """Whether a phrase without a site is part of one with a site: numbness of "saddle numbness".

        So is a single word that says of what only with another: the incontinence of "incontinence of stool".
        """
        concept = match.entry.concept
        alone = concept in self._rules.single_words_alone and match.end - match.start == 1
        return bool(alone or self._rules.concepts[concept].with_leg) and any(
            match.inside(other) and concept != other.entry.concept for other in around(match, self._whole, 0)
        )

    def _with_leg(self, match: Match, denied_before: Callable[[int], bool]) -> Match:
        """The phrase as that of the leg, where its concept has one and a leg stands near."""
        concept = self._rules.concepts[match.entry.concept].with_leg
        if not concept or self._leg_near(match, denied_before) is None:
            return match
        return replace(match, entry=with_other(match.entry, concept=concept))

    def _weak_legs(self, denied_before: Callable[[int], bool]) -> Iterator[Named]:
        """Leg weakness in other words than the listed: "weakness since Monday in both legs"."""
        concept, weak_of = self._rules.leg_weakness, WeakOf(self._passage, self._rules.weak_of)
        for weak in self._passage.of(Role.WEAK):
            listed = any(
                weak.inside(match) and match.entry.concept == concept
                for match in around(weak, self.phrases, 0)
            )
            leg = None if listed or weak_of.other(weak) else self._leg_near(weak, denied_before)
            if leg:
                first, last = (weak, leg) if weak.start < leg.start else (leg, weak)
                entry = Entry(Role.CONCEPT, f"{first.entry.phrase} ... {last.entry.phrase}", concept)
                yield Named(Match(entry, first.start, max(first.end, last.end)), weak.start)

    def _leg_near(self, match: Match, denied_before: Callable[[int], bool]) -> Match | None:
        """The nearest leg within reach that belongs to the match."""
        words, passage = self._rules.leg_words, self._passage
        near = [
            (passage.distance(match, leg), leg.start, leg)
            for leg in around(match, passage.of(Role.LEG), 2 * words)
            if passage.same_clause(match, leg)
            and passage.distance(match, leg) - self._sides_between(match, leg) <= words
            and not (leg.start >= match.end and self._is_well(leg.end))
            and not self._of_another(match, leg, denied_before)
        ]
        return min(near, key=lambda each: each[:2])[2] if near else None

    def _is_well(self, at: int) -> bool:
        """Whether it goes on that the leg is normal: "shoulder weakness (legs OK)"."""
        words, rules = self._passage.words, self._rules
        while at < len(words) and words[at] in rules.well_fillers:
            at += 1
        return at < len(words) and words[at] in rules.well

    def _sides_between(self, one: Match, other: Match) -> int:
        """Words of a side between the two, which count as none: "weakness of left arm and right leg"."""
        first, last = (one, other) if one.start < other.start else (other, one)
        return sum(word in self._rules.sides for word in self._passage.words[first.end : last.start])

    def _of_another(self, match: Match, leg: Match, denied_before: Callable[[int], bool]) -> bool:
        """Whether the leg is another matter: "weakness without leg swelling", "arm weakness and leg pain"."""
        if leg.start >= match.end and denied_before(leg.start) and not denied_before(match.start):
            return True
        elsewhere = any(
            site.end == match.start for site in around(match, self._passage.of(Role.OTHER_SITE), 1)
        )
        return elsewhere and any(
            leg.inside(other) and not match.overlaps(other) for other in around(leg, self.phrases, 0)
        )


def _joined(found: Sequence[Named]) -> Iterator[Named]:
    """Overlapping mentions of a concept as one, from the first word to the last."""
    last: dict[str, int] = {}
    joined: list[Named] = []
    for each in found:
        place = last.get(each.concept)
        if place is None or not each.match.overlaps(joined[place].match):
            last[each.concept] = len(joined)
            joined.append(each)
        elif each.match.end > (earlier := joined[place]).match.end:
            joined[place] = replace(earlier, match=replace(earlier.match, end=each.match.end))
    return iter(joined)
