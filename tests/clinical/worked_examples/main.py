"""The sixteen main examples: each chart of `fixtures/`, and the same patient as other EHRs write it down."""

from __future__ import annotations

from cds_service import fixtures
from tests.clinical.bedside import (
    condition,
    exam,
    measured,
    medicine,
    now,
    on_problem_list,
    patient,
)
from tests.clinical.worked_examples.records import (
    begun_in_period,
    begun_on,
    charted,
    form,
    graded,
    lab,
    note,
    ordinary,
    panel,
    picked,
    printed,
    recorded,
    taking,
    visit,
)
from tests.clinical.worked_examples.story import Chart, Charts, story


def _fixture(name: str) -> Chart:
    return [entry["resource"] for entry in fixtures.chart(name, now())["entry"]]


@story(
    "Right leg buckled two hours ago, the arm drifts, the mouth droops",
    critical="rf_stroke",
    first="stroke",
)
def sudden_right_sided_weakness() -> Charts:
    yield _fixture("sudden-right-sided-weakness")
    yield patient(
        visit("Sudden weakness of right arm and right leg, facial droop", at="2 hours", kind="EMER"),
        panel(
            "NIH stroke scale",
            ("70968-3", {"valueInteger": 2}),
            ("70967-5", {"valueInteger": 3}),
            ("70189-6", {"valueInteger": 1}),
        ),
        taking("Eliquis 5 mg tablets (apixaban)"),
        *ordinary(),
        age=71,
    )


@story(
    "Tingling feet, then weaker each day up to the hands after a stomach bug; vital capacity 14 mL/kg",
    critical="rf_gbs rf_nm_respiratory",
    first="gbs",
    never="doms cidp",
)
def ascending_weakness_with_low_vital_capacity() -> Charts:
    yield _fixture("ascending-weakness-with-low-vital-capacity")
    yield patient(
        begun_on(
            condition("Weakness of both legs, started in the feet, now hands too, worse each day"), "6 days"
        ),
        exam("Knee and ankle jerks absent", None),
        condition("Gastroenteritis", since="21 days", status="resolved"),
        printed("FVC", "1.1 L"),
        measured("Weight", 172, "[lb_av]", code="loinc 29463-7", at="2 days"),
        condition("Tingling in both feet", since="6 days"),
        age=34,
        gender="male",
    )


@story("Sore thighs and hard stairs two days after a first hill run", first="doms")
def sore_thighs_after_hill_run() -> Charts:
    yield _fixture("sore-thighs-after-hill-run")
    yield patient(
        condition("Sore muscles of both thighs after unaccustomed exercise", since="36 hours"),
        condition("Difficulty climbing stairs", since="36 hours"),
        lab("CK", 640, "IU/L", high=180, flag="H"),
        *ordinary(),
        age=27,
    )


@story(
    "Pain down both legs, since yesterday numb when wiping and 420 mL left after voiding",
    critical="rf_ces",
    first="cauda_equina",
    listed="lumbar_disc_radiculopathy",
)
def sciatica_with_saddle_numbness() -> Charts:
    yield _fixture("sciatica-with-saddle-numbness")
    yield patient(
        begun_on(condition("Bilateral sciatica"), "10 days"),
        condition("Low back pain", code="snomed 279039007", since="12 days"),
        form(("Numbness when wiping or between the legs?", True), ("Any loss of bowel control?", False)),
        charted("Bladder scan post-void residual", "420 mL"),
        picked("Urinary retention", "Yes", at="3 hours"),
        graded("Left ankle dorsiflexion power", "4/5"),
        age=46,
        gender="male",
    )


@story("Yearly review three years after a stroke, the left leg as weak as ever", silent=True)
def old_stroke_yearly_review() -> Charts:
    yield _fixture("old-stroke-yearly-review")
    yield patient(
        on_problem_list("Residual left hemiparesis following stroke", since="3 years"),
        on_problem_list("History of stroke", code="icd10cm Z86.73", since="3 years"),
        note("Annual review. Walks with a stick. Left sided weakness unchanged."),
        *ordinary(),
        age=78,
        gender="male",
    )


@story(
    "Legs tire by evening and recover after sleep, an eyelid droops, receptor antibodies",
    first="myasthenia_gravis",
    never="als",
)
def fatigable_weakness_with_ptosis() -> Charts:
    yield _fixture("fatigable-weakness-with-ptosis")
    yield patient(
        begun_on(condition("Weakness of both legs, fatigable, better with rest"), "90 days"),
        condition("Drooping right eyelid", since="60 days"),
        picked("Acetylcholine receptor antibody", "Positive", at="5 days"),
        exam("Shortness of breath", False),
        exam("Difficulty swallowing", False),
        age=63,
    )


@story(
    "Foot drop that spreads for eight months, wasting, twitching, brisk jerks, normal sensation",
    warning="rf_worsening",
    first="als",
    never="myasthenia_gravis",
)
def progressive_foot_drop_with_wasting() -> Charts:
    yield _fixture("progressive-foot-drop-with-wasting")
    yield patient(
        condition("Progressive right foot drop, gradual onset over months", since="240 days"),
        condition("Wasting of right calf", since="90 days"),
        note(
            "Fasciculations of both thighs. Knee jerks brisk, right plantar extensor. Sensation intact.",
            at="7 days",
        ),
        age=58,
    )


@story(
    "Numb feet like socks and weak ankles in a poorly controlled diabetes",
    first="peripheral_neuropathy",
    never="b12_scd stroke",
)
def numb_feet_in_diabetes() -> Charts:
    yield _fixture("numb-feet-in-diabetes")
    yield patient(
        begun_in_period(condition("Numbness of both feet in a stocking distribution"), "420 days"),
        condition("Weakness of both ankles", since="300 days"),
        on_problem_list("Type 2 diabetes mellitus", code="icd10cm E11.9", since="8 years"),
        lab("Hemoglobin A1c", 79, "mmol/mol", code="loinc 59261-8", at="20 days"),
        lab("Vitamin B12", 410, "pmol/L", code="loinc 14685-2", at="20 days"),
        picked("Ankle jerks", "Absent", at="10 days"),
        age=59,
        gender="male",
    )


@story(
    "Woke unable to stand, both thighs flaccid, potassium 2.1",
    critical="rf_potassium_low",
    first="hypokalaemic_paralysis",
)
def paralysis_with_low_potassium() -> Charts:
    yield _fixture("paralysis-with-low-potassium")
    yield patient(
        condition("Woke up with both legs weak, unable to stand", since="5 hours"),
        printed("K+", "2.1 mmol/L"),
        note("Flaccid proximal weakness of both legs, knee jerks reduced", at="2 hours"),
        age=29,
        gender="male",
    )


@story(
    "Prostate cancer, band-like back pain, four days of stiff weak legs",
    critical="rf_mscc",
    first="cord_compression",
)
def cancer_with_thoracic_pain_and_weak_legs() -> Charts:
    yield _fixture("cancer-with-thoracic-pain-and-weak-legs")
    yield patient(
        on_problem_list("Prostate cancer", code="icd10cm C61", since="2 years"),
        begun_on(condition("Band-like thoracic back pain"), "21 days"),
        begun_on(condition("Weakness of both legs, getting worse"), "4 days"),
        exam("Knee jerks brisk", None),
        *ordinary(),
        age=69,
        gender="male",
    )


@story(
    "Stiff back; denies weakness, mother had ALS, stroke refuted",
    silent=True,
    never="als stroke",
)
def back_pain_weakness_denied() -> Charts:
    yield _fixture("back-pain-weakness-denied")
    yield patient(
        visit("Low back pain", code="snomed 279039007", at="2 hours"),
        note("No leg weakness, no numbness, no bladder or bowel symptoms. Mother had ALS."),
        condition("Stroke", code="icd10cm I63.9", since="300 days", verification="refuted"),
        form(("Weakness of legs", False), ("Loss of bladder control", False)),
        *ordinary(),
        age=52,
    )


@story(
    "Suddenly a painful, cold, pale left leg without foot pulses",
    critical="rf_ali",
    first="acute_limb_ischaemia",
)
def sudden_cold_painful_leg() -> Charts:
    yield _fixture("sudden-cold-painful-leg")
    yield patient(
        condition("Sudden severe pain in left leg with weakness and numbness of left foot", since="5 hours"),
        note("Left foot cold and pale. No palpable pedal pulses on the left.", at="2 hours"),
        on_problem_list("Atrial fibrillation", code="icd10cm I48.91", since="4 years"),
        measured("Pain severity", 9, "{score}", code="loinc 72514-3", at="2 hours"),
        age=74,
    )


@story(
    "Pain to the big toe after lifting a piano, ankle 4/5, no bladder or saddle change",
    first="lumbar_disc_radiculopathy",
)
def sciatica_with_weak_ankle() -> Charts:
    yield _fixture("sciatica-with-weak-ankle")
    yield patient(
        condition("Left sciatica", code="snomed 23056005", since="5 days"),
        graded("Left ankle dorsiflexion power", 4, site="snomed 32153003"),
        picked("Straight leg raise left", "Positive", at="1 day"),
        exam("Saddle numbness", False),
        exam("Urinary retention", False),
        age=38,
        gender="male",
    )


@story(
    "Injects drugs; fever, mid-back pain, CRP 186, legs weaker since yesterday",
    critical="rf_sea",
    first="spinal_epidural_abscess",
)
def fever_back_pain_and_weak_legs() -> Charts:
    yield _fixture("fever-back-pain-and-weak-legs")
    yield patient(
        on_problem_list("Intravenous drug user", since="400 days"),
        condition("Mid back pain", since="9 days"),
        measured("Temp", 101.7, "[degF]", code="loinc 8310-5"),
        lab("C-reactive protein", 186, "mg/L", high=5, flag="HH"),
        begun_on(condition("Bilateral leg weakness"), "1 day"),
        age=41,
    )


@story(
    "Hard to rise from a chair and aching thighs six weeks after a statin, CK 3,400",
    warning="rf_ck_high",
    first="statin_myopathy",
    listed="inflammatory_myopathy rhabdomyolysis",
)
def weak_aching_thighs_on_statin() -> Charts:
    yield _fixture("weak-aching-thighs-on-statin")
    yield patient(
        medicine("Lipitor (atorvastatin) 80 mg tablet", since="70 days"),
        condition("Proximal weakness of both legs, difficulty rising from a chair", since="28 days"),
        condition("Myalgia of thighs", since="10 days"),
        lab("Creatine kinase, total", 3400, "U/L", at="1 day", high=200, flag="H"),
        age=66,
        gender="male",
    )


@story("Two trips on a rug this year, power 5/5, examination normal", silent=True)
def falls_with_full_power() -> Charts:
    yield _fixture("falls-with-full-power")
    yield patient(
        recorded("Repeated falls", "60 days", code="icd10cm R29.6"),
        charted("Leg strength", "5/5 bilaterally", at="1 day"),
        note(
            "Two trips over a rug this year. Power 5/5 in all groups of both legs. Gait normal.", at="1 day"
        ),
        *ordinary(),
        age=84,
    )
