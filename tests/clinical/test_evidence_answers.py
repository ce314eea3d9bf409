"""Answers of every kind: coded without words, about an ability, about relatives, as an interpretation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cards.facts import Answer
from cards.features import read_features
from tests.clinical.evidence_charts import KNOWLEDGE, LOINC, ME, NOW, SCT, named, observation, read, text

AN_HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()
V2_0136 = "http://terminology.hl7.org/CodeSystem/v2-0136"
NULLS = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"


def answer(feature: str, *resources: Any) -> Answer:
    return read_features(read(*resources), KNOWLEDGE, NOW).facts.get(feature).answer


def value(feature: str, *resources: Any) -> object:
    return read_features(read(*resources), KNOWLEDGE, NOW).facts.get(feature).value


def asked(question: str, **members: Any) -> dict[str, Any]:
    return named(question, effectiveDateTime=AN_HOUR_AGO, **members)


def response(question: str, **given: Any) -> dict[str, Any]:
    item = {"linkId": "1", "text": question, "answer": [given]}
    made = {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed", "subject": ME}
    return made | {"authored": AN_HOUR_AGO, "item": [item]}


CODED = [
    *((LOINC, code, "present") for code in ("LA33-6", "LA9633-4", "LA6576-8", "LA11882-0")),
    *((LOINC, code, "absent") for code in ("LA32-8", "LA9634-2", "LA6577-6", "LA11883-8", "LA6626-1")),
    *((LOINC, code, "not recorded") for code in ("LA4489-6", "LA12688-0", "LA4389-8")),
    *((SCT, code, "present") for code in ("373066001", "52101004", "260373001", "10828004", "263654008")),
    *((SCT, code, "absent") for code in ("373067005", "2667000", "260415000", "17621005", "410594000")),
    *((SCT, code, "not recorded") for code in ("261665006", "373068000", "385432009")),
    *((V2_0136, code, said) for code, said in (("Y", "present"), ("N", "absent"))),
    *((NULLS, code, "not recorded") for code in ("UNK", "ASKU", "NASK")),
]


@pytest.mark.parametrize(("system", "code", "expected"), CODED)
def test_a_coded_answer_needs_no_words(system: str, code: str, expected: str) -> None:
    coding = {"system": system, "code": code}
    assert (
        answer("leg_weakness", asked("Leg weakness", valueCodeableConcept={"coding": [coding]})) == expected
    )
    assert answer("leg_weakness", response("Leg weakness?", valueCoding=coding)) == expected


def test_an_answer_that_is_none_is_not_called_unread() -> None:
    coding = {"system": LOINC, "code": "LA4489-6"}
    assert read(asked("Leg weakness", valueCodeableConcept={"coding": [coding]})).unread == ()


LEFT_LEG = {"coding": [{"system": LOINC, "code": "70191-2"}]}
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"


@pytest.mark.parametrize(
    "concept",
    [
        {"coding": [{"system": LOINC, "code": "LA18465-7"}]},
        {"coding": [{"code": "x", "extension": [{"url": ORDINAL, "valueInteger": 3}]}]},
        {"coding": [{"code": "x"}], "extension": [{"url": ORDINAL, "valueDecimal": 3}]},
    ],
)
def test_the_answer_of_a_scale_carries_its_score(concept: dict[str, Any]) -> None:
    one = observation(LEFT_LEG, valueCodeableConcept=concept, effectiveDateTime=AN_HOUR_AGO)
    assert value("nihss_leg_left", one) == 3


def test_an_untestable_limb_has_no_score() -> None:
    concept = {"coding": [{"system": LOINC, "code": "LA18461-6"}]}
    one = observation(LEFT_LEG, valueCodeableConcept=concept, effectiveDateTime=AN_HOUR_AGO)
    assert value("nihss_leg_left", one) is None


@pytest.mark.parametrize("question", ["Are you able to walk?", "Can you walk?", "Able to weight bear"])
def test_an_ability_that_is_denied_is_its_loss(question: str) -> None:
    assert answer("unable_to_walk", response(question, valueBoolean=False)) is Answer.PRESENT
    assert answer("unable_to_walk", asked(question, valueString="No")) is Answer.PRESENT
    assert answer("unable_to_walk", asked(question, valueString="Yes")) is not Answer.PRESENT
    assert answer("unable_to_walk", asked(question, valueString="not asked")) is not Answer.PRESENT
    assert answer("unable_to_walk", asked(question)) is not Answer.PRESENT


@pytest.mark.parametrize(
    "question", ["Can you walk without help?", "Can you walk 400 metres?", "Weight bearing"]
)
def test_an_ability_of_more_than_walking_may_be_denied(question: str) -> None:
    assert answer("unable_to_walk", response(question, valueBoolean=False)) is not Answer.PRESENT


@pytest.mark.parametrize(
    "question", ["Does anyone in your family have leg weakness?", "Did your mother have leg weakness?"]
)
def test_a_question_about_relatives_is_not_about_the_patient(question: str) -> None:
    assert answer("leg_weakness", response(question, valueBoolean=True)) is Answer.NOT_RECORDED


@pytest.mark.parametrize(
    ("code", "expected"), [("POS", "present"), ("A", "present"), ("NEG", "not recorded")]
)
def test_an_interpretation_stands_for_the_result_of_a_test(code: str, expected: str) -> None:
    one = asked("Straight leg raise left", interpretation=[{"coding": [{"code": code}]}])
    assert answer("slr_positive", one) == expected


@pytest.mark.parametrize("name", ["Pain score", "Pain score 0-10", "Pain intensity"])
def test_a_pain_score_is_known_by_its_plain_name(name: str) -> None:
    assert value("pain_score", asked(name, valueString="9/10")) == 9
    assert value("pain_score", response(name, valueDecimal=8)) == 8
    assert value("pain_score", asked(f"Abdominal {name}", valueInteger=9)) is None


@pytest.mark.parametrize("code", ["410594000", "410516002"])
def test_a_verification_in_snomed_refutes(code: str) -> None:
    status = {"coding": [{"system": SCT, "code": code}]}
    made = {"resourceType": "Condition", "id": "c", "subject": ME, "code": text("Leg weakness")}
    one = made | {"onsetDateTime": AN_HOUR_AGO, "verificationStatus": status}
    assert answer("leg_weakness", one) is Answer.NOT_RECORDED
