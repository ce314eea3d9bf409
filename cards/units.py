"""Measured values in the canonical unit of their feature, or an honest "not understood"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cards.findings import Quantity
from cards.knowledge import Feature, Knowledge, Unit

_ANNOTATION = re.compile(r"\{[^}]*\}")
# Signs that keyboards and printers put for others; NFKC would make a ten of "10³" a hundred and three.
_SIGNS = str.maketrans({"µ": "u", "μ": "u", "º": "°", "³": "^3", "⁶": "^6", "⁹": "^9", "×": "x", "_": " "})
_PER = re.compile(r"\s+(?:per|in)\s+")
_INVERSE = re.compile(r"[\s.·*]*([a-z]+)\s*\^?[-−]1$")
_POWER = re.compile(r"^x?\s*10\s*[\^*ex(\s]\s*([369])\)?")
_IGNORED = str.maketrans("", "", "[] ().")
_WORD = re.compile(r"[a-z0-9#°]+")


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
    synonyms, words = spellings["synonyms"], spellings["words"]
    bare = unit.strip().lower()
    if bare in synonyms:
        return str(synonyms[bare])
    plain = _plain(bare)
    if plain in synonyms:
        return str(synonyms[plain])
    counted = spellings["counted"]
    spelt = _WORD.sub(lambda word: "" if word[0] in counted else str(words.get(word[0], word[0])), plain)
    return str(synonyms.get(spelt, spelt))


@lru_cache(maxsize=4096)
def _plain(unit: str) -> str:
    """A unit without annotations, blanks and brackets, with one way of writing fractions and powers."""
    written = _ANNOTATION.sub("", unit).translate(_SIGNS)
    written = unicodedata.normalize("NFKC", written).lower().strip()
    written = _INVERSE.sub(r"/\1", _PER.sub("/", f" {written} ").strip())
    return _POWER.sub(r"10*\1", written).translate(_IGNORED)
