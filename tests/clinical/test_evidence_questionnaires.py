"""What a patient or clinician answered in a form."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Kind, Stance
from tests.clinical.evidence_charts import ME, finding, findings, stances


def form(*items: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q1",
        "status": "completed",
        "subject": ME,
        "authored": "2026-11-20T10:00:00Z",
        "item": list(items),
    } | members


def item(text: str, *answers: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"linkId": "1", "text": text, "answer": list(answers)} | members


def test_an_answer_is_an_observation_of_what_was_asked() -> None:
    one = finding(form(item("Leg weakness?", {"valueBoolean": True})))
    assert one.kind is Kind.OBSERVATION
    assert one.hits[0].stance is Stance.AFFIRMED
    assert one.when is not None
    assert one.when.earliest.day == 20


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([{"valueBoolean": False}], {"cs_leg_weakness": Stance.DENIED}),
        ([{"valueCoding": {"code": "N"}}], {"cs_leg_weakness": Stance.DENIED}),
        ([{"valueCoding": {"display": "Yes"}}], {"cs_leg_weakness": Stance.AFFIRMED}),
        ([{"valueString": "not asked"}], {}),
        ([], {}),
    ],
)
def test_a_question_counts_as_it_was_answered(answers: list[dict[str, Any]], said: dict[str, Stance]) -> None:
    assert stances(form(item("Do you have leg weakness?", *answers))) == said


def test_a_question_with_several_answers_counts_each() -> None:
    answers = [{"valueCoding": {"display": "Leg weakness"}}, {"valueCoding": {"display": "Saddle numbness"}}]
    assert set(stances(form(item("Symptoms", *answers)))) >= {"cs_leg_weakness", "cs_saddle_sensory"}


def test_items_below_items_and_answers_are_read() -> None:
    inner = item("Leg weakness", {"valueBoolean": True})
    assert "cs_leg_weakness" in stances(form({"text": "Symptoms", "item": [inner]}))
    assert "cs_leg_weakness" in stances(form(item("Any symptom?", {"valueBoolean": True, "item": [inner]})))


def test_what_is_asked_about_relatives_is_not_the_patients() -> None:
    inner = item("Leg weakness", {"valueBoolean": True})
    assert findings(form({"text": "Family history", "item": [inner]})) == ()


@pytest.mark.parametrize("where", [{"linkId": "/2823-3"}, {"definition": "http://loinc.org/2823-3"}])
def test_a_question_may_carry_its_loinc_code(where: dict[str, str]) -> None:
    one = finding(form({"text": "K", "answer": [{"valueDecimal": 2.4}]} | where))
    assert one.hits[0].concept == "cs_k"
    assert one.quantity is not None
    assert one.quantity.value == 2.4


@pytest.mark.parametrize("status", ["entered-in-error", "stopped"])
def test_a_form_that_was_abandoned_does_not_count(status: str) -> None:
    assert findings(form(item("Leg weakness", {"valueBoolean": True}), status=status)) == ()


def test_objects_where_lists_belong_are_read() -> None:
    answered = form({"text": "Leg weakness", "answer": {"valueBoolean": True}})
    answered["item"] = answered["item"][0]
    assert len(findings(answered)) == 1
