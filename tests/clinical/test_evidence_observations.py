"""What an observation says: its name and its value together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cards.findings import Kind, Side, Stance
from tests.clinical.evidence_charts import (
    LEFT_LEG,
    LOINC,
    ME,
    POTASSIUM,
    SCT,
    finding,
    findings,
    hit,
    mmol,
    named,
    observation,
    read,
    stances,
    text,
)

ABSENT = {"coding": [{"system": SCT, "code": "2667000"}]}
PRESENT = {"coding": [{"system": SCT, "code": "52101004"}]}
CT_HEAD = text("CT head")


def interpretation(code: str) -> list[dict[str, Any]]:
    system = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    return [{"coding": [{"system": system, "code": code}]}]


@pytest.mark.parametrize(
    ("value", "stance"),
    [
        ({}, Stance.AFFIRMED),
        ({"valueBoolean": True}, Stance.AFFIRMED),
        ({"valueBoolean": "true"}, Stance.AFFIRMED),
        ({"valueBoolean": False}, Stance.DENIED),
        ({"valueBoolean": "false"}, Stance.DENIED),
        ({"valueCodeableConcept": PRESENT}, Stance.AFFIRMED),
        ({"valueCodeableConcept": ABSENT}, Stance.DENIED),
        ({"valueCodeableConcept": text("No")}, Stance.DENIED),
        ({"valueCodeableConcept": {"coding": [{"code": "N"}]}}, Stance.DENIED),
        ({"valueCodeableConcept": {"coding": [{"code": "Y"}]}}, Stance.AFFIRMED),
        ({"valueString": "yes"}, Stance.AFFIRMED),
        ({"valueString": "Denies"}, Stance.DENIED),
        ({"valueString": "denies leg weakness"}, Stance.DENIED),
        ({"valueString": "since Monday"}, Stance.AFFIRMED),
        ({"valueInteger": 0}, Stance.DENIED),
        ({"valueInteger": 2}, Stance.AFFIRMED),
        ({"valueQuantity": {"value": 0}}, Stance.DENIED),
        ({"interpretation": interpretation("NEG")}, Stance.DENIED),
        ({"interpretation": interpretation("N")}, Stance.DENIED),
        ({"interpretation": "NEG"}, Stance.DENIED),
        ({"interpretation": interpretation("POS")}, Stance.AFFIRMED),
        ({"valueBoolean": True, "interpretation": interpretation("N")}, Stance.AFFIRMED),
    ],
)
def test_the_value_decides_whether_the_patient_has_it(value: dict[str, Any], stance: Stance) -> None:
    assert stances(observation(**value)) == {"cs_leg_weakness": stance}


@pytest.mark.parametrize("value", ["unknown", "not assessed", "Refused", ""])
def test_an_answer_that_is_no_answer_is_no_finding(value: str) -> None:
    assert findings(named("Leg weakness", value)) == ()


def test_an_absent_value_is_unknown_not_normal() -> None:
    assert findings(observation(dataAbsentReason=text("Not performed"))) == ()
    assert findings(observation(POTASSIUM, dataAbsentReason=text("Error"), valueQuantity=mmol(2.1))) == ()


def test_a_coded_answer_that_nobody_can_read_is_named() -> None:
    chart = read(observation(valueCodeableConcept={"coding": [{"system": "urn:local", "code": "4711"}]}))
    assert chart.findings == ()
    assert [(u.what, u.why) for u in chart.unread] == [("Observation/o1", "coded value not understood")]


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_an_observation_that_was_never_made_does_not_count(status: str) -> None:
    assert findings(observation(status=status)) == ()


@pytest.mark.parametrize("status", ["preliminary", "final", "amended", "corrected", "unknown", None])
def test_all_other_observations_count(status: str | None) -> None:
    assert len(findings(observation(status=status))) == 1


def test_a_name_that_denies_is_a_denial() -> None:
    assert stances(named("Denies leg weakness")) == {"cs_leg_weakness": Stance.DENIED}
    assert stances(observation(text("Denies leg weakness"), valueBoolean=True)) == {
        "cs_leg_weakness": Stance.DENIED
    }


def test_a_double_negative_says_nothing() -> None:
    assert findings(observation(text("Denies leg weakness"), valueBoolean=False)) == ()


def test_a_history_that_is_denied_says_nothing_of_today() -> None:
    assert findings(observation(text("History of leg weakness"), valueBoolean=False)) == ()
    assert stances(observation(text("History of leg weakness"), valueBoolean=True)) == {
        "cs_leg_weakness": Stance.HISTORICAL
    }


def test_a_question_counts_only_with_its_answer() -> None:
    assert findings(named("Any leg weakness?")) == ()
    assert stances(named("Any leg weakness?", "yes")) == {"cs_leg_weakness": Stance.AFFIRMED}
    assert stances(named("Any leg weakness?", "no")) == {"cs_leg_weakness": Stance.DENIED}


def test_a_finding_may_stand_in_the_value_alone() -> None:
    one = finding(named("Motor examination", "bilateral leg weakness"))
    assert hit(one, "cs_leg_weakness").side is Side.BILATERAL
    assert one.label == "Motor examination: bilateral leg weakness"
    assert stances(named("Motor examination", "no leg weakness"))["cs_leg_weakness"] is Stance.DENIED


def test_a_finding_may_be_the_code_of_the_value() -> None:
    chief_complaint = {"coding": [{"system": LOINC, "code": "8661-1"}]}
    coded = {"coding": [{"system": SCT, "code": "102568007"}]}
    assert stances(observation(chief_complaint, valueCodeableConcept=coded)) == {
        "cs_leg_weakness": Stance.AFFIRMED
    }


def test_name_and_value_may_name_a_finding_only_together() -> None:
    assert stances(named("Reflexes", "absent"))["cs_reflex_reduced"] is Stance.AFFIRMED
    assert stances(named("Plantar response", "extensor"))["cs_babinski"] is Stance.AFFIRMED


def test_what_relatives_have_is_no_finding() -> None:
    assert findings(named("Family history", "leg weakness")) == ()
    assert findings(named("Leg weakness", "mother has leg weakness")) == ()


def test_the_side_may_be_said_by_the_value() -> None:
    assert hit(finding(named("Leg weakness", "left")), "cs_leg_weakness").side is Side.LEFT


def test_an_observation_of_somebody_else_by_focus_does_not_count() -> None:
    assert findings(observation(focus=[{"reference": "RelatedPerson/mother"}])) == ()
    assert len(findings(observation(focus=[ME]))) == 1


def test_a_number_comes_with_unit_range_and_flag() -> None:
    one = finding(
        observation(
            POTASSIUM,
            valueQuantity=mmol(2.1),
            interpretation=interpretation("LL"),
            referenceRange=[{"low": {"value": 3.5}, "high": {"value": 5.1}}],
        )
    )
    assert one.quantity is not None
    assert (one.quantity.value, one.quantity.unit, one.quantity.low, one.quantity.high) == (
        2.1,
        "mmol/L",
        3.5,
        5.1,
    )
    assert one.low
    assert one.hits[0].stance is Stance.AFFIRMED


def test_an_interpretation_of_normal_does_not_deny_a_measurement() -> None:
    one = finding(observation(POTASSIUM, valueQuantity=mmol(4.1), interpretation=interpretation("N")))
    assert one.hits[0].stance is Stance.AFFIRMED
    assert not one.low


def test_a_score_of_nought_is_kept_as_the_newest_score() -> None:
    one = finding(observation({"coding": [{"system": LOINC, "code": "72514-3"}]}, valueString="0/10"))
    assert one.quantity is not None
    assert one.quantity.value == 0
    assert one.hits[0].stance is Stance.AFFIRMED


def test_a_symptom_has_no_quantity_even_when_it_was_counted() -> None:
    one = finding(observation(text("Falls"), valueInteger=3))
    assert one.quantity is None
    assert one.hits[0].stance is Stance.AFFIRMED


@pytest.mark.parametrize(
    ("members", "outcome"),
    [
        ({"interpretation": interpretation("POS")}, True),
        ({"interpretation": interpretation("NEG"), "valueQuantity": mmol(99)}, False),
        ({"interpretation": [text("Positive")]}, True),
        ({"valueString": "Positive 1:80"}, True),
        ({"valueString": "Not detected in this sample"}, False),
        ({"valueCodeableConcept": text("Negative")}, False),
        ({"valueCodeableConcept": PRESENT}, True),
        ({"valueQuantity": mmol(4.2), "referenceRange": [{"high": {"value": 0.4}}]}, True),
        ({"valueQuantity": mmol(0.2), "referenceRange": [{"text": "<0.4"}]}, False),
        ({"valueQuantity": mmol(0.2, comparator="<"), "referenceRange": [{"high": {"value": 0.4}}]}, False),
        ({"valueQuantity": mmol(4.2)}, None),
    ],
)
def test_the_outcome_of_an_antibody_test(members: dict[str, Any], outcome: bool | None) -> None:
    one = finding(observation(text("AChR antibody"), **members))
    assert one.positive is outcome


@pytest.mark.parametrize(
    "members",
    [
        {"note": [{"text": "Sample haemolysed"}]},
        {"note": "hemolyzed specimen"},
        {"interpretation": [text("Hemolysed")]},
        {"code": POTASSIUM | {"text": "Potassium (haemolysed sample)"}},
    ],
)
def test_a_potassium_of_a_haemolysed_sample_is_unusable(members: dict[str, Any]) -> None:
    assert finding(observation(POTASSIUM, valueQuantity=mmol(7.1)) | members).unusable == "haemolysed"


def test_a_sample_that_was_not_haemolysed_is_usable() -> None:
    note = [{"text": "Not haemolysed."}]
    assert finding(observation(POTASSIUM, valueQuantity=mmol(7.1), note=note)).unusable == ""


@pytest.mark.parametrize(
    ("dates", "latest"),
    [
        (
            {"effectiveDateTime": "2026-11-20T10:00:00Z", "issued": "2026-11-21T10:00:00Z"},
            "2026-11-20T10:00:00",
        ),
        ({"effectiveInstant": "2026-11-20T10:00:00Z"}, "2026-11-20T10:00:00"),
        (
            {"effectivePeriod": {"start": "2026-11-19T10:00:00Z", "end": "2026-11-20T10:00:00Z"}},
            "2026-11-20T10:00:00",
        ),
        ({"effectivePeriod": {"start": "2026-11-19T10:00:00Z"}}, "2026-11-19T10:00:00"),
        (
            {"effectiveTiming": {"event": ["2026-11-20T10:00:00Z", "2026-11-18T10:00:00Z"]}},
            "2026-11-20T10:00:00",
        ),
        ({"issued": "2026-11-21T10:00:00Z"}, "2026-11-21T10:00:00"),
    ],
)
def test_the_time_of_an_observation(dates: dict[str, Any], latest: str) -> None:
    when = finding(observation(**dates)).when
    assert when is not None
    assert when.latest == datetime.fromisoformat(latest).replace(tzinfo=UTC)


def test_a_date_as_value_is_when_it_happened() -> None:
    one = finding(
        observation(
            text("Last known well"),
            valueDateTime="2026-11-22T06:00:00Z",
            effectiveDateTime="2026-11-22T09:00:00Z",
        )
    )
    assert one.when is not None
    assert one.when.earliest.hour == 6
    assert one.onset_stated


def test_components_are_read_each_with_the_date_of_the_whole() -> None:
    panel = observation(
        text("Examination"),
        effectiveDateTime="2026-11-20T10:00:00Z",
        component=[
            {"code": text("Leg weakness"), "valueBoolean": True},
            {"code": POTASSIUM, "valueQuantity": mmol(2.9)},
            {"code": text("Saddle numbness"), "dataAbsentReason": text("unknown")},
        ],
    )
    found = findings(panel)
    assert [one.hits[0].concept for one in found] == ["cs_leg_weakness", "cs_k"]
    assert {one.when.latest.day for one in found if one.when} == {20}


def test_a_component_that_names_but_a_site_has_the_name_of_the_whole() -> None:
    panel = observation(
        text("MRC grade"),
        component=[
            {"code": text("Right hip flexion"), "valueString": "4/5"},
            {"code": text("Left hip flexion"), "valueInteger": 5},
        ],
    )
    right, left = (one for one in findings(panel) if one.quantity)
    assert (hit(right, "cs_mrc").side, right.quantity and right.quantity.value) == (Side.RIGHT, 4)
    assert (hit(left, "cs_mrc").side, left.quantity and left.quantity.value) == (Side.LEFT, 5)
    assert right.leg_site
    assert right.code != left.code


def test_a_heading_does_not_affirm_what_its_components_deny() -> None:
    heading = observation(
        text("Leg weakness"), component=[{"code": text("Left leg weakness"), "valueBoolean": False}]
    )
    assert stances(heading) == {"cs_leg_weakness": Stance.DENIED}


def test_a_grade_keeps_side_and_site() -> None:
    one = finding(observation(text("Ankle dorsiflexion power MRC"), valueInteger=4, bodySite=LEFT_LEG))
    assert one.leg_site
    assert hit(one, "cs_mrc").side is Side.LEFT


def test_a_coded_grade_carries_its_score() -> None:
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
    answer = {"coding": [{"system": LOINC, "code": "LA1-1", "display": "No effort", "extension": [ordinal]}]}
    nihss = {"coding": [{"system": LOINC, "code": "70968-3"}]}
    for value in (answer, text("3 = no effort against gravity"), text("3")):
        one = finding(observation(nihss, valueCodeableConcept=value))
        assert one.quantity is not None
        assert one.quantity.value == 3


def test_a_weight_without_code_and_words_is_the_value() -> None:
    ordinal = {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": 3}
    nihss = {"coding": [{"system": LOINC, "code": "70968-3"}]}
    one = finding(observation(nihss, valueCodeableConcept={"extension": [ordinal]}))
    assert one.quantity is not None
    assert one.quantity.value == 3


def test_the_text_of_an_imaging_observation_is_read_as_a_report() -> None:
    one = finding(observation(CT_HEAD, valueString="Acute infarct in the left MCA territory"))
    assert one.kind is Kind.REPORT
    assert hit(one, "value_brain_imaging_result_acute_infarct").stance is Stance.AFFIRMED
    assert "cs_mri_brain" in {h.concept for h in one.hits}


def test_the_reason_in_the_title_of_a_report_is_no_finding() -> None:
    one = finding(observation(text("CT head for leg weakness"), valueString="Acute infarct"))
    assert "cs_leg_weakness" not in {h.concept for h in one.hits}


@pytest.mark.parametrize(
    ("value", "stance"),
    [
        ("NEGATIVE <1:10 BY IFA.", Stance.DENIED),
        ("Not detected in this sample", Stance.DENIED),
        ("negative on the left, positive on the right", Stance.AFFIRMED),
        ("negative last week but present now", Stance.AFFIRMED),
        ("not improving", Stance.AFFIRMED),
    ],
)
def test_a_longer_value_that_is_negative_throughout_denies(value: str, stance: Stance) -> None:
    assert stances(named("Straight leg raise positive", value))["cs_slr"] is stance


def test_a_measurement_that_a_value_only_mentions_is_no_measurement() -> None:
    assert findings(named("Gram stain", "2+ polymorphonuclear leukocytes")) == ()


@pytest.mark.parametrize(
    ("name", "value", "concept"),
    [
        ("Perianal sensation", "Reduced", "cs_saddle_sensory"),
        ("Ankle jerk", "Absent", "cs_reflex_reduced"),
        ("Femoral pulse", "absent", "cs_absent_pulse"),
        ("Tone lower limbs", "Increased", "cs_spasticity_clonus"),
        ("Left foot temperature", "Cool", "cs_cold_pale_limb"),
        ("Calf", "Tense", "cs_leg_swelling_tense"),
        ("Urine", "Dark", "cs_dark_urine"),
    ],
)
def test_a_quality_may_be_the_value_of_what_it_describes(name: str, value: str, concept: str) -> None:
    assert stances(named(name, value))[concept] is Stance.AFFIRMED


def test_a_coded_absent_describes_like_its_word() -> None:
    assert stances(observation(text("Ankle jerk"), valueCodeableConcept=ABSENT)) == {
        "cs_reflex_reduced": Stance.AFFIRMED
    }
    shown = {"coding": [{"system": SCT, "code": "2667000", "display": "Absent (qualifier value)"}]}
    assert stances(observation(text("Ankle jerk"), valueCodeableConcept=shown)) == {
        "cs_reflex_reduced": Stance.AFFIRMED
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Loss of ankle jerk", "Absent"),
        ("Saddle sensation change", "Absent"),
        ("Bladder control problem", "No"),
        ("Bladder control", "No"),
        ("Ankle jerk", "Present"),
        ("Perianal sensation", "Not reduced"),
        ("Perianal sensation", "Intact"),
        ("Left foot temperature", "Warm"),
        ("Corneal reflex", "Absent"),
        ("Upper limb tone", "Increased"),
    ],
)
def test_an_answer_is_not_the_quality_of_its_question(name: str, value: str) -> None:
    said = stances(named(name, value))
    assert not [c for c, stance in said.items() if stance is Stance.AFFIRMED and not c.startswith("words_")]


def test_a_weakness_that_is_recorded_as_resolved_is_over() -> None:
    assert stances(named("Leg weakness", "Resolved"))["cs_leg_weakness"] is Stance.HISTORICAL
    within_a_day = stances(named("Leg weakness", "Resolved within 2 hours"))
    assert within_a_day["words_resolved_within_24h"] is Stance.AFFIRMED


@pytest.mark.parametrize(
    ("name", "value", "concept"),
    [
        ("K", mmol(6.8), "cs_k"),
        ("Na", mmol(118), "cs_na"),
        ("K", {"value": 2.1}, "cs_k"),
    ],
)
def test_a_measurement_may_be_named_by_its_symbol(name: str, value: dict[str, Any], concept: str) -> None:
    assert concept in stances(observation(text(name), valueQuantity=value))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("K", {"value": 400}),
        ("K", {"value": 3, "unit": "mg"}),
        ("Na", {"value": 7}),
        ("k", mmol(6.8)),
        ("Vitamin K", mmol(6.8)),
    ],
)
def test_a_symbol_with_a_value_that_does_not_fit_names_nothing(name: str, value: dict[str, Any]) -> None:
    assert findings(observation(text(name), valueQuantity=value)) == ()


def test_a_symbol_with_words_names_nothing() -> None:
    assert findings(named("NA", "not applicable")) == ()


def test_the_unit_may_stand_in_the_name() -> None:
    for name, unit in (("FVC % predicted", "%"), ("FVC (L)", "L"), ("Potassium (mmol/L)", "mmol/L")):
        one = finding(observation(text(name), valueQuantity={"value": 3.1}))
        assert one.quantity is not None
        assert one.quantity.unit == unit


def test_the_predicted_vital_capacity_is_not_that_of_the_patient() -> None:
    assert findings(observation(text("FVC predicted"), valueQuantity={"value": 4.1, "unit": "L"})) == ()
    share = observation(text("FVC % predicted"), valueQuantity={"value": 38, "unit": "%"})
    assert "cs_fvc" in stances(share)


def test_a_vital_capacity_that_could_be_litres_or_per_cent_is_named_not_read() -> None:
    chart = read(observation(text("FVC"), valueQuantity={"value": 3.8}))
    assert chart.findings == ()
    assert [(u.what, u.why) for u in chart.unread] == [("Observation/o1", "no unit given")]


@pytest.mark.parametrize("value", ["LO", "Lo", "HI", "Clotted"])
def test_a_measurement_without_a_number_is_named(value: str) -> None:
    chart = read(named("Glucose", value))
    assert chart.findings == ()
    assert [(u.why, u.label) for u in chart.unread] == [
        ("value not understood", "Glucose: value not understood")
    ]


def test_a_flag_that_looks_like_a_unit_is_none() -> None:
    low = finding(named("Potassium", "2.1 L")).quantity
    assert low is not None
    assert (low.value, low.unit) == (2.1, "")
    litres = finding(named("FVC", "2.1 L")).quantity
    assert litres is not None
    assert litres.unit == "L"
