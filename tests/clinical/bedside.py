"""The smallest patients, in the words of a ward: resources for one chart, and the cards that it gets.

Times count back from now ("2 days", "3 hours"); a record is posted over HTTP like an EHR would.
"""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from flask.testing import FlaskClient

from cds_service.app import create_app
from cds_service.fixtures import PREFETCH_KEYS, prefetch_from
from cds_service.settings import Settings

Resource = dict[str, Any]

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
PATIENT = "bed-7"

_PERIODS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_numbers = itertools.count(1)


@cache
def _client() -> FlaskClient:
    return create_app(Settings()).test_client()


def ago(text: str) -> datetime:
    """A moment such as "2 days" or "3 hours" before now; "0 days" is now."""
    found = re.fullmatch(r"([\d.]+) (minute|hour|day|week|month|year)s?", text)
    assert found, text
    return datetime.now(UTC) - timedelta(days=float(found[1]) * _PERIODS[found[2]])


def instant(text: str) -> str:
    return ago(text).isoformat(timespec="seconds")


def resource(kind: str, **content: Any) -> Resource:
    subject = "patient" if kind == "Immunization" else "subject"
    made = {"resourceType": kind, "id": f"r{next(_numbers)}", subject: {"reference": f"Patient/{PATIENT}"}}
    return {name: value for name, value in (made | content).items() if value is not None}


def coded(code: str | None, text: str | None) -> dict[str, Any]:
    """A concept written as "snomed 40956001", and the words beside it."""
    systems = {"snomed": SNOMED, "loinc": LOINC, "icd10cm": ICD10CM, "rxnorm": RXNORM}
    concept: dict[str, Any] = {}
    if code:
        system, value = code.split(" ")
        concept["coding"] = [{"system": systems[system], "code": value}]
    if text:
        concept["text"] = text
    return concept


def condition(
    text: str | None = None,
    *,
    code: str | None = None,
    since: str | None = "2 days",
    recorded: str | None = None,
    status: str = "active",
    verification: str = "confirmed",
    category: str | None = None,
    **more: Any,
) -> Resource:
    """A problem or diagnosis. `since`: its stated onset; None when only the date of recording is known."""
    return resource(
        "Condition",
        code=coded(code, text),
        onsetDateTime=instant(since) if since else None,
        recordedDate=instant(recorded) if recorded else None,
        clinicalStatus={"coding": [{"code": status}]},
        verificationStatus={"coding": [{"code": verification}]},
        category=[{"coding": [{"code": category}]}] if category else None,
        **more,
    )


def observation(
    text: str | None = None,
    *,
    code: str | None = None,
    at: str = "1 hour",
    status: str = "final",
    **value: Any,
) -> Resource:
    return resource(
        "Observation", code=coded(code, text), effectiveDateTime=instant(at), status=status, **value
    )


def measured(
    text: str | None,
    value: float | str,
    unit: str,
    *,
    code: str | None = None,
    at: str = "1 hour",
    **more: Any,
) -> Resource:
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observation(text, code=code, at=at, valueQuantity=quantity, **more)


def exam(text: str, answer: bool | None = True, *, at: str = "1 hour", **more: Any) -> Resource:
    """A finding looked for at the bedside: there (True), not there (False), or just written down (None)."""
    if answer is not None:
        more["valueBoolean"] = answer
    return observation(text, at=at, **more)


def medicine(
    name: str, *, code: str | None = None, since: str = "60 days", status: str = "active"
) -> Resource:
    return resource(
        "MedicationRequest",
        medicationCodeableConcept=coded(code, name),
        authoredOn=instant(since),
        status=status,
        intent="order",
    )


def weakness(of: str = "both legs", since: str = "2 days", **more: Any) -> Resource:
    return condition(f"Weakness of {of}", since=since, **more)


def loss_of_bladder_control(*, ruled_out: bool = False, since: str = "1 day") -> Resource:
    return condition(
        "Urinary incontinence",
        code="snomed 165232002",
        since=since,
        verification="refuted" if ruled_out else "confirmed",
    )


def patient(*resources: Resource, age: int = 55, **more: Any) -> list[Resource]:
    """A whole record: the patient and what is recorded."""
    born = datetime.now(UTC) - timedelta(days=365.25 * age + 100)
    person = {
        "resourceType": "Patient",
        "id": PATIENT,
        "birthDate": born.date().isoformat(),
        "gender": "female",
    }
    return [person | more, *resources]


def call_for(record: list[Resource]) -> dict[str, Any]:
    return {
        "hook": "patient-view",
        "hookInstance": "9a3c9a52-7a6b-4d55-8f1c-0f9b5f4f7a11",
        "context": {"patientId": PATIENT, "userId": "Practitioner/ward"},
        "prefetch": prefetch_from(record, PREFETCH_KEYS),
    }


def answer_to(call: dict[str, Any]) -> dict[str, Any]:
    """The JSON that leaves the service."""
    response = _client().post(
        "/cds-services/leg-weakness", data=json.dumps(call), content_type="application/json"
    )
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()
    return answer


def cards_for(record: list[Resource]) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = answer_to(call_for(record))["cards"]
    return cards


def assessment_of(cards: list[dict[str, Any]]) -> dict[str, Any]:
    """The machine-readable assessment of the first card; empty without a card."""
    if not cards:
        return {}
    extension: dict[str, Any] = cards[0]["extension"]["org.leg-weakness-cds.assessment"]
    return extension


def red_flags(record: list[Resource]) -> dict[str, str]:
    """The rules shown for a record, with their level."""
    flags = assessment_of(cards_for(record)).get("redFlags", [])
    return {flag["id"]: flag["indicator"] for flag in flags}


def causes(record: list[Resource]) -> list[str]:
    return [cause["id"] for cause in assessment_of(cards_for(record)).get("causes", [])]


def indicator(record: list[Resource]) -> str | None:
    """Of the first card; None when the service has nothing to say."""
    cards = cards_for(record)
    return cards[0]["indicator"] if cards else None
