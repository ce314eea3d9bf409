"""Breathing and swallowing: when weak muscles reach the chest, and when something else takes the breath."""

from __future__ import annotations

from tests.clinical.bedside import condition, measured, medicine, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    form,
    given,
    lab,
    note,
    ordinary,
    printed,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Newly breathless with newly weak legs, no other sign", critical="rf_breathing")
def breathless_with_new_weakness() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness", code="snomed 102568007"), "3 days"),
        condition("Dyspnea", code="snomed 267036007", since="1 day"),
    )
    yield patient(
        begun_on(condition("Weakness of legs"), "3 days"),
        visit("Shortness of breath since yesterday", at="20 hours"),
        *ordinary(),
    )


@story("Known myasthenia, breathless, vital capacity 17 mL/kg", critical="rf_nm_respiratory")
def myasthenia_breathless_with_low_capacity() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="1000 days"),
        on_problem_list("Leg weakness", since="900 days"),
        condition("Dyspnea", code="icd10cm R06.00", since="1 day"),
        measured("FVC per kg body weight", 17, "mL/kg"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", since="1000 days"),
        begun_on(on_problem_list("Weakness of legs"), "900 days"),
        lab("Forced vital capacity", 1190, "mL", code="loinc 19868-9"),
        measured("Body weight", 70, "kg", code="loinc 29463-7", at="40 days"),
        charted("Breathing", "Short of breath on talking"),
    )


@story("Known ALS, newly breathless when lying flat", critical="rf_nm_respiratory", first="als")
def als_breathless_lying_flat() -> Charts:
    yield patient(
        on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="800 days"),
        on_problem_list("Leg weakness", since="700 days"),
        condition("Orthopnea", code="snomed 62744007", since="4 days"),
    )
    yield patient(
        on_problem_list("Motor neuron disease", code="snomed 37340000", since="800 days"),
        begun_on(on_problem_list("Weak legs"), "700 days"),
        form(("Do you get breathless lying flat?", True), ("Trouble swallowing?", False)),
    )


@story(
    "Known muscular dystrophy, newly breathless",
    critical="rf_nm_respiratory",
    first="hereditary_neuromuscular",
)
def dystrophy_newly_breathless() -> Charts:
    yield patient(
        on_problem_list("Limb girdle muscular dystrophy", code="icd10cm G71.03", since="12 years"),
        on_problem_list("Leg weakness", since="3000 days"),
        condition("Dyspnea", code="icd10cm R06.02", since="2 days"),
        age=34,
    )
    yield patient(
        on_problem_list("Muscular dystrophy", code="snomed 73297009", since="12 years"),
        begun_on(on_problem_list("Weak legs"), "3000 days"),
        visit("New breathlessness", at="2 days"),
        age=34,
    )


@story(
    "A myasthenic crisis is recorded, nothing was measured",
    critical="rf_nm_respiratory",
    first="myasthenia_gravis",
)
def myasthenic_crisis_recorded() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="snomed 91637004", since="900 days"),
        on_problem_list("Leg weakness", since="400 days"),
        condition("Myasthenic crisis", code="snomed 80976008", since="10 hours"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="900 days"),
        begun_on(on_problem_list("Weakness of legs"), "400 days"),
        visit("Myasthenic crisis", at="10 hours", kind="EMER"),
        condition("Myasthenic crisis", since="10 hours", category="encounter-diagnosis"),
    )


@story("Known ALS in clinic, vital capacity 45 %, no symptom", warning="rf_low_fvc_known")
def als_with_low_capacity() -> Charts:
    yield patient(
        on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="800 days"),
        on_problem_list("Leg weakness", since="700 days"),
        measured("FVC percent predicted", 45, "%", code="loinc 19872-1"),
    )
    yield patient(
        on_problem_list("ALS", code="snomed 86044005", since="800 days"),
        on_problem_list("Weakness of legs", since="700 days"),
        printed("FVC % predicted", "45 %"),
        form(("Breathless lying flat?", False), ("Trouble swallowing?", False)),
    )


@story("Weak all over for long, trouble swallowing, saturation 91")
def old_weakness_swallowing_and_saturation() -> Charts:
    yield patient(
        condition("Generalised weakness", code="icd10cm M62.81", since="500 days"),
        condition("Dysphagia", code="icd10cm R13.10", since="10 days"),
        measured("Oxygen saturation", 91, "%", code="loinc 59408-5"),
    )
    yield patient(
        begun_on(condition("Muscle weakness, generalized"), "500 days"),
        charted("Swallowing", "Difficulty swallowing solids", at="2 days"),
        measured("SpO2", 91, "%", at="30 minutes"),
    )


@story("Newly weak legs, saturation 90 and nothing else", warning="rf_breathing_general")
def low_saturation_with_new_weakness() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness"), "10 days"),
        measured("Oxygen saturation", 90, "%", code="loinc 2708-6"),
    )
    yield patient(
        visit("Leg weakness", at="10 days", code="snomed 102568007"),
        begun_on(condition("Weak legs"), "10 days"),
        charted("SpO2 (room air)", "90%", at="30 minutes"),
    )


@story(
    "Known myasthenia, swallowing newly hard, the face weak",
    warning="rf_bulbar",
    first="myasthenia_gravis",
)
def myasthenia_with_swallowing_and_face() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="1000 days"),
        on_problem_list("Leg weakness", since="900 days"),
        condition("Dysphagia", code="snomed 40739000", since="3 days"),
        condition("Facial weakness", code="snomed 95666008", since="3 days"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", code="snomed 91637004", since="1000 days"),
        begun_on(on_problem_list("Weak legs"), "900 days"),
        visit("Difficulty swallowing", at="3 days"),
        note("New difficulty swallowing. Bilateral facial weakness.", at="2 days"),
    )


@story("Checkpoint inhibitor, tired and breathless", warning="rf_breathing_general")
def inhibitor_tired_and_breathless() -> Charts:
    yield patient(
        condition("Generalised weakness", code="icd10cm R53.1", since="10 days"),
        condition("Dyspnea", code="snomed 267036007", since="3 days"),
        given("pembrolizumab 200 mg infusion", "20 days", code="rxnorm 1547545"),
    )
    yield patient(
        visit("Generalised weakness", at="10 days"),
        begun_on(condition("Weakness all over, generalised weakness"), "10 days"),
        charted("Breathing", "More short of breath for 3 days"),
        medicine("Opdivo (nivolumab)", code="rxnorm 1597876", since="60 days"),
    )


@story("Newly weak legs, carbon dioxide 55", critical="rf_breathing")
def high_carbon_dioxide_with_new_weakness() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness"), "2 days"),
        lab("pCO2, arterial", 55, "mm[Hg]", code="loinc 2019-8", flag="H"),
    )
    yield patient(
        begun_on(condition("Weakness of legs"), "2 days"),
        lab("PaCO2", 7.33, "kPa", code="loinc 32771-8"),
        *ordinary(),
    )


@story("Sclerosis as for years, breathless from the heart", silent=True)
def sclerosis_breathless_from_the_heart() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Leg weakness", since="2000 days"),
        condition("Dyspnea", code="icd10cm R06.00", since="2 days"),
        on_problem_list("Heart failure", code="icd10cm I50.9", since="2 years"),
    )
    yield patient(
        on_problem_list("Multiple sclerosis", since="8 years"),
        begun_on(on_problem_list("Weakness of both legs"), "2000 days"),
        visit("Shortness of breath, ankle swelling", at="2 days"),
        medicine("furosemide 40 mg tablet", code="rxnorm 4603"),
    )


@story("Known myasthenia, an exacerbation is recorded, nothing was measured", warning="rf_bulbar")
def myasthenic_exacerbation_recorded() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="1000 days"),
        on_problem_list("Leg weakness", since="900 days"),
        condition("Myasthenia gravis with (acute) exacerbation", code="icd10cm G70.01", since="1 day"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", code="snomed 91637004", since="1000 days"),
        begun_on(on_problem_list("Weak legs"), "900 days"),
        condition("Exacerbation of myasthenia gravis", since="20 hours", category="encounter-diagnosis"),
    )


@story(
    "Known myasthenia, mouth dry from its treatment, usual ptosis, swallowing newly hard",
    warning="rf_bulbar",
)
def myasthenia_with_dry_mouth() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="1000 days"),
        condition("Leg weakness", since="10 days"),
        on_problem_list("Ptosis", code="snomed 11934000", since="60 days"),
        condition("Dysphagia", code="snomed 40739000", since="3 days"),
        condition("Dry mouth", code="icd10cm R68.2", since="20 days"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", since="1000 days"),
        begun_on(condition("Weakness of legs"), "10 days"),
        note("Usual droopy eyelid. Dry mouth on pyridostigmine.", at="2 days", title="Clinic letter"),
        charted("Swallow", "New difficulty swallowing", at="1 day"),
        medicine("pyridostigmine 60 mg tablet", code="rxnorm 9000"),
    )


@story(
    "Slow weakness with speech and swallowing trouble",
    warning="rf_bulbar",
    first="als",
)
def slow_weakness_with_speech_and_swallowing() -> Charts:
    yield patient(
        condition("Weakness of both legs, worsening", since="150 days"),
        condition("Dysarthria", code="snomed 8011004", since="20 days"),
        condition("Dysphagia", code="icd10cm R13.10", since="20 days"),
        age=66,
    )
    yield patient(
        begun_on(condition("Progressive bilateral leg weakness"), "150 days"),
        visit("Slurred speech and trouble swallowing", at="20 days"),
        *ordinary(),
        age=66,
    )


@story(
    "Long-known myasthenia with a vital capacity of 17 mL/kg: the known disease leads",
    critical="rf_nm_respiratory",
    first="myasthenia_gravis",
)
def myasthenia_with_low_capacity() -> Charts:
    yield patient(
        on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="1000 days"),
        on_problem_list("Leg weakness", since="900 days"),
        measured("FVC", 17, "mL/kg"),
    )
    yield patient(
        on_problem_list("Myasthenia gravis", code="snomed 91637004", since="1000 days"),
        on_problem_list("Weakness of legs", since="900 days"),
        printed("Vital capacity", "1.02 L"),
        measured("Weight", 60, "kg", code="loinc 29463-7", at="20 days"),
    )
