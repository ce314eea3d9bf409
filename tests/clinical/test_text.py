"""How the words of a record are read: sentences that clinicians write, and what they say of the patient."""

from __future__ import annotations

import sys
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.findings import Side, Stance
from cards.knowledge import load
from cards.knowledge_types import Knowledge
from cds_service.evidence.text import Answer, Mention, Reading, TextReader

LEG, BOTH_LEGS, SOME_LIMB = "cs_leg_weakness", "cs_paraparesis", "cs_limb_weakness"
NUMB_LEG, NUMB, SADDLE = "cs_numbness_leg", "cs_numbness_any", "cs_saddle_sensory"
STROKE, OLD_STROKE, GBS, CES, ALS = "cs_dx_stroke", "cs_dx_stroke_old", "cs_dx_gbs", "cs_dx_ces", "cs_dx_als"
NO_WALK, REFLEX, FALLS, FEVER = "cs_unable_to_walk", "cs_reflex_reduced", "cs_falls", "cs_fever"
URINE, RETENTION, FOOT_DROP, BACK = (
    "cs_urinary_incontinence",
    "cs_urinary_retention",
    "cs_foot_drop",
    "cs_back_pain",
)
BRISK, BABINSKI, TONE, ANAL_TONE, LEVEL = (
    "cs_reflex_increased",
    "cs_babinski",
    "cs_spasticity_clonus",
    "cs_anal_tone",
    "cs_sensory_level",
)
PULSE, COLD, DARK, TENSE, BOWEL = (
    "cs_absent_pulse",
    "cs_cold_pale_limb",
    "cs_dark_urine",
    "cs_leg_swelling_tense",
    "cs_bowel_incontinence",
)
CORD_SEEN, CAUDA_SEEN = (
    "value_mri_spine_result_cord_compression",
    "value_mri_spine_result_cauda_equina_compression",
)
BLEED_SEEN, INFARCT_SEEN = (
    "value_brain_imaging_result_haemorrhage",
    "value_brain_imaging_result_acute_infarct",
)


@cache
def content() -> Knowledge:
    return load()


@cache
def reader() -> TextReader:
    return TextReader(content())


def read(text: str, *, report: bool = False, one_clause: bool = False) -> Reading:
    return reader().read(text, report=report, one_clause=one_clause)


def stances(text: str, concept: str, *, report: bool = False) -> list[Stance]:
    return [each.stance for each in read(text, report=report).mentions if each.concept == concept]


def mention(text: str, concept: str) -> Mention:
    return next(each for each in read(text).mentions if each.concept == concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Leg weakness", LEG),
        ("LEG WEAKNESS", LEG),
        ("  leg \t  weakness  ", LEG),
        ("leg-weakness", LEG),
        ("LE weakness", LEG),
        ("pt c/o bilat LE weakness x 3 days", LEG),
        ("left-sided weakness", "cs_hemiparesis"),
        ("left sided weakness", "cs_hemiparesis"),
        ("foot-drop", FOOT_DROP),
        ("foot drop", FOOT_DROP),
        ("non-ambulatory", NO_WALK),
        ("non ambulatory", NO_WALK),
        ("Guillain-Barré syndrome", GBS),
        ("guillain barre syndrome", GBS),
        ("« Guillain‑Barré »", GBS),
        ("Guillain\u2013Barre\u0301", GBS),
        ("Parkinson\u2019s disease", "cs_dx_parkinson"),
        ("Parkinsons disease", "cs_dx_parkinson"),
        ("Ｌｅｇ weakness", LEG),
        ("weak\u00adness of legs", LEG),
        ("leg\u00a0weakness", LEG),
        ("saddle anaesthesia", SADDLE),
        ("saddle anesthesia", SADDLE),
        ("hip #", "cs_dx_hip_fracture"),
        ("#NOF", "cs_dx_hip_fracture"),
        ("K+ 2.1", "cs_k"),
        ("3+ reflexes at the knees", "cs_reflex_increased"),
        ("D&V last week", "cs_infection_gi"),
        ("pins & needles", NUMB),
        ("SLR +ve", "cs_slr"),
        ("MRI: MS relapse", "cs_dx_ms"),
        ("exacerbation of MG", "cs_dx_mg_exac"),
        ("NOS use", "cs_nitrous"),
        ("known AF", "cs_atrial_fibrillation"),
        ("negative insp. force", "cs_nif"),
        ("protein, CSF", "cs_csf_protein"),
        ("weakness of the legs\nwhich came on over\nthree days", LEG),
        (
            f"{'The patient was seen today at the request of the family doctor, for saddle'}\nanaesthesia",
            SADDLE,
        ),
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("hip pain", "cs_dx_hip_fracture"),
        ("hip", "cs_dx_hip_fracture"),
        ("vitamin K", "cs_k"),
        ("3 reflexes", "cs_reflex_increased"),
        ("40 mg", "cs_dx_mg_exac"),
        ("exacerbation of mg", "cs_dx_mg_exac"),
        ("Paralysis, not otherwise specified", "cs_nitrous"),
        ("nos", "cs_nitrous"),
        ("out at sea", "cs_dx_sea"),
        ("als Kind", ALS),
        ("legal weakness", LEG),
        ("legweakness", LEG),
        ("pain in leg. Weakness of voice", LEG),
    ],
)
def test_a_part_of_a_phrase_or_another_word_is_not_the_phrase(text: str, concept: str) -> None:
    assert stances(text, concept) == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("fall risk", FALLS),
        ("at risk of falls", FALLS),
        ("restless legs", LEG),
        ("GBS (group B strep) colonised", GBS),
        ("ALS transport to hospital", ALS),
        ("heat stroke", STROKE),
        ("history of stroke", STROKE),
        ("no fever", FEVER),
        ("kidney injury", "cs_trauma"),
        ("potassium urine", "cs_k"),
    ],
)
def test_a_guard_voids_its_phrase(text: str, concept: str) -> None:
    assert stances(text, concept) == []


def test_a_guard_acts_only_near_its_phrase_and_in_its_clause() -> None:
    assert stances("Fall. Falls clinic booked", FALLS) == [Stance.AFFIRMED]
    assert stances("New stroke, heat stroke last year", STROKE) == [Stance.AFFIRMED]


def test_the_name_of_an_observation_is_one_clause() -> None:
    assert [each.concept for each in read("Potassium, urine").mentions] == ["cs_k"]
    assert read("Potassium, urine", one_clause=True).mentions == ()
    assert stances("Weakness of legs, no numbness", NUMB) == [Stance.DENIED]
    observation = read("Weakness of legs, no numbness", one_clause=True)
    assert {each.concept: each.stance for each in observation.mentions} == {
        LEG: Stance.AFFIRMED,
        NUMB_LEG: Stance.DENIED,
    }


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("denies leg weakness", LEG),
        ("Denies leg weakness or loss of bladder control", URINE),
        ("denies that he has leg weakness", LEG),
        ("patient denies any leg weakness", LEG),
        ("no leg weakness", LEG),
        ("without leg weakness", LEG),
        ("does not have leg weakness", LEG),
        ("doesn\u2019t have leg weakness", LEG),
        ("No evidence of leg weakness", LEG),
        ("negative for leg weakness", LEG),
        ("never had leg weakness", LEG),
        ("no new leg weakness", LEG),
        ("no h/o leg weakness", LEG),
        ("No history of leg weakness", LEG),
        ("no previous leg weakness", LEG),
        ("no weakness in his legs", LEG),
        ("Leg pain without weakness", LEG),
        ("not GBS", GBS),
        ("unlikely GBS", GBS),
        ("ruled out GBS", GBS),
        ("No saddle anaesthesia", SADDLE),
        ("no weakness/numbness of legs", LEG),
        ("denies weakness, numbness or incontinence of urine", URINE),
        ("denies headache, fever, chest pain, leg weakness, numbness, or tingling", LEG),
        ("denies fever, no cough, leg weakness", LEG),
        ("Denies: leg weakness", LEG),
        ("Denies:\n- fever\n- leg weakness\n- numbness", LEG),
        ("Denies\nleg weakness", LEG),
        ("negative for numbness, leg weakness", LEG),
        ("No fever, chills, leg weakness, or numbness", LEG),
        ("no sensory loss or leg weakness", LEG),
        ("neither numbness nor leg weakness", LEG),
        ("Leg weakness: No", LEG),
        ("Leg weakness: no.", LEG),
        ("Leg weakness - none", LEG),
        ("Saddle numbness - none", SADDLE),
        ("Leg weakness (no)", LEG),
        ("Leg weakness = negative", LEG),
        ("Leg weakness: none reported", LEG),
        ("Leg weakness: no, numbness: yes", LEG),
        ("leg weakness absent.", LEG),
        ("leg weakness is absent", LEG),
        ("leg weakness denied", LEG),
        ("leg weakness -ve", LEG),
        ("leg weakness not present", LEG),
        ("leg weakness ruled out", LEG),
        ("leg weakness has been excluded", LEG),
        ("stroke unlikely", STROKE),
        ("GBS excluded by CSF", GBS),
        ("Leg weakness? No", LEG),
        ("Any weakness in your legs when walking? No", LEG),
        ("unable to walk, denies leg weakness", LEG),
        ("NO LEG WEAKNESS", LEG),
        ("weakness of legs: not at present", LEG),
        ("legs are not weak", LEG),
        ("CES red flags negative", CES),
    ],
)
def test_what_a_record_denies_is_denied(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.DENIED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no fever, leg weakness since Monday", LEG),
        ("No fever, no cough, leg weakness", LEG),
        ("denies fever, leg weakness since Monday", LEG),
        ("denies fever, has leg weakness", LEG),
        ("denies fever, reports leg weakness", LEG),
        ("denies fever and has leg weakness", LEG),
        ("denies fever but leg weakness for two days", LEG),
        ("denies fever; leg weakness", LEG),
        ("denies fever. Leg weakness", LEG),
        ("no fever - leg weakness", LEG),
        ("no pain and leg weakness since Monday", LEG),
        ("No history of stroke. Weak legs.", LEG),
        ("No. Weak legs", LEG),
        ("numbness: no. Leg weakness since today", LEG),
        ("(no numbness) leg weakness", LEG),
        ("leg weakness - no numbness", LEG),
        ("leg weakness (no numbness)", LEG),
        ("leg weakness, denies numbness", LEG),
        ("leg weakness absent ankle jerks", LEG),
        ("fever: no leg weakness: yes", LEG),
        ("not walking due to leg weakness", LEG),
        ("not sleeping because of leg weakness", LEG),
        ("no falls since leg weakness began", LEG),
        ("no treatment for leg weakness", LEG),
        ("not on statins, leg weakness", LEG),
        ("patient not known to us presenting with leg weakness", LEG),
        ("sudden leg weakness without warning", LEG),
        ("no cause found for leg weakness", LEG),
        ("Stroke ruled out leg weakness persists", LEG),
        ("Leg weakness: unknown cause", LEG),
        ("No walking, eating, sleeping and talking very well any more with leg weakness", LEG),
        ("Denies:\nfever\ncough\n\nLeg weakness since today", LEG),
    ],
)
def test_a_negation_reaches_no_further_than_its_matter(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no longer able to walk", NO_WALK),
        ("not able to walk", NO_WALK),
        ("unable to walk", NO_WALK),
        ("cannot walk", NO_WALK),
        ("absent ankle jerks", REFLEX),
        ("reflexes absent", REFLEX),
        ("absent ankle jerks and leg weakness", LEG),
        ("no pedal pulse", "cs_absent_pulse"),
        ("pulses absent", "cs_absent_pulse"),
        ("cannot lift leg", "cs_function_stairs"),
        ("not moving leg", LEG),
        ("not moving his left leg", LEG),
        ("no power in his legs", LEG),
        ("not passed urine", RETENTION),
        ("no bladder control", URINE),
        ("no anal tone", "cs_anal_tone"),
        ("no sensory loss", "words_sensation_normal"),
        ("leg weakness not improving", LEG),
        ("no improvement in leg weakness", LEG),
        ("no change in leg weakness", LEG),
        ("no worsening of leg weakness", LEG),
        ("leg weakness no better", LEG),
        ("leg weakness no worse", LEG),
        ("not only leg weakness but also numbness", LEG),
        ("no doubt leg weakness", LEG),
        ("not without leg weakness", LEG),
        ("does not deny leg weakness", LEG),
        ("leg weakness not resolved", LEG),
        ("leg weakness has not yet resolved", LEG),
        ("leg weakness partially resolved", LEG),
        ("leg weakness yet to resolve", LEG),
        ("non-progressive leg weakness", LEG),
        ("Difficulty walking, not elsewhere classified", "cs_gait_difficulty"),
    ],
)
def test_a_word_of_negation_that_belongs_to_the_finding_denies_nothing(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


def test_what_is_not_worse_is_denied_and_the_weakness_is_not() -> None:
    assert stances("no worsening of leg weakness", "words_worsening") == [Stance.DENIED]
    assert stances("leg weakness no worse", "words_worsening") == [Stance.DENIED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("?stroke", STROKE),
        ("? stroke", STROKE),
        ("stroke?", STROKE),
        ("?GBS ?CIDP", GBS),
        ("possible GBS", GBS),
        ("query GBS", GBS),
        ("r/o CES", CES),
        ("rule out CES", CES),
        ("cannot exclude CES", CES),
        ("CES to be excluded", CES),
        ("CES not excluded", CES),
        ("stroke not ruled out", STROKE),
        ("GBS suspected", GBS),
        ("GBS vs CIDP", "cs_dx_cidp"),
        ("wondering if stroke", STROKE),
        ("leg weakness due to possible GBS", GBS),
    ],
)
def test_what_is_queried_is_suspected(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.SUSPECTED]


@pytest.mark.parametrize(
    "text",
    ["leg weakness ?cause", "leg weakness ? cause", "Stroke? Weak legs", "Weakness in the legs? Yes"],
)
def test_a_query_of_something_else_leaves_the_weakness(text: str) -> None:
    assert stances(text, LEG) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("return if leg weakness, numbness or incontinence of urine", LEG),
        ("return if leg weakness, numbness or incontinence of urine", URINE),
        ("Return if: leg weakness", LEG),
        ("call 999 if you develop saddle numbness, leg weakness or tingling", SADDLE),
        ("Should leg weakness occur, come back", LEG),
        ("watch for leg weakness", LEG),
        ("safety-net: leg weakness, saddle numbness", SADDLE),
        ("advised about leg weakness", LEG),
        ("screening for cauda equina syndrome", CES),
        ("risk of foot drop", FOOT_DROP),
        ("worried about GBS", GBS),
        ("Leg weakness not assessed", LEG),
        ("Leg weakness: see note", LEG),
        ("safety netting advice given: saddle numbness, leg weakness", LEG),
    ],
)
def test_what_may_come_is_not_there(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.HYPOTHETICAL]


@pytest.mark.parametrize(
    "text",
    [
        "should have an MRI for leg weakness",
        "feels as if legs are giving way",
        "worried about her leg weakness",
        "wife worried about worsening leg weakness",
        "return if fever. Leg weakness since Monday",
    ],
)
def test_what_is_there_is_not_taken_for_a_warning(text: str) -> None:
    assert stances(text, LEG) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("mother had ALS", ALS),
        ("Mother: ALS", ALS),
        ("ALS in mother", ALS),
        ("ALS in his maternal aunt", ALS),
        ("stroke (father)", STROKE),
        ("father died of stroke", STROKE),
        ("brother with muscular dystrophy", "cs_dx_hereditary_nm"),
        ("lives with mother who has ALS", ALS),
        ("FH: MND", ALS),
        ("FHx MND", ALS),
        ("Family history: stroke, MND and dementia", "cs_cognitive_decline"),
        ("MND runs in the family", ALS),
        ("No family history of MND", ALS),
    ],
)
def test_what_a_relative_has_is_the_relatives(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.OTHER_PERSON]
    assert read(text).family


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("daughter says his legs are weaker", LEG),
        ("wife concerned about slurred speech", "cs_dysarthria"),
        ("son noticed a facial droop", "cs_facial_weakness"),
        ("daughter has noticed leg weakness", LEG),
        ("helped by daughter because of leg weakness", LEG),
        ("brought in by daughter with leg weakness", LEG),
        ("wife had to help him with his leg weakness", LEG),
        ("leg weakness - daughter worried", LEG),
        ("History from wife: leg weakness since Monday", LEG),
        ("mother of two with leg weakness", LEG),
        ("Mum reports her son has leg weakness", LEG),
        ("His father had a stroke and he has leg weakness", LEG),
        ("mother has MND, leg weakness since Monday", LEG),
        ("FH nil, leg weakness", LEG),
        ("presents with family history of MND and new leg weakness", LEG),
        ("Leg weakness. Mother had a stroke.", LEG),
    ],
)
def test_what_a_relative_reports_is_the_patients(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]
    assert not read(text).family


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("history of leg weakness", LEG),
        ("h/o foot drop", FOOT_DROP),
        ("PMH: foot drop", FOOT_DROP),
        ("previous sciatica", "cs_radicular_pain"),
        ("previous episode of leg weakness", LEG),
        ("leg weakness in the past", LEG),
        ("leg weakness 3 years ago", LEG),
        ("leg weakness as a child", LEG),
        ("leg weakness, resolved", LEG),
        ("leg weakness resolved after 2 hours", LEG),
        ("leg weakness (resolved)", LEG),
        ("leg weakness has now completely resolved", LEG),
        ("resolved leg weakness", LEG),
        ("Sequelae of cerebral infarction", STROKE),
        ("Personal history of transient ischemic attack (TIA), and cerebral infarction", STROKE),
    ],
)
def test_what_is_over_is_historical(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.HISTORICAL]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("3 day history of leg weakness", LEG),
        ("3d history of leg weakness", LEG),
        ("2/7 history of leg weakness", LEG),
        ("short history of leg weakness", LEG),
        ("history of leg weakness since Monday", LEG),
        ("h/o weakness of both legs since 3 days", LEG),
        ("history of progressive leg weakness", LEG),
        ("History of presenting complaint: leg weakness", LEG),
        ("history of diabetes with leg weakness", LEG),
        ("70 year old man with leg weakness", LEG),
        ("previously well, leg weakness", LEG),
        ("previously fit lady with leg weakness", LEG),
        ("leg weakness prior to admission", LEG),
        ("leg weakness as previously documented", LEG),
        ("leg weakness started 2 years ago", LEG),
        ("leg weakness, fever resolved", LEG),
        ("back pain resolved leg weakness persists", LEG),
        ("history of stroke", OLD_STROKE),
        ("old stroke", OLD_STROKE),
        ("history of stroke and leg weakness", LEG),
        ("s/p fall", FALLS),
        ("falls in the past year", FALLS),
    ],
)
def test_what_goes_on_is_not_taken_for_history(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leg weakness resolved", True),
        ("resolved leg weakness", True),
        ("resolved", True),
        ("leg weakness not resolved", False),
        ("leg weakness nearly resolved", False),
        ("leg weakness, fever resolved", False),
        ("transient fever, leg weakness", False),
    ],
)
def test_resolved_is_itself_a_statement_where_it_means_the_weakness(text: str, said: bool) -> None:
    assert stances(text, "words_resolved_within_24h") == [Stance.AFFIRMED] * said


@pytest.mark.parametrize(
    ("text", "concept", "stance"),
    [
        ("unable to lift his left leg", "cs_function_stairs", Stance.AFFIRMED),
        ("cannot move either leg", LEG, Stance.AFFIRMED),
        ("absent right ankle jerk", REFLEX, Stance.AFFIRMED),
        ("no left pedal pulse", "cs_absent_pulse", Stance.AFFIRMED),
        ("denies loss of her bladder control", URINE, Stance.DENIED),
        ("unable to lift a bag with the leg", "cs_function_stairs", None),
    ],
)
def test_a_side_or_whose_it_is_may_stand_inside_a_phrase(
    text: str, concept: str, stance: Stance | None
) -> None:
    assert stances(text, concept) == ([stance] if stance else [])


def test_each_statement_of_a_concept_is_returned_with_its_own_stance() -> None:
    text = "No leg weakness on Monday. Today leg weakness. Return if leg weakness."
    assert stances(text, LEG) == [Stance.DENIED, Stance.AFFIRMED, Stance.HYPOTHETICAL]


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("no family history of leg weakness", Stance.OTHER_PERSON),
        ("return if no leg weakness", Stance.HYPOTHETICAL),
        ("no history of leg weakness", Stance.DENIED),
        ("history of possible leg weakness", Stance.HISTORICAL),
    ],
)
def test_of_several_cues_the_one_that_is_furthest_from_the_patient_counts(text: str, stance: Stance) -> None:
    assert stances(text, LEG) == [stance]


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("weakness since Monday in both legs", Side.BILATERAL),
        ("right leg buckled", Side.RIGHT),
        ("leg and arm weakness", None),
        ("weakness of arms and legs", Side.BILATERAL),
        ("Weakness, left leg", Side.LEFT),
        ("Left leg: weakness", Side.LEFT),
        ("Proximal muscle weakness, both legs", Side.BILATERAL),
        ("muscle weakness of left lower extremity", Side.LEFT),
        ("Paresis of left lower limb (finding)", Side.LEFT),
        ("legs are giving way", Side.BILATERAL),
        ("reduced power right leg", Side.RIGHT),
    ],
)
def test_a_word_of_weakness_near_a_leg_is_leg_weakness(text: str, side: Side | None) -> None:
    assert stances(text, LEG) == [Stance.AFFIRMED]
    assert mention(text, LEG).side == side
    assert SOME_LIMB not in {each.concept for each in read(text).mentions}


@pytest.mark.parametrize(
    "text",
    [
        "weakness",
        "generalised weakness, falls",
        "arm weakness and leg pain",
        "facial weakness and numb feet",
        "weakness in arms but not legs",
        "weakness in arms not legs",
        "muscle weakness without leg swelling",
        "weak pulse in left foot",
        "Weakness of voice.\nLeg pain",
        "weakness of the voice and of the grip, later also some pain in a leg",
        "restless legs, weak tea",
    ],
)
def test_weakness_of_something_else_is_no_leg_weakness(text: str) -> None:
    assert stances(text, LEG) == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Can\u2019t move left leg", LEG),
        ("cant move left leg", LEG),
        ("can not pass urine", RETENTION),
        ("not able to pass urine", RETENTION),
        ("has not been able to pass urine", RETENTION),
        ("no longer able to pass urine", RETENTION),
        ("wasn't able to walk", NO_WALK),
        ("couldn't climb stairs", "cs_function_stairs"),
        ("won't walk", NO_WALK),
        ("leg weakness hasn't resolved", LEG),
        ("leg weakness isn't better", LEG),
    ],
)
def test_contractions_and_other_ways_to_say_cannot_are_the_same(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    "text",
    [
        "couldn't find any leg weakness",
        "cannot detect leg weakness",
        "didn't notice leg weakness",
        "hasn't had leg weakness",
        "can't recall leg weakness",
        "doesn't report leg weakness",
    ],
)
def test_a_contraction_that_denies_denies(text: str) -> None:
    assert stances(text, LEG) == [Stance.DENIED]


def test_what_cannot_be_excluded_is_suspected_in_each_spelling() -> None:
    for text in ("can't exclude CES", "cannot exclude CES", "unable to exclude CES", "couldn't exclude CES"):
        assert stances(text, CES) == [Stance.SUSPECTED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        *((text, REFLEX) for text in ("Ankle jerks absent", "Absent deep tendon reflexes", "No ankle jerks")),
        *((text, REFLEX) for text in ("Ankle jerk Absent", "ankle jerks: absent", "reflexes in legs absent")),
        *((text, REFLEX) for text in ("absent knee and ankle jerks", "reduced or absent knee jerks")),
        *((text, REFLEX) for text in ("ankle reflexes could not be elicited", "No reflexes elicited")),
        *((text, REFLEX) for text in ("ankle jerks: nil", "Achilles reflex is depressed", "reflexes 1+")),
        *(
            (text, BRISK)
            for text in ("Brisk knee jerks", "knee jerks are very brisk", "reflexes 3+ at knees")
        ),
        *((text, BABINSKI) for text in ("Bilateral upgoing plantars", "right plantar is extensor")),
        *((text, BABINSKI) for text in ("plantars both upgoing", "toes going up")),
        *((text, TONE) for text in ("Tone lower limbs Increased", "tone is raised in both legs")),
        *((text, ANAL_TONE) for text in ("anal tone lax", "PR tone: reduced", "no anal squeeze")),
        *((text, SADDLE) for text in ("Numbness of perineum", "perianal sensation reduced")),
        *((text, SADDLE) for text in ("Perianal sensation: reduced", "numbness around the back passage")),
        *((text, SADDLE) for text in ("reduced anal and perianal sensation", "numbness of legs and saddle")),
        *((text, LEVEL) for text in ("Reduced pinprick below T10", "no sensation below the umbilicus")),
        *((text, URINE) for text in ("loss of bowel and bladder control", "lost control of her bladder")),
        *((text, BOWEL) for text in ("loss of bowel and bladder control", "urinary and faecal incontinence")),
        *((text, PULSE) for text in ("Femoral pulse absent", "dorsalis pedis pulse absent")),
        *((text, PULSE) for text in ("pulses absent in left foot", "popliteal pulse not palpable")),
        *((text, COLD) for text in ("Left foot is cold", "cold, mottled left foot", "Left leg: cold, pale")),
        *((text, COLD) for text in ("mottled skin over left leg", "Left foot temperature Cool")),
        *(
            (text, DARK)
            for text in ("urine is brown", "Dark coloured urine", "Urine: dark", "urine like cola")
        ),
        *((text, TENSE) for text in ("Calf Tense", "left calf very tight")),
        *((text, LEG) for text in ("power in legs reduced", "poor strength in both legs")),
        *((text, LEG) for text in ("Reduced power both lower limbs", "strength is reduced in the right leg")),
    ],
)
def test_a_quality_and_its_site_are_the_finding_in_either_order(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no brisk reflexes", BRISK),
        ("Brisk reflexes: absent", BRISK),
        ("reflexes not reduced", REFLEX),
        ("denies absent reflexes", REFLEX),
        ("plantars not upgoing", BABINSKI),
        ("anal tone not reduced", ANAL_TONE),
        ("Reduced anal tone: absent", ANAL_TONE),
        ("Reduced anal tone: nil", ANAL_TONE),
        ("no loss of anal tone", ANAL_TONE),
        ("no numbness around anus", SADDLE),
        ("No sensory loss below T10", LEVEL),
        ("no loss of bowel or bladder control", URINE),
        ("no loss of bowel or bladder control", BOWEL),
        ("foot pulses not absent", PULSE),
        ("no cold feet", COLD),
        ("foot not cold", COLD),
        ("urine not dark", DARK),
        ("calf not tense", TENSE),
        ("no reduced power in legs", LEG),
    ],
)
def test_a_quality_and_its_site_are_denied_as_any_finding(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.DENIED]


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Power reduced, ankle jerks normal", REFLEX),
        ("power reduced ankle jerks normal", REFLEX),
        ("reduced power with brisk reflexes", REFLEX),
        ("no reflex changes", REFLEX),
        ("No ankle jerk abnormality", REFLEX),
        ("No reflexes tested", REFLEX),
        ("abdominal reflexes absent", REFLEX),
        ("gag reflex absent", REFLEX),
        ("toe extensor weakness", BABINSKI),
        ("plantars downgoing", BABINSKI),
        ("increased tone in arms", TONE),
        ("tone normal in legs", TONE),
        ("perianal sensation: intact", SADDLE),
        ("numb feet, saddle sensation normal", SADDLE),
        ("numbness in legs not perineum", SADDLE),
        ("reduced power below T10", LEVEL),
        ("No bladder control problems", URINE),
        ("stress urinary incontinence", URINE),
        ("pedal pulses present", PULSE),
        ("radial pulse absent", PULSE),
        ("leg weakness, pulse 80", PULSE),
        ("leg cramps in cold weather", COLD),
        ("recent cold and leg weakness", COLD),
        ("cold and leg weakness", COLD),
        ("cold hands and feet", COLD),
        ("pale face, foot warm", COLD),
        ("reduced urine output, dark circles", DARK),
        ("urine dark yellow", DARK),
        ("power reduced in arms, legs normal", LEG),
        ("power reduced in arms, normal in legs", LEG),
        ("leg power normal", LEG),
    ],
)
def test_a_quality_of_something_else_is_no_finding_of_the_site(text: str, concept: str) -> None:
    assert stances(text, concept) == []


@pytest.mark.parametrize(
    "text",
    [
        "No red flags (saddle anaesthesia, urinary retention)",
        "No red flags: saddle anaesthesia, urinary retention",
        "No CES symptoms (saddle anaesthesia, urinary retention)",
        "No bladder or bowel symptoms: saddle anaesthesia, urinary retention",
        "Red flags: none (saddle anaesthesia, urinary retention)",
        "Red flags: nil: saddle anaesthesia, urinary retention",
        "Red flags (saddle anaesthesia, urinary retention): none",
        "Red flags (saddle anaesthesia, urinary retention) - denied",
        "Pertinent negatives: saddle anaesthesia, urinary retention",
        "Not complaining of saddle anaesthesia, urinary retention or fever",
        "w/o saddle anaesthesia or urinary retention",
        "Negative saddle anaesthesia or urinary retention",
    ],
)
def test_a_list_under_a_heading_that_is_denied_is_denied(text: str) -> None:
    assert stances(text, SADDLE) == [Stance.DENIED]
    assert stances(text, RETENTION) == [Stance.DENIED]
    assert stances(f"{text}. Leg weakness", LEG) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    "text",
    [
        "Red flags: saddle anaesthesia, urinary retention",
        "Red flags (saddle anaesthesia, urinary retention)",
        "Red flags (saddle anaesthesia, urinary retention) since Monday",
        "No red flags before today. Saddle anaesthesia",
        "No red flags: has saddle anaesthesia",
        "No other red flags (fever, weight loss). Saddle anaesthesia",
        "No improvement in symptoms (saddle anaesthesia, pain)",
        "Presents with red flags including saddle anaesthesia and urinary retention",
        "HIV negative saddle anaesthesia",
    ],
)
def test_a_list_under_a_heading_that_is_not_denied_is_present(text: str) -> None:
    assert stances(text, SADDLE) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    "text",
    [
        "Risks explained: leg weakness, loss of bladder control, cauda equina syndrome",
        "Risks of surgery explained: leg weakness, loss of bladder control, cauda equina syndrome",
        "Risks discussed with patient: leg weakness, loss of bladder control, cauda equina syndrome",
        "Complications discussed include leg weakness, loss of bladder control, cauda equina syndrome",
        "Side effects include leg weakness, loss of bladder control, cauda equina syndrome",
        "CES warning given: leg weakness, loss of bladder control, cauda equina syndrome",
        "Red flags (leg weakness, loss of bladder control, cauda equina syndrome) discussed",
        "Aware to seek help for leg weakness, loss of bladder control, cauda equina syndrome",
        "Knows to return if leg weakness, loss of bladder control or cauda equina syndrome",
        "Aware of red flags: leg weakness, loss of bladder control, cauda equina syndrome",
        "Check for leg weakness, loss of bladder control or cauda equina syndrome",
        "Assess for leg weakness, loss of bladder control or cauda equina syndrome",
    ],
)
def test_consent_advice_and_plans_tell_of_nothing_that_is_there(text: str) -> None:
    for concept in (LEG, URINE, CES):
        assert set(stances(text, concept)) == {Stance.HYPOTHETICAL}
    assert stances(f"{text}. Saddle anaesthesia today", SADDLE) == [Stance.AFFIRMED]


def test_a_scan_to_exclude_retention_is_a_plan_and_one_to_exclude_a_disease_a_suspicion() -> None:
    assert stances("Bladder scan to exclude urinary retention", RETENTION) == [Stance.HYPOTHETICAL]
    assert stances("MRI to exclude cauda equina syndrome", CES) == [Stance.SUSPECTED]


@pytest.mark.parametrize(
    ("text", "concept", "stance"),
    [
        ("Family history of acute limb ischaemia", "cs_dx_ali", Stance.OTHER_PERSON),
        ("Family history of sudden stroke", STROKE, Stance.OTHER_PERSON),
        ("Mother had acute urinary retention", RETENTION, Stance.OTHER_PERSON),
        ("Caring for mother with saddle anaesthesia", SADDLE, Stance.OTHER_PERSON),
        ("cares for his wife with ALS", ALS, Stance.OTHER_PERSON),
        ("brought in by his daughter with leg weakness", LEG, Stance.AFFIRMED),
        ("family history of MND, new leg weakness", LEG, Stance.AFFIRMED),
        ("family history of MND with acute leg weakness", LEG, Stance.AFFIRMED),
        ("h/o acute urinary retention 2012", RETENTION, Stance.HISTORICAL),
        ("history of acute urinary retention", RETENTION, Stance.HISTORICAL),
        ("history of acute urinary retention since Monday", RETENTION, Stance.AFFIRMED),
        ("history of sudden leg weakness", LEG, Stance.AFFIRMED),
        ("history of new incontinence", URINE, Stance.AFFIRMED),
    ],
)
def test_acute_and_new_do_not_turn_a_relatives_disease_into_the_patients(
    text: str, concept: str, stance: Stance
) -> None:
    assert stances(text, concept) == [stance]


@pytest.mark.parametrize(
    "text",
    [
        "Longstanding urinary incontinence, unchanged for years",
        "Long-standing urinary incontinence",
        "Baseline urinary incontinence",
        "Usual urinary incontinence",
        "Urinary incontinence for many years",
        "Urinary incontinence for 10 years, no worse",
        "Urinary incontinence since childhood",
        "Urinary incontinence (chronic)",
        "Urinary incontinence in 2015",
        "Urinary incontinence since 2015",
        "Have you ever had urinary incontinence",
    ],
)
def test_what_is_new_by_definition_is_history_when_it_is_old(text: str) -> None:
    assert stances(text, URINE) == [Stance.HISTORICAL]


@pytest.mark.parametrize(
    "text",
    [
        "Urinary incontinence for 10 years, worse since Monday",
        "Longstanding back pain and urinary incontinence",
        "Chronic back pain with urinary incontinence",
        "Urinary incontinence, back pain for years",
        "More urinary incontinence than usual",
        "Not usual urinary incontinence",
        "Acute on chronic urinary incontinence",
        "Urinary incontinence in an 80 years old lady",
        "Urinary incontinence in 2026",
        "Have you had urinary incontinence in the last week",
        "Chronic back pain. Urinary incontinence",
    ],
)
def test_what_may_be_new_is_not_taken_for_old(text: str) -> None:
    assert stances(text, URINE) == [Stance.AFFIRMED]


def test_a_weakness_of_long_standing_is_still_a_weakness() -> None:
    assert stances("Longstanding leg weakness", LEG) == [Stance.AFFIRMED]
    assert stances("Leg weakness for many years", LEG) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    "text", ["Weakness of left arm and right leg", "right arm and left leg weakness", "L arm and R leg weak"]
)
def test_arm_and_leg_of_different_sides_are_no_hemiparesis(text: str) -> None:
    assert stances(text, "cs_hemiparesis") == []
    assert stances(text, LEG) == [Stance.AFFIRMED]


def test_arm_and_leg_of_one_side_are_a_hemiparesis() -> None:
    for text in ("Weakness of left arm and left leg", "left arm and leg weakness"):
        assert stances(text, "cs_hemiparesis") == [Stance.AFFIRMED]
        assert mention(text, "cs_hemiparesis").side == Side.LEFT


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Short of breath", "cs_dyspnoea"),
        ("Bulbar palsy", "cs_dysphagia"),
        ("Unsafe swallow", "cs_dysphagia"),
        ("Road traffic accident", "cs_trauma"),
        ("Motor vehicle collision", "cs_trauma"),
        ("Fall from ladder", "cs_trauma"),
        ("Fracture of lumbar vertebra", "cs_trauma"),
        ("Spinal cord injury", "cs_trauma"),
        ("Malignant tumor of prostate", "cs_cancer"),
        ("Ca prostate", "cs_cancer"),
        ("NSCLC", "cs_cancer"),
        ("Hodgkin disease", "cs_cancer"),
        ("Femoral artery occlusion", "cs_dx_ali"),
        ("Injects heroin daily", "cs_ivdu"),
        ("Monoparesis of lower limb", LEG),
    ],
)
def test_common_names_are_found_and_denied(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]
    assert set(stances(f"No {text[0].lower()}{text[1:]}", concept)) <= {Stance.DENIED}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Chronic femoral artery occlusion", "cs_dx_ali"),
        ("Short of breath on exertion", "cs_dyspnoea"),
        ("Old spinal cord injury", "cs_trauma"),
        ("Benign tumour", "cs_cancer"),
        ("Ca 2.4 mmol/L", "cs_cancer"),
        ("never injects drugs", "cs_ivdu"),
    ],
)
def test_what_only_resembles_them_is_none(text: str, concept: str) -> None:
    assert stances(text, concept) in ([], [Stance.DENIED])


def test_numbness_with_a_leg_is_numbness_of_the_leg() -> None:
    assert stances("Numbness right thigh", NUMB_LEG) == [Stance.AFFIRMED]
    assert stances("Numbness right thigh", NUMB) == []
    assert stances("Numbness", NUMB) == [Stance.AFFIRMED]


def test_a_general_finding_inside_a_more_exact_one_is_not_reported_besides() -> None:
    assert [each.concept for each in read("saddle numbness").mentions] == [SADDLE]
    assert [each.concept for each in read("proximal muscle weakness").mentions] == ["cs_proximal_weakness"]
    assert stances("perineal numbness and leg pain", NUMB_LEG) == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("cervical radiculopathy", "cs_radicular_pain"),
        ("Spinal stenosis, cervical region", "cs_dx_stenosis"),
        ("paresis of left arm", SOME_LIMB),
        ("ulnar neuropathy", "cs_dx_neuropathy"),
        ("reflexes absent in arms", REFLEX),
        ("severe pain in chest", "cs_severe_pain"),
    ],
)
def test_a_finding_of_the_leg_is_void_where_only_another_site_is_named(text: str, concept: str) -> None:
    assert stances(text, concept) == []
    assert read(text).other_site


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Spinal stenosis, lumbar region", "cs_dx_stenosis"),
        ("low back pain and neck pain", BACK),
        ("reflexes absent in arms and legs", REFLEX),
        ("neck pain. Reflexes absent", REFLEX),
        ("severe pain in chest and leg", "cs_severe_pain"),
    ],
)
def test_a_leg_or_the_low_back_beside_another_site_keeps_the_finding(text: str, concept: str) -> None:
    assert stances(text, concept) == [Stance.AFFIRMED]


@pytest.mark.parametrize(
    ("text", "concept", "side"),
    [
        ("left leg weakness", LEG, Side.LEFT),
        ("R leg weakness", LEG, Side.RIGHT),
        ("r leg weakness", LEG, None),
        ("LLE weakness", LEG, Side.LEFT),
        ("weakness RLE", LEG, Side.RIGHT),
        ("weak legs", LEG, Side.BILATERAL),
        ("leg weakness bilaterally", LEG, Side.BILATERAL),
        ("left leg and right leg weakness", LEG, Side.BILATERAL),
        ("L>R leg weakness", LEG, Side.BILATERAL),
        ("left leg weakness and right arm numbness", LEG, Side.LEFT),
        ("Left hip fracture, right leg weakness", LEG, Side.RIGHT),
        ("left foot drop and right leg pain", "cs_leg_pain", Side.RIGHT),
        ("right handed man with left leg weakness", LEG, Side.LEFT),
        ("left hospital with leg weakness", LEG, None),
        ("leg weakness right now", LEG, None),
        ("Hemiplegia affecting right dominant side", "cs_hemiparesis", Side.RIGHT),
        ("Hemiplegia, unspecified affecting left nondominant side", "cs_hemiparesis", Side.LEFT),
        ("FVC 1.1 L", "cs_fvc", None),
        ("Sciatica, left side", "cs_radicular_pain", Side.LEFT),
    ],
)
def test_the_side_is_that_of_the_nearest_word(text: str, concept: str, side: Side | None) -> None:
    assert mention(text, concept).side == side


@pytest.mark.parametrize(
    ("text", "side", "leg_site"),
    [
        ("Structure of left lower limb (body structure)", Side.LEFT, True),
        ("Both legs", Side.BILATERAL, True),
        ("Legs", Side.BILATERAL, True),
        ("Right arm", Side.RIGHT, False),
        ("weakness in arms, not in leg", None, False),
        ("leg bag", None, False),
        ("table leg", None, False),
        ("Abdomen", None, False),
    ],
)
def test_the_side_and_site_of_a_text_as_a_whole(text: str, side: Side | None, leg_site: bool) -> None:
    assert (read(text).side, read(text).leg_site) == (side, leg_site)


@pytest.mark.parametrize(
    ("text", "family", "hypothetical"),
    [
        ("Family history of hypertension", True, False),
        ("Family history of stroke (situation)", True, False),
        ("Leg weakness. Family history of MND", False, False),
        ("At risk for falls", False, True),
        ("Return if fever", False, True),
        ("Leg weakness. Return if worse", False, False),
        ("Leg weakness", False, False),
    ],
)
def test_whether_a_text_as_a_whole_is_about_others_or_about_what_may_come(
    text: str, family: bool, hypothetical: bool
) -> None:
    assert (read(text).family, read(text).hypothetical) == (family, hypothetical)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("No", Answer.NO),
        ("no.", Answer.NO),
        ("  NONE ", Answer.NO),
        ("Not present", Answer.NO),
        ("Absent (qualifier value)", Answer.NO),
        ("No - denies", Answer.NO),
        ("-ve", Answer.NO),
        ("Yes", Answer.YES),
        ("Yes - left", Answer.YES),
        ("yes, both legs", Answer.YES),
        ("Present", Answer.YES),
        ("POSITIVE!", Answer.YES),
        ("+", Answer.YES),
        ("+ve", Answer.YES),
        ("not assessed", Answer.UNKNOWN),
        ("UN", Answer.UNKNOWN),
        ("UN - amputation", Answer.UNKNOWN),
        ("un", Answer.NONE),
        ("See note.", Answer.UNKNOWN),
        ("Don\u2019t know", Answer.UNKNOWN),
        ("no change", Answer.NONE),
        ("No, but the legs are weak", Answer.NONE),
        ("No leg weakness", Answer.NONE),
        ("negative for weakness", Answer.NONE),
        ("4/5", Answer.NONE),
        ("Leg weakness", Answer.NONE),
        ("", Answer.NONE),
    ],
)
def test_a_plain_answer(text: str, answer: Answer) -> None:
    assert read(text).answer == answer


@pytest.mark.parametrize(
    ("text", "concept", "stance"),
    [
        ("Cord compression at T8.", CORD_SEEN, Stance.AFFIRMED),
        ("No cord compression.", CORD_SEEN, Stance.DENIED),
        ("Cord compression is not seen.", CORD_SEEN, Stance.DENIED),
        ("No evidence of cord compression or cauda equina compression.", CAUDA_SEEN, Stance.DENIED),
        ("Canal stenosis at L3/4 and L4/5. No compression of the cauda equina.", CAUDA_SEEN, Stance.DENIED),
        ("No fracture. Disc extrusion compressing the cauda equina.", CAUDA_SEEN, Stance.AFFIRMED),
        ("No acute infarct or haemorrhage.", BLEED_SEEN, Stance.DENIED),
        ("No acute infarct, haemorrhage or mass.", BLEED_SEEN, Stance.DENIED),
        ("No haemorrhage. Acute infarct in the left MCA territory.", INFARCT_SEEN, Stance.AFFIRMED),
        ("?cord compression", CORD_SEEN, Stance.SUSPECTED),
    ],
)
def test_the_conclusion_of_a_report(text: str, concept: str, stance: Stance) -> None:
    assert stances(text, concept, report=True) == [stance]


def test_values_of_reports_are_read_in_reports_only_and_findings_in_entries_only() -> None:
    assert stances("Acute infarct", INFARCT_SEEN) == []
    assert read("Leg weakness", report=True).mentions == ()


def test_every_phrase_of_the_content_is_found_and_stands_for_itself() -> None:
    left_out = content().reading["text"]["qualifiers"]
    for concept in content().concepts.values():
        wanted = {concept.id, concept.with_leg}
        for phrase in concept.phrases if concept.id not in left_out else ():
            found = read(phrase, report=concept.reads == "report").mentions
            assert any(m.concept in wanted and m.stance is Stance.AFFIRMED for m in found), (
                concept.id,
                phrase,
            )


def test_a_mention_says_where_it_stands_in_the_text_as_it_came() -> None:
    text = "« Syndrome de Guillain\u2013Barre\u0301 », \u0301 leg weakness"
    assert [text[m.start : m.end] for m in read(text).mentions] == [
        "Guillain\u2013Barre\u0301",
        "leg weakness",
    ]


def test_a_very_long_text_is_read_up_to_the_limit() -> None:
    limit = content().reading["text"]["limit_characters"]
    text = "leg weakness. " + "x " * limit + ". stroke"
    assert [each.concept for each in read(text).mentions] == [LEG]


HOSTILE = [
    *("denies ", "leg weakness ", "no leg, no stroke, ", "mother had ", "left right leg weakness ", "no,or,"),
    *("h/o leg weakness since. ", "weak leg arm ", "Denies:\n- ", "1.1.", "a'", "?", "(", " ", "\n"),
    *("\ufdfa", "\u00e9", "absent ", "ankle jerks absent no ", "no red flags (", "can't ", "for years "),
]


@pytest.mark.parametrize("part", HOSTILE)
def test_a_hostile_text_is_read_without_growing_slow(part: str) -> None:
    """Twice the text takes no more than about twice the work: counted in steps, as clocks are unsteady."""
    few, many = (_steps(part * (length // len(part))) for length in (1_000, 4_000))
    assert many < 6 * few + 2_000


def _steps(text: str) -> int:
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(step)
    try:
        read(text)
    finally:
        sys.setprofile(before)
    return count


WORDS = [
    *(
        "leg",
        "legs",
        "weakness",
        "weak",
        "stroke",
        "GBS",
        "saddle",
        "numbness",
        "unable",
        "to",
        "walk",
        "ankle",
    ),
    *(
        "jerks",
        "arm",
        "left",
        "right",
        "both",
        "no",
        "not",
        "denies",
        "without",
        "absent",
        "ruled",
        "out",
        "yes",
    ),
    *("or", "and", "but", "if", "return", "mother", "had", "has", "FH", "history", "of", "resolved", "since"),
    *(
        "possible",
        "worse",
        "day",
        "3",
        "in",
        "the",
        "e.g.",
        "Dr.",
        "K+",
        "\u00e9t\u00e9",
        "Guillain-Barr\u00e9",
    ),
    *("?", "(", ")", ",", ".", ";", ":", "-", "\u2014", "/", "+", "#", "\n"),
]
PASSAGES = st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)


@given(st.one_of(st.text(), PASSAGES), st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_and_the_places_lie_in_it(text: str, report: bool, one_clause: bool) -> None:
    for each in read(text, report=report, one_clause=one_clause).mentions:
        assert 0 <= each.start < each.end <= len(text)


@given(PASSAGES)
@settings(max_examples=400, deadline=None)
def test_another_sentence_behind_changes_nothing_before_it(text: str) -> None:
    alone = read(text).mentions
    assert read(text + "\n\nThe kitchen was painted green.").mentions == alone
    assert read(text + "\n\nFoot drop.").mentions[: len(alone)] == alone


@given(PASSAGES)
@settings(max_examples=200, deadline=None)
def test_a_sentence_after_any_other_stands_for_itself(text: str) -> None:
    assert stances(text + ".\n\nFoot drop.", FOOT_DROP) == [Stance.AFFIRMED]
