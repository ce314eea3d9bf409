"""No flag: a list of causes, or nothing to say at all."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    form,
    graded,
    lab,
    note,
    ordinary,
    recorded,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Weak all over, nothing else: causes, no flag")
def weak_all_over() -> Charts:
    yield patient(recorded("Weakness", "4 days", code="icd10cm R53.1"))
    yield patient(visit("Generalised weakness"), *ordinary())
    yield patient(form(("Do you have muscle weakness?", True)))


@story("Leg weakness written down first today is no sudden onset")
def first_recorded_today() -> Charts:
    yield patient(recorded("Leg weakness", "20 minutes", code="snomed 102568007"))
    yield patient(begun_on(condition("Leg weakness"), "0 days"))
    yield patient(charted("Leg weakness", "Yes", at="10 minutes"), *ordinary())


@story("Stairs and heavy legs only")
def stairs_and_heavy_legs() -> Charts:
    yield patient(
        recorded("Difficulty walking up stairs", "30 days", code="snomed 282195009"),
        recorded("Heavy legs", "20 days", code="snomed 161873000"),
    )
    yield patient(
        form(("Trouble climbing stairs?", True), ("Do your legs feel heavy?", True), ("Falls?", False)),
        *ordinary(),
    )


@story("Walking is hard, nothing else", silent=True)
def walking_is_hard() -> Charts:
    yield patient(recorded("Difficulty in walking", "20 days", code="icd10cm R26.2"))
    yield patient(visit("Unsteady gait"), *ordinary(), age=81)


@story("Claudication of the spine for more than a year")
def claudication_of_the_spine() -> Charts:
    yield patient(
        condition("Weakness of both legs", since="400 days"),
        condition("Neurogenic claudication", code="snomed 303081002", since="400 days"),
        age=76,
    )
    yield patient(
        begun_on(condition("Both legs weak on walking, relieved by sitting or leaning forward"), "400 days"),
        *ordinary(),
        age=76,
    )


@story("Paraplegia for years, CK normal, nothing new", silent=True)
def paraplegia_for_years() -> Charts:
    yield patient(
        on_problem_list("Paraplegia, incomplete", code="icd10cm G82.22", since="4000 days"),
        on_problem_list("Spasticity", code="snomed 221360009", since="4000 days"),
        lab("Creatine kinase", 120, "U/L", code="loinc 2157-6"),
    )
    yield patient(
        on_problem_list("Paraplegia since spinal cord injury", since="4000 days"),
        note("Spasms and clonus of both legs as ever. Pressure areas intact.", at="1 day"),
        *ordinary(),
    )


@story("An older entry of weakness, and full power now", silent=True)
def full_power_after_an_older_entry() -> Charts:
    yield patient(
        recorded("Leg weakness", "20 days"),
        graded("Leg power", 5, site="snomed 61685007", at="1 day"),
        exam("Leg weakness", False, at="1 day"),
        recorded("Difficulty in walking", "20 days", code="icd10cm R26.2"),
    )
    yield patient(
        visit("Leg weakness", at="12 days"),
        charted("Leg strength", "5/5 in both legs", at="1 day"),
        charted("Gait", "Unsteady gait, cautious", at="1 day"),
        *ordinary(),
    )


@story("Stairs hard since this morning, nothing else")
def stairs_hard_since_this_morning() -> Charts:
    yield patient(condition("Difficulty climbing stairs, both legs", since="7 hours"))
    yield patient(visit("Difficulty with stairs since this morning", at="6 hours"), *ordinary())


@story("Paraplegia for long without a date, a new injury", silent=True)
def undated_paraplegia_and_injury() -> Charts:
    yield patient(
        condition("Paraplegia", code="icd10cm G82.20", since=None),
        condition("Wheelchair bound", code="snomed 225612007", since=None),
        condition("Contusion of right forearm", code="icd10cm S50.11XA", since="2 days"),
        condition("Leg injury", since="2 days"),
    )
    yield patient(
        condition("Chronic paraplegia after old spinal cord injury", since=None),
        condition("Injury of left leg after fall from wheelchair", since="1 day"),
        *ordinary(),
    )


@story(
    "Cervical myelopathy on the problem list, only leg weakness now: it is listed",
    listed="degenerative_cervical_myelopathy",
)
def known_myelopathy_is_listed() -> Charts:
    yield patient(
        on_problem_list("Cervical spondylosis with myelopathy", code="icd10cm M47.12", since="2 years"),
        condition("Leg weakness", since="20 days"),
        age=70,
    )
    yield patient(
        on_problem_list("Degenerative cervical myelopathy", since="2 years"),
        begun_on(condition("Weakness of legs"), "20 days"),
        *ordinary(),
        age=70,
    )


@story("Explicit weakness that a known parkinsonism does not explain")
def parkinsonism_with_weak_leg() -> Charts:
    yield patient(
        on_problem_list("Parkinson's disease", code="icd10cm G20", since="4 years"),
        graded("Right hip flexion power", 3, site="snomed 62175007"),
        on_problem_list("Weakness of right leg", since="200 days"),
    )
    yield patient(
        on_problem_list("Parkinsonism", code="snomed 32798002", since="4 years"),
        charted("Leg power", "MRC 3/5 both legs"),
        begun_on(on_problem_list("Weak legs"), "200 days"),
        *ordinary(),
    )


@story("Weakness of both legs that an old stroke does not explain")
def old_stroke_and_both_legs() -> Charts:
    yield patient(
        on_problem_list("Personal history of stroke", code="icd10cm Z86.73", since="4 years"),
        condition("Weakness of both legs", since="200 days"),
    )
    yield patient(
        on_problem_list("Old stroke", since="4 years"),
        begun_in_period(condition("Bilateral leg weakness"), "200 days"),
        *ordinary(),
    )
