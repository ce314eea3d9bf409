"""The figure: a person seen from the front, as outlines of its regions. The patient's right is on the left.

Our own drawing, 200 wide and 470 high. Paths hold absolute commands alone, so that each second number is a y:
that of the patient's right side is drawn, and the left is its mirror.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

WIDTH, HEIGHT = 200.0, 470.0
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

_RIGHT: Mapping[str, str] = {
    "face": "M100 7 C86 7 76 20 76 38 C76 56 87 69 100 69 Z",
    "arm": "M61 93 C50 97 46 108 44 122 C42 150 38 180 34 208 L47 210"
    " C53 185 59 160 64 130 C64 115 63 104 61 93 Z",
    "hand": "M34 208 L47 210 C49 220 47 235 41 243 C35 245 29 237 29 226 C30 218 32 213 34 208 Z",
    "hip": "M62 190 L86 190 L86 208 L91 224 L57 224 C57 212 59 201 62 190 Z",
    "thigh": "M57 224 L91 224 L94 236 L98 242 C98 272 95 300 92 326 L64 326 C60 296 54 258 57 224 Z",
    "lower_leg": "M64 326 L92 326 C95 346 93 370 89 394 C87 408 86 420 86 432 L70 432"
    " C69 410 62 384 62 358 C62 346 63 336 64 326 Z",
    "foot": "M70 432 L86 432 C89 440 89 447 88 453 C84 460 65 462 56 457 C55 450 66 446 70 432 Z",
}
_MIDDLE: Mapping[str, str] = {
    "neck": "M89 64 C93 71 107 71 111 64 L112 80 L88 80 Z",
    "trunk": "M88 80 C78 87 66 88 61 93 C63 112 67 132 68 152 L132 152 C133 132 137 112 139 93"
    " C134 88 122 87 112 80 Z",
    "low_back": "M68 152 L132 152 C133 166 135 178 138 190 L62 190 C65 178 67 166 68 152 Z",
    "saddle": "M86 208 C93 203 107 203 114 208 L109 224 L106 236 C103 243 97 243 94 236 L91 224 Z",
}
_PELVIS = (
    "M62 190 L138 190 C141 201 143 212 143 224 L109 224 L102 242 L98 242 L91 224 L57 224"
    " C57 212 59 201 62 190 Z"
)
"""In one, where nothing is marked."""
_POINTS: Mapping[str, tuple[float, float]] = {
    "face": (84, 42),
    "arm": (46, 140),
    "hand": (37, 226),
    "hip": (66, 208),
    "thigh": (66, 272),
    "lower_leg": (70, 370),
    "foot": (66, 452),
    "neck": (100, 74),
    "trunk": (100, 118),
    "low_back": (100, 170),
    "saddle": (100, 222),
}
"""Where the line from its words ends; of the patient's right."""


def path(region: str, side: str) -> str:
    """The outline of a region: `side` is ``right``, ``left`` or ``middle``."""
    if side == "middle":
        return _MIDDLE[region]
    return _RIGHT[region] if side == "right" else mirrored(_RIGHT[region])


def point(region: str, side: str) -> tuple[float, float]:
    x, y = _POINTS[region]
    return (WIDTH - x, y) if side == "left" else (x, y)


def outlines() -> tuple[str, ...]:
    """The whole figure, with nothing marked."""
    paired = (shape for name, shape in _RIGHT.items() if name != "hip")
    both = tuple(side for shape in paired for side in (shape, mirrored(shape)))
    return (*(shape for name, shape in _MIDDLE.items() if name != "saddle"), _PELVIS, *both)


def extent(drawn: str) -> tuple[float, float]:
    """From where to where a path reaches sideways."""
    across = [float(number) for number in _NUMBER.findall(drawn)[::2]]
    return min(across) - 2, max(across) + 2


def mirrored(drawn: str) -> str:
    """The same path on the other side."""
    place = 0

    def turned(number: re.Match[str]) -> str:
        nonlocal place
        place += 1
        return f"{WIDTH - float(number[0]):g}" if place % 2 else number[0]

    return _NUMBER.sub(turned, drawn)
