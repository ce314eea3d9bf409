"""Writes FHIR R4 resources as an EHR sends them, with narrative and references: 0.8 to 1.5 KB each."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from benchmarks.vocabulary import HL7, SCT, UCUM, VISIT_REASONS, VISITS, Measure, Term

Resource = dict[str, Any]
Code = Term | str
"""What an entry is about: a term with its code, or a mere text."""

SOURCE = "https://ehr.example.org"
WARD = "Example Hospital, internal medicine"
CLINICIAN = "Dr Example Clinician"
INITIALS = tuple(f"{first}{last}" for first in "ABCDEFGHKM" for last in "NPQRSTUVWZ")


class ResourceWriter:
    """One patient's record; the same random source writes the same record."""

    def __init__(self, chance: Random, now: datetime, visits: int) -> None:
        self.chance = chance
        self.now = now.replace(microsecond=0)
        self.patient_id = self.new_id()
        self.visit_ids = [self.new_id() for _ in range(max(1, visits))]

    def new_id(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def some_day(self) -> datetime:
        """Long enough ago to be no acute illness."""
        return self.now - timedelta(days=self.chance.randint(60, 2500), minutes=self.chance.randint(0, 1439))

    def in_own_words(self, text: str) -> str:
        """A text that nobody has written before: what people type does not repeat."""
        return f"{text}, noted {self.some_day():%d %b %Y %H:%M} by {self.chance.choice(INITIALS)}"

    def patient(self) -> Resource:
        birth = self.now.date() - timedelta(days=61 * 365 + self.chance.randint(0, 364))
        name = {"use": "official", "family": "Benchmark", "given": ["Robin", "Lee"], "prefix": ["Mx"]}
        rows = (("Name", "Robin Lee Benchmark"), ("Born", birth.isoformat()), ("Gender", "female"))
        return {
            **self._head("Patient", self.patient_id, self.now - timedelta(days=30), "Patient", rows),
            "active": True,
            "name": [name],
            "telecom": [{"system": "phone", "value": "+1 555 0100", "use": "home"}],
            "gender": "female",
            "birthDate": birth.isoformat(),
            "address": [
                {"use": "home", "line": ["1 Example Street"], "city": "Exampletown", "postalCode": "00000"}
            ],
            "maritalStatus": _concept(Term(f"{HL7}/v3-MaritalStatus", "M", "Married", "Married")),
            "managingOrganization": {"display": WARD},
        }

    def measurement(
        self, measure: Measure, value: float | None = None, at: datetime | None = None
    ) -> Resource:
        digits = 0 if measure.high > 50 else 1
        if value is None:
            value = round(self.chance.uniform(measure.low, measure.high), digits)
        value = int(value) if digits == 0 else value
        at = at or self.some_day()
        rows = (
            ("Test", measure.term.text),
            ("Result", f"{value} {measure.unit}"),
            ("Taken", f"{at:%Y-%m-%d %H:%M}"),
        )
        resource = self._observation(measure.term, measure.category, at, rows)
        resource["valueQuantity"] = _quantity(value, measure.unit)
        if self.chance.random() < 0.5:
            normal = Term(f"{HL7}/v3-ObservationInterpretation", "N", "Normal", "Normal")
            resource["interpretation"] = [_concept(normal)]
        low, high = ({"value": limit, "unit": measure.unit} for limit in (measure.low, measure.high))
        resource["referenceRange"] = [{"low": low, "high": high}]
        return resource

    def measured_in_words(self, text: str) -> Resource:
        at = self.some_day()
        value = f"about {self.chance.randint(2, 90)}, as last time"
        rows = (("Item", text), ("Result", value), ("Noted", f"{at:%Y-%m-%d %H:%M}"), ("By", CLINICIAN))
        return self._observation(text, "survey", at, rows) | {
            "valueString": value,
            "note": [{"text": self.in_own_words("Told by the patient; no further measurement was made")}],
        }

    def _observation(
        self, code: Code, category: str, at: datetime, rows: tuple[tuple[str, str], ...]
    ) -> Resource:
        return {
            **self._head("Observation", self.new_id(), at, category, rows),
            "status": "final",
            "category": [_concept(_term("observation-category", category))],
            "code": _concept(code),
            "subject": self._subject(),
            "encounter": self._visit(),
            "effectiveDateTime": at.isoformat(),
            "issued": at.isoformat(),
            "performer": [{"display": WARD}],
        }

    def condition(self, code: Code, onset: datetime | None = None) -> Resource:
        since = onset or self.some_day()
        over = onset is None and self.chance.random() < 0.5
        status = "resolved" if over else "active"
        rows = (
            ("Problem", _text(code)),
            ("Status", status),
            ("Since", f"{since:%Y-%m-%d}"),
            ("By", CLINICIAN),
        )
        resource = {
            **self._head("Condition", self.new_id(), since, "Problem", rows),
            "clinicalStatus": _concept(_term("condition-clinical", status)),
            "verificationStatus": _concept(_term("condition-ver-status", "confirmed")),
            "category": [_concept(_term("condition-category", "problem-list-item"))],
            "code": _concept(code),
            "subject": self._subject(),
            "encounter": self._visit(),
            "onsetDateTime": since.isoformat(),
            "recordedDate": since.isoformat(),
            "recorder": {"display": CLINICIAN},
        }
        if over:
            resource["abatementDateTime"] = (since + timedelta(days=14)).isoformat()
        return resource

    def prescription(self, code: Code) -> Resource:
        at = self.some_day()
        dose = "Take 1 by mouth once a day, with water"
        rows = (("Medication", _text(code)), ("Dose", dose), ("Ordered", f"{at:%Y-%m-%d}"), ("By", CLINICIAN))
        return {
            **self._head("MedicationRequest", self.new_id(), at, "Prescription", rows),
            "status": self.chance.choice(["active", "completed", "stopped"]),
            "intent": "order",
            "category": [_concept(_term("medicationrequest-category", "community"))],
            "medicationCodeableConcept": _concept(code),
            "subject": self._subject(),
            "encounter": self._visit(),
            "authoredOn": at.isoformat(),
            "requester": {"display": CLINICIAN},
            "dosageInstruction": [
                {
                    "sequence": 1,
                    "text": dose,
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                    "asNeededBoolean": False,
                }
            ],
        }

    def visit(self) -> Resource:
        number = self.chance.randrange(len(VISITS))
        identifier = self.visit_ids.pop() if len(self.visit_ids) > 1 else self.new_id()
        start = self.some_day()
        end = start + timedelta(minutes=20)
        reason = self.chance.choice(VISIT_REASONS)
        reason = reason if self.chance.random() < 0.5 else self.in_own_words(reason)
        rows = (("Visit", VISITS[number].text), ("Reason", reason), ("Start", f"{start:%Y-%m-%d %H:%M}"))
        period = {"start": start.isoformat(), "end": end.isoformat()}
        return {
            **self._head("Encounter", identifier, end, "Visit", rows),
            "status": "finished",
            "class": {"system": f"{HL7}/v3-ActCode", "code": "AMB", "display": "ambulatory"},
            "type": [_concept(VISITS[number])],
            "subject": self._subject(),
            "participant": [{"period": period, "individual": {"display": CLINICIAN}}],
            "period": period,
            "reasonCode": [{"text": reason}],
            "location": [{"location": {"display": WARD}}],
            "serviceProvider": {"display": WARD},
        }

    def procedure(self, code: Code) -> Resource:
        start = self.some_day()
        rows = (
            ("Procedure", _text(code)),
            ("Done", f"{start:%Y-%m-%d %H:%M}"),
            ("By", CLINICIAN),
            ("Outcome", "completed without complication"),
        )
        return {
            **self._head("Procedure", self.new_id(), start, "Procedure", rows),
            "status": "completed",
            "category": _concept(Term(SCT, "103693007", "Diagnostic procedure (procedure)", "Diagnostic")),
            "code": _concept(code),
            "subject": self._subject(),
            "encounter": self._visit(),
            "performedPeriod": {
                "start": start.isoformat(),
                "end": (start + timedelta(minutes=30)).isoformat(),
            },
            "recorder": {"display": CLINICIAN},
            "performer": [{"actor": {"display": CLINICIAN}, "onBehalfOf": {"display": WARD}}],
        }

    def report(self, code: Code) -> Resource:
        at = self.some_day()
        rows = (("Report", _text(code)), ("Date", f"{at:%Y-%m-%d}"), ("By", WARD))
        return {
            **self._head("DiagnosticReport", self.new_id(), at, "Report", rows),
            "status": "final",
            "category": [_concept(_term("v2-0074", "LAB"))],
            "code": _concept(code),
            "subject": self._subject(),
            "encounter": self._visit(),
            "effectiveDateTime": at.isoformat(),
            "issued": at.isoformat(),
            "performer": [{"display": WARD}],
            "result": [{"reference": f"Observation/{self.new_id()}"} for _ in range(3)],
            "conclusion": self.in_own_words("All results within the usual range. No action needed"),
        }

    def immunization(self, code: Code) -> Resource:
        at = self.some_day()
        rows = (("Vaccine", _text(code)), ("Given", f"{at:%Y-%m-%d}"), ("Site", "left upper arm"))
        return {
            **self._head("Immunization", self.new_id(), at, "Immunisation", rows),
            "status": "completed",
            "vaccineCode": _concept(code),
            "patient": self._subject(),
            "encounter": self._visit(),
            "occurrenceDateTime": at.isoformat(),
            "primarySource": True,
            "location": {"display": WARD},
            "lotNumber": f"SYN-{self.chance.randint(1, 9999):04}",
            "site": _concept(Term(f"{HL7}/v3-ActSite", "LA", "left arm", "Left upper arm")),
            "doseQuantity": _quantity(0.5, "mL"),
            "performer": [{"actor": {"display": CLINICIAN}}],
        }

    def _head(
        self, kind: str, identifier: str, at: datetime, title: str, rows: tuple[tuple[str, str], ...]
    ) -> Resource:
        brief = kind != "Patient" and self.chance.random() < 0.4
        lines = "<br/>".join(f"{name}: {value}" for name, value in rows[: 1 if brief else None])
        div = f'<div xmlns="http://www.w3.org/1999/xhtml"><b>{title}</b><p>{lines}</p></div>'
        return {
            "resourceType": kind,
            "id": identifier,
            "meta": {
                "versionId": "1",
                "lastUpdated": at.isoformat(),
                "source": SOURCE,
            },
            "text": {"status": "generated", "div": div},
        }

    def _subject(self) -> Resource:
        return {"reference": f"Patient/{self.patient_id}"}

    def _visit(self) -> Resource:
        return {"reference": f"Encounter/{self.chance.choice(self.visit_ids)}"}


def _term(system: str, code: str) -> Term:
    display = code.replace("-", " ").capitalize()
    return Term(f"{HL7}/{system}", code, display, display)


def _concept(code: Code) -> Resource:
    if isinstance(code, str):
        return {"text": code}
    return {
        "coding": [{"system": code.system, "code": code.code, "display": code.display}],
        "text": code.text,
    }


def _text(code: Code) -> str:
    return code if isinstance(code, str) else code.text


def _quantity(value: float, unit: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}
