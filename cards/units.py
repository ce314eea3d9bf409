"""Measured values in the canonical unit of their feature, or an honest "not understood"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cards.findings import Quantity
from cards.knowledge import Feature, Knowledge, Unit

_ANNOTATION = re.compile(r"\{[^}]*\}")
_IGNORED = str.maketrans("", "", "[] ()")


class UnitNotUnderstood(ValueError):
    """The unit of a value is neither known for the feature nor safe to guess."""


def canonical(quantity: Quantity, feature: Feature, knowledge: Knowledge) -> float | None:
    """The value in the feature's unit; None when it is not plausible and so must be discarded.

    An unknown or missing unit is accepted only when the value is plausible in the canonical unit
    and in no other listed unit with another factor (glucose 2.4 is mmol/L, calcium 9.1 could be
    mg/dL). Raises `UnitNotUnderstood` otherwise.
    """
    units = knowledge.units.get(feature.id, ())
    value = _converted(quantity, feature, units, knowledge.reading["units"])
    if feature.options.get("absolute"):
        value = abs(value)
    return value if _plausible(value, feature) else None


def _converted(
    quantity: Quantity, feature: Feature, units: tuple[Unit, ...], spellings: Mapping[str, Any]
) -> float:
    written = normal_unit(quantity.unit, spellings)
    for unit in units:
        if normal_unit(unit.unit, spellings) == written:
            return quantity.value * unit.factor + unit.offset
    dimensionless = {normal_unit(unit, spellings) for unit in spellings["dimensionless"]}
    if written in dimensionless and normal_unit(feature.unit, spellings) in dimensionless:
        return quantity.value
    if written and written not in dimensionless and any(u.unit == feature.unit for u in units):
        raise UnitNotUnderstood(f"{feature.id}: unit not understood")
    return _guessed(quantity.value, feature, units)


def _guessed(value: float, feature: Feature, units: tuple[Unit, ...]) -> float:
    others = [unit for unit in units if (unit.factor, unit.offset) != (1.0, 0.0)]
    readings = [value * unit.factor + unit.offset for unit in others]
    if "plausible" not in feature.options and others:
        raise UnitNotUnderstood(f"{feature.id}: no unit")
    if _plausible(value, feature) and not any(_plausible(reading, feature) for reading in readings):
        return value
    raise UnitNotUnderstood(f"{feature.id}: no unit, and the value fits more than one")


def _plausible(value: float, feature: Feature) -> bool:
    limits = feature.options.get("plausible")
    if not isinstance(limits, tuple | list):
        return True
    low, high = limits
    return bool(low <= value <= high)


def normal_unit(unit: str, spellings: Mapping[str, Any]) -> str:
    """A unit as compared: no case, blanks, brackets or annotations; one spelling for each."""
    bare = unit.strip().lower()
    synonyms = spellings["synonyms"]
    if bare in synonyms:
        return str(synonyms[bare])
    folded = _ANNOTATION.sub("", bare).translate(_IGNORED)
    return str(synonyms.get(folded, folded))
