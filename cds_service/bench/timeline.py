"""The time line of a chart as a picture: marks, bands and labels in their places, wide and narrow.

Everything is in units of the picture; nothing here knows of HTML. Text of the record is untrusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta, tzinfo

from cards.findings import Finding
from cds_service.bench import timeline_bands, timeline_marks
from cds_service.bench.anchors import anchor
from cds_service.bench.picture_words import cut, wrapped
from cds_service.bench.time_axis import Axis
from cds_service.bench.timeline_bands import Band
from cds_service.bench.timeline_marks import Mark
from cds_service.bench.timeline_parts import Drawn, Form, Label, Lane, Onset, Picture, Row, Shade, Timeline
from cds_service.explained import Explained
from cds_service.told_words import Words, span, with_plain_unit

LETTER, BOLD, SMALL = 7.3, 8.3, 6.9
"""How wide a letter is reckoned, rather too wide than too narrow: of a label, in bold, and of a band."""
ROW = 26
"""The height of a row, and so of a link: at least 24 for a finger."""
_BAND_ROW, _TITLE_ROW, _TOP, _PAD = 17, 20, 46, 5
_DOT = 5.5
_GAP = 8


WIDE = Form(width=1120, left=190, right=1090, beside=True, letters=56)
NARROW = Form(width=360, left=12, right=344, beside=False, letters=42, size=0.92, short=True)


def timeline(told: Explained, zone: tzinfo) -> Timeline:
    words = told.words(zone)
    marks, bands = timeline_marks.marks(told, words), timeline_bands.bands(told, words)
    onset = timeline_bands.onset_of(told)
    titles = timeline_marks.lanes(told)
    return Timeline(
        wide=_picture(WIDE, marks, bands, told, words),
        narrow=_picture(NARROW, marks, bands, told, words),
        rows=tuple(_rows(marks, titles, words)),
        windows=tuple(dict.fromkeys(f"{band.rule}: {band.said}" for band in bands)),
        onset=f"{timeline_bands.onset_word(told)}: {words.date(onset)}" if onset else "",
        undated=sum(finding.when is None for finding in told.done.chart.findings),
    )


def _picture(form: Form, marks: list[Mark], bands: list[Band], told: Explained, words: Words) -> Picture:
    onset = timeline_bands.onset_of(told)
    moments = [when.earliest for mark in marks for when in mark.spans]
    moments += [band.start for band in bands if band.start]
    axis = Axis.over([*moments, *([onset.earliest] if onset else [])], told.as_of, form.left, form.right)
    lanes, y = [], float(_TOP)
    for name, title in timeline_marks.lanes(told).items():
        mine = [mark for mark in marks if mark.lane == name]
        if mine:
            over = [band for band in bands if band.lane == name]
            lanes.append(_lane(title, mine, over, axis=axis, form=form, y=y, words=words))
            y += lanes[-1].height
    drawn_onset = None
    if onset is not None:
        x, end = axis.x(onset.earliest), axis.x(onset.latest)
        ago = span((told.as_of - onset.middle) / timedelta(days=1))
        text = f"weakness {timeline_bands.onset_word(told)} {ago} ago"
        long = len(text) * BOLD * form.size
        begin = min(max((x + end - long) / 2, 8.0), form.width - long - 8)
        drawn_onset = Onset(
            x,
            end - x,
            Label(text, begin, 14, end=False),
            f"{timeline_bands.onset_word(told)}: {words.date(onset)}",
        )
    ticks = axis.ticks(short=form.short)
    return Picture(form.width, y + 8, form.left, form.right, ticks, tuple(lanes), drawn_onset)


def _lane(
    title: str, marks: list[Mark], bands: list[Band], *, axis: Axis, form: Form, y: float, words: Words
) -> Lane:
    lines = wrapped(title, 22) if form.beside else (title,)
    top = y + _PAD + (0 if form.beside else _TITLE_ROW)
    first, shades = top, []
    for band, said in zip(bands, _band_lines(bands, form), strict=True):
        shades.append(_shade(band, said, axis, form, y=y, text_y=first))
        first += _BAND_ROW * len(said)
    placed = [_drawn(mark, axis, form, words) for mark in sorted(marks, key=_first_told)]
    rows = in_rows(placed)
    height = max(first - y + ROW * len(rows) + _PAD, 16 * len(lines) + 3 * _PAD)
    shaded = tuple(replace(shade, height=height) for shade in shades)
    flags = {mark.flag for mark in marks} | {band.flag for band in bands}
    flag = next((each for each in ("critical", "warning") if each in flags), "")
    drawn = tuple(
        tuple(_at(one, first + ROW * (place + 0.5)) for one in row) for place, row in enumerate(rows)
    )
    return Lane(title, lines, y, height, flag, shaded, drawn)


def _first_told(mark: Mark) -> tuple[bool, bool, float]:
    newest = max(when.latest.timestamp() for when in mark.spans)
    return mark.flag != "critical", not mark.flag, -newest


def in_rows(marks: Iterable[Drawn]) -> list[list[Drawn]]:
    """Each in the first row in which it touches nothing."""
    rows: list[list[Drawn]] = []
    for mark in marks:
        for row in rows:
            if all(mark.box[0] >= other.box[1] + _GAP or mark.box[1] + _GAP <= other.box[0] for other in row):
                row.append(mark)
                break
        else:
            rows.append([mark])
    return rows


def _drawn(mark: Mark, axis: Axis, form: Form, words: Words) -> Drawn:
    letter = (BOLD if mark.flag else LETTER) * form.size
    dots: list[float] = []
    bars: list[tuple[float, float]] = []
    for when in mark.spans:
        start, end = axis.x(when.earliest), axis.x(when.latest)
        if end - start >= 2 * _DOT:
            bars.append((start, end - start))
        elif all(abs((start + end) / 2 - dot) >= 2 * _DOT for dot in dots):
            dots.append((start + end) / 2)
    left = min([x - _DOT for x in dots] + [x for x, _ in bars])
    right = max([x + _DOT for x in dots] + [x + width for x, width in bars])
    until = mark.until(axis.now)
    end = right if until is None else max(right, axis.x(until))
    label = _beside(cut(mark.label, form.letters), left, right, form, letter)
    begin, stop = _ends(label, letter)
    line = None
    if end > right:
        # An ended one keeps its end beside its words; one that goes on runs on to now behind them.
        line = (right, end)
        if not label.end and not mark.goes_on:
            label = _beside(label.text, left, end, form, letter)
            begin, stop = _ends(label, letter)
        elif not label.end:
            line = (stop + 4, end) if stop + 12 < end else None
    box = (min(left, begin), max(right, stop, end if line else right))
    return Drawn(
        href=f"#{anchor(mark.newest.source.reference)}",
        full=f"{mark.label}, {words.date(mark.newest.when)}",
        look=mark.look,
        flag=mark.flag,
        dots=tuple(dots),
        bars=tuple(bars),
        series=(left + _DOT, right - _DOT) if len(dots) + len(bars) > 1 else None,
        line=line,
        goes_on=mark.goes_on,
        y=0,
        label=label,
        box=box,
    )


def _at(mark: Drawn, y: float) -> Drawn:
    return replace(mark, y=y, label=replace(mark.label, y=y + 4.5))


def _beside(text: str, left: float, right: float, form: Form, letter: float) -> Label:
    """To the right where there is room, else to the left; cut to where there is more room."""
    room_right, room_left = form.width - right - 8, left - 8 - (form.left - 8)
    long = len(text) * letter
    if long <= room_right:
        return Label(text, right + 6, 0.0, end=False)
    if long <= room_left:
        return Label(text, left - 6, 0.0, end=True)
    if room_left >= room_right:
        return Label(cut(text, int(room_left / letter)), left - 6, 0.0, end=True)
    return Label(cut(text, int(room_right / letter)), right + 6, 0.0, end=False)


def _ends(label: Label, letter: float) -> tuple[float, float]:
    long = len(label.text) * letter
    return (label.x - long, label.x) if label.end else (label.x, label.x + long)


def _shade(band: Band, lines: tuple[str, ...], axis: Axis, form: Form, *, y: float, text_y: float) -> Shade:
    start = form.left if band.start is None else axis.x(band.start)
    end = axis.x(band.end)
    # The words begin where the window begins; where there is no room for that, they end at now.
    fits = start + 6 + max(map(len, lines)) * SMALL <= form.width
    labels = tuple(
        Label(line, start + 6 if fits else form.right - 4, text_y + 12 + _BAND_ROW * place, end=not fits)
        for place, line in enumerate(lines)
    )
    return Shade(start, y, end - start, 0, band.flag, labels, f"{band.rule}: {band.said}")


def _band_lines(bands: Iterable[Band], form: Form) -> Iterator[tuple[str, ...]]:
    """The words of each band; the red flag is named by its first in the lane."""
    named: set[str] = set()
    for band in bands:
        text = band.said if band.rule in named else f"{band.rule}: {band.said}"
        named.add(band.rule)
        yield wrapped(text, int((form.right - form.left - 8) / SMALL))


def _rows(marks: list[Mark], titles: dict[str, str], words: Words) -> Iterator[Row]:
    for name, title in titles.items():
        mine = [(mark, finding) for mark in marks if mark.lane == name for finding in mark.findings]
        for mark, finding in sorted(mine, key=lambda each: timeline_marks.age(each[1])):
            reference = finding.source.reference
            label = mark.label if len(mark.findings) == 1 else _of_one(finding)
            yield Row(words.date(finding.when), label, title, mark.flag, reference, f"#{anchor(reference)}")


def _of_one(finding: Finding) -> str:
    value = with_plain_unit(finding.quantity.shown) if finding.quantity else ""
    return f"{finding.label} {value}".strip()
