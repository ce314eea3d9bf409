"""How a concept of the content is written in a record: a code that a terminology confirms, and words."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from cards.codes import Code
from cards.findings import Side
from cards.knowledge import Knowledge

_TAG = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")


@lru_cache(maxsize=1)
def ways() -> Mapping[str, Any]:
    """making.toml: which way of recording is taken where the content allows several."""
    text = Path(__file__).with_name("making.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def concept_written(
    knowledge: Knowledge,
    concept: str,
    systems: tuple[str, ...],
    side: Side | None = None,
    *,
    feature: str = "",
    unit: str = "",
) -> dict[str, Any]:
    """A CodeableConcept: the first confirmed code of one of the systems, and what people would write.

    `feature`: for which the words may differ. `unit`: of a measured value, to which a code of LOINC is bound.
    """
    row = _row(knowledge, concept, systems, unit)
    # The name of a test in LOINC is longer than anybody writes it.
    named = row is not None and row.system != "loinc"
    written_so = _TAG.sub("", row.display) if row and named else _phrase(knowledge, concept)
    plain = str(ways()["words"].get(feature) or ways()["words"].get(concept, written_so))
    written: dict[str, Any] = {}
    if row is not None:
        coding = {"system": knowledge.system_urls[row.system], "code": row.code, "display": row.display}
        written["coding"] = [coding]
    return written | {"text": sided(knowledge, plain, side)}


def sided(knowledge: Knowledge, words: str, side: Side | None) -> str:
    """With the side before it, as a heading is written."""
    said = f"{knowledge.wording['sides'][side.value]} {words[:1].lower()}{words[1:]}" if side else words
    return said[:1].upper() + said[1:]


def _phrase(knowledge: Knowledge, concept: str) -> str:
    of = knowledge.concepts[concept]
    return of.phrases[0] if of.phrases else of.label


def _row(knowledge: Knowledge, concept: str, systems: tuple[str, ...], unit: str) -> Code | None:
    """A code that counts whatever else the entry says; one that is named like the concept goes first."""
    rows = [row for row in _usable(knowledge).get(concept, ()) if row.system in systems]
    rows.sort(key=lambda row: (systems.index(row.system), _is_of_another_unit(row, unit)))
    if (chosen := ways()["code"].get(concept)) is not None:
        return next((row for row in rows if f"{row.system} {row.code}" == chosen), None)
    phrases = [phrase.lower() for phrase in knowledge.concepts[concept].phrases]
    alike = (row for row in rows if any(phrase in row.display.lower() for phrase in phrases))
    return next(alike, rows[0] if rows else None)


def _is_of_another_unit(row: Code, unit: str) -> bool:
    """Whether LOINC counts amounts of substance where the unit has none, or masses where it has."""
    of_substance = "mol" in unit
    return ("[Moles" in row.display and not of_substance) or ("[Mass" in row.display and of_substance)


@lru_cache(maxsize=4)
def _usable(knowledge: Knowledge) -> Mapping[str, list[Code]]:
    """By concept: codes that are confirmed, whole, and bound to no further word."""
    found: dict[str, list[Code]] = defaultdict(list)
    for row in knowledge.codes.rows:
        bound = row.needs or row.not_when or row.fifth_not or row.fifth_only
        if row.verified and row.match in {"exact", "prefix"} and row.display and not bound:
            found[row.concept].append(row)
    return found
