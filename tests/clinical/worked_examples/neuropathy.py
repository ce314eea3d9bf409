"""Neuropathies: known for years, first coded, of chemotherapy and of low B12."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, medicine, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    given,
    lab,
    note,
    ordinary,
    picked,
    printed,
    undated,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("Numb feet and a B12 of 98, for months", warning="rf_b12")
def low_b12_with_numb_feet() -> Charts:
    yield patient(
        condition("Leg weakness", code="snomed 102568007", since="150 days"),
        condition("Numbness of foot", code="snomed 309538000", since="150 days"),
        lab("Vitamin B12", 98, "pmol/L", code="loinc 14685-2", at="9 days", flag="L"),
    )
    yield patient(
        begun_on(condition("Weak legs with numb feet"), "150 days"),
        printed("Cobalamin (vitamin B12)", "133 pg/mL", at="9 days"),
        *ordinary(),
        age=67,
    )


@story("A diabetic neuropathy, and now weaker each day for six days", critical="rf_gbs", first="gbs")
def neuropathy_now_worse_each_day() -> Charts:
    yield patient(
        on_problem_list("Diabetic polyneuropathy", code="icd10cm E11.42", since="6 years"),
        condition("Weakness of both legs, worse each day", since="6 days"),
        exam("Reflexes absent in both legs", None),
    )
    yield patient(
        on_problem_list("Type 2 diabetes", code="snomed 44054006", since="9 years"),
        on_problem_list("Peripheral neuropathy", since="6 years"),
        begun_on(condition("New bilateral leg weakness, progressing"), "6 days"),
        charted("Deep tendon reflexes, legs", "absent"),
    )


@story("Known neuropathy, no date, called progressive", warning="rf_persistent_numb")
def neuropathy_called_progressive() -> Charts:
    yield patient(
        undated("Distal muscle weakness, both feet, progressive", code="snomed 249942005"),
        undated("Polyneuropathy", code="icd10cm G62.9"),
        undated("Stocking anaesthesia", code="snomed 66085007"),
    )
    yield patient(
        undated("Progressive weakness of both ankles with stocking distribution numbness"),
        on_problem_list("Peripheral neuropathy", since="5 years"),
        *ordinary(),
    )


@story(
    "A diabetic neuropathy first coded ten days ago, at no fast tempo",
    warning="rf_persistent_numb",
    first="peripheral_neuropathy",
)
def neuropathy_first_coded() -> Charts:
    yield patient(
        on_problem_list("Type 2 diabetes", code="icd10cm E11.9", since="9 years"),
        begun_on(condition("Weakness of both ankles", code="snomed 249942005"), "10 days"),
        begun_on(condition("Numbness in stocking distribution"), "10 days"),
        exam("Absent ankle jerks"),
    )
    yield patient(
        lab("HbA1c", 74, "mmol/mol", code="loinc 59261-8", at="10 days", flag="H"),
        begun_on(condition("Distal weakness of both legs"), "10 days"),
        charted("Sensation", "Reduced in a stocking distribution", at="9 days"),
        charted("Ankle jerks", "reduced", at="9 days"),
        *ordinary(),
    )


@story("A diabetic neuropathy for years, nothing new", silent=True)
def neuropathy_for_years() -> Charts:
    yield patient(
        on_problem_list("Diabetic polyneuropathy", code="icd10cm E11.42", since="6 years"),
        on_problem_list("Distal muscle weakness, both feet", code="snomed 249942005", since="900 days"),
        on_problem_list("Stocking anaesthesia", code="snomed 66085007", since="900 days"),
        exam("Absent ankle jerks", at="3 hours"),
    )
    yield patient(
        on_problem_list("Type 2 diabetes mellitus", since="10 years"),
        on_problem_list("Peripheral neuropathy", since="6 years"),
        begun_on(on_problem_list("Weak ankles and numb feet"), "900 days"),
        note(
            "Diabetic foot check: ankle jerks absent, sensation reduced in stocking distribution, unchanged."
        ),
        *ordinary(),
    )


@story("B12 was low last year and is replaced; nothing changed")
def low_b12_replaced() -> Charts:
    yield patient(
        condition("Leg weakness", since="400 days"),
        condition("Numbness of foot", code="snomed 309538000", since="400 days"),
        lab("Vitamin B12", 98, "pmol/L", code="loinc 14685-2", at="340 days"),
        medicine("hydroxocobalamin 1 mg injection", since="330 days"),
    )
    yield patient(
        begun_on(condition("Weakness and numbness of both legs"), "400 days"),
        lab("B12", 133, "ng/L", at="340 days", flag="L"),
        medicine("cyanocobalamin 1000 mcg tablet", code="rxnorm 11248", since="330 days"),
        *ordinary(),
    )


@story(
    "A diabetic neuropathy of more than a year: no inflammatory neuropathy is offered",
    first="peripheral_neuropathy",
    never="cidp gbs",
)
def neuropathy_of_more_than_a_year() -> Charts:
    yield patient(
        on_problem_list("Type 2 diabetes", code="icd10cm E11.9", since="9 years"),
        condition("Distal muscle weakness of both legs", code="snomed 249942005", since="400 days"),
        condition("Numbness of feet in stocking distribution", since="400 days"),
        exam("Absent ankle jerks"),
        age=60,
    )
    yield patient(
        on_problem_list("T2DM", since="9 years"),
        lab("HbA1c", 8.4, "%", code="loinc 4548-4", at="30 days"),
        begun_on(condition("Weak ankles and numb feet, both sides, stocking distribution"), "400 days"),
        picked("Ankle reflexes", "Absent"),
        *ordinary(),
        age=60,
    )


@story("Laughing gas, and numb weak legs", warning="rf_b12")
def laughing_gas() -> Charts:
    yield patient(
        condition("Leg weakness", since="20 days"),
        condition("Numbness of lower limb", code="snomed 309537005", since="20 days"),
        condition("Nitrous oxide user", code="snomed 1268384001", since="60 days"),
        age=22,
    )
    yield patient(
        visit("Weak and numb legs for 3 weeks", at="1 day"),
        begun_on(condition("Weakness and numbness of legs"), "20 days"),
        charted("Recreational drugs", "Nitrous oxide, several balloons every weekend"),
        age=22,
    )


@story(
    "Numb feet of chemotherapy, getting worse",
    warning="rf_persistent_numb",
    first="peripheral_neuropathy",
)
def neuropathy_of_chemotherapy() -> Charts:
    yield patient(
        on_problem_list("Breast cancer", code="snomed 254837009", since="300 days"),
        given("paclitaxel 175 mg/m2", "20 days", code="rxnorm 56946"),
        begun_on(condition("Weakness of both ankles, worsening"), "40 days"),
        begun_on(condition("Numbness of feet in stocking distribution"), "40 days"),
    )
    yield patient(
        on_problem_list("Colon cancer", code="icd10cm C18.9", since="300 days"),
        medicine("oxaliplatin infusion", since="100 days", status="completed"),
        begun_on(
            condition(
                "Distal leg weakness, both sides, worse; glove and stocking numbness of hands and feet"
            ),
            "40 days",
        ),
        *ordinary(),
    )
