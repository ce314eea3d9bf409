"""Nerves and roots: Guillain-Barré syndrome, motor neurone disease, the trapped root."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    form,
    lab,
    note,
    ordinary,
    picked,
    undated,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Weak and numb, and getting worse", warning="rf_persistent_numb")
def weak_numb_and_worse() -> Charts:
    yield patient(
        undated("Leg weakness, getting worse"),
        undated("Numbness of lower limb", code="snomed 309537005"),
    )
    yield patient(
        begun_on(condition("Worsening weakness of left leg"), "40 days"),
        begun_on(condition("Tingling in left foot"), "40 days"),
        *ordinary(),
    )


@story("Both legs worse for three days, nothing else known", critical="rf_rapid_bilateral")
def both_legs_worse_for_three_days() -> Charts:
    yield patient(begun_on(condition("Weakness of both legs, worsening"), "3 days"))
    yield patient(
        visit("Both legs weak, worse every day", at="3 days"),
        condition("Rapidly progressive bilateral leg weakness", since="3 days"),
        *ordinary(),
    )


@story(
    "Both legs weak for four days without reflexes, after diarrhoea; nobody wrote worse",
    critical="rf_gbs",
    first="gbs",
)
def weak_legs_without_reflexes_after_diarrhoea() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "4 days"),
        condition("Paraesthesia of foot", code="snomed 309087008", since="4 days"),
        exam("Areflexia"),
        condition("Diarrhoea", code="snomed 62315008", since="16 days", status="resolved"),
    )
    yield patient(
        visit("Weak legs and tingling feet", at="1 day"),
        begun_on(condition("Bilateral leg weakness"), "4 days"),
        picked("Knee and ankle reflexes", "Absent"),
        condition("Campylobacter gastroenteritis", since="18 days", status="resolved"),
        charted("Sensation", "Tingling in both feet"),
    )


@story(
    "Unsteady, tingling, reflexes gone, worse over five days: nobody named a weakness",
    critical="rf_gbs",
    first="gbs",
)
def unsteady_tingling_without_reflexes() -> Charts:
    yield patient(
        begun_on(condition("Unsteady gait, both sides, worsening", code="snomed 394616008"), "5 days"),
        condition("Tingling in both feet", since="5 days"),
        exam("Absent ankle jerks"),
    )
    yield patient(
        begun_on(condition("Difficulty walking, getting worse, both legs"), "5 days"),
        form(("Tingling or numbness in the feet?", True)),
        note("Tingling in both feet. Knee and ankle reflexes absent.", at="3 hours"),
        *ordinary(),
    )


@story(
    "Arms and legs wasting and twitching for years, spreading to the hands, speech as before",
    warning="rf_worsening",
)
def motor_neurone_disease_spreading() -> Charts:
    yield patient(
        on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="650 days"),
        on_problem_list("Leg weakness, worsening", since="600 days"),
        condition("Weakness of hands", since="20 days"),
        condition("Arm weakness", since="20 days"),
        exam("Muscle wasting"),
        exam("Fasciculations", code="snomed 82470000"),
    )
    yield patient(
        on_problem_list("Motor neurone disease", since="650 days"),
        begun_on(on_problem_list("Progressive weakness of legs"), "600 days"),
        note(
            "Weakness of both arms now, wasting of both thighs, fasciculations of both arms and thighs.",
            at="2 days",
        ),
    )


@story("Known ALS, right foot drop unchanged, speech newly slurred", warning="rf_bulbar", first="als")
def known_als_with_slurred_speech() -> Charts:
    yield patient(
        on_problem_list("Amyotrophic lateral sclerosis", code="snomed 86044005", since="500 days"),
        on_problem_list("Right foot drop", code="icd10cm M21.371", since="400 days"),
        condition("Dysarthria", code="icd10cm R47.1", since="6 days"),
    )
    yield patient(
        on_problem_list("ALS", code="icd10cm G12.21", since="500 days"),
        begun_on(on_problem_list("Foot drop, right"), "400 days"),
        charted("Speech", "Slurred speech for a week", at="2 hours"),
        *ordinary(),
    )


@story(
    "A painful foot drop, power not measured",
    warning="rf_progressive_motor_deficit",
    first="lumbar_disc_radiculopathy",
)
def painful_foot_drop() -> Charts:
    yield patient(
        condition("Foot drop, left foot", code="icd10cm M21.372", since="4 days"),
        condition("Sciatica, left side", code="icd10cm M54.32", since="10 days"),
    )
    yield patient(
        visit("Left sciatica, foot slaps", at="4 days"),
        begun_on(condition("Left footdrop"), "4 days"),
        *ordinary(),
        age=44,
    )


@story("Both legs weak and numb for three days", warning="rf_persistent_numb", first="gbs")
def both_legs_weak_and_numb() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "3 days"),
        condition("Numbness of lower limb", code="snomed 309537005", since="3 days"),
    )
    yield patient(begun_on(condition("Bilateral leg weakness and numbness"), "3 days"), *ordinary())


@story(
    "A painless foot drop worse over four months",
    warning="rf_progressive_motor_deficit",
    first="als",
)
def painless_foot_drop_over_months() -> Charts:
    yield patient(
        condition("Right foot drop, progressive", code="icd10cm M21.371", since="120 days"),
        exam("Sensation intact in both legs", None),
        age=60,
    )
    yield patient(
        begun_in_period(condition("Foot drop right side, getting worse"), "120 days"),
        charted("Sensation", "Intact in both legs"),
        *ordinary(),
        age=60,
    )


@story("Protein 1.2 and 3 cells in the fluid, both legs worse for twelve days", critical="rf_gbs")
def protein_without_cells() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs, worsening"), "12 days"),
        lab("Protein, CSF", 1.2, "g/L", code="loinc 2880-3", at="1 day", high=0.45, flag="H"),
        lab("Leukocytes, CSF", 3, "/uL", code="loinc 26465-5", at="1 day"),
    )
    yield patient(
        visit("Both legs weaker and weaker", at="2 days"),
        begun_on(condition("Progressive bilateral leg weakness"), "12 days"),
        lab("CSF protein", 120, "mg/dL", at="1 day"),
        lab("CSF white cell count", 3, "10*6/L", at="1 day"),
        *ordinary(),
    )


@story("Guillain-Barré syndrome three months ago, recovering")
def recovering_from_gbs() -> Charts:
    yield patient(
        condition("Weakness of both legs", since="90 days"),
        exam("Reduced reflexes", at="1 day"),
    )
    yield patient(
        begun_on(condition("Bilateral leg weakness, improving"), "90 days"),
        charted("Knee jerks", "diminished", at="1 day"),
        *ordinary(),
    )
