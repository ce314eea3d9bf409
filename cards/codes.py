"""Which concepts a coding stands for.

Codes are compared without regard to case and blanks, ICD codes also without regard to a dot that
the record left out. Where a row matches a whole branch of ICD, how it does is said at `Code.match`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

ICD = frozenset({"icd10cm", "icd10", "icd9"})
_REMEMBERED = 50_000
"""Codings remembered; a chart has a few hundred different ones, a whole hospital some ten thousand."""


@dataclass(frozen=True, slots=True)
class Code:
    """One row of codes.csv: a code that stands for a concept."""

    concept: str
    system: str
    code: str
    match: str
    """``exact``; ``prefix``: the code and all below it; ``prefix_suffix``: below the code and with
    `suffix` as seventh character (ICD-10-CM); ``range``: ``C00-C43``, both categories and all between."""
    suffix: str
    verified: bool
    """A terminology source confirms the code; else it is a weak hint, never critical alone."""
    needs: tuple[str, ...]
    """Words of which the text of the entry must hold one; for ``leg`` a lower-limb site will do."""
    not_when: tuple[str, ...]
    """Words of which the text of the entry must hold none."""
    fifth_not: str
    """Fifth characters (WHO ICD-10: the level of the spine) with which the code does not count."""
    fifth_only: str
    """Fifth characters of which one must be there for the code to count; empty when none needs to be."""
    display: str
    note: str

    def takes(self, written: str) -> bool:
        """Whether the row counts for a code (as `normal` writes it) that begins as the row says."""
        fifth = written[5:6]
        if self.fifth_not and fifth and fifth in self.fifth_not:
            return False
        if self.fifth_only and not (fifth and fifth in self.fifth_only):
            return False
        # ICD-10-CM: the seventh character stands behind the dot, so at place 7 of the eight.
        return self.match != "prefix_suffix" or written[7:] == self.suffix


def normal(system: str, code: str) -> str:
    """The code as it is compared: upper case and, for ICD, with the dot where it belongs.

    `344.3`, `344,3`, `344. 3` and `3443` are the same ICD-9 diagnosis; `34.43` is a procedure and stays apart
    from them.
    The marks of manifestation and aetiology (`G63.2*`, `E11.4+`) and the open end (`G83.1-`) are dropped.
    """
    written = code.strip().upper()
    if system not in ICD:
        return written
    written = "".join(written.split()).replace(",", ".").rstrip("*+†‡#!-")
    category = 4 if system == "icd9" and written.startswith("E") else 3
    if "." in written or len(written) <= category:
        return written.removesuffix(".")
    return f"{written[:category]}.{written[category:]}"


def _table(system: str, written: str) -> str:
    """ICD-9 has two tables: 14 is a tumour of the mouth among diagnoses, the retina among procedures."""
    return "icd9 procedure" if system == "icd9" and written[2:3] == "." else system


class Codes:
    """All rows of codes.csv, ready to be asked for each coding of a chart."""

    def __init__(self, rows: Iterable[Code]) -> None:
        self.rows = tuple(rows)
        self._exact: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._prefixes: dict[str, dict[int, dict[str, list[int]]]] = {}
        self._ranges: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self._remembered: dict[tuple[str, str], tuple[Code, ...]] = {}
        for place, row in enumerate(self.rows):
            self._enter(place, row)

    def _enter(self, place: int, row: Code) -> None:
        if row.match == "range":
            first, _, last = row.code.partition("-")
            self._ranges[row.system].append((first, last, place))
            return
        written = normal(row.system, row.code)
        table = _table(row.system, written)
        if row.match == "exact":
            self._exact[table, written].append(place)
            return
        of_length = self._prefixes.setdefault(table, {}).setdefault(len(written), {})
        of_length.setdefault(written, []).append(place)

    def lookup(self, system: str, code: str) -> tuple[Code, ...]:
        """All rows that match, in the order of codes.csv; `system` is the short name of systems.toml."""
        asked = (system, code)
        found = self._remembered.get(asked)
        if found is None:
            found = self._find(system, normal(system, code))
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[asked] = found
        return found

    def _find(self, system: str, written: str) -> tuple[Code, ...]:
        if not written:
            return ()
        table = _table(system, written)
        places = list(self._exact.get((table, written), ()))
        for length, of_length in self._prefixes.get(table, {}).items():
            if len(written) >= length:
                places.extend(of_length.get(written[:length], ()))
        for first, last, place in self._ranges.get(system, ()):
            if first <= written[:3] <= last:
                places.append(place)
        return tuple(self.rows[place] for place in sorted(places) if self.rows[place].takes(written))
