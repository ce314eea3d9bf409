"""Rows named after an examination: a normal value denies what it would show, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Stance
from tests.clinical.bedside import cards_for, condition, observation, patient, weakness
from tests.clinical.evidence_charts import named, stances

SADDLE, REDUCED, BRISK = "cs_saddle_sensory", "cs_reflex_reduced", "cs_reflex_increased"

NORMAL = [
    ("Saddle sensation", "Normal", {SADDLE}),
    ("Saddle sensation", "Intact", {SADDLE}),
    ("Saddle sensation", "Not reduced", {SADDLE}),
    ("Perianal sensation", "WNL", {SADDLE}),
    ("Perineal sensation", "Normal bilaterally", {SADDLE}),
    ("Reflexes", "Normal", {REDUCED, BRISK}),
    ("Deep tendon reflexes", "Intact", {REDUCED, BRISK}),
    ("Ankle jerks", "Normal", {REDUCED, BRISK}),
    ("Anal tone", "Normal", {"cs_anal_tone"}),
    ("Plantar response", "Normal", {"cs_babinski"}),
    ("Tone lower limbs", "Normal", {"cs_spasticity_clonus"}),
    ("Pedal pulses", "Normal", {"cs_absent_pulse"}),
    ("Gait", "Normal", {"cs_gait_difficulty"}),
    ("Bladder control", "Normal", {"cs_urinary_incontinence"}),
]

NOTHING = [
    # Of one side; in part; not sure; there, but how?
    *(("Left ankle jerk", "Normal"), ("Saddle sensation", "Left normal")),
    *(("Reflexes", "Normal left, absent right"), ("Saddle sensation", "Normal?")),
    *(("Reflexes", "Not normal"), ("Reflexes", "Abnormal"), ("Ankle jerks", "Present")),
    *(("Reflexes", "Not tested"), ("Saddle sensation", "Not examined"), ("Saddle sensation", "Comment")),
    # Its grades tell of power.
    ("Power", "Normal"),
]

STILL_THERE = [
    ("Saddle sensation", "Reduced", SADDLE),
    ("Saddle sensation", "Absent", SADDLE),
    ("Saddle sensation", "Reduced on the left, normal on the right", SADDLE),
    ("Reflexes", "Absent", REDUCED),
    ("Reflexes", "Normal, except ankle jerks absent", REDUCED),
    ("Reflexes", "Brisk", BRISK),
    ("Plantar response", "Extensor", "cs_babinski"),
    ("Anal tone", "Lax", "cs_anal_tone"),
]


@pytest.mark.parametrize(("name", "value", "denied"), NORMAL)
def test_a_normal_examination_denies_what_it_would_show(name: str, value: str, denied: set[str]) -> None:
    assert stances(named(name, value)) == dict.fromkeys(denied, Stance.DENIED)


@pytest.mark.parametrize(("name", "value"), NOTHING)
def test_of_one_side_or_in_part_a_normal_examination_denies_nothing(name: str, value: str) -> None:
    assert Stance.DENIED not in stances(named(name, value)).values()


@pytest.mark.parametrize(("name", "value", "concept"), STILL_THERE)
def test_what_an_examination_shows_is_there(name: str, value: str, concept: str) -> None:
    assert stances(named(name, value))[concept] is Stance.AFFIRMED


def test_a_card_does_not_ask_for_what_was_examined_and_normal() -> None:
    def detail(*examined: dict[str, Any]) -> str:
        back = condition("Low back pain", since="6 days")
        return " ".join(card["detail"] for card in cards_for(patient(weakness(), back, *examined)))

    assert "reflexes" in detail().partition("ot recorded")[2]
    examined = detail(observation("Reflexes", valueString="Normal"))
    assert "reflexes" not in examined.partition("ot recorded")[2]
