"""Every critical red flag: the smallest patient that fires it, and the patients that must not.

Warnings: test_every_red_flag_warning.py. The alternatives of a rule: test_every_red_flag_branches.py.
"""

from __future__ import annotations

import pytest

from cards import knowledge
from tests.clinical.bedside import (
    LONG_STANDING,
    LONG_STANDING_ALONE,
    Flag,
    Flags,
    Resource,
    causes,
    condition,
    each_entry_of_no_account,
    each_line,
    each_rule,
    exam,
    loss_of_bladder_control,
    measured,
    medicine,
    on_problem_list,
    over_within_a_day,
    patient,
    red_flags,
    report,
    uncharted,
    weakness,
)

CONTENT = knowledge.load()

NO_ANKLE_JERKS = exam("Absent ankle jerks")
BRISK_REFLEXES = exam("Brisk reflexes")
BACK_PAIN = condition("Low back pain", code="icd10cm M54.50", since="20 days")
OLD_BACK_PAIN = on_problem_list("Low back pain", code="icd10cm M54.50", since="3 years")
NUMB_FEET = condition("Numbness of feet", since="4 days")
BREATHLESS = condition("Shortness of breath", code="snomed 267036007", since="1 day")
OLD_BREATHLESSNESS = on_problem_list("Shortness of breath", code="snomed 267036007", since="6 years")
FEVER = measured("Body temperature", 38.7, "Cel", code="loinc 8310-5")
WEIGHT = measured("Body weight", 70, "kg", code="loinc 29463-7", at="20 days")
HOME_CANNED = condition("Ate home-canned food", since="3 days")
EXERCISE = condition("First gym session: unaccustomed exercise", since="2 days")
SORE_MUSCLES = condition("Muscle soreness of both thighs", since="1 day")
STROKE = condition("Cerebral infarction", code="icd10cm I63.9", since="20 days")
OLD_STROKE = on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years")
OLD_HEMIPARESIS = on_problem_list("Left hemiparesis", since="3 years")
NIHSS_LEFT_LEG = measured("NIHSS motor leg left", 2, "{score}", code="loinc 70191-2")
CEREBRAL_PALSY = on_problem_list("Cerebral palsy", code="icd10cm G80.9", since="40 years")
NEUROPATHY = on_problem_list("Polyneuropathy", code="icd10cm G62.9", since="5 years")
WEAK_ANKLES = on_problem_list("Weakness of both ankles", since="3 years")
DUCHENNE = on_problem_list("Duchenne muscular dystrophy", code="icd10cm G71.01", since="7 years")
ALS = on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="2 years")
MYASTHENIA = on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="5 years")
STENOSIS = on_problem_list("Lumbar spinal stenosis", code="icd10cm M48.061", since="5 years")
CANCER = condition("Breast cancer", code="icd10cm C50.919", since="2 years")
APIXABAN = medicine("apixaban 5 mg tablet", code="rxnorm 1364430")
PEMBROLIZUMAB = medicine("pembrolizumab", code="rxnorm 1547545")
SUDDEN_LEFT = condition("Sudden onset weakness of left leg", since="3 hours")


def potassium(value: float, at: str = "1 hour", **more: object) -> Resource:
    return measured("Potassium", value, "mmol/L", code="loinc 2823-3", at=at, **more)


def ck(value: float, at: str = "1 hour") -> Resource:
    return measured("Creatine kinase", value, "U/L", code="loinc 2157-6", at=at)


def vital_capacity(litres: float) -> Resource:
    return measured("Forced vital capacity", litres, "L", code="loinc 19868-9")


def retention(text: str = "Urinary retention", since: str = "1 day") -> Resource:
    return condition(text, code="snomed 267064002" if text == "Urinary retention" else None, since=since)


def neuropathy_begins(cause: Resource) -> list[Resource]:
    """Numb feet and weak ankles, first recorded three weeks ago, with an ordinary cause."""
    numb = condition("Numbness of feet", since="20 days")
    return patient(cause, condition("Weakness of both ankles", since="20 days"), numb, NO_ANKLE_JERKS)


CRITICAL: Flags = {
    "rf_stroke": Flag(
        condition("Sudden onset weakness of left leg and left arm", since="3 hours"),
        never={
            "Old stroke with stable residual weakness": (
                patient(OLD_STROKE, OLD_HEMIPARESIS),
                patient(OLD_STROKE, condition("Left hemiparesis", since=None, recorded="40 hours")),
                patient(
                    OLD_STROKE, condition("Weak left leg", since=None, recorded="40 hours"), NIHSS_LEFT_LEG
                ),
            ),
            LONG_STANDING: (
                patient(CEREBRAL_PALSY, condition("Left hemiparesis", since=None, recorded="40 hours")),
                patient(
                    CEREBRAL_PALSY,
                    condition("Weak left leg", since=None, recorded="40 hours"),
                    NIHSS_LEFT_LEG,
                ),
            ),
            "Stroke Condition older than 7 d": (patient(STROKE, weakness(of="left leg", since="20 days")),),
            "One-leg weakness with sciatica, foot drop or positive SLR": (
                patient(SUDDEN_LEFT, condition("Sciatica", code="icd10cm M54.32", since="2 days")),
                patient(SUDDEN_LEFT, condition("Left foot drop", since="3 hours")),
                patient(SUDDEN_LEFT, exam("Positive straight leg raise")),
            ),
            "Weakness that has fully resolved": (patient(over_within_a_day(SUDDEN_LEFT)),),
            "Sore muscles after exercise, or potassium": (
                patient(condition("Sudden leg weakness", since="3 hours"), EXERCISE, SORE_MUSCLES),
                patient(condition("Sudden leg weakness", since="3 hours"), potassium(2.1)),
                patient(condition("Sudden leg weakness", since="3 hours"), potassium(6.9)),
            ),
            "NIHSS items of an old stroke at follow-up": (
                patient(
                    condition("Cerebral infarction", code="icd10cm I63.9", since="60 days"),
                    weakness(of="left leg", since="60 days"),
                    NIHSS_LEFT_LEG,
                ),
            ),
        },
    ),
    "rf_gbs": Flag(
        weakness(of="both legs", since="5 days"),
        (NO_ANKLE_JERKS,),
        never={
            "Known GBS with onset more than 28 d ago": (
                patient(
                    condition("Guillain-Barré syndrome", code="icd10cm G61.0", since="40 days"),
                    weakness(of="both legs", since="40 days"),
                    NO_ANKLE_JERKS,
                ),
            ),
            "Chronic stable neuropathy": (patient(NEUROPATHY, WEAK_ANKLES, NO_ANKLE_JERKS),),
            "Onset more than 28 d ago": (
                patient(condition("Weakness of both legs, getting worse", since="45 days"), NO_ANKLE_JERKS),
            ),
            "Sensory level or UMN signs": (
                patient(weakness(since="5 days"), NO_ANKLE_JERKS, exam("Sensory level at T8")),
                patient(weakness(since="5 days"), NO_ANKLE_JERKS, exam("Extensor plantar responses")),
            ),
            "Known neuropathy or CIDP without a stated onset": tuple(
                patient(known, condition("Weakness of both legs, worse", since=None), NO_ANKLE_JERKS)
                for known in (NEUROPATHY, on_problem_list("CIDP", code="icd10cm G61.81"))
            ),
            "First record of a diabetic, alcoholic, drug or B12 neuropathy": (
                neuropathy_begins(on_problem_list("Type 2 diabetes", code="icd10cm E11.9")),
                neuropathy_begins(on_problem_list("Alcohol dependence", code="snomed 66590003")),
                neuropathy_begins(medicine("paclitaxel", code="rxnorm 56946")),
                neuropathy_begins(measured("Vitamin B12", 90, "pmol/L", code="loinc 2132-9", at="2 days")),
            ),
        },
    ),
    "rf_rapid_bilateral": Flag(
        condition("Weakness of both legs, worse each day", since="6 days"),
        never={
            "When a more specific rule fires": tuple(
                patient(condition("Weakness of both legs, worse each day", since="6 days"), finding)
                for finding in (
                    NO_ANKLE_JERKS,
                    exam("Saddle numbness"),
                    exam("Sensory level at T8"),
                    potassium(2.1),
                )
            ),
            "Sore legs after exercise or with raised CK": (
                patient(condition("Weakness of both legs, worse", since="1 day"), EXERCISE, SORE_MUSCLES),
                patient(condition("Weakness of both legs, worse", since="1 day"), ck(1800), SORE_MUSCLES),
            ),
        },
    ),
    "rf_ces": Flag(
        weakness(of="both legs", since="2 days"),
        (loss_of_bladder_control(),),
        named=(exam("Saddle numbness"),),
        never={
            "Chronic incontinence, prostatic retention or neurogenic bladder": (
                patient(weakness(), on_problem_list("Urinary incontinence", code="snomed 165232002")),
                patient(weakness(), on_problem_list("Urinary retention", code="snomed 267064002")),
                patient(
                    weakness(),
                    on_problem_list("Neurogenic bladder", code="icd10cm N31.9"),
                    measured("Post-void residual", 400, "mL"),
                ),
            ),
            "Cauda equina syndrome diagnosed more than 28 d ago": (
                patient(
                    condition("Cauda equina syndrome", code="icd10cm G83.4", since="90 days"),
                    weakness(of="both legs", since="90 days"),
                ),
            ),
            "Postoperative or drug-induced retention without leg signs": (
                patient(BACK_PAIN, retention("Postoperative urinary retention")),
                patient(BACK_PAIN, retention(), medicine("morphine", since="2 days")),
            ),
            "Acute stroke with incontinence; old stroke with prostatic retention; numb feet": (
                patient(
                    condition("Left hemiparesis", since="5 hours"), loss_of_bladder_control(since="4 hours")
                ),
                patient(OLD_STROKE, OLD_HEMIPARESIS, retention()),
                patient(NEUROPATHY, on_problem_list("Numbness of feet", since="4 years"), retention()),
            ),
            "Paraplegia of long standing with a new urinary infection": (
                patient(
                    on_problem_list("Paraplegia", code="icd10cm G82.20", since="10 years"),
                    condition("Urinary tract infection", code="icd10cm N39.0", since="2 days"),
                    loss_of_bladder_control(),
                ),
            ),
            "Chronic back pain and new urinary incontinence without new leg findings": (
                patient(
                    STENOSIS,
                    OLD_BACK_PAIN,
                    on_problem_list("Weakness of left leg", since="2 years"),
                    loss_of_bladder_control(),
                ),
                patient(
                    condition("Sciatica", code="icd10cm M54.32", since="10 days"),
                    condition("New erectile dysfunction", since="3 days"),
                    gender="male",
                ),
            ),
        },
    ),
    "rf_cord": Flag(
        weakness(of="both legs", since="5 days"),
        (exam("Sensory level at T8"),),
        never={
            "Known spastic paraparesis, MS or cerebral palsy": tuple(
                patient(
                    known, on_problem_list("Weakness of both legs", since="4 years"), exam("Spastic gait")
                )
                for known in (
                    on_problem_list("Hereditary spastic paraplegia", code="icd10cm G11.4", since="20 years"),
                    on_problem_list("Multiple sclerosis", code="icd10cm G35", since="6 years"),
                    CEREBRAL_PALSY,
                )
            ),
            "Cervical myelopathy that is chronic and stable": (
                patient(
                    on_problem_list("Cervical myelopathy", code="snomed 202664003", since="3 years"),
                    on_problem_list("Weakness of both legs", since="2 years"),
                    BRISK_REFLEXES,
                ),
            ),
            "Progressive MS over months with a known cord lesion": (
                patient(
                    on_problem_list("Multiple sclerosis", code="icd10cm G35", since="6 years"),
                    condition("Weakness of both legs, getting worse over months", since="150 days"),
                    report("MRI whole spine", "T2 high signal in the cord at C5.", at="60 days"),
                ),
            ),
        },
    ),
    "rf_mscc": Flag(
        weakness(of="both legs", since="4 days"),
        (CANCER, BACK_PAIN),
        never={
            "Skin basal-cell cancer": (
                patient(
                    condition("Basal cell carcinoma of skin", code="icd10cm C44.91"), BACK_PAIN, weakness()
                ),
            ),
            "Cancer plus long-standing stable neuropathy": (
                patient(CANCER, OLD_BACK_PAIN, NEUROPATHY, WEAK_ANKLES),
            ),
            "Weakness with a clear brain sign": (
                patient(CANCER, BACK_PAIN, condition("Left hemiparesis", since="5 hours")),
            ),
            "Stocking numbness and weak ankles on neurotoxic chemotherapy": (
                patient(
                    CANCER,
                    medicine("paclitaxel", code="rxnorm 56946"),
                    condition("Weakness of both ankles, getting worse", since="30 days"),
                    condition("Stocking distribution numbness", since="30 days"),
                ),
            ),
            "Fatigue or generalised weakness with back pain only": (
                patient(CANCER, BACK_PAIN, condition("Generalised weakness", since="10 days")),
            ),
        },
    ),
    "rf_sea": Flag(
        weakness(of="left leg", since="4 days"),
        (BACK_PAIN, FEVER),
        named=(report("MRI lumbar spine", "Epidural abscess from L2 to L4."),),
        never={
            "Isolated fever without spinal pain": (patient(weakness(of="left leg", since="4 days"), FEVER),),
            "Raised CRP with another clear source": (
                patient(
                    weakness(of="left leg", since="4 days"),
                    condition("Pneumonia", code="icd10cm J18.9", since="3 days"),
                    measured("C-reactive protein", 180, "mg/L", code="loinc 1988-5"),
                ),
            ),
            "Influenza-like illness": (
                patient(
                    condition("Influenza", code="icd10cm J11.1", since="2 days"),
                    condition("Backache", since="2 days"),
                    condition("Generalised weakness", since="2 days"),
                    FEVER,
                ),
            ),
        },
    ),
    "rf_seh": Flag(
        weakness(of="both legs", since="2 days"),
        (APIXABAN, BACK_PAIN),
        named=(report("MRI whole spine", "Epidural haematoma at T10."),),
        never={
            "Anticoagulant plus chronic unchanged back pain": (
                patient(
                    APIXABAN,
                    OLD_BACK_PAIN,
                    STENOSIS,
                    on_problem_list("Weakness of both legs", since="2 years"),
                ),
            ),
        },
    ),
    "rf_nm_respiratory": Flag(
        weakness(of="both legs", since="3 days"),
        (MYASTHENIA, BREATHLESS),
        old=(MYASTHENIA, on_problem_list("Weakness of both legs", since="3 years")),
        never={
            "Chronic stable breathlessness of COPD or heart failure": tuple(
                patient(known, OLD_BREATHLESSNESS, weakness(of="left leg", since="10 days"))
                for known in (
                    on_problem_list("COPD", code="icd10cm J44.9"),
                    on_problem_list("Heart failure", code="icd10cm I50.9"),
                )
            ),
            "FVC 20 mL/kg or more with no symptoms": (
                patient(MYASTHENIA, weakness(since="3 days"), WEIGHT, vital_capacity(3.1)),
            ),
            "Known ALS or dystrophy with a low vital capacity": tuple(
                patient(
                    known,
                    on_problem_list("Weakness of both legs", since="18 months"),
                    WEIGHT,
                    vital_capacity(1.1),
                )
                for known in (ALS, DUCHENNE)
            ),
        },
    ),
    "rf_breathing": Flag(
        weakness(of="both legs", since="3 days"),
        (BREATHLESS,),
        never={
            "Breathlessness recorded as chronic and unchanged": (
                patient(weakness(since="10 days"), OLD_BREATHLESSNESS),
            ),
            "SpO2 of 88-91 % alone": (
                patient(weakness(since="10 days"), measured("SpO2", 90, "%", code="loinc 59408-5")),
            ),
        },
    ),
    "rf_ali": Flag(
        weakness(of="left leg", since="3 days"),
        (exam("Absent pedal pulses left"), exam("Left leg cold and pale")),
        never={
            "Known PAD with long-standing absent pulses": (
                patient(
                    on_problem_list("Peripheral arterial disease", code="icd10cm I73.9"),
                    on_problem_list("Absent pedal pulses left", since="4 years"),
                    weakness(of="left leg", since="10 days"),
                ),
            ),
        },
    ),
    "rf_rhabdo": Flag(
        weakness(of="both legs", since="2 days"),
        (ck(8200),),
        never={
            "CK below 1000 with ordinary soreness": (patient(weakness(), EXERCISE, SORE_MUSCLES, ck(820)),),
            "CK more than 7 d old": (patient(weakness(since="10 days"), ck(8200, at="9 days")),),
            "Known muscular dystrophy with its usual CK": (
                patient(
                    DUCHENNE, on_problem_list("Weakness of both legs", since="6 years"), ck(9000), age=15
                ),
            ),
            "Dark urine on a statin without muscle symptoms": (
                patient(
                    weakness(of="left leg"),
                    medicine("atorvastatin 80 mg", code="rxnorm 83367"),
                    condition("Dark urine", since="1 day"),
                ),
            ),
        },
    ),
    "rf_compartment": Flag(weakness(of="left leg", since="2 days"), (exam("Tense calf"),)),
    "rf_potassium_high": Flag(
        weakness(since="2 days"),
        (potassium(6.8),),
        never={
            "Haemolysed sample": (patient(weakness(), potassium(6.8, note=[{"text": "Sample haemolysed"}])),),
            "Result older than 7 d, or superseded": (
                patient(weakness(since="10 days"), potassium(6.8, at="8 days")),
                patient(weakness(), potassium(6.8, at="2 days"), potassium(4.4)),
            ),
            "Dialysis patient at stable documented baseline": (
                patient(weakness(), on_problem_list("Dialysis", code="icd10cm Z99.2"), potassium(6.2)),
            ),
        },
    ),
    "rf_potassium_low": Flag(
        weakness(since="2 days"),
        (potassium(2.1),),
        never={
            "Result older than 7 d, or superseded": (
                patient(weakness(since="10 days"), potassium(2.1, at="8 days")),
                patient(weakness(), potassium(2.1, at="2 days"), potassium(3.9)),
            ),
        },
    ),
    "rf_hypoglycaemia": Flag(
        weakness(of="left leg", since="2 days"),
        (measured("Capillary glucose", 2.2, "mmol/L", code="loinc 2339-0"),),
        never={
            "Glucose older than 24 h": (
                patient(
                    weakness(of="left leg", since="2 days"),
                    measured("Capillary glucose", 2.2, "mmol/L", code="loinc 2339-0", at="26 hours"),
                ),
            ),
        },
    ),
    "rf_trauma": Flag(
        weakness(of="both legs", since="2 days"),
        (condition("Fall from height", since="2.1 days"),),
        never={
            "Late effect of old spinal injury": (
                patient(
                    weakness(of="both legs", since="5 days"),
                    condition(
                        "Injury of lumbar spinal cord, sequela", code="icd10cm S34.109S", since="6 days"
                    ),
                ),
            ),
            "A fall caused by weakness that was there before": (
                patient(
                    weakness(of="both legs", since="10 days"), condition("Fall with injury", since="1 day")
                ),
            ),
        },
    ),
    "rf_ici": Flag(
        weakness(of="both legs", since="20 days"),
        (PEMBROLIZUMAB,),
        never={
            "Fatigue or generalised weakness with breathlessness only": (
                patient(
                    on_problem_list("Lung cancer", code="icd10cm C34.90", since="1 year"),
                    PEMBROLIZUMAB,
                    condition("Generalised weakness", since="10 days"),
                    BREATHLESS,
                ),
            ),
            "Known neuropathy without change": (patient(PEMBROLIZUMAB, NEUROPATHY, WEAK_ANKLES),),
        },
    ),
    "rf_botulism": Flag(
        condition("Generalised weakness", since="2 days"),
        (condition("Double vision", since="2 days"), condition("Dysphagia", since="1 day"), HOME_CANNED),
        never={
            "Known myasthenia with usual symptoms": (
                patient(
                    MYASTHENIA,
                    weakness(since="3 days"),
                    exam("Ptosis"),
                    condition("Dysphagia", since="3 days"),
                    condition("Dry mouth", since="60 days"),
                ),
            ),
        },
    ),
    "rf_child_weakness": Flag(
        weakness(of="both legs", since="3 days"),
        (NO_ANKLE_JERKS,),
        age=8,
        never={
            "Known muscular dystrophy at baseline": (
                patient(
                    DUCHENNE,
                    on_problem_list("Weakness of both legs", since="5 years"),
                    NO_ANKLE_JERKS,
                    age=14,
                ),
            ),
        },
    ),
}


def test_every_critical_rule_and_every_line_of_it_has_its_patient() -> None:
    assert uncharted(CRITICAL, "critical") == []


@pytest.mark.parametrize(("rule", "flag"), each_rule(CRITICAL))
def test_the_smallest_patient_is_flagged_for_immediate_review(rule: str, flag: Flag) -> None:
    assert red_flags(flag.fires).get(rule) == "critical"


@pytest.mark.parametrize(("rule", "flag"), each_rule(CRITICAL))
def test_a_critical_flag_puts_a_cause_of_its_own_first(rule: str, flag: Flag) -> None:
    """Of several flags the first one's; the others follow it, before what no critical flag speaks for."""
    suggested = {each.id: set(each.suggests) for each in CONTENT.rules}
    critical = [name for name, level in red_flags(flag.fires).items() if level == "critical"]
    wanted = [suggested[name] for name in critical if suggested[name]]
    listed = causes(flag.fires)
    assert rule in critical
    assert not wanted or listed[0] in wanted[0]
    for place, each in enumerate(wanted):
        assert each & set(listed[: place + 1])


@pytest.mark.parametrize(("rule", "flag"), each_rule(CRITICAL, LONG_STANDING))
def test_the_same_finding_beside_old_weakness_of_a_known_cause_is_not_flagged(rule: str, flag: Flag) -> None:
    assert rule not in red_flags(flag.long_standing)


@pytest.mark.parametrize(("rule", "flag"), each_rule(CRITICAL, LONG_STANDING_ALONE))
def test_old_weakness_of_a_known_cause_is_flagged_only_with_the_finding_that_the_rule_names(
    rule: str, flag: Flag
) -> None:
    assert rule not in red_flags(flag.long_standing_alone)
    assert red_flags(flag.long_standing_and_named).get(rule) == "critical"


@pytest.mark.parametrize(("rule", "record"), each_entry_of_no_account(CRITICAL))
def test_an_entry_that_is_refuted_in_error_or_not_the_patients_now_takes_the_flag_away(
    rule: str, record: list[Resource]
) -> None:
    assert rule not in red_flags(record)


@pytest.mark.parametrize(("rule", "record"), each_line(CRITICAL))
def test_a_patient_whom_the_content_spares_is_not_flagged(rule: str, record: list[Resource]) -> None:
    assert rule not in red_flags(record)
