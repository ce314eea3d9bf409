"""The red flags, each in both directions, as a clinician would put them."""

from __future__ import annotations

import pytest

from tests.clinical.bedside import (
    Resource,
    cards_for,
    condition,
    exam,
    indicator,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    patient,
    red_flags,
    weakness,
)


def test_weakness_with_new_bladder_loss_is_flagged_for_immediate_review() -> None:
    record = patient(weakness(of="both legs", since="2 days"), loss_of_bladder_control())
    assert cards_for(record)[0]["indicator"] == "critical"
    assert "rf_ces" in red_flags(record)


def test_bladder_loss_that_was_ruled_out_raises_no_flag() -> None:
    record = patient(weakness(of="both legs"), loss_of_bladder_control(ruled_out=True))
    assert all(card["indicator"] != "critical" for card in cards_for(record))


def test_bladder_loss_of_many_years_raises_no_critical_flag() -> None:
    old = condition(
        "Urinary incontinence", code="snomed 165232002", since="4 years", category="problem-list-item"
    )
    assert "rf_ces" not in red_flags(patient(weakness(of="both legs", since="4 days"), old))


def test_sudden_one_sided_weakness_is_flagged_as_possible_stroke() -> None:
    record = patient(condition("Sudden onset weakness of left leg and left arm", since="3 hours"))
    assert red_flags(record).get("rf_stroke") == "critical"


def test_weakness_of_one_side_that_began_slowly_over_months_is_no_stroke() -> None:
    record = patient(condition("Gradual weakness of left leg over months", since="150 days"))
    assert "rf_stroke" not in red_flags(record)


def test_ascending_weakness_with_lost_reflexes_is_flagged_as_possible_guillain_barre() -> None:
    record = patient(
        condition("Ascending weakness of both legs, worse each day", since="5 days"),
        exam("Absent ankle jerks"),
    )
    assert red_flags(record).get("rf_gbs") == "critical"


def test_neuropathy_of_years_with_lost_reflexes_is_not_guillain_barre() -> None:
    record = patient(
        condition(
            "Diabetic polyneuropathy", code="icd10cm E11.42", since="5 years", category="problem-list-item"
        ),
        condition("Weak ankles", since="3 years", category="problem-list-item"),
        exam("Absent ankle jerks"),
    )
    assert "rf_gbs" not in red_flags(record)


def test_both_legs_weaker_by_the_day_needs_immediate_review() -> None:
    record = patient(condition("Weakness of both legs, rapidly progressive", since="6 days"))
    assert indicator(record) == "critical"


def test_new_breathlessness_with_new_weakness_is_critical() -> None:
    record = patient(weakness(since="3 days"), condition("Shortness of breath", since="1 day"))
    assert indicator(record) == "critical"


def test_breathlessness_of_long_standing_lung_disease_adds_no_flag() -> None:
    old = condition("Shortness of breath", since="6 years", category="problem-list-item")
    assert not {"rf_breathing", "rf_breathing_general", "rf_nm_respiratory"} & set(
        red_flags(patient(weakness(of="left leg", since="10 days"), old))
    )


def test_low_vital_capacity_in_myasthenia_is_critical() -> None:
    record = patient(
        condition("Myasthenia gravis", code="icd10cm G70.00", since="3 years", category="problem-list-item"),
        weakness(since="3 days"),
        measured("FVC", 0.9, "L"),
        measured("Body weight", 70, "kg", code="loinc 29463-7"),
    )
    assert red_flags(record).get("rf_nm_respiratory") == "critical"


def test_severe_pain_with_new_weakness_is_a_warning() -> None:
    record = patient(
        weakness(of="left leg", since="4 days"),
        observation("Pain severity in left leg", code="loinc 72514-3", valueInteger=8),
    )
    assert red_flags(record) == {"rf_severe_pain": "warning"}


def test_of_breathlessness_and_severe_pain_with_weakness_the_breathing_is_named() -> None:
    """Of the general red flags the first in the order of red_flags.toml is shown: breathing before pain."""
    record = patient(
        condition("Generalised weakness", since="3 days"),
        condition("Shortness of breath", code="snomed 267036007", since="1 day"),
        observation("Pain severity in left leg", code="loinc 72514-3", valueInteger=8),
    )
    assert red_flags(record) == {"rf_breathing_general": "warning"}


def test_what_is_measured_counts_in_full_beside_an_unconfirmed_code_for_the_same() -> None:
    """No terminology source confirmed the ATC codes; an INR of 3 tells of an anticoagulant by itself."""
    record = [
        weakness(of="both legs", since="2 days"),
        condition("Low back pain", code="icd10cm M54.50", since="2 days"),
    ]
    inr = measured("INR", 3.0, "1", code="loinc 6301-6")
    unconfirmed = medicine("tablet", code="atc B01AA03")
    assert red_flags(patient(*record, unconfirmed)).get("rf_seh") == "warning"
    assert red_flags(patient(*record, inr)).get("rf_seh") == "critical"
    assert red_flags(patient(*record, inr, unconfirmed)).get("rf_seh") == "critical"


def test_mild_pain_is_no_red_flag() -> None:
    record = patient(
        weakness(of="left leg", since="4 days"),
        observation("Pain severity", code="loinc 72514-3", valueInteger=2),
    )
    assert "rf_severe_pain" not in red_flags(record)


def test_worsening_weakness_with_numb_feet_is_a_warning() -> None:
    record = patient(
        condition("Weakness of both legs, getting worse", since="45 days"),
        condition("Numbness of feet", since="45 days"),
    )
    assert red_flags(record) == {"rf_persistent_numb": "warning"}


def test_stable_known_neuropathy_with_numb_feet_stays_silent() -> None:
    record = patient(
        condition("Polyneuropathy", code="icd10cm G62.9", since="6 years", category="problem-list-item"),
        condition("Numbness of feet", since="5 years", category="problem-list-item"),
        condition("Weak ankles", since="5 years", category="problem-list-item"),
    )
    assert cards_for(record) == []


@pytest.mark.parametrize(
    ("value", "unit", "rule", "level"),
    [
        (2.1, "mmol/L", "rf_potassium_low", "critical"),
        (2.1, "mEq/L", "rf_potassium_low", "critical"),
        (6.8, "mmol/L", "rf_potassium_high", "critical"),
        (6.2, "mmol/L", "rf_potassium_moderate", "warning"),
    ],
)
def test_potassium_that_can_paralyse_is_flagged(value: float, unit: str, rule: str, level: str) -> None:
    record = patient(weakness(since="1 day"), measured("Potassium", value, unit, code="loinc 2823-3"))
    assert red_flags(record).get(rule) == level


def test_normal_potassium_is_not() -> None:
    record = patient(weakness(since="20 days"), measured("Potassium", 4.2, "mmol/L", code="loinc 2823-3"))
    assert not [rule for rule in red_flags(record) if "potassium" in rule]


def test_a_later_normal_potassium_replaces_the_low_one() -> None:
    record = patient(
        weakness(since="20 days"),
        measured("Potassium", 2.1, "mmol/L", code="loinc 2823-3", at="3 days"),
        measured("Potassium", 3.9, "mmol/L", code="loinc 2823-3", at="1 day"),
    )
    assert "rf_potassium_low" not in red_flags(record)


def test_potassium_of_a_haemolysed_sample_is_not_used() -> None:
    record = patient(
        weakness(since="20 days"),
        measured("Potassium", 7.1, "mmol/L", code="loinc 2823-3", note=[{"text": "Sample haemolysed"}]),
    )
    assert "rf_potassium_high" not in red_flags(record)


def test_low_potassium_without_any_weakness_is_not_ours_to_flag() -> None:
    assert cards_for(patient(measured("Potassium", 2.1, "mmol/L", code="loinc 2823-3"))) == []


def test_cold_pulseless_leg_is_flagged_as_possible_ischaemia() -> None:
    record = patient(
        weakness(of="left leg", since="4 hours"),
        exam("Absent pedal pulses left"),
        exam("Left leg cold and pale"),
    )
    assert red_flags(record).get("rf_ali") == "critical"


def test_cancer_with_back_pain_and_weak_legs_is_flagged_as_possible_cord_compression() -> None:
    record = patient(
        condition("Prostate cancer", code="icd10cm C61", since="2 years"),
        condition("Back pain", since="20 days"),
        weakness(since="4 days"),
    )
    assert red_flags(record).get("rf_mscc") == "critical"


def test_a_cause_on_the_problem_list_is_named_as_such() -> None:
    record = patient(
        condition("Multiple sclerosis", code="icd10cm G35", since="6 years", category="problem-list-item"),
        condition("Weakness of both legs, getting worse", since="5 days"),
    )
    details = "\n".join(card["detail"] for card in cards_for(record))
    assert "multiple sclerosis (on the problem list since" in details


@pytest.mark.parametrize(
    "nothing",
    [
        condition("Leg weakness", verification="refuted"),
        condition("Leg weakness", verification="entered-in-error"),
        condition("Leg weakness", since="2 years", status="resolved"),
        condition("Denies leg weakness"),
        condition("Family history of leg weakness"),
        exam("Leg weakness", answer=False),
        exam("Leg weakness", status="entered-in-error"),
        observation("Leg weakness", valueString="None"),
        observation("Advice given: return if leg weakness or numbness"),
    ],
)
def test_weakness_that_is_not_this_patients_now_raises_no_card(nothing: Resource) -> None:
    assert cards_for(patient(nothing)) == []


def test_another_patients_weakness_raises_no_card() -> None:
    other = weakness() | {"subject": {"reference": "Patient/somebody-else"}}
    assert cards_for(patient(other)) == []


def test_a_patient_who_has_died_gets_no_card() -> None:
    assert cards_for(patient(weakness(), loss_of_bladder_control(), deceasedBoolean=True)) == []


@pytest.mark.parametrize(
    "words",
    [
        "Transient left leg weakness, now resolved",
        "TRANSIENT L LEG WEAKNESS LASTED 20 MIN, FULLY RESOLVED",
        "Transient right hemiparesis, resolved in ED",
    ],
)
@pytest.mark.parametrize("recorded", ["0.2 days", "1 day"])
def test_a_weakness_called_transient_and_over_needs_no_stated_onset(words: str, recorded: str) -> None:
    assert red_flags(patient(condition(words, since=None, recorded=recorded))) == {"rf_tia": "warning"}


@pytest.mark.parametrize(
    ("words", "recorded"),
    [
        ("Transient left leg weakness, now resolved", "20 days"),
        ("Left leg weakness, resolved", "1 day"),
        ("History of transient left leg weakness", "1 day"),
        ("Transient weakness of both legs, now resolved", "1 day"),
    ],
)
def test_what_is_old_or_only_history_or_of_both_legs_is_no_tia(words: str, recorded: str) -> None:
    assert "rf_tia" not in red_flags(patient(condition(words, since=None, recorded=recorded)))


def test_comfort_only_care_lowers_the_colour_and_says_why() -> None:
    record = patient(
        weakness(), loss_of_bladder_control(), condition("Comfort measures only", since="5 days")
    )
    first = cards_for(record)[0]
    assert first["indicator"] == "warning"
    assert "Comfort-only care is recorded" in first["detail"]


def test_statin_and_high_ck_with_weak_thighs_is_a_warning() -> None:
    record = patient(
        condition("Proximal muscle weakness", code="snomed 249939004", since="28 days"),
        medicine("atorvastatin 80 mg", code="rxnorm 83367"),
        measured("Creatine kinase", 3400, "U/L", code="loinc 2157-6"),
    )
    assert red_flags(record) == {"rf_ck_high": "warning"}


@pytest.mark.parametrize(
    ("name", "grade", "rule"),
    [
        ("DTRs", "0", "rf_gbs"),
        ("Knee reflex left", "0", "rf_gbs"),
        ("Achilles reflex", "1+", "rf_gbs"),
        ("Ankle jerk", "Absent", "rf_gbs"),
        ("Knee reflex", "3+", "rf_cord"),
        ("Deep tendon reflexes", "4+", "rf_cord"),
    ],
)
def test_a_reflex_grade_written_as_a_value_is_read(name: str, grade: str, rule: str) -> None:
    record = patient(weakness(since="5 days"), observation(name, valueString=grade))
    assert red_flags(record).get(rule) == "critical"


@pytest.mark.parametrize(
    ("name", "value"),
    [("Ankle reflexes", "2+"), ("Ankle jerk", "Normal"), ("Number of falls", "2"), ("Pain in legs", "0")],
)
def test_a_normal_grade_or_a_count_is_no_sign(name: str, value: str) -> None:
    assert red_flags(patient(weakness(since="5 days"), observation(name, valueString=value))) == {}


def test_a_new_hemiparesis_is_flagged_though_the_leg_was_weak_before() -> None:
    record = patient(weakness(of="left leg", since="20 days"), condition("Left hemiparesis", since="5 hours"))
    assert red_flags(record).get("rf_stroke") == "critical"


def test_a_new_hemiparesis_beside_an_old_stroke_and_retention_is_never_silence() -> None:
    record = patient(
        condition("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years"),
        weakness(of="left leg", since="12 days"),
        condition("Urinary retention", since="1 day"),
        condition("Left hemiparesis", since="5 hours"),
    )
    assert indicator(record) == "critical"


@pytest.mark.parametrize("first", [2.1, 4.0])
def test_of_two_potassium_values_of_one_moment_the_dangerous_one_counts(first: float) -> None:
    one = measured("Potassium", first, "mmol/L", code="loinc 2823-3", at="3 hours")
    two = measured("Potassium", 6.1 - first, "mmol/L", code="loinc 2823-3", at="3 hours")
    two["effectiveDateTime"] = one["effectiveDateTime"]
    assert red_flags(patient(weakness(), one, two)).get("rf_potassium_low") == "critical"


@pytest.mark.parametrize(
    ("score", "code", "little", "much"),
    [("AUDIT-C", "75626-2", 2, 9), ("Alcoholic drinks per day", "74013-4", 1, 6)],
)
def test_a_little_alcohol_does_not_explain_lost_reflexes_and_much_may(
    score: str, code: str, little: int, much: int
) -> None:
    signs = (exam("Absent ankle jerks"), condition("Numbness of feet", since="20 days"))
    chart = (condition("Weakness of both ankles", since="20 days"), *signs)
    drinks = [measured(score, value, "{score}", code=f"loinc {code}") for value in (little, much)]
    assert red_flags(patient(*chart, drinks[0])).get("rf_gbs") == "critical"
    assert "rf_gbs" not in red_flags(patient(*chart, drinks[1]))


@pytest.mark.parametrize(("age", "flagged"), [(3, False), (40, True)])
def test_the_breathing_rate_of_a_small_child_is_no_failing_breath(age: int, flagged: bool) -> None:
    record = patient(
        condition("Weakness of both legs", since="2 days"),
        exam("Absent ankle jerks"),
        measured("Respiratory rate", 28, "/min", code="loinc 9279-1"),
        age=age,
    )
    assert ("rf_nm_respiratory" in red_flags(record)) is flagged


@pytest.mark.parametrize(
    ("diagnosis", "code"),
    [("Amyotrophic lateral sclerosis", "icd10cm G12.21"), ("Duchenne muscular dystrophy", "icd10cm G71.01")],
)
def test_new_breathlessness_in_a_disease_named_after_the_weakness_began_is_critical(
    diagnosis: str, code: str
) -> None:
    """The weakness comes first and its diagnosis later, in nearly every real chart."""
    known = condition(diagnosis, code=code, since="500 days", category="problem-list-item")
    record = patient(
        condition("Leg weakness", since="700 days"), known, condition("Orthopnoea", since="3 days")
    )
    assert red_flags(record).get("rf_nm_respiratory") == "critical"
    unchanged = patient(condition("Leg weakness", since="700 days"), known)
    assert cards_for(unchanged) == []


def test_a_neuropathy_named_after_this_weeks_weakness_explains_nothing() -> None:
    record = patient(
        condition("Weakness of both legs, worse each day", since="6 days"),
        condition("Polyneuropathy", code="icd10cm G62.9", since="2 days"),
        exam("Absent ankle jerks"),
    )
    assert red_flags(record).get("rf_gbs") == "critical"


def test_a_second_weak_leg_within_a_month_makes_both_sides() -> None:
    record = patient(
        condition("Left leg weakness", since="8 days"),
        condition("Right leg weakness, getting worse", since="5 days"),
        exam("Absent ankle jerks"),
    )
    assert red_flags(record).get("rf_gbs") == "critical"


def test_grades_that_differ_between_the_legs_are_weakness_of_both() -> None:
    record = patient(
        measured("Left leg power (MRC)", 4, "", at="1 hour"),
        measured("Right leg power (MRC)", 3, "", at="1 hour"),
        condition("Diarrhoea", since="14 days"),
        condition("Tingling in both feet", since="4 days"),
        exam("Absent ankle jerks"),
    )
    assert red_flags(record).get("rf_gbs") == "critical"


@pytest.mark.parametrize(("first", "flagged"), [("30 days", False), ("1 hour", True)])
def test_a_score_repeated_since_weeks_is_no_new_stroke(first: str, flagged: bool) -> None:
    days = [first, "12 days", "4 days", "2 hours"] if not flagged else [first]
    scores = [measured("NIHSS motor leg right", 2, "", code="loinc 70968-3", at=day) for day in days]
    assert ("rf_stroke" in red_flags(patient(*scores))) is flagged


def test_full_power_between_two_weak_grades_makes_the_second_new() -> None:
    power = [
        measured("Right knee extension power (MRC)", grade, "", at=day)
        for grade, day in [(3, "40 days"), (5, "20 days"), (2, "1 hour")]
    ]
    arm = condition("Right arm weakness", since="1 hour")
    assert red_flags(patient(*power, arm)).get("rf_stroke") == "critical"
    lasting = [power[0], power[2]]
    assert "rf_stroke" not in red_flags(patient(*lasting, arm))


def test_a_creatinine_that_has_risen_makes_a_high_ck_a_danger_to_the_kidney() -> None:
    """KDIGO: 1.5 times the baseline, also of a small person whose value stays below any fixed limit."""
    weak = condition("Weakness of both legs", since="2 days")
    ck = measured("Creatine kinase", 2500, "U/L", code="loinc 2157-6")
    before = measured("Creatinine", 55, "umol/L", code="loinc 14682-9", at="6 days")
    now_high = measured("Creatinine", 90, "umol/L", code="loinc 14682-9")
    now_same = measured("Creatinine", 60, "umol/L", code="loinc 14682-9")
    assert red_flags(patient(weak, ck, before, now_high)).get("rf_rhabdo") == "critical"
    flags = red_flags(patient(weak, ck, before, now_same))
    assert "rf_rhabdo" not in flags
    assert flags["rf_ck_high"] == "warning"


def test_blood_on_a_dipstick_without_red_cells_is_muscle_breakdown_after_exercise() -> None:
    weak = condition("Weakness of both legs", since="2 days")
    sore = condition("Muscle pain", code="icd10cm M79.10", since="2 days")
    blood = observation("Urine dipstick blood", code="loinc 5794-3", valueString="3+")
    none = observation("Urine red cells", code="loinc 13945-1", valueString="None seen")
    many = observation("Urine red cells", code="loinc 13945-1", valueString="20-50")
    assert "rf_rhabdo" in red_flags(patient(weak, sore, blood, none))
    assert "rf_rhabdo" not in red_flags(patient(weak, sore, blood, many))
    assert "rf_rhabdo" not in red_flags(patient(weak, sore, blood))


@pytest.mark.parametrize(
    ("record", "hint", "rule"),
    [
        (
            [
                condition("Weakness of both legs", since="2 days"),
                measured("SpO2", 84, "%", code="loinc 59408-5"),
            ],
            exam("Reflex sign", code="snomed 405946002"),
            "rf_breathing",
        ),
        (
            [condition("Sudden weakness of left leg", since="3 hours")],
            exam("Pulse sign", code="snomed 301161008"),
            "rf_stroke",
        ),
    ],
)
def test_a_code_that_nobody_confirmed_takes_no_critical_flag_away(
    record: list[Resource], hint: Resource, rule: str
) -> None:
    assert red_flags(patient(*record)).get(rule) == "critical"
    assert "critical" in red_flags(patient(*record, hint)).values()
