"""The body as a picture: where weakness, numbness and pain are recorded, or recorded as absent, and on which side.

What lies where is told by the content (body.toml); a side that nobody recorded is drawn on both sides and said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC

from cards.facts import Answer, Fact
from cards.findings import Side
from cards.knowledge_types import BodyMark
from cds_service.bench import body_figure
from cds_service.bench.anchors import anchor
from cds_service.bench.picture_words import phrase, wrapped
from cds_service.explained import Explained
from cds_service.told_words import Words

HEADS = {"weak": "Weak", "numb": "Numb", "pain": "Pain"}
NOT_STATED = "side not stated"
_LINE, _BETWEEN = 17.0, 12.0


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


@dataclass(frozen=True, slots=True)
class Layer:
    """A region as it is drawn over the figure."""

    path: str
    kind: str
    look: str
    more: bool
    """Weaker, more numb or more painful here than elsewhere: something names this region alone."""


@dataclass(frozen=True, slots=True)
class Callout:
    """Words beside the figure, with a line to what they are about."""

    kind: str
    look: str
    head: str
    lines: tuple[str, ...]
    href: str
    x: float
    y: float
    height: float
    end: bool
    """The words end at x, to the left of the figure."""
    leader: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Form:
    width: float
    scale: float
    letters: int
    """In a line of the words beside the figure."""


WIDE = Form(width=680, scale=1.0, letters=27)
NARROW = Form(width=360, scale=0.72, letters=14)


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    scale: float
    left: float
    """Where the figure begins."""
    callouts: tuple[Callout, ...]


@dataclass(frozen=True, slots=True)
class Body:
    outlines: tuple[str, ...]
    layers: tuple[Layer, ...]
    wide: Picture
    narrow: Picture
    told: tuple[str, ...]
    """The same in words, a line each; empty when nothing with a place is recorded."""


def body(told: Explained) -> Body:
    found = places(told)
    said = tuple(f"{_head(place)}: {place.words}" for place in found)
    return Body(
        body_figure.outlines(), tuple(_layers(found)), _picture(WIDE, found), _picture(NARROW, found), said
    )


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
    elif there and not stated:
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
            if mine < others or (mine == others and _before(other, place, found)):
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


def _head(place: Place) -> str:
    return HEADS[place.kind] if place.look != "absent" else f"Not {HEADS[place.kind].lower()}"


def _layers(found: tuple[Place, ...]) -> Iterator[Layer]:
    """What is absent below what is there, and the larger below the smaller."""
    for place in sorted(found, key=_depth):
        for region, side in place.regions:
            more = place.kind == "weak" and any(_within(place, other, side) for other in found)
            yield Layer(body_figure.path(region, side), place.kind, place.look, more and region in _LEG)


def _depth(place: Place) -> tuple[bool, int, int]:
    """What is absent lies below what is there, the larger below the smaller, weakness below what is felt."""
    return place.look != "absent", list(HEADS).index(place.kind), -len(place.regions)


_LEG = frozenset(("thigh", "lower_leg", "foot"))


def _within(place: Place, other: Place, side: str) -> bool:
    """Whether a part of a leg is named of which the rest is weak as well."""
    mine, others = ({r for r, s in one.regions if s == side and r in _LEG} for one in (place, other))
    return other.kind == "weak" and place.look == other.look == "present" and bool(mine) and mine < others


def _picture(form: Form, found: tuple[Place, ...]) -> Picture:
    left = (form.width - body_figure.WIDTH * form.scale) / 2
    columns: dict[bool, list[list[Place]]] = {True: [], False: []}
    for group in _groups(found):
        sides = {side for _, side in group[0].regions}
        shorter = len(columns[True]) <= len(columns[False])
        columns[sides == {"right"} or (sides != {"left"} and shorter)].append(group)
    callouts = [one for end, groups in columns.items() for one in _column(groups, form, left, end=end)]
    lowest = max((one.y + one.height for one in callouts), default=0.0)
    return Picture(
        form.width,
        max(body_figure.HEIGHT * form.scale, lowest) + 34,
        form.scale,
        left,
        tuple(callouts),
    )


def _groups(found: Iterable[Place]) -> list[list[Place]]:
    """Those that say the same of the same place stand together."""
    groups: dict[object, list[Place]] = {}
    for place in found:
        sides = frozenset(side for _, side in place.regions)
        groups.setdefault((place.kind, place.look, place.point, sides), []).append(place)
    return list(groups.values())


def _column(groups: list[list[Place]], form: Form, left: float, *, end: bool) -> Iterator[Callout]:
    """The words of one side from above, each as near to its place as those above it leave room."""
    x = left - 14 if end else form.width - left + 14
    lowest = 20.0
    for group in sorted(groups, key=lambda one: _target(one[0], end=end)[1]):
        at = _target(group[0], end=end)
        target = (left + at[0] * form.scale, 24 + at[1] * form.scale)
        lines = tuple(line for place in group for line in wrapped(place.words, form.letters))
        height = _LINE * (len(lines) + 1)
        y = max(lowest, target[1] - height / 2)
        lowest = y + height + _BETWEEN
        near = x + 4 if end else x - 4
        yield Callout(
            kind=group[0].kind,
            look=group[0].look,
            head=_head(group[0]),
            lines=lines,
            href=next((f"#{anchor(place.reference)}" for place in group if place.reference), ""),
            x=x,
            y=y,
            height=height,
            end=end,
            leader=(near, y + 9, *target),
        )


def _target(place: Place, *, end: bool) -> tuple[float, float]:
    """The point on the side of the figure where the words stand, where it lies on both."""
    region, side = place.point
    sides = {s for _, s in place.regions}
    if side != "middle" and len(sides) == 2:
        side = "right" if end else "left"
    return body_figure.point(region, side)
