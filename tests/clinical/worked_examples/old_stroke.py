"""After a stroke or an attack: what remains, what comes back, what was over within the day."""

from __future__ import annotations

from tests.clinical.bedside import (
    condition,
    instant,
    measured,
    on_problem_list,
    over_within_a_day,
    patient,
)
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    lab,
    ordinary,
    panel,
    printed,
    recorded,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story

NIHSS_LEFT_LEG, NIHSS_FACE, NIHSS_TOTAL = "loinc 70191-2", "loinc 70189-6", "loinc 72089-6"


@story("Old stroke, and now suddenly a weak left leg and a drooping face", critical="rf_stroke")
def old_stroke_and_new_face_and_leg() -> Charts:
    yield patient(
        on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years"),
        condition("Sudden onset weakness of left leg", since="2 hours"),
        condition("Facial droop", code="icd10cm R29.810", since="2 hours"),
    )
    yield patient(
        on_problem_list("CVA 2021", since="5 years"),
        visit("Sudden left leg weakness and facial droop", at="2 hours", kind="EMER"),
    )


@story("A weak right leg yesterday that was well again within the hour", warning="rf_tia")
def passing_weakness_of_one_side() -> Charts:
    yield patient(over_within_a_day(condition("Sudden weakness of right leg", since="1 day")))
    yield patient(
        over_within_a_day(begun_on(condition("Sudden weakness of right leg"), "1 day"))
        | {"onsetDateTime": instant("25 hours"), "abatementDateTime": instant("23 hours")},
        *ordinary(),
        age=68,
    )
    yield patient(
        condition("Transient weakness of right leg, sudden, fully recovered", since="1 day"), age=68
    )


@story("Old stroke of one side, and suddenly the other leg", critical="rf_stroke")
def old_stroke_and_the_other_leg() -> Charts:
    yield patient(
        on_problem_list(
            "Hemiparesis following cerebral infarction affecting left side",
            code="icd10cm I69.354",
            since="4 years",
        ),
        condition("Sudden weakness of right leg", since="7 hours"),
    )
    yield patient(
        on_problem_list("Old stroke with left hemiparesis", since="4 years"),
        visit("Sudden onset of right leg weakness", at="7 hours", kind="EMER"),
        *ordinary(),
    )


@story("Follow-up of an old stroke with a stroke scale of 3", silent=True)
def stroke_scale_at_follow_up() -> Charts:
    yield patient(
        on_problem_list("Left hemiparesis", code="snomed 278287000", since="700 days"),
        on_problem_list("History of stroke", code="icd10cm Z86.73", since="700 days"),
        measured("NIHSS total", 3, "{score}", code=NIHSS_TOTAL),
        measured("NIHSS motor leg left", 1, "{score}", code=NIHSS_LEFT_LEG),
    )
    yield patient(
        on_problem_list("Left sided weakness after stroke", since="700 days"),
        on_problem_list("Stroke", code="snomed 230690007", since="700 days"),
        measured("NIHSS total score", 3, "{score}"),
        charted("NIHSS motor leg left", "1"),
    )


@story("Rehabilitation a month after a stroke: causes, no flag")
def rehabilitation_after_a_stroke() -> Charts:
    yield patient(
        condition("Right hemiparesis", code="snomed 50582007", since="30 days"),
        condition("Cerebral infarction", code="icd10cm I63.9", since="30 days"),
    )
    yield patient(
        begun_on(condition("Right hemiparesis following stroke"), "30 days"),
        begun_on(condition("Ischaemic stroke"), "30 days"),
        *ordinary(),
    )


@story("TIA found yesterday; the weakness was never closed", warning="rf_tia")
def transient_attack_never_closed() -> Charts:
    yield patient(
        recorded("Weakness of right leg", "1 day"),
        condition("Transient ischaemic attack", code="icd10cm G45.9", since=None, recorded="1 day"),
    )
    yield patient(
        recorded("Right leg weakness", "1 day"),
        recorded("TIA", "20 hours", category=[{"coding": [{"code": "encounter-diagnosis"}]}]),
        *ordinary(),
    )


@story("Both legs gave way and recovered within the hour")
def both_legs_gave_way_and_recovered() -> Charts:
    yield patient(over_within_a_day(condition("Weakness of both legs", since="26 hours")))
    yield patient(condition("Transient weakness of both legs, fully recovered", since="26 hours"))


@story("The weakness passed, but the potassium is 6.9", critical="rf_potassium_high")
def weakness_passed_with_high_potassium() -> Charts:
    yield patient(
        over_within_a_day(condition("Leg weakness", code="snomed 102568007", since="12 hours")),
        lab("Potassium", 6.9, "mmol/L", code="loinc 2823-3", flag="HH"),
    )
    yield patient(
        over_within_a_day(condition("Weakness of legs", since="12 hours")),
        printed("Potassium, serum", "6.9 mEq/L"),
        *ordinary(),
    )


@story("Hemiplegic cerebral palsy, coded again", silent=True)
def hemiplegia_of_childhood_coded_again() -> Charts:
    yield patient(
        on_problem_list("Spastic hemiplegic cerebral palsy", code="icd10cm G80.2", since="14 years"),
        recorded("Left hemiplegia", "3 days", code="icd10cm G81.94"),
        age=19,
    )
    yield patient(
        on_problem_list("Cerebral palsy, left hemiplegia", since="14 years"),
        on_problem_list("Left hemiparesis", since="14 years"),
        visit("Physiotherapy review, left hemiparesis unchanged", at="2 hours"),
        age=19,
    )


@story("Old stroke; the stroke scale is recorded today and no older weakness", warning="rf_hemiparesis_new")
def old_stroke_with_a_scale_of_today() -> Charts:
    yield patient(
        on_problem_list("Personal history of stroke", code="icd10cm Z86.73", since="3 years"),
        measured("NIHSS motor leg left", 2, "{score}", code=NIHSS_LEFT_LEG, at="2 hours"),
        measured("NIHSS total", 5, "{score}", code=NIHSS_TOTAL, at="2 hours"),
    )
    yield patient(
        on_problem_list("Old stroke", since="3 years"),
        panel("NIHSS", ("70191-2", {"valueInteger": 2}), ("72089-6", {"valueInteger": 5}), at="2 hours"),
        *ordinary(),
    )
