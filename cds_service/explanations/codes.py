"""The codes of a concept, and how many there are, as hospital informatics compare them with their own."""

from __future__ import annotations

from collections.abc import Iterable

from cards.codes import Code
from cds_service.explanations.wording import Wording, escaped

SYSTEMS = {
    "sct": "SNOMED CT",
    "loinc": "LOINC",
    "rxnorm": "RxNorm",
    "icd10cm": "ICD-10-CM",
    "icd10": "ICD-10",
    "icd9": "ICD-9-CM",
    "atc": "ATC",
    "cvx": "CVX",
    "v2": "HL7 interpretation",
    "actcode": "HL7 ActCode",
    "rolecode": "HL7 RoleCode",
}
FEW = 8
"""Codes of one system that are written out; of more only the number."""


def listed(concepts: Iterable[str], wording: Wording, *, all_of_them: bool = False) -> str:
    """The codes by system; codes that no terminology source confirms in brackets; empty without codes."""
    wanted = set(concepts)
    rows = [row for row in wording.knowledge.codes.rows if row.concept in wanted]
    by_system: dict[str, list[str]] = {}
    for row in rows:
        by_system.setdefault(SYSTEMS[row.system], []).append(_written(row))
    said = [
        _of_system(system, list(dict.fromkeys(codes)), all_of_them) for system, codes in by_system.items()
    ]
    return "; ".join(said)


def _of_system(system: str, codes: list[str], all_of_them: bool) -> str:
    if len(codes) > FEW and not all_of_them:
        return f"{len(codes)} {system}"
    return f"{system} {', '.join(codes)}"


def _written(row: Code) -> str:
    """`G61.0…`: the code and all below it; `…A`: of these the ones with this seventh character."""
    code = escaped(row.code)
    if row.match in {"prefix", "prefix_suffix"}:
        code = f"{code}…{row.suffix}"
    return code if row.verified else f"({code})"
