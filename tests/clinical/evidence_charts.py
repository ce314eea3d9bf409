"""The smallest charts: FHIR resources as dictionaries, read into findings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from cards.findings import Chart, Finding, Hit, Stance
from cards.knowledge import load
from cds_service.evidence import Entry, EvidenceReader

KNOWLEDGE = load()
READER = EvidenceReader(KNOWLEDGE)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PATIENT = "pat-1"
ME = {"reference": f"Patient/{PATIENT}"}

SCT = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"

LEG_WEAKNESS = {"coding": [{"system": SCT, "code": "102568007"}]}
MUSCLE_WEAKNESS = {"coding": [{"system": SCT, "code": "26544005"}]}
POTASSIUM = {"coding": [{"system": LOINC, "code": "2823-3"}]}
LEFT_LEG = {"coding": [{"system": SCT, "code": "32153003"}]}


def read(
    *resources: Mapping[str, Any] | bytes,
    patient: str = PATIENT,
    as_of: datetime = NOW,
    time_zone: tzinfo = UTC,
    reader: EvidenceReader = READER,
) -> Chart:
    entries = [
        Entry(one if isinstance(one, bytes) else json.dumps(one).encode(), f"chart, entry {number}")
        for number, one in enumerate(resources, 1)
    ]
    return reader.read(entries, patient_id=patient, as_of=as_of, time_zone=time_zone)


def findings(*resources: Mapping[str, Any] | bytes, **how: Any) -> tuple[Finding, ...]:
    return read(*resources, **how).findings


def finding(*resources: Mapping[str, Any] | bytes, **how: Any) -> Finding:
    """The one finding of a chart that has one."""
    (one,) = findings(*resources, **how)
    return one


def stances(*resources: Mapping[str, Any] | bytes, **how: Any) -> dict[str, Stance]:
    """What a chart says of each concept that it names."""
    return {hit.concept: hit.stance for one in findings(*resources, **how) for hit in one.hits}


def hit(one: Finding, concept: str) -> Hit:
    return next(hit for hit in one.hits if hit.concept == concept)


def text(words: str) -> dict[str, Any]:
    return {"text": words}


def condition(code: Any = LEG_WEAKNESS, **members: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": "c1", "subject": ME, "code": code} | members


def observation(code: Any = LEG_WEAKNESS, **members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "subject": ME,
        "code": code,
    } | members


def named(words: str, value: str | None = None, **members: Any) -> dict[str, Any]:
    """An observation with a name in words, and a value in words or none."""
    return observation(text(words), **({} if value is None else {"valueString": value}), **members)


def mmol(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"} | more


def patient(**members: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", "id": PATIENT, "birthDate": "1960-05-01", "gender": "female"} | members
