"""Children: what is sore after influenza, what is flaccid, and what is their usual state."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    lab,
    ordinary,
    picked,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story(
    "Sore calves after influenza, CK 1,800, reflexes not recorded",
    warning="rf_ck_high rf_child_new",
)
def sore_calves_after_influenza() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "2 days"),
        condition("Influenza", code="snomed 6142004", since="8 days", status="resolved"),
        condition("Muscle pain", code="snomed 68962001", since="2 days"),
        condition("Unable to walk", code="snomed 282145008", since="1 day"),
        lab("Creatine kinase", 1800, "U/L", code="loinc 2157-6", flag="H"),
        age=6,
    )
    yield patient(
        visit("Refuses to walk, sore calves, both legs weak", at="1 day", kind="EMER"),
        begun_on(condition("Both legs weak, muscle pain in both calves"), "2 days"),
        condition("Flu-like illness", since="8 days", status="resolved"),
        lab("CK", 1800, "IU/L", flag="H"),
        age=6,
    )


@story("A flaccid leg after a cold", critical="rf_child_weakness")
def flaccid_leg_after_a_cold() -> Charts:
    yield patient(
        begun_on(condition("Weakness of left leg"), "2 days"),
        condition("Common cold", code="snomed 82272006", since="9 days", status="resolved"),
        exam("Absent knee jerk left"),
        age=5,
    )
    yield patient(
        visit("Left leg weak", at="1 day", kind="EMER"),
        condition("Upper respiratory tract infection", since="9 days", status="resolved"),
        begun_on(condition("Left leg weakness"), "2 days"),
        charted("Left knee reflex", "absent"),
        age=5,
    )


@story("Feverish, weak all over")
def feverish_and_weak() -> Charts:
    yield patient(begun_on(condition("Generalised weakness", code="icd10cm R53.1"), "1 day"), age=7)
    yield patient(visit("Weak all over, generalised weakness, feverish", at="20 hours"), age=7)


@story("Cerebral palsy, and a leg newly flaccid", critical="rf_child_weakness")
def cerebral_palsy_with_flaccid_leg() -> Charts:
    yield patient(
        on_problem_list("Cerebral palsy", code="icd10cm G80.9", since="8 years"),
        begun_on(condition("Weakness of left leg"), "2 days"),
        exam("Areflexia of left leg"),
        age=9,
    )
    yield patient(
        on_problem_list("Cerebral palsy", code="snomed 128188000", since="8 years"),
        visit("New weakness of left leg", at="2 days"),
        picked("Knee jerk left", "Absent"),
        age=9,
    )


@story("Three years old, refuses to walk", warning="rf_child_new")
def refuses_to_walk() -> Charts:
    yield patient(begun_on(condition("Unable to walk", code="snomed 282145008"), "1 day"), age=3)
    yield patient(visit("Refusing to walk since yesterday", at="10 hours", kind="EMER"), age=3)


@story("Duchenne dystrophy as always", silent=True)
def dystrophy_as_always() -> Charts:
    yield patient(
        on_problem_list("Duchenne muscular dystrophy", code="icd10cm G71.01", since="5 years"),
        on_problem_list("Leg weakness", since="1500 days"),
        exam("Reduced reflexes"),
        age=9,
        gender="male",
    )
    yield patient(
        on_problem_list("Muscular dystrophy, Duchenne type", since="5 years"),
        begun_on(on_problem_list("Weak legs"), "1500 days"),
        charted("Knee reflexes", "diminished, as before"),
        *ordinary(),
        age=9,
        gender="male",
    )
