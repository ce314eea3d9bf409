"""Charts as wards write them, all read at one moment: raw FHIR with the dates that its clerks typed.

Every chart is a function that returns a `WardChart`, and its docstring is the story that a colleague would
tell; `CHARTS` of `tests.clinical.cards` holds them by name.
Dates are literal ("2026-06-15", "2026-06-17T08:10:00+02:00"), so that cards can be compared word for word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cds_service.fixtures import PREFETCH_KEYS, prefetch_from

Resource = dict[str, Any]

AS_OF = datetime(2026, 6, 17, 15, 30, tzinfo=UTC)
"""A Wednesday afternoon: the moment at which every chart here is opened."""
WHO = "ward-1"
SYSTEMS = {
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "icd10cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "icd10gm": "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
}
UCUM = "http://unitsofmeasure.org"


@dataclass(frozen=True)
class WardChart:
    """What an EHR holds about one patient, as it would send it with the hook call."""

    record: list[Resource]
    failed: Mapping[str, Resource | None] = field(default_factory=dict)
    """Prefetch keys whose answer replaces what the record would give: an error, or nothing at all."""

    def call(self) -> Resource:
        """The hook call of an EHR for this chart; ids count up, so that each stays the same."""
        named = [each | {"id": each.get("id", f"e{number}")} for number, each in enumerate(self.record)]
        prefetch: Resource = prefetch_from(named, PREFETCH_KEYS)
        for key, given in self.failed.items():
            if given is None:
                del prefetch[key]
            else:
                prefetch[key] = given
        return {
            "hook": "patient-view",
            "hookInstance": "9a3c9a52-7a6b-4d55-8f1c-0f9b5f4f7a11",
            "context": {"patientId": WHO, "userId": "Practitioner/ward"},
            "prefetch": prefetch,
        }


def person(born: str | None, gender: str | None = "female") -> Resource:
    made = {"resourceType": "Patient", "id": WHO, "birthDate": born, "gender": gender}
    return {name: value for name, value in made.items() if value is not None}


def entry(kind: str, **content: Any) -> Resource:
    subject = "patient" if kind == "Immunization" else "subject"
    made = {"resourceType": kind, subject: {"reference": f"Patient/{WHO}"}, **content}
    return {name: value for name, value in made.items() if value is not None}


def concept(text: str | None = None, *codes: str) -> Resource:
    """Words and codes of a thing; a code is "snomed 26544005" or "snomed 26544005 Muscle weakness"."""
    made: Resource = {}
    for code in codes:
        system, value, *display = code.split(" ", 2)
        coding = {"system": SYSTEMS.get(system, system), "code": value}
        made.setdefault("coding", []).append(coding | ({"display": display[0]} if display else {}))
    return made | ({"text": text} if text else {})


def problem(
    text: str | None,
    *codes: str,
    onset: str | None = None,
    recorded: str | None = None,
    on_list: bool = False,
    status: str | None = "active",
    verified: str | None = "confirmed",
    **more: Any,
) -> Resource:
    """A diagnosis or complaint of a visit; `on_list`: an item of the problem list."""
    category = "problem-list-item" if on_list else "encounter-diagnosis"
    return entry(
        "Condition",
        code=concept(text, *codes),
        onsetDateTime=onset,
        recordedDate=recorded,
        clinicalStatus={"coding": [{"code": status}]} if status else None,
        verificationStatus={"coding": [{"code": verified}]} if verified else None,
        category=[{"coding": [{"code": category}]}],
        **more,
    )


def observed(text: str | None, *codes: str, at: str | None, category: str = "exam", **value: Any) -> Resource:
    return entry(
        "Observation",
        status=value.pop("status", "final"),
        category=[{"coding": [{"code": category}]}],
        code=concept(text, *codes),
        effectiveDateTime=at,
        **value,
    )


def lab(text: str | None, code: str | None, value: float, unit: str, at: str, **more: Any) -> Resource:
    """A laboratory value; `unit` is as printed, and its own UCUM code."""
    codes = [f"loinc {code}"] if code else []
    quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
    return observed(text, *codes, at=at, category="laboratory", valueQuantity=quantity, **more)


def vitals(at: str, *, pulse: int = 78, temperature: float = 36.7, saturation: int = 97) -> list[Resource]:
    """The round of the nurse: five values that say nothing about legs."""

    def vital(name: str, code: str, value: float, unit: str) -> Resource:
        quantity = {"value": value, "unit": unit, "system": UCUM, "code": unit}
        return observed(name, f"loinc {code}", at=at, category="vital-signs", valueQuantity=quantity)

    return [
        vital("Heart rate", "8867-4", pulse, "/min"),
        vital("Body temperature", "8310-5", temperature, "Cel"),
        vital("Oxygen saturation", "59408-5", saturation, "%"),
        vital("Systolic blood pressure", "8480-6", 134, "mm[Hg]"),
        vital("Diastolic blood pressure", "8462-4", 78, "mm[Hg]"),
    ]


def order(name: str, *codes: str, on: str = "2026-01-12", status: str = "active") -> Resource:
    return entry(
        "MedicationRequest",
        medicationCodeableConcept=concept(name, *codes),
        authoredOn=on,
        status=status,
        intent="order",
    )


def report(title: str, conclusion: str | None, *, at: str, code: str | None = None, **more: Any) -> Resource:
    codes = [f"loinc {code}"] if code else []
    return entry(
        "DiagnosticReport",
        code=concept(title, *codes),
        effectiveDateTime=at,
        status="final",
        conclusion=conclusion,
        **more,
    )


def questionnaire(at: str, answers: Mapping[str, str | bool]) -> Resource:
    """A form of the ward: questions as it prints them, answered in words or with a tick."""
    items = []
    for number, (question, answer) in enumerate(answers.items()):
        kind = "valueBoolean" if isinstance(answer, bool) else "valueString"
        items.append({"linkId": str(number), "text": question, "answer": [{kind: answer}]})
    return entry("QuestionnaireResponse", status="completed", authored=at, item=items)
