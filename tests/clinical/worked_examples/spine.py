"""The spine around the cord: cancer, abscess, haematoma, and those who only fear them."""

from __future__ import annotations

from tests.clinical.bedside import condition, measured, medicine, on_problem_list, patient, report
from tests.clinical.worked_examples.records import (
    begun_on,
    charted,
    lab,
    ordinary,
    picked,
    printed,
    taking,
    undated,
    visit,
)
from tests.clinical.worked_examples.story import Charts, story


@story("On an anticoagulant; sudden back pain and both legs weak", critical="rf_seh")
def anticoagulant_back_pain_and_weak_legs() -> Charts:
    yield patient(
        condition("Sudden paraparesis", code="snomed 1845001", since="7 hours"),
        condition("Back pain", code="snomed 161891005", since="8 hours"),
        medicine("apixaban 5 mg tablet", code="rxnorm 1364430"),
    )
    yield patient(
        visit("Sudden back pain, then weakness of both legs", at="7 hours", kind="EMER"),
        condition("Sudden bilateral leg weakness with back pain", since="7 hours"),
        lab("INR", 3.4, "1", code="loinc 6301-6", at="2 hours"),
        *ordinary(),
    )


@story("Bone metastases, and hard to walk for five days", critical="rf_mscc", first="cord_compression")
def bone_metastases_and_hard_to_walk() -> Charts:
    yield patient(
        on_problem_list("Secondary malignant neoplasm of bone", code="icd10cm C79.51", since="200 days"),
        on_problem_list("Breast cancer", code="icd10cm C50.919", since="3 years"),
        condition("Difficulty walking", code="icd10cm R26.2", since="5 days"),
    )
    yield patient(
        on_problem_list("Prostate cancer with spinal metastases", since="200 days"),
        visit("Unsteady on feet, difficulty walking", at="5 days"),
        *ordinary(),
        age=73,
        gender="male",
    )


@story("Cancer, back pain, arm and leg weak at the level of the neck", critical="rf_mscc")
def cancer_with_arm_and_leg() -> Charts:
    yield patient(
        on_problem_list("Malignant tumor of lung", code="snomed 363358000", since="300 days"),
        on_problem_list("Cancer of lung", code="icd10cm C34.90", since="300 days"),
        condition("Back pain", code="icd10cm M54.9", since="20 days"),
        condition("Leg weakness", since="6 days"),
        condition("Arm weakness", since="6 days"),
    )
    yield patient(
        on_problem_list("Multiple myeloma", code="icd10cm C90.00", since="300 days"),
        begun_on(condition("Weakness of legs and arms"), "6 days"),
        charted("Pain", "Upper back pain, 4/10"),
    )


@story("Cancer, tired all over, back pain: no word of the legs")
def cancer_with_general_weakness() -> Charts:
    yield patient(
        on_problem_list("Colon cancer", code="icd10cm C18.9", since="300 days"),
        condition("Generalised weakness", code="icd10cm R53.1", since="14 days"),
        condition("Low back pain", code="icd10cm M54.50", since="14 days"),
    )
    yield patient(
        on_problem_list("Carcinoma of colon", since="300 days"),
        visit("Generalised weakness, backache", at="14 days"),
        *ordinary(),
    )


@story("Weak legs of old, and an epidural collection on the scan", critical="rf_sea")
def old_weakness_with_an_epidural_collection() -> Charts:
    yield patient(
        on_problem_list("Multiple sclerosis", code="icd10cm G35", since="8 years"),
        on_problem_list("Leg weakness", since="800 days"),
        report("MRI lumbar spine", "Epidural collection at L2 to L4, rim enhancing", at="1 day"),
    )
    yield patient(
        on_problem_list("Multiple sclerosis", code="snomed 24700007", since="8 years"),
        on_problem_list("Weak legs", since="800 days"),
        report("MRI whole spine with contrast", "Posterior epidural abscess from T9 to L1.", at="10 hours"),
    )


@story("Influenza with fever, backache and weakness all over")
def influenza_with_backache() -> Charts:
    yield patient(
        condition("Generalised weakness", code="icd10cm R53.1", since="2 days"),
        condition("Fever", code="snomed 386661006", since="2 days"),
        condition("Backache", code="snomed 161891005", since="2 days"),
        condition("Influenza", code="snomed 6142004", since="2 days"),
    )
    yield patient(
        visit("Flu-like illness, feels weak all over", at="2 days"),
        begun_on(condition("Generalized weakness with fever and back pain"), "2 days"),
        measured("Temperature", 38.9, "Cel", code="loinc 8310-5"),
        age=38,
    )


@story(
    "Both legs weak for half a day, and an epidural haematoma on the scan",
    critical="rf_seh",
    first="spinal_epidural_haematoma",
)
def epidural_haematoma_without_anticoagulant() -> Charts:
    yield patient(
        condition("Paraparesis", code="snomed 1845001", since="12 hours"),
        report("MRI thoracic spine", "Acute epidural haematoma at T5 to T8", at="3 hours"),
    )
    yield patient(
        begun_on(condition("Weakness of both legs"), "12 hours"),
        report("MRI spine", "Posterior spinal epidural hematoma extending from C7 to T3.", at="2 hours"),
        *ordinary(),
    )


@story("Warfarin, old back pain, known stenosis, weak legs without a date", silent=True)
def warfarin_and_stenosis_undated() -> Charts:
    yield patient(
        undated("Weakness of both legs"),
        medicine("warfarin 3 mg tablet", code="rxnorm 11289", since="900 days"),
        on_problem_list("Low back pain", code="icd10cm M54.50", since="6 years"),
        on_problem_list("Lumbar spinal stenosis", code="icd10cm M48.061", since="6 years"),
    )
    yield patient(
        undated("Bilateral leg weakness"),
        taking("Coumadin"),
        undated("Chronic low back pain"),
        undated("Spinal stenosis of lumbar region", code="snomed 18347007"),
        age=77,
    )


@story("Comfort care only: the same flag, as a warning", warning="rf_mscc")
def cancer_with_weak_legs_in_comfort_care() -> Charts:
    yield patient(
        on_problem_list("Lung cancer", code="icd10cm C34.90", since="300 days"),
        condition("Back pain", code="icd10cm M54.9", since="10 days"),
        begun_on(condition("Paraparesis", code="snomed 1845001"), "3 days"),
        condition("Comfort measures only", since="2 days"),
    )
    yield patient(
        on_problem_list("Metastatic lung carcinoma", since="300 days"),
        begun_on(condition("Weakness of both legs with back pain"), "3 days"),
        picked("Goals of care", "Comfort care only", at="2 days"),
    )


@story("Palliative care, a metastasis in the spine: still critical", critical="rf_mscc")
def metastasis_in_palliative_care() -> Charts:
    yield patient(
        on_problem_list(
            "Secondary malignant neoplasm of vertebral column", code="snomed 94602001", since="100 days"
        ),
        on_problem_list("Breast cancer", code="icd10cm C50.919", since="4 years"),
        condition("Back pain", code="icd10cm M54.9", since="10 days"),
        begun_on(condition("Paraparesis", code="snomed 1845001"), "3 days"),
        condition("Encounter for palliative care", code="icd10cm Z51.5", since="20 days"),
    )
    yield patient(
        on_problem_list("Prostate cancer", code="snomed 399068003", since="4 years"),
        on_problem_list("Vertebral metastases", since="100 days"),
        begun_on(condition("Both legs weak, back pain"), "3 days"),
        visit("Palliative care review", at="1 day"),
        gender="male",
    )


@story("CRP 20 and back pain without a reason to fear an abscess")
def back_pain_with_little_crp() -> Charts:
    yield patient(
        begun_on(condition("Leg weakness"), "9 days"),
        condition("Low back pain", code="icd10cm M54.50", since="12 days"),
        lab("C-reactive protein", 20, "mg/L", code="loinc 1988-5", at="1 day", flag="H"),
    )
    yield patient(
        visit("Back pain with leg weakness", at="9 days"),
        begun_on(condition("Weakness of left leg"), "9 days"),
        lab("CRP", 2.0, "mg/dL", at="1 day"),
        *ordinary(),
    )


@story("Diabetes, CRP 45, back pain, a weak leg", critical="rf_sea")
def back_pain_with_crp_in_diabetes() -> Charts:
    yield patient(
        on_problem_list("Type 2 diabetes", code="snomed 44054006", since="9 years"),
        begun_on(condition("Leg weakness"), "3 days"),
        condition("Back pain", code="snomed 161891005", since="6 days"),
        lab("C-reactive protein", 45, "mg/L", code="loinc 1988-5", at="1 day", high=5, flag="H"),
    )
    yield patient(
        lab("HbA1c", 8.1, "%", code="loinc 4548-4", at="40 days"),
        visit("Back pain, weak left leg", at="3 days"),
        begun_on(condition("Weakness of left leg"), "3 days"),
        printed("CRP", "45 mg/L", at="1 day"),
        *ordinary(),
    )
