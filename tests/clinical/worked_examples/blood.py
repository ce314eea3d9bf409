"""Salts and sugar: values that paralyse by themselves, in the units in which laboratories send them."""

from __future__ import annotations

from tests.clinical.bedside import condition, exam, measured, on_problem_list, patient
from tests.clinical.worked_examples.records import (
    begun_on,
    lab,
    note,
    ordinary,
    panel,
    printed,
    recorded,
    undated,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story

POTASSIUM, SODIUM = "loinc 2823-3", "loinc 2951-2"


@story("Weak all over, potassium 2.2", critical="rf_potassium_low")
def weak_all_over_with_low_potassium() -> Charts:
    yield patient(
        recorded("Generalized weakness", "2 days", code="icd10cm R53.1"),
        lab("Potassium", 2.2, "mmol/L", code=POTASSIUM, flag="LL"),
    )
    yield patient(
        visit("Generalised weakness", at="2 hours"),
        panel(
            "Basic metabolic panel",
            ("2951-2", {"valueQuantity": {"value": 139, "unit": "mmol/L"}}),
            ("2823-3", {"valueQuantity": {"value": 2.2, "unit": "mmol/L"}}),
        ),
    )
    yield patient(
        visit("Feels weak, muscle weakness"), printed("Serum potassium", "2.2 mEq/L (low)"), *ordinary()
    )


@story("Weak legs, potassium 7.0", critical="rf_potassium_high")
def weak_legs_with_high_potassium() -> Charts:
    yield patient(undated("Leg weakness"), lab("Potassium", 7.0, "mmol/L", code="loinc 6298-4", flag="HH"))
    yield patient(visit("Leg weakness", at="3 hours"), lab("K", 7.0, "meq/L"), *ordinary())


@story(
    "Suddenly weak without a side, potassium 2.1: not a stroke",
    critical="rf_potassium_low",
    first="hypokalaemic_paralysis",
)
def sudden_weakness_explained_by_potassium() -> Charts:
    yield patient(
        condition("Sudden leg weakness", since="5 hours"),
        lab("Potassium", 2.1, "mmol/L", code=POTASSIUM, flag="LL"),
    )
    yield patient(
        visit("Sudden weakness of legs", at="5 hours", kind="EMER"),
        printed("Potassium", "2.1 mmol/L", at="1 hour"),
    )


@story("Old weakness, potassium 3.4: it explains nothing", never="hypokalaemic_paralysis")
def slightly_low_potassium() -> Charts:
    yield patient(
        condition("Weakness of both legs", since="100 days"),
        lab("Potassium", 3.4, "mmol/L", code=POTASSIUM, flag="L"),
    )
    yield patient(
        begun_on(condition("Bilateral leg weakness"), "100 days"), lab("K+", 3.4, "mmol/L"), *ordinary()
    )


@story(
    "Five critical flags at once: none is dropped",
    critical="rf_ces rf_breathing rf_rhabdo rf_potassium_high rf_hypoglycaemia",
)
def five_critical_flags() -> Charts:
    yield patient(
        condition("Sudden paraparesis", code="snomed 1845001", since="7 hours"),
        exam("Saddle numbness", code="snomed 449813001"),
        lab("Potassium", 6.8, "mmol/L", code=POTASSIUM, flag="HH"),
        lab("Creatine kinase", 9000, "U/L", code="loinc 2157-6", flag="HH"),
        lab("Glucose", 2.6, "mmol/L", code="loinc 15074-8", at="1 hour", flag="LL"),
        condition("Dyspnea", code="snomed 267036007", since="5 hours"),
    )
    yield patient(
        condition("Sudden weakness of both legs", since="7 hours"),
        note("Perianal numbness. Short of breath.", at="3 hours"),
        printed("Potassium", "6.8 mmol/L"),
        printed("CK", "9000 U/L"),
        measured("Capillary glucose", 47, "mg/dL", at="1 hour"),
    )


@story("Weak legs for months, potassium 2.7", warning="rf_potassium_moderate")
def moderately_low_potassium() -> Charts:
    yield patient(
        condition("Leg weakness", since="100 days"), lab("Potassium", 2.7, "mmol/L", code=POTASSIUM, flag="L")
    )
    yield patient(begun_on(condition("Weak legs"), "100 days"), printed("K", "2.7 mmol/L"), *ordinary())


@story("Tired and weak, potassium 6.2", warning="rf_potassium_moderate")
def moderately_high_potassium() -> Charts:
    yield patient(
        recorded("Weakness", "3 days", code="icd10cm R53.1"),
        lab("Potassium", 6.2, "mmol/L", code=POTASSIUM, flag="H"),
    )
    yield patient(visit("Tired, generalised weakness"), lab("Potassium, plasma", 6.2, "meq/L"), *ordinary())


@story("Weak all over, sodium 114", warning="rf_electrolyte_other")
def very_low_sodium() -> Charts:
    yield patient(
        recorded("Generalized weakness", "3 days", code="icd10cm M62.81"),
        lab("Sodium", 114, "mmol/L", code=SODIUM, flag="LL"),
    )
    yield patient(visit("Generalised weakness"), lab("Na+", 114, "mEq/L"), *ordinary())


@story("Weak all over, sodium 168", warning="rf_electrolyte_other")
def very_high_sodium() -> Charts:
    yield patient(
        recorded("Generalized weakness", "3 days", code="icd10cm R53.1"),
        lab("Sodium", 168, "mmol/L", code=SODIUM, flag="HH"),
    )
    yield patient(
        visit("Muscle weakness, drowsy", at="4 hours"), printed("Sodium (serum)", "168 mmol/L"), age=84
    )


@story("Sclerosis, legs unchanged, potassium 7.0", critical="rf_potassium_high")
def sclerosis_with_high_potassium() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Leg weakness", since="900 days"),
        lab("Potassium", 7.0, "mmol/L", code=POTASSIUM, flag="HH"),
    )
    yield patient(
        on_problem_list("Multiple sclerosis", code="snomed 24700007", since="8 years"),
        begun_on(on_problem_list("Weakness of both legs"), "900 days"),
        printed("Potassium", "7.0 mmol/L"),
        *ordinary(),
    )
