"""Whether a code can be one of its system at all: check digits and the shape that the system prescribes."""

from __future__ import annotations

import re

_BLOCKS = {"icd10cm": r"[A-Z]\d", "icd10": r"[A-Z]\d", "icd9": r"\d\d|V\d|E\d\d?"}
"""The beginning of several categories, as a prefix may be."""
_SHAPES = {
    "icd10cm": r"[A-Z]\d[0-9AB](\.[0-9A-Z]{1,4})?",
    "icd10": r"[A-Z]\d\d(\.\d{1,2})?|[A-Z]\d\d-[A-Z]\d\d",
    "icd9": r"(\d{3}|V\d\d|E\d{3})(\.\d{1,2})?|\d\d\.\d{1,2}",
    "atc": r"[A-V](\d\d([A-Z]([A-Z](\d\d)?)?)?)?",
    "sct": r"[1-9]\d{5,17}",
    "loinc": r"(L[AP])?\d{1,7}-\d",
    "rxnorm": r"[1-9]\d{0,7}",
    "cvx": r"\d{1,3}",
    "v2": r"[A-Z+<>-]{1,5}",
    "actcode": r"[A-Z]{2,10}",
    "rolecode": r"[A-Z]{2,10}",
}

# The dihedral group and the permutation of Verhoeff's scheme (SNOMED CT Release File Specification, 3.2).
_TIMES = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9),
    (1, 2, 3, 4, 0, 6, 7, 8, 9, 5),
    (2, 3, 4, 0, 1, 7, 8, 9, 5, 6),
    (3, 4, 0, 1, 2, 8, 9, 5, 6, 7),
    (4, 0, 1, 2, 3, 9, 5, 6, 7, 8),
    (5, 9, 8, 7, 6, 0, 4, 3, 2, 1),
    (6, 5, 9, 8, 7, 1, 0, 4, 3, 2),
    (7, 6, 5, 9, 8, 2, 1, 0, 4, 3),
    (8, 7, 6, 5, 9, 3, 2, 1, 0, 4),
    (9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
)
_TURN = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def fault(system: str, code: str, match: str = "exact") -> str:
    """What is wrong with a code, in a few words; empty when nothing is seen."""
    shape = _SHAPES.get(system, ".+")
    if match == "prefix" and system in _BLOCKS:
        shape += f"|{_BLOCKS[system]}"
    if not re.fullmatch(shape, code):
        return f"not written like a code of {system}"
    if system == "sct" and not verhoeff(code):
        return "the check digit is wrong (Verhoeff)"
    if system == "sct" and code[-3:-1] not in ("00", "10"):
        return "not the id of a concept (partition)"
    # The check digits of answers (LA) and parts (LP) follow another scheme.
    if system == "loinc" and code[0] != "L" and not luhn(code.replace("-", "")):
        return "the check digit is wrong (mod 10)"
    return ""


def luhn(digits: str) -> bool:
    """LOINC Users' Guide, appendix C: mod 10, the check digit last."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(digit)
        for _ in range(place % 8):
            turned = _TURN[turned]
        check = _TIMES[check][turned]
    return check == 0
