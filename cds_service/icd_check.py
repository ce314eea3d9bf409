"""Whether the ICD-10-CM codes of the content exist, by the code set of the package `simple-icd-10-cm`.

It is a development dependency: a hospital that runs the service does without it, who edits content has it.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from cards.codes import Code
from cards.content_check import Problem
from cards.knowledge import Knowledge

CHECKED = "ICD-10-CM codes checked against the code set of simple-icd-10-cm"
NOT_CHECKED = "ICD-10-CM codes not checked: the package simple-icd-10-cm is not installed"


def unknown_codes(knowledge: Knowledge) -> tuple[Problem, ...] | None:
    """A problem for each code that does not exist; None when the package is not installed."""
    try:
        code_set = import_module("simple_icd_10_cm")
    except ModuleNotFoundError:
        return None
    rows = (row for row in knowledge.codes.rows if row.system == "icd10cm")
    return tuple(
        Problem("codes.csv", row.concept, f"{row.code} is no code of ICD-10-CM")
        for row in rows
        if not _exists(row, code_set)
    )


def _exists(row: Code, code_set: ModuleType) -> bool:
    if row.match == "prefix" and len(row.code) < 3:  # several categories
        return any(code_set.is_valid_item(f"{row.code}{third}") for third in "0123456789AB")
    if not code_set.is_valid_item(row.code):
        return False
    if row.match == "prefix_suffix":
        return any(code[7:] == row.suffix for code in code_set.get_descendants(row.code))
    return True
