"""The pack for machines: one key for each attribute, never blank."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cds_service.transparency.pack import Attribute, Pack


def as_json(pack: Pack, results: dict[str, Any]) -> dict[str, Any]:
    return {
        "product": dict(pack.product),
        "content": _content(pack),
        "reviewed": {"statements": pack.reviewed, "of": pack.reviewable},
        "regulation": list(pack.lists["regulation"]),
        "intendedUse": dict(pack.intended_use),
        "limits": list(pack.lists["limits"]),
        "outOfScope": list(pack.lists["out_of_scope"]),
        "basis": list(pack.lists["basis"]),
        "maintenance": list(pack.lists["maintenance"]),
        "evidenceBased": _values(pack.evidence_based),
        "predictive": _values(each for group in pack.predictive.values() for each in group),
        "site": {each.key: {"stated": each.stated, "value": each.value} for each in pack.site},
        "siteEvaluation": dict(pack.local),
        "bibliography": dict(pack.bibliography),
        "evaluation": {"said": list(pack.lists["evaluation"]), **results},
    }


def _content(pack: Pack) -> dict[str, str]:
    said = {"version": pack.version, "digest": pack.digest, "revised": pack.revised}
    return said | {"localCodes": pack.local_codes} if pack.local_codes else said


def _values(attributes: Iterable[Attribute]) -> dict[str, str]:
    return {each.key: each.whole for each in attributes}
