"""One side, suddenly or not: stroke, and what looks like it."""

from __future__ import annotations

from tests.clinical.bedside import (
    condition,
    instant,
    measured,
    medicine,
    on_problem_list,
    patient,
    report,
)
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    lab,
    ordinary,
    panel,
    taking,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story

NIHSS_LEFT_LEG, NIHSS_FACE, NIHSS_TOTAL = "loinc 70191-2", "loinc 70189-6", "loinc 72089-6"


@story("A leg went weak suddenly; nobody wrote which", critical="rf_stroke")
def sudden_weakness_side_not_stated() -> Charts:
    yield patient(condition("Sudden leg weakness", since="2 hours"), *ordinary())
    yield patient(condition("Leg gave way suddenly, not moving leg", since="150 minutes"))


@story("Glucose 2.4 with one weak side: both are said", critical="rf_stroke rf_hypoglycaemia")
def one_sided_weakness_with_low_glucose() -> Charts:
    yield patient(
        condition("Sudden left hemiparesis", code="snomed 20022000", since="1 hour"),
        lab("Glucose", 2.4, "mmol/L", code="loinc 15074-8", at="30 minutes", flag="LL"),
    )
    yield patient(
        condition("Acute left sided weakness", since="70 minutes"),
        measured("Glucose POC", 43, "mg/dL", code="loinc 2339-0", at="20 minutes"),
        taking("insulin glargine"),
        age=66,
    )


@story(
    "Only items of the stroke scale today: somebody assessed a stroke", critical="rf_stroke", first="stroke"
)
def stroke_scale_alone() -> Charts:
    yield patient(
        measured("NIHSS motor leg left", 2, "{score}", code=NIHSS_LEFT_LEG, at="2 hours"),
        measured("NIHSS facial palsy", 1, "{score}", code=NIHSS_FACE, at="2 hours"),
        measured("NIHSS total", 5, "{score}", code=NIHSS_TOTAL, at="2 hours"),
    )
    yield patient(
        panel(
            "NIH Stroke Scale",
            ("70191-2", {"valueCodeableConcept": {"coding": [{"display": "Some effort"}], "text": "2"}}),
            ("70189-6", {"valueInteger": 1}),
            ("72089-6", {"valueInteger": 5}),
            at="2 hours",
        ),
        *ordinary(),
    )


@story("One side weak for a day; nobody wrote sudden", critical="rf_stroke")
def one_side_weak_for_a_day() -> Charts:
    yield patient(condition("Right hemiparesis", code="snomed 278286009", since="1 day"), age=70)
    yield patient(begun_on(condition("Weakness of right arm and leg"), "1 day"), *ordinary(), age=70)
    yield patient(visit("Right-sided weakness since yesterday", at="26 hours", kind="EMER"), age=70)


@story("One leg suddenly weak; the back pain is an old one", critical="rf_stroke", first="stroke")
def sudden_leg_with_old_back_pain() -> Charts:
    yield patient(
        condition("Sudden onset left leg weakness", since="5 hours"),
        on_problem_list("Chronic low back pain", code="icd10cm M54.50", since="8 years"),
        age=77,
    )
    yield patient(
        charted("Reason for attendance", "Sudden weakness of left leg at breakfast", at="4 hours"),
        on_problem_list("LBP", since="8 years"),
        age=77,
    )


@story("One leg suddenly weak, and hurt in the fall", critical="rf_stroke")
def sudden_leg_and_hurt_in_the_fall() -> Charts:
    yield patient(
        condition("Sudden onset left leg weakness", since="5 hours"),
        condition("Injury of left hip", code="icd10cm S79.912A", since="5 hours"),
        age=77,
    )
    yield patient(
        condition("Left leg gave way suddenly and patient fell", since="5 hours"),
        condition("Head injury after fall", since="5 hours"),
        age=77,
    )


@story("Stroke found yesterday; of the legs only that walking is hard", critical="rf_stroke")
def stroke_diagnosed_and_hard_to_walk() -> Charts:
    yield patient(
        condition("Difficulty in walking", code="icd10cm R26.2", since="1 day"),
        condition("Cerebral infarction, unspecified", code="icd10cm I63.9", since="22 hours"),
    )
    yield patient(
        charted("Mobility", "Unsteady gait, needs help of one", at="20 hours"),
        condition("Acute ischaemic stroke", since="20 hours", category="encounter-diagnosis"),
    )


@story("Both legs suddenly weak, with face and speech: the brain", critical="rf_stroke", first="stroke")
def both_legs_with_face_and_speech() -> Charts:
    yield patient(
        condition("Sudden paraparesis", code="snomed 1845001", since="2 hours"),
        condition("Facial weakness", code="snomed 95666008", since="2 hours"),
        condition("Dysarthria", code="snomed 8011004", since="2 hours"),
    )
    yield patient(
        condition("Sudden weakness of both legs, slurred speech and facial droop", since="2 hours"),
    )


@story(
    "One side weaker for three weeks: imaging of the brain, not the stroke pathway",
    warning="rf_hemiparesis_new",
    first="intracranial_mass",
)
def one_side_worse_for_weeks() -> Charts:
    yield patient(
        condition("Gradual onset left hemiparesis, worsening", code="snomed 20022000", since="20 days")
    )
    yield patient(
        begun_on(condition("Slowly progressive weakness of left arm and leg, gradual"), "20 days"),
        *ordinary(),
    )


@story("One side weak for ten days on warfarin", warning="rf_hemiparesis_new")
def one_side_weak_on_warfarin() -> Charts:
    yield patient(
        condition("Left hemiparesis", code="snomed 278287000", since="10 days"),
        medicine("warfarin 3 mg tablet", code="rxnorm 11289", since="500 days"),
    )
    yield patient(
        begun_in_period(condition("Left sided weakness"), "10 days"),
        lab("INR", 2.6, "{INR}", code="loinc 6301-6", at="1 day"),
    )


@story("Stroke with incontinence: one message", critical="rf_stroke")
def stroke_with_incontinence() -> Charts:
    yield patient(
        condition("Sudden left hemiparesis", since="5 hours"),
        condition("Facial droop", since="5 hours"),
        condition("Urinary incontinence", code="icd10cm R32", since="4 hours"),
    )
    yield patient(
        visit("Sudden left arm and leg weakness, facial droop", at="5 hours", kind="EMER"),
        charted("Continence", "Incontinent of urine", at="3 hours"),
    )


@story("A dead patient gets no card", silent=True)
def sudden_weakness_of_one_who_died() -> Charts:
    yield patient(condition("Sudden left hemiparesis", since="3 hours"), deceasedBoolean=True)
    yield patient(
        condition("Sudden left hemiparesis", code="snomed 20022000", since="3 hours"),
        deceasedDateTime=instant("1 hour"),
    )


@story("Sudden weakness of one side four days ago, seen late", critical="rf_stroke")
def sudden_one_side_seen_late() -> Charts:
    yield patient(condition("Sudden onset right hemiplegia", code="snomed 278284007", since="4 days"))
    yield patient(begun_on(condition("Sudden right-sided weakness"), "4 days"), *ordinary())


@story("A weak leg and a mass on the brain scan", warning="rf_hemiparesis_new")
def weak_leg_and_a_brain_mass() -> Charts:
    yield patient(
        condition("Weakness of right leg", since="30 days"),
        report(
            "MRI brain", "Left parasagittal mass with surrounding oedema", code="loinc 24590-2", at="2 days"
        ),
    )
    yield patient(
        begun_on(condition("Right leg weakness"), "30 days"),
        report(
            "CT head with contrast", "Enhancing left frontal lesion, likely meningioma. No acute infarct."
        ),
    )
