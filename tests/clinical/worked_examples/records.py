"""How EHRs write things down: the shapes of record that the worked examples vary."""

from __future__ import annotations

from typing import Any

from tests.clinical.bedside import (
    LOINC,
    UCUM,
    Resource,
    ago,
    coded,
    condition,
    instant,
    measured,
    medicine,
    observation,
    resource,
)

WARD_CODES = "urn:oid:2.16.840.1.113883.3.9999.7"
"""A code system of one hospital, which nobody else knows."""

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def day(text: str) -> str:
    """A date without a time."""
    return ago(text).date().isoformat()


def begun_on(entry: Resource, since: str) -> Resource:
    """The same problem with its onset as a date only, as a problem list has it."""
    return entry | {"onsetDateTime": day(since)}


def begun_in_period(entry: Resource, since: str) -> Resource:
    """The same problem with its onset as the start of a period."""
    kept = {name: value for name, value in entry.items() if name != "onsetDateTime"}
    return kept | {"onsetPeriod": {"start": instant(since)}}


def undated(text: str, *, code: str | None = None) -> Resource:
    return condition(text, code=code, since=None)


def recorded(text: str, at: str, *, code: str | None = None, **more: Any) -> Resource:
    """A problem whose onset nobody stated."""
    return condition(text, code=code, since=None, recorded=at, **more)


def local(text: str) -> dict[str, Any]:
    """A concept under a code of the ward itself, which no content can know."""
    return {"coding": [{"system": WARD_CODES, "code": f"W{len(text):03}", "display": text}], "text": text}


def charted(name: str, value: str, *, at: str = "1 hour", code: str | None = None) -> Resource:
    """A line of a flow sheet: its name, and what was typed or picked."""
    made = observation(name, code=code, at=at, valueString=value)
    return made if code else made | {"code": local(name)}


def picked(
    name: str, answer: str, *, code: str | None = None, at: str = "1 hour", answer_code: str | None = None
) -> Resource:
    """An observation whose value was chosen from a list."""
    return observation(name, code=code, at=at, valueCodeableConcept=coded(answer_code, answer))


def note(text: str, *, at: str = "1 hour", title: str = "Progress note") -> Resource:
    """A short typed note, as some EHRs send it: an observation whose value is the text."""
    return observation(title, at=at, valueString=text)


def lab(
    name: str,
    value: float,
    unit: str,
    *,
    code: str | None = None,
    at: str = "2 hours",
    high: float | None = None,
    flag: str | None = None,
) -> Resource:
    """A result as a laboratory sends it, with category, reference range and flag."""
    made = measured(name, value, unit, code=code, at=at)
    made["category"] = [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}]
    if high is not None:
        made["referenceRange"] = [{"high": {"value": high, "unit": unit, "system": UCUM, "code": unit}}]
    if flag:
        made["interpretation"] = [{"coding": [{"system": INTERPRETATION, "code": flag}]}]
    return made


def printed(name: str, text: str, *, code: str | None = None, at: str = "2 hours") -> Resource:
    """A result that was sent as text, with its unit in it."""
    return observation(name, code=code, at=at, valueString=text)


def panel(name: str, *parts: tuple[str, dict[str, Any]], at: str = "1 hour") -> Resource:
    """An observation whose values stand in its components: each a LOINC code (or words) and its value."""
    components = [
        {"code": {"coding": [{"system": LOINC, "code": key}]} if key[0].isdigit() else {"text": key}} | value
        for key, value in parts
    ]
    return observation(name, at=at, component=components)


def form(*answers: tuple[str, Any], at: str = "1 hour") -> Resource:
    """A questionnaire that was filled in; yes and no as booleans, the rest as it was typed."""
    items = [
        {
            "linkId": str(number),
            "text": question,
            "answer": [{"valueBoolean": answer} if isinstance(answer, bool) else {"valueString": answer}],
        }
        for number, (question, answer) in enumerate(answers, 1)
    ]
    return resource("QuestionnaireResponse", status="completed", authored=instant(at), item=items)


def visit(*reasons: str, at: str = "2 hours", code: str | None = None, kind: str = "AMB") -> Resource:
    """A visit with the reasons that were given for it."""
    return resource(
        "Encounter",
        status="in-progress",
        **{"class": {"code": kind}},
        period={"start": instant(at)},
        reasonCode=[coded(code if number == 0 else None, text) for number, text in enumerate(reasons)],
    )


def taking(name: str, *, since: str = "200 days", code: str | None = None) -> Resource:
    """A medicine as the patient says that it is taken."""
    return resource(
        "MedicationStatement",
        medicationCodeableConcept=coded(code, name),
        status="active",
        effectivePeriod={"start": instant(since)},
    )


def given(name: str, at: str, *, code: str | None = None) -> Resource:
    """A dose that was given on the ward or in day care."""
    return resource(
        "MedicationAdministration",
        medicationCodeableConcept=coded(code, name),
        status="completed",
        effectiveDateTime=instant(at),
    )


def graded(name: str, grade: float | str, *, site: str | None = None, at: str = "1 hour") -> Resource:
    """Power by MRC grade: a number, or as it was written ("4/5", "4-")."""
    value = {"valueString": grade} if isinstance(grade, str) else {"valueInteger": grade}
    return observation(name, at=at, bodySite=coded(site, None) if site else None, **value)


def ordinary() -> list[Resource]:
    """What stands in most charts and has nothing to do with the legs."""
    pressure = ("8480-6", {"valueQuantity": {"value": 134, "unit": "mmHg"}})
    return [
        panel("Blood pressure", pressure, ("8462-4", {"valueQuantity": {"value": 78, "unit": "mmHg"}})),
        measured("Heart rate", 76, "/min", code="loinc 8867-4"),
        measured("Body temperature", 36.7, "Cel", code="loinc 8310-5"),
        measured("Oxygen saturation", 98, "%", code="loinc 59408-5"),
        condition("Essential hypertension", code="icd10cm I10", since="6 years"),
        condition("Seasonal allergic rhinitis", since="20 years"),
        medicine("amlodipine 5 mg tablet"),
        condition("Sprained wrist", since="4 years", status="resolved"),
    ]
