"""Every red flag that is a warning: the smallest patient that fires it, and the patients that must not."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import (
    LONG_STANDING,
    LONG_STANDING_ALONE,
    Flag,
    Flags,
    Resource,
    condition,
    each_entry_of_no_account,
    each_line,
    each_rule,
    exam,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    on_problem_list,
    over_within_a_day,
    patient,
    red_flags,
    uncharted,
    weakness,
)

BREATHLESS = condition("Shortness of breath", code="snomed 267036007", since="1 day")
BACK_PAIN = condition("Low back pain", code="icd10cm M54.50", since="20 days")
SCIATICA = condition("Sciatica, left side", code="icd10cm M54.32", since="10 days")
BILATERAL_SCIATICA = condition("Bilateral sciatica", code="snomed 15633361000119103", since="10 days")
DYSPHAGIA = condition("Dysphagia", code="icd10cm R13.10", since="5 days")
BRISK_REFLEXES = exam("Brisk reflexes")
WEIGHT = measured("Body weight", 70, "kg", code="loinc 29463-7", at="20 days")
LOW_VITAL_CAPACITY = measured("Forced vital capacity", 1.1, "L", code="loinc 19868-9")
EXERCISE = condition("First gym session: unaccustomed exercise", since="2 days")
SORE_MUSCLES = condition("Muscle soreness of both thighs", since="1 day")
NUMB_FEET = condition("Numbness of feet", since="20 days")
LEFT_LEG = weakness(of="left leg", since="20 days")
OLD_STROKE = on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years")
STENOSIS = on_problem_list("Lumbar spinal stenosis", code="icd10cm M48.061", since="5 years")
DUCHENNE = on_problem_list("Duchenne muscular dystrophy", code="icd10cm G71.01", since="7 years")
ALS = on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="3 years")
MYASTHENIA = on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="5 years")
MS = on_problem_list("Multiple sclerosis", code="icd10cm G35", since="6 years")
OLD_WEAKNESS = on_problem_list("Weakness of both legs", since="2 years")
HYDROXOCOBALAMIN = medicine("hydroxocobalamin 1 mg injection", since="150 days")
PAIN_9 = observation("Pain severity in left leg", code="loinc 72514-3", valueInteger=9)
LEGS_GAVE_WAY = condition("Both legs gave way", since="1 day")


def potassium(value: float, at: str = "1 hour") -> Resource:
    return measured("Potassium", value, "mmol/L", code="loinc 2823-3", at=at)


def sodium(value: float, at: str = "1 hour") -> Resource:
    return measured("Sodium", value, "mmol/L", code="loinc 2951-2", at=at)


def ck(value: float, at: str = "1 hour") -> Resource:
    return measured("Creatine kinase", value, "U/L", code="loinc 2157-6", at=at)


def vitamin_b12(value: float, at: str = "3 days") -> Resource:
    return measured("Vitamin B12", value, "pmol/L", code="loinc 2132-9", at=at)


WARNING: Flags = {
    "rf_tia": Flag(
        weakness(of="left leg", since="3 days"),
        (condition("Transient ischaemic attack", code="icd10cm G45.9", since="3 days"),),
        never={
            "TIA more than 7 d ago": (
                patient(
                    condition("Transient ischaemic attack", code="icd10cm G45.9", since="20 days"), LEFT_LEG
                ),
                patient(over_within_a_day(condition("Transient weakness of left leg", since="9 days"))),
            ),
            "Both legs gave way and recovered": (patient(over_within_a_day(LEGS_GAVE_WAY)),),
        },
    ),
    "rf_hemiparesis_new": Flag(
        condition("Left hemiparesis", since="20 days"),
        old=(OLD_STROKE, on_problem_list("Left hemiparesis", since="3 years")),
        never={
            "Rehabilitation after a known stroke": (
                patient(
                    condition("Cerebral infarction", code="icd10cm I63.9", since="40 days"),
                    condition("Left hemiparesis", since="40 days"),
                ),
            ),
            "Cerebral palsy and other paralysis of long standing": (
                patient(
                    on_problem_list("Cerebral palsy", code="icd10cm G80.9", since="40 years"),
                    condition("Left hemiparesis", since=None, recorded="3 days"),
                ),
            ),
        },
    ),
    "rf_ces_threatened": Flag(
        weakness(of="left leg", since="10 days"),
        (BILATERAL_SCIATICA,),
        named=(SCIATICA, condition("New erectile dysfunction", since="3 days")),
        never={
            "Known stenosis with unchanged pain in both legs for months": (
                patient(
                    STENOSIS,
                    on_problem_list("Bilateral sciatica", since="5 months"),
                    on_problem_list("Numbness of both legs", since="5 months"),
                ),
            ),
        },
    ),
    "rf_myelopathy": Flag(
        weakness(of="both legs", since="45 days"),
        (BRISK_REFLEXES,),
        named=(loss_of_bladder_control(since="3 days"),),
        never={
            "One-sided weakness with brain signs": (
                patient(
                    condition("Left hemiparesis", since="5 hours"), exam("Left extensor plantar response")
                ),
                patient(
                    condition("Left hemiparesis", since="20 days"), exam("Left extensor plantar response")
                ),
            ),
            "Slowly progressive one-leg weakness with mixed motor neurone signs": (
                patient(
                    condition("Weakness of left leg, getting worse", since="150 days"),
                    exam("Fasciculations"),
                    BRISK_REFLEXES,
                ),
            ),
        },
    ),
    "rf_low_fvc_known": Flag(
        OLD_WEAKNESS,
        (ALS, WEIGHT, LOW_VITAL_CAPACITY),
        never={
            "Breathlessness, raised CO2 or change of weakness": (
                patient(ALS, OLD_WEAKNESS, WEIGHT, LOW_VITAL_CAPACITY, BREATHLESS),
                patient(
                    ALS,
                    OLD_WEAKNESS,
                    WEIGHT,
                    LOW_VITAL_CAPACITY,
                    measured("PaCO2", 58, "mm[Hg]", code="loinc 2019-8"),
                ),
                patient(ALS, weakness(since="5 days"), WEIGHT, LOW_VITAL_CAPACITY),
            ),
        },
    ),
    "rf_breathing_general": Flag(
        condition("Generalised weakness", since="3 days"),
        (BREATHLESS,),
        old=(MS, on_problem_list("Generalised weakness", since="3 years")),
        never={
            "Breathlessness recorded as chronic and unchanged": (
                patient(
                    condition("Generalised weakness", since="3 days"),
                    on_problem_list("Shortness of breath", code="snomed 267036007"),
                ),
            ),
        },
    ),
    "rf_bulbar": Flag(
        LEFT_LEG,
        (DYSPHAGIA,),
        old=(MYASTHENIA, OLD_WEAKNESS),
        never={
            "Chronic dysphagia with known ALS": (
                patient(
                    ALS, OLD_WEAKNESS, on_problem_list("Dysphagia", code="icd10cm R13.10", since="1 year")
                ),
            ),
        },
    ),
    "rf_ck_high": Flag(
        weakness(of="both legs", since="20 days"),
        (ck(3400),),
        never={
            "CK more than 7 d old": (patient(weakness(since="20 days"), ck(3400, at="9 days")),),
            "Known muscular dystrophy with its usual CK": (
                patient(DUCHENNE, OLD_WEAKNESS, ck(3400), age=15),
            ),
        },
    ),
    "rf_potassium_moderate": Flag(
        weakness(of="both legs", since="20 days"),
        (potassium(2.7),),
        never={
            "Result older than 7 d, or superseded": (
                patient(weakness(since="20 days"), potassium(2.7, at="8 days")),
                patient(weakness(since="20 days"), potassium(6.2, at="2 days"), potassium(4.8)),
                patient(weakness(since="20 days"), potassium(2.7, at="2 days"), potassium(3.6)),
            ),
        },
    ),
    "rf_electrolyte_other": Flag(
        weakness(of="both legs", since="20 days"),
        (sodium(114),),
        never={
            "Result older than 7 d or superseded": (
                patient(weakness(since="20 days"), sodium(114, at="8 days")),
                patient(weakness(since="20 days"), sodium(114, at="2 days"), sodium(131)),
            ),
        },
    ),
    "rf_progressive_motor_deficit": Flag(
        condition("Left foot drop", code="snomed 6077001", since="10 days"),
        (SCIATICA,),
        old=(STENOSIS, on_problem_list("Left foot drop", code="snomed 6077001", since="3 years")),
        never={
            "Old stable foot drop": (
                patient(
                    on_problem_list("Left foot drop", code="snomed 6077001", since="3 years"),
                    on_problem_list("Low back pain", code="icd10cm M54.50", since="4 years"),
                ),
            ),
        },
    ),
    "rf_severe_pain": Flag(
        LEFT_LEG,
        (PAIN_9,),
        never={
            "Pain score recorded only for an unrelated site": (
                patient(
                    LEFT_LEG,
                    observation("Pain severity in right shoulder", code="loinc 72514-3", valueInteger=9),
                ),
            ),
            "Severe pain explained by a red flag already shown": (
                patient(weakness(of="left leg"), PAIN_9, exam("Absent pedal pulses left")),
            ),
        },
    ),
    "rf_persistent_numb": Flag(
        weakness(of="both legs", since="20 days"),
        (NUMB_FEET,),
        never={
            "Known stable neuropathy": (
                patient(
                    on_problem_list("Polyneuropathy", code="icd10cm G62.9", since="6 years"),
                    on_problem_list("Numbness of feet", since="5 years"),
                    on_problem_list("Weakness of both ankles", since="4 years"),
                ),
            ),
        },
    ),
    "rf_sudden_other": Flag(
        condition("Sudden onset weakness of left leg", since="3 hours"),
        (SCIATICA,),
    ),
    "rf_worsening": Flag(
        condition("Weakness of left leg, getting worse", since="20 days"),
        never={
            "When any more specific red flag fires": (
                patient(condition("Weakness of left leg, getting worse", since="20 days"), SCIATICA),
                patient(condition("Weakness of left leg, getting worse", since="20 days"), potassium(2.7)),
            ),
            "Soreness after exercise that is still rising": (
                patient(
                    condition("Weakness of both thighs, getting worse", since="1 day"), EXERCISE, SORE_MUSCLES
                ),
            ),
        },
    ),
    "rf_cannot_bear_weight": Flag(
        condition("Unable to bear weight on left leg", since="1 day"),
        (condition("Hip injury", since="1.1 days"),),
        old=(OLD_STROKE, on_problem_list("Weakness of left leg", since="3 years")),
        named=(
            condition("Unable to bear weight", since="1 day"),
            condition("Fall with hip pain", since="1.1 days"),
        ),
        never={
            "Long-term wheelchair user": (
                patient(
                    on_problem_list("Wheelchair user", code="icd10cm Z99.3", since="8 years"),
                    condition("Unable to stand", since="1 day"),
                    condition("Hip injury", since="1.1 days"),
                ),
            ),
        },
    ),
    "rf_child_new": Flag(
        condition("Refuses to walk", since="2 days"),
        age=6,
        never={
            "A tired, feverish child with generalised weakness only": (
                patient(
                    condition("Generalised weakness", since="2 days"),
                    measured("Body temperature", 39.1, "Cel", code="loinc 8310-5"),
                    age=6,
                ),
            ),
        },
    ),
    "rf_b12": Flag(
        weakness(of="both legs", since="100 days"),
        (vitamin_b12(88), NUMB_FEET),
        never={
            "B12 normal on replacement": (
                patient(
                    weakness(since="20 days"),
                    HYDROXOCOBALAMIN,
                    vitamin_b12(88, at="160 days"),
                    vitamin_b12(520),
                    NUMB_FEET,
                ),
            ),
            "Low B12 already replaced and nothing new": (
                patient(
                    weakness(since="170 days"), HYDROXOCOBALAMIN, vitamin_b12(88, at="160 days"), NUMB_FEET
                ),
            ),
        },
    ),
}


def test_every_warning_rule_and_every_line_of_it_has_its_patient() -> None:
    assert uncharted(WARNING, "warning") == []


@pytest.mark.parametrize(("rule", "flag"), each_rule(WARNING))
def test_the_smallest_patient_is_shown_a_warning(rule: str, flag: Flag) -> None:
    assert red_flags(flag.fires).get(rule) == "warning"


@pytest.mark.parametrize(("rule", "flag"), each_rule(WARNING, LONG_STANDING))
def test_the_same_finding_beside_old_weakness_of_a_known_cause_is_not_flagged(rule: str, flag: Flag) -> None:
    assert rule not in red_flags(flag.long_standing)


@pytest.mark.parametrize(("rule", "flag"), each_rule(WARNING, LONG_STANDING_ALONE))
def test_old_weakness_of_a_known_cause_is_flagged_only_with_the_finding_that_the_rule_names(
    rule: str, flag: Flag
) -> None:
    assert rule not in red_flags(flag.long_standing_alone)
    assert red_flags(flag.long_standing_and_named).get(rule) == "warning"


@pytest.mark.parametrize(("rule", "record"), each_entry_of_no_account(WARNING))
def test_an_entry_that_is_refuted_in_error_or_not_the_patients_now_takes_the_flag_away(
    rule: str, record: list[Resource]
) -> None:
    assert rule not in red_flags(record)


@pytest.mark.parametrize(("rule", "record"), each_line(WARNING))
def test_a_patient_whom_the_content_spares_is_not_flagged(rule: str, record: list[Resource]) -> None:
    assert rule not in red_flags(record)
