"""Findings beside which their measurement stands: "Urinary retention": "Bladder scan 45 mL" is none.

A row of a chart is named after what it asks for: its name alone affirms nothing once a measurement answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cards.findings import Hit, Quantity, Stance
from cards.knowledge import Knowledge
from cards.units import UnitNotUnderstood, canonical
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.values import Value

_THERE = frozenset({Stance.AFFIRMED, Stance.SUSPECTED})


def measured_away(opened: OpenResource, label: str, value: Value, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """With a denial of each finding that its own measurement, in name or value, shows not to be there.

    A plain yes of the record outweighs the measurement.
    """
    if value.answer is Answer.YES:
        return hits
    rules = opened.chart.knowledge.reading["measured_findings"]
    return tuple(
        replace(hit, stance=Stance.DENIED)
        if hit.stance in _THERE and any(_too_low(opened, rule, hit, label, value) for rule in rules)
        else hit
        for hit in hits
    )


def _too_low(opened: OpenResource, rule: Mapping[str, Any], hit: Hit, label: str, value: Value) -> bool:
    if hit.concept != rule["concept"]:
        return False
    text = f"{label}: {value.words}"
    words = folded(text)
    if not holds_any(words, rule["names"]) or holds_any(words, rule["not_with"]):
        return False
    written = [value.quantity] if value.quantity else opened.chart.quantities.numbers(text)
    measured = {
        quantity: most
        for quantity in written
        if (most := _measured(quantity, rule["feature"], opened.chart.knowledge)) is not None
    }
    # "Day 2, scan to follow": a number among words that has no unit may be anything.
    told = any(quantity.unit for quantity in measured) or value.quantity in measured
    return told and all(most < rule["below"] for most in measured.values())


def _measured(quantity: Quantity, name: str, knowledge: Knowledge) -> float | None:
    """The most that a quantity can mean, in the unit of the feature; None when it measures something else."""
    try:
        most = canonical(quantity, knowledge.features[name], knowledge)
    except UnitNotUnderstood:
        return None
    return float("inf") if quantity.comparator.startswith(">") and most is not None else most
