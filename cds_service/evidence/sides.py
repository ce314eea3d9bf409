"""Which side of the body a text, or a finding in it, is about."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from cards.findings import Side
from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.passage import Passage, around
from cds_service.evidence.phrases import Match, Role

_SIDES = {Role.LEFT: Side.LEFT, Role.RIGHT: Side.RIGHT, Role.BOTH: Side.BILATERAL}


class SideRules:
    """``reading.toml`` [sides]."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.joins = lexicon.words("sides", "joins")
        self.plural_words = lexicon.number("sides", "plural_words")
        self.row_letters = lexicon.names("sides", "row_letters")
        self.row_limbs = lexicon.names("sides", "row_limbs")
        self.row_services = lexicon.names("sides", "row_services")
        self.row_not = lexicon.words("sides", "row_not")


class Sides:
    """The words of side in one text."""

    def __init__(self, passage: Passage, rules: SideRules) -> None:
        self._passage, self._rules = passage, rules
        self._legs = {at for leg in passage.of(Role.LEG) for at in range(leg.start, leg.end)}
        self._named = self._join(self._that_are_sides())
        self._not_of_arms = [each for each in self._named if not self._of_other_site(each[0])]

    def whole(self) -> Side | None:
        """The side of the text as a whole, such as "Structure of left lower limb"."""
        sides = {side for _, side in (self._not_of_arms if self._legs else self._named)}
        if sides:
            return sides.pop() if len(sides) == 1 else Side.BILATERAL
        return Side.BILATERAL if self._passage.of(Role.PLURAL_LEGS) else None

    @property
    def plural_alone(self) -> bool:
        """Whether only a plural of legs tells the side of the whole."""
        named = self._not_of_arms if self._legs else self._named
        return not named and bool(self._passage.of(Role.PLURAL_LEGS))

    def of(self, mention: Match, *, leg: bool) -> Side | None:
        """The nearest side of the mention's clause; `leg`: a plural of legs means both."""
        near = self._beside(mention, self._not_of_arms if leg else self._named)
        nearest = min((self._passage.distance(mention, match) for match, _ in near), default=None)
        sides = {side for match, side in near if self._passage.distance(mention, match) == nearest}
        if sides:
            return sides.pop() if len(sides) == 1 else Side.BILATERAL
        return Side.BILATERAL if leg and self._near_plural(mention) else None

    def _beside(self, mention: Match, named: list[tuple[Match, Side]]) -> list[tuple[Match, Side]]:
        """The sides inside the mention, and the next before and behind it, of its clause."""
        first = bisect_left(named, mention.start, key=lambda each: each[0].start)
        last = bisect_left(named, mention.end, key=lambda each: each[0].start)
        near = named[max(0, first - 1) : last + 1]
        return [
            each for each in near if each[0].inside(mention) or self._passage.same_clause(mention, each[0])
        ]

    def _near_plural(self, mention: Match) -> bool:
        words = self._rules.plural_words
        return any(
            self._passage.same_clause(mention, legs) and self._passage.distance(mention, legs) <= words
            for legs in around(mention, self._passage.of(Role.PLURAL_LEGS), 2 * words)
        )

    def _that_are_sides(self) -> list[tuple[Match, Side]]:
        voids = self._passage.of(Role.NOT_SIDE)
        found = sorted(
            ((match, side) for role, side in _SIDES.items() for match in self._passage.of(role)),
            key=lambda each: (each[0].start, -each[0].end),
        )
        kept: list[tuple[Match, Side]] = []
        for match, side in found:
            part = bool(kept) and match.strictly_inside(kept[-1][0])
            if (
                not part
                and not any(match.inside(void) for void in around(match, voids, 0))
                and not self._is_unit(match)
                and not self._begins_row(match, found)
            ):
                kept.append((match, side))
        return kept

    def _begins_row(self, match: Match, found: list[tuple[Match, Side]]) -> bool:
        """Whether it is the letter before the name of a row: "R LLE MOTOR STRENGTH", "R left leg pain"."""
        passage, rules, written = self._passage, self._rules, self._passage.tokens.written
        after = match.end
        if (
            match.end - match.start > 1
            or written[match.start] not in rules.row_letters
            or after == len(written)
        ):
            return False
        if written[after] in rules.row_limbs:
            return True
        own = [each for each, _ in found if each.start >= after and passage.same_clause(match, each)]
        if any(each.start == after and len(passage.words[after]) > 1 for each in own):
            return match.start == 0 or written[after].isupper()
        if match.start > 0 or written[after] in rules.row_services:
            return match.start == 0
        sites = (*passage.of(Role.LEG), *passage.of(Role.OTHER_SITE), *passage.of(Role.OWN_SITE))
        if any(site.start == after for site in sites) or not passage.is_word(after):
            return False
        in_capitals = passage.one_clause and not any(word.islower() for word in written)
        return in_capitals and any(
            len(written[each.start]) > 1 and rules.row_not.isdisjoint(passage.words[after : each.start])
            for each in own
        )

    def _is_unit(self, match: Match) -> bool:
        """Whether it is the litre of "1.1 L"."""
        words, at = self._passage.words, match.start
        return match.end - at == 1 and len(words[at]) == 1 and at > 0 and words[at - 1].isdigit()

    def _join(self, named: list[tuple[Match, Side]]) -> list[tuple[Match, Side]]:
        """Left and right with nothing but legs between them are both: "left leg and right leg"."""
        joined = list(named)
        for place, ((one, side), (other, other_side)) in enumerate(pairwise(named)):
            between = range(one.end, other.start)
            if side != other_side and all(
                at in self._legs or self._passage.words[at] in self._rules.joins for at in between
            ):
                joined[place] = (one, Side.BILATERAL)
                joined[place + 1] = (other, Side.BILATERAL)
        return joined

    def _of_other_site(self, match: Match) -> bool:
        """Whether the word right behind names an arm or the like: "left arm"."""
        return any(site.start == match.end for site in around(match, self._passage.of(Role.OTHER_SITE), 1))
