"""What is recorded of features that have a place on the body: where, on which side, or that it is not there.

What lies where is told by the content (body.toml). A side that nobody recorded is both, and is said so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC

from cards.facts import Answer, Fact
from cards.findings import Side
from cards.knowledge_types import BodyMark
from cds_service.bench.picture_words import phrase
from cds_service.explained import Explained
from cds_service.told_words import Words

NOT_STATED = "side not stated"
LOWEST = "lowest recorded"


@dataclass(frozen=True, slots=True)
class Place:
    """What is recorded of one feature that has a place on the body."""

    feature: str
    kind: str
    look: str
    """``present``; ``unstated``: present, its side not recorded; ``absent``: recorded as not there."""
    regions: tuple[tuple[str, str], ...]
    """Each with its side: ``right``, ``left`` or ``middle``."""
    words: str
    reference: str
    """Of the resource that says so; empty when it follows from others."""

    @property
    def point(self) -> tuple[str, str]:
        """The region to which its words point: pain to the middle of its way, all else to its first."""
        mine = [one for one in self.regions if one[1] == self.regions[0][1]]
        return mine[len(mine) // 2 if self.kind == "pain" else 0]


def places(told: Explained) -> tuple[Place, ...]:
    """What has a place, as recorded; without what another says already, on the same side."""
    words = told.words(UTC)
    found = [
        place for mark in told.knowledge.body.values() if (place := _place(mark, told, words)) is not None
    ]
    return tuple(place for place in found if not _said_already(place, found, told))


def _place(mark: BodyMark, told: Explained, words: Words) -> Place | None:
    fact = told.facts.get(mark.feature)
    if fact.answer is Answer.NOT_RECORDED:
        return None
    there = fact.answer is Answer.PRESENT and (mark.when is None or told.facts.met(mark.when) is not None)
    sides, stated = _sides(mark, fact, told)
    said = phrase(told.knowledge.features[mark.feature], words, fact)
    if fact.answer is Answer.ABSENT:
        said = f"no {said}"
    elif told.knowledge.features[mark.feature].derive == "lowest_grade":
        said = f"{said}, {LOWEST}"
    if there and not stated:
        said = f"{said}, {NOT_STATED}"
    if fact.hint_only:
        said = f"{said} (by an unconfirmed code)"
    return Place(
        mark.feature,
        mark.kind,
        ("present" if stated else "unstated") if there else "absent",
        tuple((region, side) for side in sides for region in mark.regions),
        said,
        next(iter(words.resources(mark.feature)), ""),
    )


def _sides(mark: BodyMark, fact: Fact, told: Explained) -> tuple[tuple[str, ...], bool]:
    """The sides on which it is drawn, and whether they are known."""
    if mark.side in ("left", "right", "middle"):
        return (mark.side,), True
    side = fact.side
    if side is None and mark.side == "weakness":
        laterality = next(f.id for f in told.knowledge.features.values() if f.shape == "laterality")
        side = told.facts.get(laterality).side
    if mark.side == "both":
        side = Side.BILATERAL
    return (side.value,) if side in (Side.LEFT, Side.RIGHT) else ("right", "left"), side is not None


def _said_already(place: Place, found: Iterable[Place], told: Explained) -> bool:
    """Whether a more telling feature says it, or one that is absent in a larger part of the body."""
    for other in found:
        if other is place or other.kind != place.kind or (other.look == "absent") != (place.look == "absent"):
            continue
        mine, others = set(place.regions), set(other.regions)
        if place.look == "absent":
            same = place.reference == other.reference and bool(mine & others)
            if mine < others or ((same or mine == others) and _before(other, place, found)):
                return True
            continue
        less = set(place.words.split()) < set(other.words.split()) and mine <= others
        implied = less or any(
            telling == other.feature and place.feature in rest
            for telling, *rest in told.knowledge.wording["implies"]
        )
        if implied and (place.look == "unstated" or {s for _, s in mine} <= {s for _, s in others}):
            return True
    return False


def _before(one: Place, other: Place, found: Iterable[Place]) -> bool:
    return next(place for place in found if place in (one, other)) is one
