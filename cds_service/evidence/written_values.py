"""Measurements in the middle of a note, "seen in ED, PVR 450 cc on scan": name, number and unit together."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cards.findings import Quantity
from cds_service.evidence.asked import fits
from cds_service.evidence.folding import any_of, folded, holds_any
from cds_service.evidence.open_chart import OpenResource

# A decimal point ends no clause; a comma may stand between a name and what it was measured with.
_CLAUSE = re.compile(r"[;|\n]|\.(?=\s|$)")
_MEASURED = re.compile(
    r"\s*(?:[:=(~]|is|of)?\s*((?:<=?|>=?|≤|≥)?\s*-?[0-9]+(?:\.[0-9]+)?)\s*([a-zµμ%][a-z0-9µμ%/]*)(?![\w/-])"
)


def written_values(opened: OpenResource, text: str) -> dict[str, Quantity]:
    """The measurements that a text tells, by concept; none of which it tells two different values.

    Not what a clause says of a target, of an earlier value, or of what to do if it were so.
    """
    found: dict[str, set[Quantity]] = {}
    for concept, quantity in _told(opened, text):
        found.setdefault(concept, set()).add(quantity)
    return {concept: values.pop() for concept, values in found.items() if len(values) == 1}


def _told(opened: OpenResource, text: str) -> Iterator[tuple[str, Quantity]]:
    chart, reading = opened.chart, opened.chart.knowledge.reading
    values = reading["values"]
    voids = (values["other_value"], values["not_measured"], reading["historical"]["near"])
    for clause in filter(_holds_digit, map(folded, _CLAUSE.split(text))):
        if any(holds_any(clause, words) for words in voids):
            continue
        for concept in values["written_measures"]:
            named = chart.knowledge.concepts[concept]
            if holds_any(clause, named.guards):
                continue
            for name in any_of(named.phrases).finditer(clause):
                told = _MEASURED.match(clause, name.end())
                quantity = chart.quantities.in_text(f"{told[1]} {told[2]}") if told else None
                if quantity and quantity.unit and _is_known(opened, concept, quantity):
                    yield concept, quantity


def _is_known(opened: OpenResource, concept: str, quantity: Quantity) -> bool:
    chart = opened.chart
    return any(fits(quantity, feature, chart.knowledge) for feature in chart.uses.quantities[concept])


def _holds_digit(clause: str) -> bool:
    return any(map(str.isdigit, clause))
