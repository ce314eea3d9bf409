"""The same chart as other EHRs send it: every shape changes, what is said does not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from typing import Any

from tests.clinical.bedside import SNOMED, Resource, condition, instant, medicine, resource
from tests.clinical.worked_examples.records import WARD_CODES, local
from tests.clinical.worked_examples.story import Chart

_NAMED = {"Condition", "Observation", "DiagnosticReport", "Procedure"}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def _each(chart: Chart, change: Callable[[Resource], None]) -> Chart:
    told = deepcopy(chart)
    for entry in told:
        change(entry)
    return told


def _names(chart: Chart, change: Callable[[str], str]) -> Chart:
    def changed(entry: Resource) -> None:
        if entry["resourceType"] in _NAMED and "text" in entry["code"]:
            entry["code"]["text"] = change(entry["code"]["text"])

    return _each(chart, changed)


def _times(chart: Chart, written: Callable[[datetime], str]) -> Chart:
    text = json.dumps(chart)
    told: Chart = json.loads(_INSTANT.sub(lambda found: written(datetime.fromisoformat(found[0])), text))
    return told


def in_capitals(chart: Chart) -> Chart:
    """An old system: capitals, its own codes beside the words, instants in Zulu time, the newest first."""

    def shouted(entry: Resource) -> None:
        if "valueString" in entry:
            entry["valueString"] = entry["valueString"].upper()
        for reason in entry.get("reasonCode", ()):
            reason["text"] = reason["text"].upper()
        if entry["resourceType"] in _NAMED and "coding" not in entry["code"]:
            entry["code"] |= local(entry["code"]["text"])

    person, *entries = _each(_names(chart, str.upper), shouted)
    return _times([person, *reversed(entries)], lambda when: f"{when:%Y-%m-%dT%H:%M:%S}.000Z")


def from_another_continent(chart: Chart) -> Chart:
    """Another time zone, absolute references, periods instead of moments, narrative and metadata."""
    east = timezone(timedelta(hours=10))
    narrative = '<div xmlns="http://www.w3.org/1999/xhtml">Potassium 9.9, saddle numbness, paraplegia</div>'

    def dressed(entry: Resource) -> None:
        entry["meta"] = {"versionId": "3", "lastUpdated": "2019-02-01T00:00:00Z"}
        entry["text"] = {"status": "generated", "div": narrative}
        entry["extension"] = [{"url": "urn:oid:1.2.3.4", "valueString": "Sudden paraplegia"}]
        if "subject" in entry:
            reference = f"https://ehr.hospital.example/fhir/{entry['subject']['reference']}"
            entry["subject"] = {"reference": reference, "display": "Somebody"}
        if "onsetDateTime" in entry:
            entry["onsetPeriod"] = {"start": entry.pop("onsetDateTime")}
        if "effectiveDateTime" in entry:
            moment = entry.pop("effectiveDateTime")
            entry["effectivePeriod"] = {"start": moment, "end": moment}

    return _times(_each(chart, dressed), lambda when: when.astimezone(east).isoformat())


def typed_twice(chart: Chart) -> Chart:
    """Numbered problems with semantic tags, blanks and line breaks; everything sent a second time."""

    def typed(entry: Resource) -> None:
        if entry["resourceType"] == "Condition" and "text" in entry["code"]:
            words = entry["code"]["text"].replace(", ", "\n").replace(" ", "  ")
            entry["code"]["text"] = f"1. {words} (finding)\r\n"

    person, *entries = _each(chart, typed)
    again = [deepcopy(entry) | {"id": f"{entry['id']}-again"} for entry in entries]
    return [person, *entries, *again]


def in_codes_and_components(chart: Chart) -> Chart:
    """Yes and no by code, typed values as concepts, measures in components, medicines behind references."""

    def coded_anew(entry: Resource) -> None:
        if "valueBoolean" in entry:
            code = "52101004" if entry.pop("valueBoolean") else "2667000"
            entry["valueCodeableConcept"] = {"coding": [{"system": SNOMED, "code": code}]}
        if "valueString" in entry:
            coding = {"system": WARD_CODES, "code": "Q7", "display": entry.pop("valueString")}
            entry["valueCodeableConcept"] = {"coding": [coding]}
        if "valueQuantity" in entry:
            kept = {name: entry.pop(name) for name in ("valueQuantity", "referenceRange") if name in entry}
            entry["component"] = [{"code": entry["code"], **kept}]
            entry["code"] = {"text": "Results"}
        if "medicationCodeableConcept" in entry:
            concept = entry.pop("medicationCodeableConcept")
            entry["contained"] = [{"resourceType": "Medication", "id": "drug", "code": concept}]
            entry["medicationReference"] = {"reference": "#drug"}

    return _each(chart, coded_anew)


def among_other_things(chart: Chart) -> Chart:
    """The rest of a long record, which must not matter, and bare quantities without a code of their unit."""

    def bare(entry: Resource) -> None:
        for name in ("code", "system"):
            entry.get("valueQuantity", {}).pop(name, None)

    person, *entries = _each(chart, bare)
    of: dict[str, Any] = {"subject": {"reference": f"Patient/{person['id']}"}}
    height = {"value": 170, "unit": "cm"}
    others = [
        condition("Essential hypertension", code="icd10cm I10", since="6 years"),
        condition("Family history of stroke", since=None),
        condition("At risk of falls", since="40 days"),
        condition("Fear of paralysis", since="40 days"),
        medicine("paracetamol 500 mg tablet"),
        resource("Observation", code={"text": "Smoking"}, valueString="Never", status="final"),
        resource("Observation", code={"text": "Height"}, valueQuantity=height, status="final"),
        resource("Encounter", status="finished", period={"start": instant("300 days")}),
        resource("Procedure", code={"text": "Appendectomy"}, status="completed", performedDateTime="2001"),
        resource(
            "DiagnosticReport",
            code={"text": "Chest X-ray"},
            status="final",
            effectiveDateTime=instant("90 days"),
            conclusion="Clear lungs. No acute abnormality.",
        ),
    ]
    return [person, *(other | of for other in others), *entries]


WAYS = (
    in_capitals,
    from_another_continent,
    typed_twice,
    in_codes_and_components,
    among_other_things,
)
