"""The spinal cord: compression, cancer, abscess, haematoma, inflammation; and cords that are long known."""

from __future__ import annotations

from tests.clinical.bedside import (
    condition,
    exam,
    measured,
    medicine,
    on_problem_list,
    patient,
    report,
)
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    given,
    lab,
    note,
    ordinary,
    picked,
    taking,
    undated,
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
