"""The spinal cord: compressed, inflamed, severed long ago."""

from __future__ import annotations

from tests.clinical.bedside import (
    condition,
    exam,
    on_problem_list,
    patient,
    report,
)
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    note,
    ordinary,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Known multiple sclerosis, stiff legs as for years", silent=True)
def sclerosis_as_for_years() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Leg weakness", since="2000 days"),
        on_problem_list("Spasticity", code="snomed 221360009", since="2000 days"),
    )
    yield patient(
        on_problem_list("Relapsing remitting MS", since="8 years"),
        begun_on(on_problem_list("Spastic weakness of both legs"), "2000 days"),
        note("Annual MS review. Leg weakness unchanged, spasticity stable on baclofen."),
        *ordinary(),
    )


@story("Known multiple sclerosis, both legs newly worse for three days", critical="rf_cord")
def sclerosis_newly_worse() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="snomed 24700007", since="8 years"),
        condition("Weakness of both legs, worsening", since="3 days"),
        exam("Spasticity of both legs"),
    )
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        begun_on(condition("Bilateral leg weakness getting worse"), "3 days"),
        charted("Tone", "Increased, sustained clonus at both ankles"),
    )


@story("Walking is hard, and imaging shows the cord compressed", critical="rf_cord")
def hard_to_walk_and_a_compressed_cord() -> Charts:
    yield patient(
        condition("Difficulty walking", code="icd10cm R26.2", since="20 days"),
        report(
            "MRI cervical spine", "Severe canal stenosis at C5/6 with spinal cord compression", at="1 day"
        ),
    )
    yield patient(
        begun_on(condition("Unsteady gait", code="snomed 394616008"), "20 days"),
        report(
            "MRI whole spine", "The spinal cord is compressed at T7 by an extradural lesion.", at="30 hours"
        ),
        *ordinary(),
    )


@story("Progressive sclerosis, slowly worse, the lesion known", warning="rf_myelopathy")
def progressive_sclerosis_slowly_worse() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Weakness of both legs, worsening", since="2000 days"),
        on_problem_list("Spasticity", code="snomed 221360009", since="2000 days"),
        report("MRI thoracic spine", "T2 signal change in the cord at T4, unchanged", at="60 days"),
    )
    yield patient(
        on_problem_list("Primary progressive multiple sclerosis", since="8 years"),
        begun_on(on_problem_list("Both legs weak with spasticity, slowly worse"), "2000 days"),
        report("MRI spine", "Known demyelinating lesion of the cord at T6. No new lesion.", at="40 days"),
    )


@story(
    "Both legs stiff and weak for six weeks",
    warning="rf_myelopathy",
    first="degenerative_cervical_myelopathy",
)
def stiff_weak_legs_for_six_weeks() -> Charts:
    yield patient(
        begun_on(condition("Weakness of both legs"), "45 days"),
        condition("Spastic gait", code="snomed 9447003", since="45 days"),
        age=68,
    )
    yield patient(
        begun_in_period(condition("Stiff weak legs, both sides"), "45 days"),
        note("Tone increased in both legs, clonus at the ankles.", at="1 day"),
        *ordinary(),
        age=68,
    )


@story(
    "Known sclerosis, legs unchanged, and no urine",
    warning="rf_myelopathy",
    first="multiple_sclerosis",
)
def sclerosis_with_new_retention() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Weakness of both legs", since="2000 days"),
        on_problem_list("Spasticity", since="2000 days"),
        condition("Urinary retention", code="snomed 267064002", since="2 days"),
    )
    yield patient(
        on_problem_list("Multiple sclerosis", code="snomed 24700007", since="8 years"),
        on_problem_list("Spastic legs, weakness of both legs", since="2000 days"),
        visit("Cannot pass urine, acute urinary retention", at="1 day"),
    )


@story("A sensory level for three days", critical="rf_cord")
def sensory_level_for_three_days() -> Charts:
    yield patient(begun_on(condition("Weakness of both legs"), "3 days"), exam("Sensory level at T10"))
    yield patient(
        visit("Both legs weak since Monday", at="3 days"),
        begun_on(condition("Bilateral leg weakness"), "3 days"),
        charted("Sensation", "Reduced below T6 on both sides, sensory level"),
        *ordinary(),
    )


@story("Paraplegia, suddenly", critical="rf_cord")
def sudden_paraplegia() -> Charts:
    yield patient(condition("Sudden onset paraplegia", code="snomed 60389000", since="2 hours"))
    yield patient(charted("Presenting complaint", "Sudden loss of power in both legs", at="2 hours"))


@story("Brisk reflexes that a known neuropathy does not explain")
def neuropathy_with_brisk_reflexes() -> Charts:
    yield patient(
        on_problem_list("Polyneuropathy", code="icd10cm G62.9", since="5 years"),
        on_problem_list("Leg weakness", since="200 days"),
        exam("Hyperreflexia", code="snomed 86854008"),
    )
    yield patient(
        on_problem_list("Peripheral neuropathy", since="5 years"),
        begun_on(condition("Weakness of legs"), "200 days"),
        charted("Knee reflexes", "Brisk (3+)"),
    )
