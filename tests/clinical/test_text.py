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
        ("Indication: ?cord compression", CORD_SEEN, Stance.SUSPECTED),
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
    *("\ufdfa", "\u00e9"),
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
