"""Which searches the demo server answers: per resource type the parameters, and what each compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cds_service.demo.records import Held

Test = Callable[[Held, str], bool]
"""Whether one of the values that a parameter lists holds for a resource."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One search parameter of FHIR R4."""

    kind: Literal["reference", "string", "token"]
    holds: Test


@dataclass(frozen=True, slots=True)
class Searched:
    """What can be searched for in one resource type."""

    parameters: Mapping[str, Parameter]
    date: str = ""
    """The element by which `_sort=date` goes, without the type that FHIR adds to its name; "" for none."""


_LAST_PART = re.compile(r"(?:.*/)?Patient/")


def _of_patient(held: Held, wanted: str) -> bool:
    """`id`, `Patient/id`, or a whole address that ends in it."""
    return held.patient == _LAST_PART.sub("", wanted)


def _has_id(held: Held, wanted: str) -> bool:
    return held.resource.get("id") == wanted


def _named(held: Held, wanted: str) -> bool:
    """Whether a part of a name begins so."""
    names = held.resource.get("name", [])
    parts = [part for name in names for part in (name.get("family", ""), *name.get("given", []))]
    return any(part.casefold().startswith(wanted.casefold()) for part in parts)


def _token(element: str) -> Parameter:
    """A code: `code`, `system|code`, `|code` for one without a system, or `system|`."""

    def holds(held: Held, wanted: str) -> bool:
        system, bar, code = wanted.rpartition("|")
        return any(
            (not code or code == its_code) and (not bar or system == its_system)
            for its_system, its_code in _codes(held.resource.get(element))
        )

    return Parameter("token", holds)


def _codes(value: Any) -> Iterator[tuple[str, str]]:
    """The codes of a code, a Coding, a CodeableConcept or a list of them; of anything else none."""
    match value:
        case str():
            yield "", value
        case list():
            for each in value:
                yield from _codes(each)
        case {"coding": coding}:
            yield from _codes(coding)
        case {"code": str(code)}:
            system = value.get("system")
            yield system if isinstance(system, str) else "", code


_ID = {"_id": Parameter("token", _has_id)}
_PATIENT = _ID | {"patient": Parameter("reference", _of_patient)}
_SUBJECT = _PATIENT | {"subject": Parameter("reference", _of_patient)}
_STATUS = {"status": _token("status")}
_CATEGORY = {"category": _token("category")}
_CODE = {"code": _token("code")}
_MEDICINE = {"code": _token("medicationCodeableConcept")}

SEARCHED: Mapping[str, Searched] = {
    "Patient": Searched(_ID | {"name": Parameter("string", _named)}),
    "AllergyIntolerance": Searched(_PATIENT),
    "Condition": Searched(_SUBJECT | _CATEGORY | _CODE | {"clinical-status": _token("clinicalStatus")}),
    "DiagnosticReport": Searched(_SUBJECT | _CATEGORY | _CODE | _STATUS, "effective"),
    "Encounter": Searched(_SUBJECT | _STATUS | {"class": _token("class")}, "period"),
    "FamilyMemberHistory": Searched(_PATIENT),
    "Goal": Searched(_SUBJECT),
    "Immunization": Searched(_PATIENT | _STATUS | {"vaccine-code": _token("vaccineCode")}, "occurrence"),
    "MedicationAdministration": Searched(_SUBJECT | _STATUS | _MEDICINE),
    "MedicationRequest": Searched(_SUBJECT | _CATEGORY | _STATUS | _MEDICINE),
    "MedicationStatement": Searched(_SUBJECT | _CATEGORY | _STATUS | _MEDICINE),
    "Observation": Searched(_SUBJECT | _CATEGORY | _CODE | _STATUS, "effective"),
    "Procedure": Searched(_SUBJECT | _CATEGORY | _CODE | _STATUS, "performed"),
    "QuestionnaireResponse": Searched(_SUBJECT | _STATUS),
    "ServiceRequest": Searched(_SUBJECT | _STATUS),
}
"""All resource types of the fixtures. `date` is for sorting alone."""
