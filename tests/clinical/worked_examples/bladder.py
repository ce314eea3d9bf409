"""Bladder, bowel and saddle: the cauda equina, and the many other reasons why a bladder fails."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, measured, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    form,
    note,
    ordinary,
    picked,
    recorded,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Loses urine two days after a leg went weak", critical="rf_ces")
def bladder_lost_with_new_weakness() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness", code="snomed 102568007"), "2 days"),
        condition("Urinary incontinence", code="snomed 165232002", since="1 day"),
    )
    yield patient(
        begun_on(condition("Weakness of left leg"), "2 days"),
        form(("Any new loss of bladder control?", True), ("Any loss of bowel control?", False)),
        *ordinary(),
    )
    yield patient(visit("Leg weakness for 2 days, incontinent of urine since yesterday", at="2 days"))


@story("Back pain and incontinence, no word of the legs", silent=True)
def back_pain_and_incontinence_alone() -> Charts:
    yield patient(
        condition("Low back pain", code="icd10cm M54.50", since="5 days"),
        condition("Urinary incontinence", code="icd10cm R32", since="3 days"),
    )
    yield patient(visit("Backache", at="2 hours"), form(("Any loss of bladder control?", True)), *ordinary())


@story("Numb saddle and no leg symptom: out of scope", silent=True)
def saddle_numbness_alone() -> Charts:
    yield patient(condition("Numbness of saddle area", code="snomed 449813001", since="2 days"))
    yield patient(exam("Perianal numbness"), *ordinary())


@story("Known stenosis for years, and now no urine", critical="rf_ces", first="cauda_equina")
def known_stenosis_with_new_retention() -> Charts:
    yield patient(
        on_problem_list("Spinal stenosis, lumbar region", code="icd10cm M48.061", since="5 years"),
        on_problem_list("Weakness of both legs", since="1000 days"),
        condition("Retention of urine", code="snomed 267064002", since="1 day"),
    )
    yield patient(
        on_problem_list("Lumbar spinal stenosis", since="5 years"),
        on_problem_list("Bilateral leg weakness", since="1000 days"),
        note("Acute urinary retention overnight, catheter passed, 900 mL.", at="6 hours"),
        *ordinary(),
        age=74,
    )


@story("Stairs hard for three days, both legs, and no urine", critical="rf_ces")
def stairs_hard_and_no_urine() -> Charts:
    yield patient(
        begun_on(condition("Difficulty climbing stairs, both legs", code="snomed 282195009"), "3 days"),
        condition("Urinary retention", code="icd10cm R33.9", since="1 day"),
    )
    yield patient(
        visit("Trouble with stairs, both legs", at="3 days"),
        picked("Urinary retention", "Present", answer_code="snomed 52101004"),
    )


@story("Weak side since a stroke years ago, and no urine: nothing new in the legs", silent=True)
def old_stroke_with_retention() -> Charts:
    yield patient(
        on_problem_list("Left hemiparesis", code="snomed 278287000", since="900 days"),
        on_problem_list("History of stroke", code="icd10cm Z86.73", since="900 days"),
        condition("Urinary retention", code="icd10cm R33.9", since="1 day"),
        measured("Post-void residual", 300, "mL"),
    )
    yield patient(
        on_problem_list("Right sided weakness following stroke", since="900 days"),
        on_problem_list("Old stroke", since="900 days"),
        on_problem_list("Benign prostatic hyperplasia", since="6 years"),
        charted("PVR (bladder scan)", "300 ml"),
        visit("Urinary retention", at="3 hours", kind="EMER"),
        age=81,
        gender="male",
    )


@story("Paraplegia for years, incontinence coded now", silent=True)
def old_paraplegia_with_incontinence() -> Charts:
    yield patient(
        on_problem_list("Paraplegia, complete", code="icd10cm G82.21", since="4000 days"),
        condition("Urinary incontinence", code="icd10cm R32", since=None, recorded="3 days"),
    )
    yield patient(
        on_problem_list("Old spinal cord injury with paraplegia", since="4000 days"),
        recorded("Incontinent of urine", "3 days"),
        *ordinary(),
    )


@story("Numb feet of a known neuropathy, and a prostate that blocks", silent=True)
def neuropathy_with_retention() -> Charts:
    yield patient(
        on_problem_list("Polyneuropathy in diabetes", code="icd10cm E11.42", since="5 years"),
        on_problem_list("Numbness of feet", code="snomed 309538000", since="4 years"),
        condition("Urinary retention", code="icd10cm R33.8", since="1 day"),
        gender="male",
    )
    yield patient(
        on_problem_list("Diabetic peripheral neuropathy", since="5 years"),
        on_problem_list("Type 2 diabetes", code="snomed 44054006", since="9 years"),
        note("Numb feet as always. Acute urinary retention, enlarged prostate.", at="4 hours"),
        gender="male",
    )


@story("Sciatica, and new sexual dysfunction", warning="rf_ces_threatened")
def sciatica_with_sexual_dysfunction() -> Charts:
    yield patient(
        condition("Sciatica, right side", code="icd10cm M54.31", since="9 days"),
        condition("New erectile dysfunction", since="3 days"),
        gender="male",
    )
    yield patient(
        begun_on(condition("Right radicular leg pain", code="snomed 23056005"), "9 days"),
        form(("Any new loss of sexual function?", True), ("Any loss of bladder control?", False)),
        gender="male",
    )


@story("Stenosis and pain down both legs for two years", silent=True)
def stenosis_with_old_pain_of_both_legs() -> Charts:
    yield patient(
        on_problem_list("Lumbar spinal stenosis", code="snomed 18347007", since="4 years"),
        on_problem_list("Weakness of both legs", since="700 days"),
        on_problem_list("Bilateral sciatica", since="700 days"),
    )
    yield patient(
        on_problem_list("Spinal stenosis L4/5", code="icd10cm M48.061", since="4 years"),
        begun_on(on_problem_list("Pain and weakness of both legs, radicular pain in both legs"), "700 days"),
        *ordinary(),
        age=72,
    )


@story("420 mL left after voiding, with sciatica and no weakness", critical="rf_ces")
def residual_with_sciatica() -> Charts:
    yield patient(
        condition("Sciatica", code="snomed 23056005", since="8 days"),
        measured("Post-void residual", 420, "mL", at="3 hours"),
    )
    yield patient(
        visit("Lumbago with sciatica, left side", code="icd10cm M54.42", at="3 hours"),
        charted("Bladder scan post void", "420 mL", at="2 hours"),
    )
    yield patient(
        condition("Lumbar radiculopathy", code="icd10cm M54.16", since="8 days"),
        measured("Post void residual urine volume", 0.42, "L", at="3 hours"),
        *ordinary(),
    )


@story("No urine and an old back pain; nothing in the legs", silent=True)
def retention_with_old_back_pain() -> Charts:
    yield patient(
        condition("Low back pain", code="snomed 279039007", since="3 years"),
        condition("Retention of urine", code="snomed 267064002", since="1 day"),
    )
    yield patient(
        on_problem_list("Chronic LBP", since="3 years"),
        note("Painful urinary retention since last night. Legs: power 5/5, sensation normal.", at="2 hours"),
        *ordinary(),
    )


@story(
    "Both legs weak for two days, mid-back pain and no urine: cauda equina and cord",
    critical="rf_ces rf_cord",
)
def both_legs_mid_back_and_retention() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "2 days"),
        condition("Pain in thoracic spine", code="snomed 267981009", since="4 days"),
        condition("Retention of urine", code="snomed 267064002", since="1 day"),
    )
    yield patient(
        visit("Bilateral leg weakness and mid back pain", at="2 days"),
        charted("Bladder", "Urinary retention, catheterised", at="5 hours"),
    )
