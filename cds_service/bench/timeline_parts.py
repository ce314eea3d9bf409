"""What the picture of the time line is made of, each part in its place, in units of the picture."""

from __future__ import annotations

from dataclasses import dataclass

from cds_service.bench.time_axis import Tick


@dataclass(frozen=True, slots=True)
class Form:
    """How wide a picture is, and what of it holds the titles of the lanes."""

    width: float
    left: float
    right: float
    beside: bool
    """Titles of lanes stand beside them; else above."""
    letters: int
    """The longest label."""
    size: float = 1.0
    """Of the letters of a mark, against those of LETTER."""
    short: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    x: float
    y: float
    end: bool
    """The text ends at x instead of beginning there."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One mark in its place."""

    href: str
    full: str
    """All that it says, uncut, with its date."""
    look: str
    flag: str
    dots: tuple[float, ...]
    bars: tuple[tuple[float, float], ...]
    """From and width of each vague date."""
    series: tuple[float, float] | None
    """From the first to the last of several."""
    line: tuple[float, float] | None
    """How long it lasted, or lasts."""
    goes_on: bool
    y: float
    label: Label
    box: tuple[float, float]
    """From and to, with the label: no other mark of the row touches it."""


@dataclass(frozen=True, slots=True)
class Shade:
    """A band in its place, with its words above the marks."""

    x: float
    y: float
    width: float
    height: float
    flag: str
    labels: tuple[Label, ...]
    full: str


@dataclass(frozen=True, slots=True)
class Lane:
    title: str
    lines: tuple[str, ...]
    y: float
    height: float
    flag: str
    """Of the gravest red flag that rests on something in it."""
    shades: tuple[Shade, ...]
    rows: tuple[tuple[Drawn, ...], ...]


@dataclass(frozen=True, slots=True)
class Onset:
    x: float
    width: float
    label: Label
    full: str


@dataclass(frozen=True, slots=True)
class Picture:
    width: float
    height: float
    left: float
    right: float
    ticks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]
    onset: Onset | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the same facts as a table."""

    when: str
    said: str
    lane: str
    flag: str
    reference: str
    href: str


@dataclass(frozen=True, slots=True)
class Timeline:
    wide: Picture
    narrow: Picture
    rows: tuple[Row, ...]
    windows: tuple[str, ...]
    """The bands in words."""
    onset: str
    undated: int
    """Findings that have no date, and so no place on the line."""
