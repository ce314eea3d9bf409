"""The body as a picture: where weakness, numbness and pain are recorded or denied, and on which side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cds_service.bench import body_figure
from cds_service.bench.anchors import anchor
from cds_service.bench.body_places import Place, places
from cds_service.bench.picture_words import wrapped
from cds_service.explained import Explained

HEADS = {"weak": "Weak", "numb": "Numb", "pain": "Pain"}
_LOWER = {"weak": 0, "numb": 12, "pain": 30}
"""How far below its point a line ends where several kinds share a region, so that lines do not cross."""
_LINE, _BETWEEN = 17.0, 12.0


@dataclass(frozen=True, slots=True)
class Layer:
    """A region as it is drawn over the figure."""

    path: str
    kind: str
    look: str
    more: bool
    """Weak above all here: something names this part of a leg of which the rest is weak too."""
    left: float
    width: float
    """All that is drawn of the path lies from `left` on."""


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
NARROW = Form(width=360, scale=0.72, letters=13)


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


def _head(place: Place) -> str:
    return HEADS[place.kind] if place.look != "absent" else f"Not {HEADS[place.kind].lower()}"


def _layers(found: tuple[Place, ...]) -> Iterator[Layer]:
    """What is absent below what is there, and the larger below the smaller; several kinds side by side."""
    for place in sorted(found, key=lambda one: (one.look != "absent", -len(one.regions))):
        for region, side in place.regions:
            more = place.kind == "weak" and any(_within(place, other, side) for other in found)
            path = body_figure.path(region, side)
            left, width = _part(place, (region, side), found, *body_figure.extent(path))
            yield Layer(path, place.kind, place.look, more and region in _LEG, left, width)


def _part(
    place: Place, region: tuple[str, str], found: tuple[Place, ...], left: float, right: float
) -> tuple[float, float]:
    """The part of a region that is left to one kind, from where and how wide: weakness lies outside."""
    there = {one.kind for one in found if region in one.regions and one.look != "absent"}
    if place.look == "absent" or len(there) < 2:
        return left, right - left
    order = [kind for kind in HEADS if kind in there]
    if region[1] == "left":
        order.reverse()
    width = (right - left) / len(order)
    return round(left + width * order.index(place.kind), 1), round(width, 1)


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
    callouts = [one for end, groups in columns.items() for one in _column(groups, found, form, left, end=end)]
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


def _column(
    groups: list[list[Place]], found: tuple[Place, ...], form: Form, left: float, *, end: bool
) -> Iterator[Callout]:
    """The words of one side from above, each as near to its place as those above it leave room."""
    x = left - 14 if end else form.width - left + 14
    lowest = 20.0
    for group in sorted(groups, key=lambda one: _target(one[0], found, end=end)[1]):
        at = _target(group[0], found, end=end)
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


def _target(place: Place, found: tuple[Place, ...], *, end: bool) -> tuple[float, float]:
    """Where the line from the words ends: on their side of the figure, in the part that is drawn for them."""
    region, side = place.point
    if side != "middle" and len({s for _, s in place.regions}) == 2:
        side = "right" if end else "left"
    extent = body_figure.extent(body_figure.path(region, side))
    left, width = _part(place, (region, side), found, *extent)
    x, y = body_figure.point(region, side)
    if width == extent[1] - extent[0]:
        return x, y
    return left + width / 2, y + _LOWER[place.kind]
