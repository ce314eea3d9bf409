"""Why somebody came: reasons for encounters and chief complaints count for what is asked now, unconfirmed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.causes import diagnoses_of, recorded_diagnosis
from cards.facts import Answer
from cards.features import read_features
from tests.clinical.evidence_charts import (
    ICD10CM,
    KNOWLEDGE,
    LEG_WEAKNESS,
    LOINC,
    ME,
    NOW,
    condition,
    observation,
    read,
    text,
)

STROKE = {"coding": [{"system": ICD10CM, "code": "I63.9"}]}
GBS = {"coding": [{"system": ICD10CM, "code": "G61.0"}]}


def ago(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


def encounter(days: float = 1, **members: Any) -> dict[str, Any]:
    period = {"start": ago(days), "end": ago(days - 0.5)}
    made = {
        "resourceType": "Encounter",
        "id": f"e{days}",
        "status": "finished",
        "subject": ME,
        "period": period,
    }
    return made | members


def complaint(words: str, code: str = "8661-1") -> dict[str, Any]:
    name = {"coding": [{"system": LOINC, "code": code}]}
    return observation(name, valueString=words, effectiveDateTime=ago(0.2))


def answer(feature: str, *resources: Any) -> Answer:
    facts = read_features(read(*resources), KNOWLEDGE, NOW).facts
    return facts.get(feature).answer


REASONS = [
    {"reasonCode": [GBS]},
    {"reasonCode": [text("Guillain-Barré syndrome")]},
    {"reason": [{"value": [{"concept": GBS}]}]},
    {"reasonReference": [{"reference": "Condition/elsewhere", "display": "Guillain-Barre syndrome"}]},
    {
        "reasonReference": [{"reference": "#c"}],
        "contained": [{"resourceType": "Condition", "id": "c", "code": GBS}],
    },
    {"diagnosis": [{"condition": {"reference": "Condition/x", "display": "Guillain-Barre syndrome"}}]},
    {
        "diagnosis": [
            {"condition": [{"reference": {"reference": "Condition/x", "display": "Guillain-Barre syndrome"}}]}
        ]
    },
]


@pytest.mark.parametrize("reason", REASONS)
def test_a_diagnosis_that_brought_somebody_in_counts_for_red_flags(reason: dict[str, Any]) -> None:
    assert answer("gbs_dx", encounter(**reason)) is Answer.PRESENT


@pytest.mark.parametrize("code", ["8661-1", "10154-3", "46239-0"])
@pytest.mark.parametrize("words", ["Transfer, CVA", "Stroke", "?stroke", "70 year old with acute stroke"])
def test_a_chief_complaint_counts_for_red_flags(code: str, words: str) -> None:
    assert answer("acute_stroke_dx", complaint(words, code)) is Answer.PRESENT


def test_a_chief_complaint_by_name_counts() -> None:
    one = observation(text("Chief complaint"), valueString="Stroke", effectiveDateTime=ago(0.2))
    assert answer("acute_stroke_dx", one) is Answer.PRESENT


@pytest.mark.parametrize(
    "words",
    [
        *(
            "CVA tenderness",
            "s/p CVA",
            "hx of CVA",
            "Follow-up CVA",
            "CVA follow up",
            "stroke clinic",
            "CVA 2015",
        ),
        *("stroke f/u", "stroke rehab", "stroke prevention", "stroke screening", "family history of stroke"),
    ],
)
def test_a_visit_about_an_old_stroke_is_no_new_one(words: str) -> None:
    assert answer("acute_stroke_dx", complaint(words)) is not Answer.PRESENT
    assert answer("acute_stroke_dx", encounter(reasonCode=[text(words)])) is not Answer.PRESENT


def test_an_observation_that_is_no_reason_names_no_diagnosis() -> None:
    assert (
        answer("acute_stroke_dx", observation(text("NIH stroke scale"), valueInteger=0)) is not Answer.PRESENT
    )
    one = observation(text("Screening"), valueString="Stroke", effectiveDateTime=ago(0.2))
    assert answer("acute_stroke_dx", one) is not Answer.PRESENT


def test_a_reason_is_never_a_known_disease() -> None:
    chart = read(encounter(reasonCode=[GBS, text("Multiple sclerosis")]), complaint("Multiple sclerosis"))
    facts = read_features(chart, KNOWLEDGE, NOW).facts
    assert not facts.holds("known_ms")
    assert recorded_diagnosis(KNOWLEDGE.causes["gbs"], diagnoses_of(chart), NOW) is None


def test_an_earlier_reason_does_not_make_a_diagnosis_a_repeat() -> None:
    first, now = encounter(60, reasonCode=[STROKE]), condition(STROKE, recordedDate=ago(1))
    assert answer("acute_stroke_dx", first, now) is Answer.PRESENT


def test_a_reason_repeats_a_diagnosis_of_before() -> None:
    first, visit = condition(STROKE, recordedDate=ago(60)), encounter(reasonCode=[STROKE])
    assert answer("acute_stroke_dx", first, visit) is not Answer.PRESENT


@pytest.mark.parametrize("state", ["refuted", "entered-in-error"])
def test_the_condition_of_the_chart_decides_over_its_name_in_an_encounter(state: str) -> None:
    refuted = condition(GBS, id="c9", recordedDate=ago(1), verificationStatus=text(state))
    named = encounter(
        diagnosis=[{"condition": {"reference": "Condition/c9", "display": "Guillain-Barre syndrome"}}]
    )
    assert answer("gbs_dx", refuted, named) is not Answer.PRESENT


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error"])
def test_a_visit_that_was_not_made_has_no_reason(status: str) -> None:
    assert answer("leg_weakness", encounter(status=status, reasonCode=[LEG_WEAKNESS])) is Answer.NOT_RECORDED


def test_why_a_test_was_asked_for_is_no_finding() -> None:
    order = {"resourceType": "ServiceRequest", "id": "s", "subject": ME, "reasonCode": [LEG_WEAKNESS]}
    assert answer("leg_weakness", order) is Answer.NOT_RECORDED


def test_a_code_for_the_use_of_a_medicine_counts_as_its_use() -> None:
    use = {"coding": [{"system": ICD10CM, "code": "Z79.01"}]}
    assert answer("anticoagulant", condition(use)) is Answer.PRESENT
    assert answer("anticoagulant", condition(use, clinicalStatus=text("resolved"))) is not Answer.PRESENT
    assert answer("anticoagulant", condition(text("Warfarin allergy"))) is not Answer.PRESENT


@pytest.mark.parametrize(
    ("value", "expected"), [("yes", "present"), ("Denies", "absent"), ("unknown", "not recorded")]
)
def test_social_history_tells_of_injecting(value: str, expected: str) -> None:
    one = observation(text("IV drug use"), valueString=value, effectiveDateTime=ago(100))
    assert answer("iv_drug_use", one) == expected
    told = observation(text("Drug use"), valueString="Injects heroin", effectiveDateTime=ago(100))
    assert answer("iv_drug_use", told) is Answer.PRESENT


@pytest.mark.parametrize("code", ["W11.XXXA", "V49.9XXA", "V43.52XD"])
def test_the_external_cause_of_an_injury_is_an_injury(code: str) -> None:
    weak = condition(LEG_WEAKNESS, onsetDateTime=ago(1))
    cause = condition({"coding": [{"system": ICD10CM, "code": code}]}, id="c2", onsetDateTime=ago(3))
    assert answer("trauma_recent", weak, cause) is Answer.PRESENT
    sequela = {"coding": [{"system": ICD10CM, "code": f"{code[:-1]}S"}]}
    assert answer("trauma_recent", weak, cause | {"code": sequela}) is not Answer.PRESENT


@pytest.mark.parametrize(
    ("code", "new"),
    [
        ("S32.010A", True),
        ("S32.010B", True),
        ("S32.010D", False),
        ("S32.010G", False),
        ("S32.010K", False),
        ("V43.52XA", True),
        ("V43.52XD", False),
        ("W11.XXXA", True),
        ("W11.XXXD", False),
        ("w11xxxd", False),
        ("T14.90", True),
    ],
)
def test_a_later_visit_for_an_injury_is_no_new_injury(code: str, new: bool) -> None:
    injury = condition({"coding": [{"system": ICD10CM, "code": code}]}, recordedDate="2026-11-20")
    weak = condition(text("Leg weakness"), id="c2", onsetDateTime="2026-11-21")
    assert (answer("trauma_recent", weak, injury) is Answer.PRESENT) is new
