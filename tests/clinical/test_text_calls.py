"""Wordings of red flags through whole calls: in the entry, in a value, in an answer, in a report."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clinical.bedside import (
    Resource,
    cards_for,
    condition,
    instant,
    observation,
    patient,
    red_flags,
    report,
    resource,
)

WEAK = condition("Leg weakness")


def noted(name: str, value: str) -> Resource:
    return observation(name, at="2 hours", valueString=value)


def answers(*items: tuple[str, Any]) -> Resource:
    answered = [
        {
            "linkId": str(at),
            "text": text,
            "answer": [{"valueBoolean" if said in (True, False) else "valueString": said}],
        }
        for at, (text, said) in enumerate(items)
    ]
    return resource("QuestionnaireResponse", status="completed", authored=instant("2 hours"), item=answered)


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        ([condition("Leg weakness and saddle numbness", since="1 day")], "rf_ces"),
        ([condition("Bilateral sciatica"), noted("Bladder", "can't feel when passing urine")], "rf_ces"),
        ([condition("LBP radiating to left leg"), noted("PR", "reduced tone")], "rf_ces"),
        ([condition("Sciatica"), noted("PR exam", "Lax tone, reduced perianal sensation")], "rf_ces"),
        ([WEAK, condition("Incontinent", since="1 day")], "rf_ces"),
        ([WEAK, noted("Nursing note", "wetting the bed since yesterday")], "rf_ces"),
        ([WEAK, noted("Toileting", "Not able to feel when passing urine")], "rf_ces"),
        ([WEAK, noted("Perianal sensation", "↓")], "rf_ces"),
        ([WEAK, noted("Saddle anaesthesia", "(+)")], "rf_ces"),
        ([WEAK, noted("Red flag checklist", "[x] saddle anaesthesia [ ] fever")], "rf_ces"),
        ([WEAK, answers(("Any numbness between your legs?", "Yes"))], "rf_ces"),
        ([WEAK, answers(("Have you lost control of your bladder?", True))], "rf_ces"),
        ([WEAK, noted("Plantars", "↑↑")], "rf_cord rf_myelopathy"),
        (
            [WEAK, noted("Examination", "Plantars ↑↑, reflexes +++, sensory level T10")],
            "rf_cord rf_myelopathy",
        ),
        ([WEAK, report("MRI spine", "Transverse myelitis at T6")], "rf_cord"),
        ([WEAK, report("Mri Thoracic Spine", "Cord compression at T6")], "rf_cord"),
        (
            [
                condition("Weakness of left leg", since="5 hours"),
                noted("Left foot", "cold, mottled, pulseless"),
            ],
            "rf_ali",
        ),
        (
            [
                condition("Sudden leg weakness", since="3 hours"),
                noted("Vascular", "No palpable pulses left foot"),
            ],
            "rf_ali",
        ),
        ([condition("Sudden weakness right arm/leg", since="2 hours")], "rf_stroke"),
        ([condition("Left arm and leg plegic, sudden onset", since="2 hours")], "rf_stroke"),
        ([condition("Weakness both legs", since="4 days"), noted("DTRs", "0")], "rf_gbs"),
        ([condition("Both legs getting weaker over the last 3 days", since="3 days")], "rf_rapid_bilateral"),
        ([WEAK, noted("Breathing", "SOB lying flat, weak cough")], "rf_breathing"),
        ([condition("Left leg weakness"), noted("Calf", "tense, pain on passive stretch")], "rf_compartment"),
    ],
)
def test_a_red_flag_fires_however_it_is_put(record: list[Resource], rules: str) -> None:
    assert red_flags(patient(*record)).keys() & set(rules.split())


@pytest.mark.parametrize(
    ("record", "rules"),
    [
        ([WEAK, noted("Red flag checklist", "[ ] saddle anaesthesia [x] leg weakness")], "rf_ces"),
        ([WEAK, noted("Saddle anaesthesia", "Y/N")], "rf_ces"),
        ([WEAK, noted("Saddle anaesthesia", "(-)")], "rf_ces"),
        ([WEAK, noted("Saddle anaesthesia", "(–)")], "rf_ces"),
        ([WEAK, noted("Red flags negative", "saddle anaesthesia, urinary retention")], "rf_ces"),
        ([WEAK, noted("No red flags", "saddle anaesthesia, urinary retention")], "rf_ces"),
        ([WEAK, noted("Potential complications", "saddle anaesthesia, incontinence")], "rf_ces"),
        ([WEAK, noted("Goals", "avoid urinary retention")], "rf_ces"),
        ([WEAK, noted("Plan", "PRN catheter for urinary retention")], "rf_ces"),
        ([WEAK, noted("Note", "Baby has bowel incontinence")], "rf_ces"),
        ([WEAK, noted("Urinary incontinence risk assessment", "low")], "rf_ces"),
        ([WEAK, noted("Continence", "continent of urine and faeces")], "rf_ces"),
        ([WEAK, noted("Advice", "Return if saddle numbness, incontinence, retention")], "rf_ces"),
        ([WEAK, answers(("Are you incontinent?", False), ("Numbness around your bottom?", "No"))], "rf_ces"),
        (
            [condition("Sciatica"), noted("Consultation", "CES red flags explained - urinary retention")],
            "rf_ces",
        ),
        ([condition("Weakness of left arm and right leg", since="5 days")], "rf_hemiparesis_new"),
        ([condition("Leg weakness, right worse than left", since="20 days")], "rf_worsening"),
        ([condition("Leg weakness, back pain"), condition("ex-IVDU", since="8 years")], "rf_sea"),
        (
            [condition("Leg weakness, back pain"), condition("ex-IVDU", since=None, recorded="1 day")],
            "rf_sea",
        ),
        ([WEAK, report("MRI spine", "Indication: r/o cord compression. Impression: Normal.")], "rf_cord"),
        ([condition("Left leg weakness"), noted("Calf", "compartments soft")], "rf_compartment"),
    ],
)
def test_a_red_flag_is_silent_where_nothing_is_there(record: list[Resource], rules: str) -> None:
    assert not red_flags(patient(*record)).keys() & set(rules.split())


@pytest.mark.parametrize(
    "text",
    [
        "Weakness of right arm. Legs normal",
        "Weak grip; able to move legs",
        "Hand weakness, lower limbs 5/5",
        "Weakness: none. Legs: oedema",
        "Shoulder weakness (legs OK)",
    ],
)
def test_a_weak_arm_beside_good_legs_gets_no_card(text: str) -> None:
    assert cards_for(patient(noted("Examination", text))) == []


def test_a_weakness_behind_a_denied_injury_gets_a_card() -> None:
    assert cards_for(patient(condition("No trauma leg weakness")))
    assert not cards_for(patient(condition("No leg weakness")))
