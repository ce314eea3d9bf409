"""The record that an EHR would hold of a feature: one FHIR R4 resource, made from what the content says.

Which kind of resource follows from the shape of the feature; code, system and words come from its concepts.
What a shape cannot tell stands in making.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cards.findings import Side
from cards.knowledge import Feature, Knowledge
from cds_service.bench.moments import Moment, instant
from cds_service.bench.naming import concept_written, sided, ways

Resource = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
_HL7 = "http://terminology.hl7.org/CodeSystem"
_INTERPRETATION = f"{_HL7}/v3-ObservationInterpretation"
_NAMED = {"POS": "Positive", "NEG": "Negative", "L": "Low"}
_PROBLEM_CODES = ("sct", "icd10cm", "icd10", "icd9")
_TEST_CODES = ("loinc", "sct")
_MEDICINE_CODES = ("rxnorm", "atc")
_VACCINE_CODES = ("cvx",)
_DAY = timedelta(days=1)
_TODAY = Moment("today")
_TWO_YEARS = Moment("2y")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a record is to say of a feature."""

    feature: Feature
    present: bool
    side: Side | None = None
    value: float | None = None
    unit: str = ""
    code: str = ""
    when: Moment | None = None
    """None: a time at which the feature counts."""


@dataclass(frozen=True, slots=True)
class Bed:
    """Whose record it is, and what else must be known to make it."""

    knowledge: Knowledge
    patient: str
    """The id of the Patient."""
    now: datetime
    identity: str
    """The id of the new resource."""
    onset: datetime | None = None
    """When the weakness began; None without weakness, or when nobody knows."""


def make(wish: Wish, bed: Bed) -> Resource:
    """The one new resource. Of features that change other resources, see `cds_service.bench.changes`."""
    return _MAKERS[wish.feature.shape](wish, bed)


def makes_a_resource(feature: Feature) -> bool:
    """Whether the feature is recorded in a resource of its own; else it is said of another one."""
    return feature.shape in _MAKERS and not of_the_weakness(feature)


def of_the_weakness(feature: Feature) -> bool:
    """Whether it is said in a note of the entry that tells the weakness."""
    return feature.options.get("entry") == "weakness" or feature.derive == "resolved_within"


# -- by shape


def _finding(wish: Wish, bed: Bed) -> Resource:
    """A symptom or a sign: a problem when it is there and was complained of, else what was asked or seen."""
    if "from_low" in wish.feature.options:
        return _flagged(wish, bed)
    if _is_observed(wish.feature) or not wish.present:
        code = concept_written(bed.knowledge, _concept(wish), _PROBLEM_CODES, wish.side)
        return _observation(wish, bed, code, "exam", valueBoolean=wish.present)
    return _condition(wish, bed, "problem-list-item" if wish.feature.tier else "encounter-diagnosis")


def _is_observed(feature: Feature) -> bool:
    return feature.group in ways()["observed_groups"] or feature.id in ways()["observed_features"]


def _diagnosis(wish: Wish, bed: Bed) -> Resource:
    return _condition(wish, bed, "encounter-diagnosis")


def _known(wish: Wish, bed: Bed) -> Resource:
    return _condition(wish, bed, "problem-list-item")


def _before_onset(wish: Wish, bed: Bed) -> Resource:
    return _immunization(wish, bed) if _is_vaccine(wish, bed) else _finding(wish, bed)


def _is_vaccine(wish: Wish, bed: Bed) -> bool:
    return "coding" in concept_written(bed.knowledge, _concept(wish), _VACCINE_CODES)


def _condition(wish: Wish, bed: Bed, category: str) -> Resource:
    when = _when(wish, bed)
    date = when.written(bed.now)
    status = [] if not wish.present else [("clinicalStatus", "condition-clinical", "active", "Active")]
    verified = "confirmed" if wish.present else "refuted"
    status.append(("verificationStatus", "condition-ver-status", verified, verified.title()))
    states = {name: _status(system, code, shown) for name, system, code, shown in status}
    shown = category.replace("-", " ").title()
    return _resource(
        "Condition",
        bed,
        **states,
        category=[_status("condition-category", category, shown)],
        code=concept_written(bed.knowledge, _concept(wish), _PROBLEM_CODES, wish.side),
        onsetDateTime=date,
        # Whoever records a problem of today does it at a time of day, whatever is told of its onset.
        recordedDate=instant(bed.now) if when == _TODAY else date,
    )


def _status(system: str, code: str, display: str) -> Resource:
    return {"coding": [{"system": f"{_HL7}/{system}", "code": code, "display": display}]}


def _quantity(wish: Wish, bed: Bed) -> Resource:
    if wish.feature.derive == "daily_dose":
        return _dosed(wish, bed)
    unit = wish.unit or wish.feature.unit
    value = {"value": wish.value, "unit": unit, "system": UCUM, "code": unit}
    of = wish.feature.id
    code = concept_written(bed.knowledge, _concept(wish), _TEST_CODES, feature=of, unit=unit)
    made = _observation(wish, bed, code, _category(wish.feature), valueQuantity=value)
    if wish.feature.options.get("site") == "leg":
        site = concept_written(bed.knowledge, ways()["leg_site"], _PROBLEM_CODES)
        made["bodySite"] = site | {"text": sided(bed.knowledge, "leg", wish.side)}
    return made


def _category(feature: Feature) -> str:
    if feature.group in ways()["laboratory_groups"]:
        return "laboratory"
    return "vital-signs" if feature.id in ways()["vital_signs"] else "exam"


def _test(wish: Wish, bed: Bed) -> Resource:
    """A test that is positive or negative; some features are there when it is negative."""
    negative = wish.feature.options.get("outcome") == "negative"
    result = "NEG" if wish.present is negative else "POS"
    code = concept_written(bed.knowledge, _concept(wish), _TEST_CODES)
    made = _observation(wish, bed, code, _category(wish.feature), valueString=_NAMED[result])
    return made | {"interpretation": [_interpreted(result)]}


def _flagged(wish: Wish, bed: Bed) -> Resource:
    """A measurement that the clinic itself calls low."""
    (concept,) = option_names(wish.feature.options["from_low"])
    code = concept_written(bed.knowledge, concept, _TEST_CODES)
    made = _observation(wish, bed, code, "exam", valueString="Below the norm" if wish.present else "Normal")
    return made | {"interpretation": [_interpreted("L" if wish.present else "N")]}


def _interpreted(code: str) -> Resource:
    display = _NAMED.get(code, "Normal")
    return {"coding": [{"system": _INTERPRETATION, "code": code, "display": display}]}


def _report(wish: Wish, bed: Bed) -> Resource:
    concept = bed.knowledge.concepts[f"value_{wish.feature.id}_{wish.code}"]
    words = ways()["words"].get(concept.id) or concept.phrases[0]
    return _resource(
        "DiagnosticReport",
        bed,
        status="final",
        code=concept_written(bed.knowledge, _concept(wish), _TEST_CODES),
        effectiveDateTime=_when(wish, bed).instant(bed.now),
        conclusion=f"{words[:1].upper()}{words[1:]}.",
    )


def _medication(wish: Wish, bed: Bed) -> Resource:
    medicine = concept_written(bed.knowledge, _concept(wish), _MEDICINE_CODES)
    since = _when(wish, bed).instant(bed.now)
    if not wish.present:
        return _resource(
            "MedicationStatement",
            bed,
            status="not-taken",
            medicationCodeableConcept=medicine,
            dateAsserted=since,
        )
    return _resource(
        "MedicationRequest",
        bed,
        status="active",
        intent="order",
        medicationCodeableConcept=medicine,
        authoredOn=since,
    )


def _dosed(wish: Wish, bed: Bed) -> Resource:
    """A medicine with its daily dose, of a substance of which one milligram counts as one."""
    made = _medication(wish, bed)
    daily = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    dose = {"value": wish.value, "unit": "mg", "system": UCUM, "code": "mg"}
    return made | {
        "dosageInstruction": [
            {
                "text": f"{wish.value:g} mg once daily",
                "timing": daily,
                "doseAndRate": [{"doseQuantity": dose}],
            }
        ]
    }


def _procedure(wish: Wish, bed: Bed) -> Resource:
    return _resource(
        "Procedure",
        bed,
        status="completed" if wish.present else "not-done",
        code=concept_written(bed.knowledge, _concept(wish), _PROBLEM_CODES),
        performedDateTime=_when(wish, bed).instant(bed.now),
    )


def _immunization(wish: Wish, bed: Bed) -> Resource:
    return _resource(
        "Immunization",
        bed,
        status="completed" if wish.present else "not-done",
        vaccineCode=concept_written(bed.knowledge, _concept(wish), _VACCINE_CODES),
        occurrenceDateTime=_when(wish, bed).instant(bed.now),
    )


_MAKERS: Mapping[str, Callable[[Wish, Bed], Resource]] = {
    "finding": _finding,
    "words": _finding,
    "diagnosis": _diagnosis,
    "known": _known,
    "before_onset": _before_onset,
    "observation_quantity": _quantity,
    "derived": _quantity,
    "observation_posneg": _test,
    "report": _report,
    "medication": _medication,
    "procedure": _procedure,
}


# -- parts


def _observation(wish: Wish, bed: Bed, code: Resource, category: str, **value: Any) -> Resource:
    return _resource(
        "Observation",
        bed,
        status="final",
        category=[_status("observation-category", category, category.replace("-", " ").title())],
        code=code,
        effectiveDateTime=_when(wish, bed).instant(bed.now),
        **value,
    )


def _resource(kind: str, bed: Bed, **content: Any) -> Resource:
    subject = "patient" if kind == "Immunization" else "subject"
    made = {"resourceType": kind, "id": bed.identity, subject: {"reference": f"Patient/{bed.patient}"}}
    return made | content


def _concept(wish: Wish) -> str:
    return wish.feature.concepts[0]


def option_names(option: object) -> tuple[str, ...]:
    """The concepts that an option of a feature names."""
    return tuple(str(each) for each in option) if isinstance(option, tuple | list) else (str(option),)


def _when(wish: Wish, bed: Bed) -> Moment:
    """The time that was asked for, else one at which the feature counts."""
    feature = wish.feature
    if wish.when is not None:
        return wish.when
    if feature.shape == "known":
        return _TWO_YEARS
    if feature.shape == "before_onset" and bed.onset is not None:
        before = timedelta(days=float(str(feature.options["before_onset_days"]))) / 2
        return Moment(instant(bed.onset - before))
    if feature.options.get("not_after_weakness") and bed.onset is not None:
        return Moment(bed.onset.date().isoformat())
    course = feature.options.get("course_days")
    if isinstance(course, int | float):
        return Moment(f"{round(course) * 2}d")
    return _TODAY
