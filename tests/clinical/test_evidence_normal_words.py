"""A row named after a finding: values that deny it, that tell nothing, and those that describe it."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Stance
from tests.clinical.evidence_charts import SCT, named, observation, stances

INCONTINENT, RETENTION, SADDLE = "cs_urinary_incontinence", "cs_urinary_retention", "cs_saddle_sensory"
FACE, ARM, LEG, APHASIA = "cs_facial_weakness", "cs_arm_weakness", "cs_leg_weakness", "cs_aphasia"
DYSPNOEA, BABINSKI, TENSE, DYSPHAGIA = "cs_dyspnoea", "cs_babinski", "cs_leg_swelling_tense", "cs_dysphagia"

NORMAL = [
    ("Urinary incontinence", INCONTINENT, "Continent"),
    ("Urinary incontinence", INCONTINENT, "Continent of bladder and bowel"),
    ("Urinary incontinence", INCONTINENT, "Continent x2"),
    ("Bowel incontinence", "cs_bowel_incontinence", "Continent"),
    ("Urinary retention", RETENTION, "Voiding"),
    ("Urinary retention", RETENTION, "Voiding freely"),
    ("Urinary retention", RETENTION, "Voiding spontaneously without difficulty"),
    ("Urinary retention", RETENTION, "Passing urine"),
    ("Saddle anesthesia", SADDLE, "Intact"),
    ("Saddle anesthesia", SADDLE, "WDL"),
    ("Saddle anesthesia", SADDLE, "Within Defined Limits"),
    ("Saddle anesthesia", SADDLE, "Sensation intact bilaterally"),
    ("Saddle anesthesia", SADDLE, "Intact to light touch"),
    ("Reduced anal tone", "cs_anal_tone", "Normal tone"),
    ("Facial droop", FACE, "Symmetrical"),
    ("Facial droop", FACE, "Equal bilaterally"),
    ("Facial palsy", FACE, "Normal symmetrical movements"),
    ("Facial droop", FACE, "Symmetric at rest and smile"),
    ("Aphasia", APHASIA, "Fluent"),
    ("Slurred speech", "cs_dysarthria", "Clear"),
    ("Slurred speech", "cs_dysarthria", "Speech clear and appropriate"),
    ("Arm weakness", ARM, "Strong and equal"),
    ("Leg weakness", LEG, "Strong bilaterally"),
    ("Leg weakness", LEG, "Full strength both legs"),
    ("Dyspnea", DYSPNOEA, "Unlabored"),
    ("Dyspnoea", DYSPNOEA, "Unlaboured"),
    ("Dyspnea", DYSPNOEA, "Respirations even and unlabored"),
    ("Dyspnea", DYSPNOEA, "Non-labored, regular"),
    ("Orthopnea", "cs_orthopnoea", "1 pillow"),
    ("Orthopnea", "cs_orthopnoea", "Able to lie flat"),
    ("Babinski", BABINSKI, "Downgoing"),
    ("Babinski", BABINSKI, "Down-going bilaterally"),
    ("Babinski", BABINSKI, "Toes down"),
    ("Babinski", BABINSKI, "Flexor"),
    ("Babinski", BABINSKI, "Flexor, right and left"),
    ("Compartment syndrome check", TENSE, "Soft, WNL"),
    ("Compartment syndrome check", TENSE, "Soft and compressible"),
    ("Dysphagia screen", DYSPHAGIA, "Passed"),
    ("Dysphagia screen", DYSPHAGIA, "Passed - regular diet"),
    ("Cold foot", "cs_cold_pale_limb", "Warm, dry and pink"),
    ("Absent pedal pulse", "cs_absent_pulse", "Palpable"),
    ("Unable to walk", "cs_unable_to_walk", "Ambulates independently"),
    ("Difficulty walking", "cs_gait_difficulty", "Steady"),
    ("Dark urine", "cs_dark_urine", "Clear yellow"),
]

NOTHING = [
    *((name, "UTA") for name in ("Babinski", "Saddle anesthesia", "Leg weakness", "Urinary incontinence")),
    *(
        ("Urinary incontinence", value)
        for value in (
            *("Done", "Comment", "See comment", "Documented", "Completed", "Charted", "Other", "Deferred"),
            *("N/A", "***", "Reviewed", "(blank)", "Other (Comment)", "At baseline", "Baseline", "No change"),
            *("Unchanged from baseline", "Continent at baseline", "Voids spontaneously"),
        )
    ),
    ("Shortness of breath", "At baseline"),
    ("Shortness of breath", "With exertion, baseline"),
    ("Dyspnea", "At rest: no"),
    ("Babinski", "Mute"),
    ("Babinski", "Equivocal"),
    ("Babinski", "Downgoing on the left: comment"),
    ("Babinski", "Left downgoing"),
    ("Arm weakness", "Equal"),
    ("Leg weakness", "Unchanged"),
    ("Leg weakness", "Moves all extremities"),
    ("Leg weakness", "Follows commands"),
    ("Saddle anesthesia", "Intact left"),
    ("Difficulty walking", "Ambulatory"),
]

POSITIVE = [
    ("Saddle anesthesia", SADDLE, "Patchy on left S3"),
    ("Saddle anesthesia", SADDLE, "Not intact"),
    ("Saddle anesthesia", SADDLE, "WDL except perianal"),
    ("Saddle anesthesia", SADDLE, "Left"),
    ("Saddle anesthesia", SADDLE, "Reduced"),
    ("Saddle anesthesia", SADDLE, "Symmetrical"),
    ("Urinary incontinence", INCONTINENT, "Since yesterday"),
    ("Urinary incontinence", INCONTINENT, "Incontinent"),
    ("Urinary incontinence", INCONTINENT, "Uses pads"),
    ("Urinary incontinence", INCONTINENT, "No longer continent"),
    ("Urinary incontinence", INCONTINENT, "Worse than baseline"),
    ("Urinary incontinence", INCONTINENT, "Not continent"),
    ("Absent pedal pulse", "cs_absent_pulse", "Not palpable"),
    ("Absent pedal pulse", "cs_absent_pulse", "Right foot, not palpable"),
    ("Slurred speech", "cs_dysarthria", "Not clear"),
    ("Facial droop", FACE, "Not symmetrical"),
    ("Urinary incontinence", INCONTINENT, "Occasionally continent"),
    ("Urinary retention", RETENTION, "Not voiding"),
    ("Urinary retention", RETENTION, "Voiding small amounts"),
    ("Urinary retention", RETENTION, "Complete"),
    ("Facial droop", FACE, "Left lower"),
    ("Facial droop", FACE, "Asymmetric"),
    ("Facial droop", FACE, "Unequal"),
    ("Facial droop", FACE, "Mild"),
    ("Facial palsy", FACE, "Complete"),
    ("Facial palsy", FACE, "Full face"),
    ("Leg weakness", LEG, "Both legs"),
    ("Leg weakness", LEG, "Symmetrical"),
    ("Leg weakness", LEG, "Equal in both legs"),
    ("Leg weakness", LEG, "Mild"),
    ("Back pain", "cs_back_pain", "Strong"),
    ("Falls", "cs_falls", "Walking"),
    ("Babinski", BABINSKI, "Upgoing"),
    ("Babinski", BABINSKI, "Extensor"),
    ("Babinski", BABINSKI, "Left up"),
    ("Babinski", BABINSKI, "Left upgoing, right downgoing"),
    ("Dyspnea", DYSPNOEA, "Labored"),
    ("Dyspnea", DYSPNOEA, "Even at rest"),
    ("Dyspnea", DYSPNOEA, "With exertion"),
    ("Compartment syndrome check", TENSE, "Tense"),
    ("Compartment syndrome check", TENSE, "Soft laterally, tense anteriorly"),
    ("Dysphagia screen", DYSPHAGIA, "Failed"),
    ("Unsteady gait", "cs_gait_difficulty", "Unsteady"),
    ("Unable to walk", "cs_unable_to_walk", "Unable"),
]


@pytest.mark.parametrize(("name", "concept", "value"), NORMAL)
def test_a_normal_word_denies_the_finding_that_the_row_is_named_after(
    name: str, concept: str, value: str
) -> None:
    assert stances(named(name, value))[concept] is Stance.DENIED


@pytest.mark.parametrize(("name", "value"), NOTHING)
def test_an_empty_or_unchanged_value_neither_makes_nor_denies_a_finding(name: str, value: str) -> None:
    assert stances(named(name, value)) == {}


@pytest.mark.parametrize(("name", "concept", "value"), POSITIVE)
def test_a_value_that_describes_the_finding_is_the_finding(name: str, concept: str, value: str) -> None:
    assert stances(named(name, value))[concept] in (Stance.AFFIRMED, Stance.SUSPECTED)


@pytest.mark.parametrize(
    "value",
    [
        {"valueString": "Continent"},
        {"valueCodeableConcept": {"text": "Continent"}},
        {"valueCodeableConcept": {"coding": [{"code": "12", "display": "Continent"}], "text": "Continent"}},
    ],
)
def test_the_value_may_have_any_type_and_the_name_a_code(value: dict[str, Any]) -> None:
    coded = {"coding": [{"system": SCT, "code": "165232002"}], "text": "Urinary incontinence"}
    assert stances(observation(coded, **value)) == {INCONTINENT: Stance.DENIED}


def test_a_text_beside_a_normal_display_is_read_too() -> None:
    value = {"coding": [{"code": "12", "display": "Continent"}], "text": "Dribbling since Monday"}
    one = observation({"text": "Urinary incontinence"}, valueCodeableConcept=value)
    assert stances(one)[INCONTINENT] is Stance.AFFIRMED


@pytest.mark.parametrize("value", ["Done", "Completed"])
def test_an_event_that_is_done_has_happened(value: str) -> None:
    assert stances(named("Lumbar puncture", value)) == stances(named("Lumbar puncture"))


@pytest.mark.parametrize(("name", "value"), [("Pulse", "Palpable"), ("Speech", "Fluent"), ("Gait", "Steady")])
def test_a_name_that_is_no_finding_stays_none(name: str, value: str) -> None:
    assert Stance.AFFIRMED not in stances(named(name, value)).values()
