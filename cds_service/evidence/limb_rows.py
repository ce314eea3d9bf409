"""Grades in the row of a limb, where no word of power stands: "LLE 2/5, LUE 2/5", "RLE: 4/5".

An examination that goes through the limbs by their abbreviations grades their power from 0 to 5 (Medical
Research Council); a pain, a pulse or a score that names a limb says what it grades.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from cds_service.evidence.folding import folded, holds_any

_MARKS = r"[\s=(–-]*"
_SENTENCE_ENDS = frozenset(";|\n.")


class LimbRows:
    """Goes through the clauses of one text, in their order. `reading`: ``reading.toml``."""

    def __init__(self, reading: Mapping[str, Any]) -> None:
        values, any_case = reading["values"], reading["text"]["any_case"]
        self._not = (*values["power_not"], *values["power_limb_not"])
        self._row, self._behind = _rows(values["power_limbs"], values["power_limb_beside"], any_case)
        self._named = self._other = self._other_heading = False

    def grades(self, clause: str, grades: Iterable[tuple[str, str]], mark: str) -> bool:
        """Whether the grades of a clause stand in the row of a limb.

        `grades`: the words before and behind each; `mark`: the one that ends the clause.
        """
        if holds_any(folded(clause), self._not):
            self._other, self._named = True, False
            self._other_heading = self._other_heading or mark == ":"
        first = next(iter(grades), None)
        told = first is not None and not self._other and not self._other_heading and self._of_limb(*first)
        self._named = first is None and self._row.fullmatch(clause) is not None
        if mark in _SENTENCE_ENDS:
            self._other = False
        return told

    def _of_limb(self, before: str, after: str) -> bool:
        if self._row.fullmatch(before):
            return True
        return not before.strip(" =(-") and (self._named or self._behind.match(after) is not None)


@cache
def _rows(
    limbs: tuple[str, ...], beside: tuple[str, ...], any_case: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds nothing but a limb in some words, and one at their beginning."""
    limb = "|".join(f"(?i:{each})" if each in any_case else each for each in limbs)
    word = "|".join(sorted(map(re.escape, beside), key=len, reverse=True))
    begins = rf"{_MARKS}(?:(?i:{word})\s+)*(?:{limb})\b"
    return re.compile(rf"{begins}(?:\s+(?i:{word}))*{_MARKS}"), re.compile(begins)
