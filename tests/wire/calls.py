"""Small hook calls, built part by part, and what every answer of the service has to keep to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SERVICE = "/cds-services/leg-weakness"
PATIENT = "p1"
HOOK_INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
OUR_KEYS = (
    "conditions",
    "observations",
    "reports",
    "medications",
    "medicationStatements",
    "medicationAdministrations",
    "procedures",
    "immunizations",
    "encounters",
    "questionnaires",
)
EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def patient(identity: str = PATIENT) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": identity, "birthDate": "1960-05-01", "gender": "female"}


def condition(
    text: str, identity: str = "c1", onset: str = "2026-11-20T08:00:00Z", **more: Any
) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": identity,
        "subject": {"reference": f"Patient/{PATIENT}"},
        "code": {"text": text},
        "onsetDateTime": onset,
        "clinicalStatus": {"coding": [{"code": "active"}]},
    } | more


def outcome(severity: str = "error") -> dict[str, Any]:
    issue = {"severity": severity, "code": "processing", "diagnostics": "Snowdrop said no"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def bundle(*resources: Any, mode: str = "match", **more: Any) -> dict[str, Any]:
    entries = [{"resource": each, "search": {"mode": mode}} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries} | more


def everything(**given: Any) -> dict[str, Any]:
    """A prefetch with every key: those given, the patient, all else empty."""
    return {"patient": patient()} | dict.fromkeys(OUR_KEYS, EMPTY) | given


def call(prefetch: Any = None, **changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "hook": "patient-view",
        "hookInstance": HOOK_INSTANCE,
        "context": {"patientId": PATIENT, "userId": "Practitioner/dr1"},
        "prefetch": everything() if prefetch is None else prefetch,
    }
    return {name: value for name, value in (made | changes).items() if value is not ...}


def post(client: FlaskClient, body: Any, **options: Any) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(SERVICE, data=data, **({"content_type": "application/json"} | options))


def cards(client: FlaskClient, prefetch: Any, **changes: Any) -> list[dict[str, Any]]:
    response = post(client, call(prefetch, **changes))
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.get_json()["cards"]
    return found


def refusal(response: TestResponse) -> dict[str, Any]:
    """The one issue of the OperationOutcome that every error answer is, checked for its shape."""
    outcome: dict[str, Any] = response.get_json()
    assert response.mimetype == "application/json"
    assert outcome["resourceType"] == "OperationOutcome"
    (issue,) = outcome["issue"]
    assert issue["severity"] == "error"
    assert issue["diagnostics"].endswith(".")
    assert "Traceback" not in response.text
    (coding,) = issue["details"]["coding"]
    return {"status": response.status_code, "code": coding["code"], "says": issue["diagnostics"]}


def empty_members(value: Any, path: str = "$") -> Iterator[str]:
    """Every null, empty text, empty array and empty object; CDS Hooks forbids them all but `cards: []`."""
    if value is None or value in ("", [], {}):
        if path != "$.cards":
            yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from empty_members(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from empty_members(inner, f"{path}[{place}]")
