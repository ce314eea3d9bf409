"""Reads where features lie on the body (body.toml), and refuses a place that the picture does not have."""

from __future__ import annotations

from collections.abc import Mapping

from cards.content_files import Table, by_id
from cards.knowledge_types import BodyMark

KINDS = ("weak", "numb", "pain")
PAIRED = ("face", "arm", "hand", "hip", "thigh", "lower_leg", "foot")
MIDDLE = ("neck", "trunk", "low_back", "saddle")
SIDES = ("own", "weakness", "both", "left", "right", "middle")


def read_body(table: Table) -> Mapping[str, BodyMark]:
    return by_id([(part, part.key, _mark(part)) for part in table.parts()])


def _mark(table: Table) -> BodyMark:
    mark = BodyMark(
        feature=table.key,
        kind=table.choice("kind", KINDS),
        regions=table.texts("regions"),
        side=table.choice("side", SIDES),
        when=table.condition_if_any("when"),
    )
    there = MIDDLE if mark.side == "middle" else PAIRED
    for region in mark.regions:
        if region not in there:
            raise table.fail("regions", f"{region!r} is not one of: {', '.join(there)}")
    table.done()
    return mark
