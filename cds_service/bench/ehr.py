"""How an EHR calls: with all that it has, without parts, with errors in them, or with its server alone."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from cds_service import fixtures
from cds_service.bench.charts import Given
from cds_service.hooks import HOOK

FULL, MISSING, ERROR, FHIR = "full", "missing", "error", "fhir"
WAYS: Mapping[str, str] = {
    FULL: "Sends the whole chart",
    MISSING: "Leaves parts out",
    ERROR: "Has an error in parts",
    FHIR: "Sends nothing but its FHIR server",
}
"""What is said of each way."""
PARTS: Mapping[str, str] = {
    "patient": "Patient",
    "conditions": "Problems and diagnoses",
    "observations": "Observations",
    "reports": "Reports",
    "medications": "Prescriptions",
    "medicationStatements": "Medication statements",
    "medicationAdministrations": "Medicines given",
    "procedures": "Procedures",
    "immunizations": "Immunizations",
    "encounters": "Encounters",
    "questionnaires": "Questionnaires",
}
"""What is said of each prefetch key."""
FAILED_SEARCH = {
    "resourceType": "OperationOutcome",
    "issue": [
        {
            "severity": "error",
            "code": "timeout",
            "diagnostics": "The test bench plays an EHR whose search failed.",
        }
    ],
}
_USER = "Practitioner/test-bench"


def call_of(
    given: Given,
    way: str,
    parts: Collection[str] = (),
    *,
    server: str | None = None,
    resources: Sequence[dict[str, Any]] | None = None,
) -> bytes:
    """The body of the call. What was pasted as a call goes as it came, unless something is to be changed.

    `server` is the FHIR server to name where the way is "fhir"; `resources` stand in for those of the chart.
    """
    if given.call is not None and way == FULL and resources is None:
        return given.call
    call = _shell(given)
    if way == FHIR:
        call.pop("prefetch", None)
        call.pop("fhirAuthorization", None)
        return _encoded(call | {"fhirServer": server})
    prefetch = call.get("prefetch")
    if resources is not None or not isinstance(prefetch, dict):
        prefetch = prefetch_of(given.resources if resources is None else resources)
    if way == MISSING:
        prefetch = {key: value for key, value in prefetch.items() if key not in parts}
    if way == ERROR:
        prefetch = prefetch | dict.fromkeys([key for key in prefetch if key in parts], FAILED_SEARCH)
    return _encoded(call | {"prefetch": prefetch})


def prefetch_of(resources: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Per key what an EHR sends; medicines that prescriptions name come along with them, as `include`."""
    prefetch = fixtures.prefetch_from(resources, fixtures.PREFETCH_KEYS)
    named = [each for each in resources if each.get("resourceType") == "Medication"]
    if named:
        along = [{"resource": each, "search": {"mode": "include"}} for each in named]
        found = prefetch["medications"]
        prefetch["medications"] = found | {"entry": [*found.get("entry", ()), *along]}
    return prefetch


def _shell(given: Given) -> dict[str, Any]:
    """The call around the chart, with an instance of its own for each press of the button."""
    if given.call is not None:
        call: dict[str, Any] = json.loads(given.call)
    elif given.source:
        call = fixtures.call(given.source, given.moment)
        call.pop("prefetch")
    else:
        call = {"hook": HOOK, "context": {"userId": _USER, "patientId": given.patient}}
    return call | {"hookInstance": str(uuid4())}


def _encoded(call: Mapping[str, Any]) -> bytes:
    """Names in their order; in ASCII, so that half a surrogate pair of a pasted text can be sent as well."""
    first = {name: call[name] for name in ("hook", "hookInstance", "context") if name in call}
    return json.dumps({**first, **call}).encode()
