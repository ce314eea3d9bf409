"""Rows of a name and a value that say nothing, neither alone nor together: "Smoking status": "never".

What a row says is asked of its reader, of a row that holds nothing but the two; only its date and where it
belongs are then left to tell. That it says nothing is remembered across calls (see memory.py).
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Raw

from cards.findings import Source
from cds_service.evidence.observations import read_observation
from cds_service.evidence.open_chart import OpenChart, OpenResource
from cds_service.evidence.thin import NONE, AnyPart, Part

LONGEST_REMEMBERED = 1000
"""In bytes of JSON; what is longer does not repeat."""
_BETWEEN = b"\0"
"""Stands in no JSON."""
_USE = b"\0"


class Written(NamedTuple):
    """The members of a row that decide whether it says anything, as they are written."""

    code: bytes
    value_string: bytes
    value_codeable_concept: bytes
    value_coding: bytes
    interpretation: bytes


def written(part: Part) -> Written | None:
    """None where another member might say something, or the row is too long to repeat."""
    if not (
        part.component is part.body_site is part.data_absent_reason is part.reference_range is NONE
        and part.value_quantity is part.value_integer is part.value_decimal is NONE
        and part.value_range is part.value_period is NONE
        and part.value_boolean is part.value_date_time is part.value_date is None
    ):
        return None
    members = Written(
        bytes(part.code),
        bytes(part.value_string),
        bytes(part.value_codeable_concept),
        bytes(part.value_coding),
        bytes(part.interpretation),
    )
    return members if sum(map(len, members)) <= LONGEST_REMEMBERED else None


def says_nothing(chart: OpenChart, row: Written) -> bool:
    """Whether such a row becomes no finding, and leaves nothing to be told."""
    name = chart.rows.name(_BETWEEN.join(row), _USE)
    known = chart.rows.get(name)
    if known is None:
        known = _found_silent(chart, row)
        chart.rows.keep(name, known)
    return known


def _found_silent(chart: OpenChart, row: Written) -> bool:
    kind = "Observation"
    part = AnyPart(**{member: Raw(value) if value else NONE for member, value in row._asdict().items()})
    opened = OpenResource(part, kind, Source(kind, kind), chart)
    return not read_observation(opened) and not opened.noticed(counts=True)
