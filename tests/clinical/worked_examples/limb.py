"""The limb itself: no pulse, tense, hurt, painful, or dropped overnight."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, measured, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    graded,
    note,
    ordinary,
    picked,
    undated,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("New weakness with severe pain", warning="rf_severe_pain")
def weakness_with_severe_pain() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness", code="snomed 102568007"), "2 days"),
        condition("Severe pain in leg", since="2 days"),
    )
    yield patient(
        begun_on(condition("Weakness of left leg"), "2 days"),
        measured("Pain severity", 8, "{score}", code="loinc 72514-3"),
    )
    yield patient(
        visit("Weak and painful left leg", at="2 days"),
        begun_on(condition("Left leg weakness"), "2 days"),
        charted("Pain score (leg)", "9/10"),
        *ordinary(),
    )


@story("Cold weak leg without a pulse, nobody knows since when", critical="rf_ali")
def cold_leg_without_pulse_undated() -> Charts:
    yield patient(
        undated("Leg weakness", code="snomed 102568007"),
        exam("Absent pedal pulses", at="1 hour"),
        exam("Leg cold and pale", at="1 hour"),
    )
    yield patient(
        undated("Weakness of left leg"),
        note("Left foot cold and pale, no pedal pulse felt.", at="1 hour"),
        *ordinary(),
    )


@story(
    "The leg is weak since an old stroke, and now cold without a pulse",
    critical="rf_ali",
    first="acute_limb_ischaemia",
)
def cold_leg_after_old_stroke() -> Charts:
    yield patient(
        on_problem_list("Left hemiparesis", code="snomed 278287000", since="900 days"),
        on_problem_list("History of stroke", code="icd10cm Z86.73", since="900 days"),
        exam("Absent pedal pulses left"),
        exam("Left leg cold and pale"),
    )
    yield patient(
        on_problem_list("Residual left sided weakness after stroke", since="900 days"),
        on_problem_list("Old stroke", since="900 days"),
        charted("Left foot", "Cold, pale foot, pulses absent", at="2 hours"),
    )


@story(
    "Arteries and nerves known to be poor, weak for ten days",
    warning="rf_persistent_numb",
)
def poor_arteries_and_numb_feet() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness"), "10 days"),
        on_problem_list("Peripheral artery disease", code="icd10cm I73.9", since="4 years"),
        exam("Absent pedal pulses"),
        begun_on(condition("Numbness of feet in stocking distribution"), "10 days"),
        on_problem_list("Type 2 diabetes", code="icd10cm E11.9", since="9 years"),
    )
    yield patient(
        begun_on(condition("Weak legs and numb feet, stocking distribution"), "10 days"),
        on_problem_list("Peripheral arterial disease", code="snomed 399957001", since="4 years"),
        on_problem_list("T2DM", code="snomed 44054006", since="9 years"),
        charted("Foot pulses", "Not palpable, as before"),
        *ordinary(),
    )


@story("Ankle sprain, weak foot")
def ankle_sprain() -> Charts:
    yield patient(
        begun_on(condition("Weakness of left leg"), "1 day"),
        begun_on(condition("Leg injury, sprain of left ankle", code="icd10cm S93.402A"), "1 day"),
    )
    yield patient(
        visit("Twisted left ankle playing football, left leg weak", at="20 hours"),
        begun_on(condition("Left leg weakness"), "1 day"),
        begun_on(condition("Injury of left leg, twisted ankle"), "1 day"),
        age=24,
    )


@story("Tense calf, severe pain, power 3", critical="rf_compartment")
def tense_calf() -> Charts:
    yield patient(
        condition("Weakness of left leg", since="12 hours")
        | {"onsetDateTime": begun_on({}, "12 hours")["onsetDateTime"]},
        exam("Tense calf left"),
        condition("Severe pain in left leg", since="12 hours"),
        graded("Left ankle plantarflexion power", 3, site="snomed 32153003"),
    )
    yield patient(
        note("Left calf tense and swollen, pain on passive stretch, power 3/5.", at="2 hours"),
        begun_on(condition("Weakness and severe pain of left leg"), "12 hours"),
        picked("Suspected compartment syndrome of leg", "Yes"),
    )


@story("Foot dropped on waking, no pain", warning="rf_sudden_other")
def foot_dropped_on_waking() -> Charts:
    yield patient(
        condition("Left foot drop, woke up with it, sudden", code="icd10cm M21.372", since="10 hours")
    )
    yield patient(visit("Woke up with left foot drop, no pain", at="10 hours"), *ordinary())


@story("Suddenly unable to stand, nothing else", warning="rf_sudden_other")
def suddenly_unable_to_stand() -> Charts:
    yield patient(condition("Suddenly unable to stand", since="7 hours"))
    yield patient(charted("Mobility", "Suddenly unable to stand this morning", at="3 hours"), *ordinary())


@story("Fell from a ladder, both legs weak", critical="rf_trauma")
def fall_from_a_ladder() -> Charts:
    yield patient(
        condition("Fall from ladder", code="icd10cm W11.XXXA", since="6 hours"),
        condition("Weakness of both legs", since="5 hours"),
    )
    yield patient(
        visit("Fell from ladder, both legs weak", at="5 hours", kind="EMER"),
        condition("Fell off a ladder, injury of lumbar spine", since="6 hours"),
        charted("Leg power", "Both legs weak", at="4 hours"),
    )


@story("Car crash, back pain, a numb weak leg", critical="rf_trauma")
def crash_with_numb_weak_leg() -> Charts:
    yield patient(
        condition("Motor vehicle traffic accident", since="6 hours"),
        condition("Back pain", code="snomed 161891005", since="5 hours"),
        condition("Leg weakness", since="5 hours") | begun_on({}, "5 hours"),
        condition("Numbness of lower limb", code="snomed 309537005", since="5 hours"),
    )
    yield patient(
        visit("Road traffic collision, back pain", at="5 hours", kind="EMER"),
        condition("Road traffic collision", since="5 hours"),
        note("Left leg weakness and numbness. Lumbar back pain.", at="4 hours"),
    )


@story("Fell, cannot stand, 84 years old", warning="rf_cannot_bear_weight")
def fell_and_cannot_stand() -> Charts:
    yield patient(
        condition("Fall with injury of hip", since="13 hours"),
        condition("Unable to stand", code="snomed 282145008", since="12 hours"),
        age=84,
    )
    yield patient(
        visit("Fall at home, unable to weight bear", at="12 hours", kind="EMER"),
        condition("Hip injury, right", code="icd10cm S79.911A", since="13 hours"),
        age=84,
    )
