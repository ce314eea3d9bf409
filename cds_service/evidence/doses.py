"""How much of a medicine is taken in a day, in milligrams, as far as the record tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cards.findings import Quantity
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.thin import listed, load, member, number_of, states_of, text_of

_MILLIGRAMS = {
    "mg": 1.0,
    "milligram": 1.0,
    "milligrams": 1.0,
    "g": 1000.0,
    "gram": 1000.0,
    "ug": 0.001,
    "mcg": 0.001,
}
_STRENGTH = re.compile(r"(?<![\w.])([0-9]+(?:\.[0-9]+)?) ?(mg|milligrams?|g|mcg)\b(?! ?/ ?m)")
_DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.0, "a": 365.0}


def daily_dose(opened: OpenResource, names: Iterable[str]) -> Quantity | None:
    """The highest dose that it tells; None when it tells none. `names`: its own, with its strength."""
    words = opened.chart.knowledge.reading["dose"]
    strength = next((found for name in names if (found := _written(folded(name)))), None)
    dosages = listed(load(opened.resource.dosage_instruction or opened.resource.dosage))
    doses = [each for dosage in dosages if (each := _of_dosage(dosage, strength, words)) is not None]
    if not doses and not dosages and strength is not None:
        doses = [strength * max((_per_day(folded(name), words) for name in names), default=1.0)]
    return Quantity(max(doses), "mg/d") if doses else None


def _of_dosage(dosage: object, strength: float | None, words: Mapping[str, Any]) -> float | None:
    text = folded(text_of(member(dosage, "text")) or text_of(dosage))
    given = [
        member(each, "doseQuantity") or member(member(each, "doseRange"), "high") for each in _rates(dosage)
    ]
    amounts = [_amount(quantity, strength) for quantity in given if quantity]
    amount = (
        next((each for each in amounts if each is not None), None)
        or _written(text)
        or _tablets(text, strength)
    )
    if amount is None:
        return None
    return amount * (_timed(member(dosage, "timing")) or _per_day(text, words))


def _rates(dosage: object) -> list[object]:
    """The amounts of a dosage: in doseAndRate (R4), in `dose` (an administration), beside the rest (STU3)."""
    single = member(dosage, "dose")
    return [*listed(member(dosage, "doseAndRate")), dosage, *([{"doseQuantity": single}] if single else [])]


def _amount(quantity: object, strength: float | None) -> float | None:
    value = number_of(member(quantity, "value"))
    unit = folded(text_of(member(quantity, "unit")) or text_of(member(quantity, "code")))
    if value is None:
        return None
    if unit in _MILLIGRAMS:
        return value * _MILLIGRAMS[unit]
    return value * strength if strength is not None and "/" not in unit else None


def _written(text: str) -> float | None:
    found = _STRENGTH.search(text)
    return float(found[1]) * _MILLIGRAMS[found[2]] if found else None


def _tablets(text: str, strength: float | None) -> float | None:
    found = re.search(r"\b([0-9]+) (?:tab|tablet|cap|capsule)s?\b", text)
    return float(found[1]) * strength if found and strength is not None else None


def _timed(timing: object) -> float | None:
    """How often in a day a Timing says."""
    repeat = member(timing, "repeat")
    times = number_of(member(repeat, "frequency")) or 1.0
    period, unit = number_of(member(repeat, "period")), text_of(member(repeat, "periodUnit"))
    if period and unit in _DAYS:
        return times / (period * _DAYS[unit])
    code = next(iter(states_of(member(timing, "code"))), "")
    return {"qd": 1.0, "bid": 2.0, "tid": 3.0, "qid": 4.0, "am": 1.0, "pm": 1.0, "qod": 0.5}.get(code)


def _per_day(text: str, words: Mapping[str, Any]) -> float:
    """How often in a day words say; once where they say nothing."""
    for phrase, times in words["times_a_day"]:
        if holds_any(text, (phrase,)):
            return float(times)
    return 1.0
