"""Charts that hold a red flag for review now."""

from __future__ import annotations

from tests.clinical.cards.ward import (
    WardChart,
    entry,
    lab,
    observed,
    order,
    person,
    problem,
    questionnaire,
    vitals,
)


def saddle_numbness_told_at_triage() -> WardChart:
    """34-year-old man, sciatica for two weeks; the triage form of this morning says saddle numbness and
    retention.
    """
    return WardChart(
        [
            person("1992-02-03", "male"),
            problem("Sciatica, left side", "icd10cm M54.32", onset="2026-06-02", recorded="2026-06-04"),
            problem("Weakness of left leg", "icd10cm R29.898", recorded="2026-06-17T07:50:00Z"),
            questionnaire(
                "2026-06-17T08:05:00Z",
                {
                    "Numbness around the back passage or genitals?": True,
                    "Difficulty passing urine?": "Cannot go since last night",
                    "Fever": False,
                },
            ),
            lab("Post-void residual", "70928-0", 640, "mL", "2026-06-17T08:40:00Z"),
            *vitals("2026-06-17T08:00:00Z"),
            order("Ibuprofen 400 mg oral tablet", on="2026-06-04"),
            problem("Essential hypertension", "icd10cm I10", recorded="2019-03-11", on_list=True),
        ],
    )


def stroke_on_a_long_medication_list() -> WardChart:
    """81-year-old woman, found at 12:40 with a sudden right-sided weakness and slurred speech; eight
    medicines.
    """
    drugs = (
        "Apixaban 5 mg oral tablet",
        "Atorvastatin 40 mg oral tablet",
        "Bisoprolol 2.5 mg oral tablet",
        "Furosemide 40 mg oral tablet",
        "Metformin 1000 mg oral tablet",
        "Omeprazole 20 mg gastro-resistant capsule",
        "Ramipril 5 mg oral capsule",
        "Paracetamol 500 mg oral tablet",
    )
    return WardChart(
        [
            person("1945-01-30"),
            problem(
                "Sudden right sided weakness, arm and leg",
                "snomed 50582007 Hemiplegia",
                onset="2026-06-17T12:40:00Z",
                recorded="2026-06-17T13:55:00Z",
            ),
            problem("Slurred speech", "snomed 8011004", onset="2026-06-17T12:40:00Z"),
            observed(
                "NIHSS total score",
                "loinc 70184-7",
                at="2026-06-17T14:02:00Z",
                valueQuantity={"value": 9, "unit": "{score}"},
            ),
            problem("Atrial fibrillation", "icd10cm I48.91", recorded="2021-05-09", on_list=True),
            problem("Type 2 diabetes mellitus", "icd10cm E11.9", recorded="2012-10-01", on_list=True),
            lab("Glucose [Mass/volume] in Serum or Plasma", "2345-7", 118, "mg/dL", "2026-06-17T14:05:00Z"),
            lab("Potassium [Moles/volume] in Blood", "2823-3", 4.2, "mmol/L", "2026-06-17T14:05:00Z"),
            *vitals("2026-06-17T14:00:00Z", pulse=104),
            *(order(drug, on="2025-11-03") for drug in drugs),
        ],
    )


def guillain_barre_with_three_flags() -> WardChart:
    """47-year-old woman, weak legs rising to the arms over four days after gastroenteritis; areflexia, FVC
    900 mL, swallowing trouble.
    """
    return WardChart(
        [
            person("1979-04-22"),
            problem(
                "Ascending weakness of both legs, worse daily", onset="2026-06-13", recorded="2026-06-17"
            ),
            problem("Campylobacter gastroenteritis", onset="2026-05-30", status="resolved"),
            observed("Ankle reflexes", at="2026-06-17T09:30:00Z", valueString="absent"),
            observed("Swallowing", at="2026-06-17T09:30:00Z", valueString="difficulty swallowing"),
            lab("Vital capacity", "19866-9", 0.9, "L", "2026-06-17T10:00:00Z"),
            lab("Body weight", "29463-7", 64, "kg", "2026-06-17T09:00:00Z"),
            lab("Creatine kinase", "2157-6", 110, "U/L", "2026-06-17T09:40:00Z"),
            problem("Shortness of breath", "snomed 267036007", recorded="2026-06-17T09:20:00Z"),
            *vitals("2026-06-17T09:10:00Z", saturation=96),
        ],
    )


def hyperkalaemia_on_spironolactone() -> WardChart:
    """69-year-old man with kidney disease, legs giving way since yesterday, potassium 7.4."""
    return WardChart(
        [
            person("1957-01-05", "male"),
            problem("LEGS GIVING WAY - WEAKNESS BOTH LEGS", onset="2026-06-16", recorded="2026-06-17"),
            lab("POTASSIUM SERUM", "2823-3", 7.4, "mEq/L", "2026-06-17T13:20:00Z"),
            lab("CREATININE SERUM", "2160-0", 3.9, "mg/dL", "2026-06-17T13:20:00Z"),
            lab("SODIUM SERUM", "2951-2", 133, "mEq/L", "2026-06-17T13:20:00Z"),
            order("SPIRONOLACTONE 50 MG TAB", on="2026-03-01"),
            order("LISINOPRIL 20 MG TAB", on="2024-03-01"),
            problem("CHRONIC KIDNEY DISEASE STAGE 4", "icd10cm N18.4", recorded="2022-08-15", on_list=True),
            *vitals("2026-06-17T13:00:00Z", pulse=48),
        ],
    )


def low_potassium_in_a_young_man() -> WardChart:
    """22-year-old man, cannot stand after waking this morning; potassium 1.9, TSH suppressed; dates
    without times.
    """
    return WardChart(
        [
            person("2004-05-05", "male"),
            problem("Paralysis of both legs, sudden onset", onset="2026-06-17"),
            problem("Unable to stand", onset="2026-06-17"),
            lab("Kalium", "2823-3", 1.9, "mmol/l", "2026-06-17"),
            lab("TSH", "3016-3", 0.01, "mU/L", "2026-06-17"),
        ],
    )


def cord_compression_in_cancer() -> WardChart:
    """63-year-old woman with breast cancer; band-like thoracic pain for weeks, legs weak for days, cannot
    walk since today.
    """
    return WardChart(
        [
            person("1963-03-14"),
            problem(
                "Malignant neoplasm of unspecified site of left female breast",
                "icd10cm C50.912",
                recorded="2023-10-02",
                on_list=True,
            ),
            problem("Secondary malignant neoplasm of bone", "icd10cm C79.51", onset="2025-12", on_list=True),
            problem("Thoracic back pain, band-like", onset="2026-05-20"),
            problem("Bilateral leg weakness", "snomed 102568007", onset="2026-06-14", recorded="2026-06-15"),
            problem("Unable to walk", "snomed 282145008", onset="2026-06-17"),
            observed("Sensory level", at="2026-06-17T11:30:00Z", valueString="T8"),
            observed("Plantar response", at="2026-06-17T11:30:00Z", valueString="extensor both sides"),
            order("Letrozole 2.5 mg oral tablet", on="2023-12-01"),
            order("Denosumab 120 mg injection", on="2026-01-10"),
            *vitals("2026-06-17T10:50:00Z"),
        ],
    )


def abscess_with_fever() -> WardChart:
    """52-year-old man who injects drugs: back pain, fever and weak legs; CRP 188."""
    return WardChart(
        [
            person("1974-02-28", "male"),
            problem("Severe low back pain", onset="2026-06-09"),
            problem("Bilateral leg weakness", onset="2026-06-15", recorded="2026-06-17"),
            problem("Intravenous drug user", "snomed 226034001", recorded="2020-01-01", on_list=True),
            lab("C-reactive protein", "1988-5", 188, "mg/L", "2026-06-17T06:30:00Z"),
            lab("White blood cells", "6690-2", 17.8, "10*3/uL", "2026-06-17T06:30:00Z"),
            *vitals("2026-06-17T06:00:00Z", pulse=112, temperature=38.9),
        ],
    )


def haematoma_after_epidural() -> WardChart:
    """71-year-old woman on rivaroxaban, epidural injection three days ago, sudden back pain and
    paraparesis last night.
    """
    return WardChart(
        [
            person("1955-05-01"),
            entry(
                "Procedure",
                status="completed",
                code={"text": "Lumbar epidural steroid injection"},
                performedDateTime="2026-06-14T10:00:00Z",
            ),
            order("Rivaroxaban 20 mg oral tablet", on="2025-02-01"),
            problem("Sudden severe back pain", onset="2026-06-16T21:30:00Z"),
            problem("Paraparesis", "snomed 1845001", onset="2026-06-16T23:00:00Z"),
            *vitals("2026-06-17T02:00:00Z"),
        ],
    )


def cold_leg() -> WardChart:
    """77-year-old man in atrial fibrillation: left leg suddenly cold, painful, weak and without pulses."""
    return WardChart(
        [
            person("1949-06-01", "male"),
            problem("Sudden severe pain and weakness of left leg", onset="2026-06-17T11:15:00Z"),
            observed("Left dorsalis pedis pulse", at="2026-06-17T12:05:00Z", valueString="absent"),
            observed("Left foot", at="2026-06-17T12:05:00Z", valueString="cold and pale"),
            problem("Atrial fibrillation", "snomed 49436004", recorded="2024-01-15", on_list=True),
            *vitals("2026-06-17T12:00:00Z", pulse=121),
        ],
    )


def rhabdomyolysis_after_a_long_lie() -> WardChart:
    """88-year-old man, found on the floor after a day; weak legs, dark urine, CK above 48,000."""
    return WardChart(
        [
            person("1938-02-11", "male"),
            problem("Weakness of both legs", recorded="2026-06-17T10:00:00Z", onset="2026-06-16"),
            problem("Dark urine", onset="2026-06-17"),
            problem("Fall at home, found on floor", recorded="2026-06-17T10:00:00Z"),
            lab(
                "Creatine kinase [Enzymatic activity/volume] in Serum or Plasma",
                "2157-6",
                48300,
                "U/L",
                "2026-06-17T11:10:00Z",
                referenceRange=[{"high": {"value": 200, "unit": "U/L"}}],
            ),
            lab("Potassium", "2823-3", 5.8, "mmol/L", "2026-06-17T11:10:00Z"),
            lab("Creatinine", "2160-0", 212, "umol/L", "2026-06-17T11:10:00Z"),
            order("Simvastatin 40 mg tablet", on="2020-01-01"),
            *vitals("2026-06-17T10:05:00Z", pulse=98),
        ],
    )


def checkpoint_inhibitor() -> WardChart:
    """58-year-old woman on pembrolizumab for melanoma: drooping lids, thigh weakness, CK 3,100."""
    return WardChart(
        [
            person("1968-01-19"),
            order("Pembrolizumab 200 mg intravenous infusion", on="2026-05-20"),
            problem("Malignant melanoma of skin", "icd10cm C43.9", recorded="2025-09-01", on_list=True),
            problem("Ptosis of both eyelids", onset="2026-06-12"),
            problem("Proximal muscle weakness of legs", onset="2026-06-10", recorded="2026-06-15"),
            lab("CK", "2157-6", 3100, "U/L", "2026-06-16T15:00:00Z"),
            lab("Troponin T", "6598-7", 210, "ng/L", "2026-06-16T15:00:00Z"),
        ],
    )


def known_stroke_named_a_week_ago() -> WardChart:
    """74-year-old man, stroke put on the problem list six days ago; the leg is as it was: the pathway is
    known.
    """
    return WardChart(
        [
            person("1952-03-03", "male"),
            problem(
                "Cerebral infarction",
                "icd10cm I63.9",
                onset="2026-06-11",
                recorded="2026-06-11",
                on_list=True,
            ),
            problem("Left hemiparesis", "snomed 278287000", onset="2026-06-11", recorded="2026-06-11"),
            order("Aspirin 75 mg tablet", on="2026-06-12"),
            order("Clopidogrel 75 mg tablet", on="2026-06-12"),
        ],
    )


def comfort_care_only() -> WardChart:
    """90-year-old woman with metastatic lung cancer in comfort care, legs weak and back pain since last
    week.
    """
    return WardChart(
        [
            person("1936-01-01"),
            problem("Lung cancer, metastatic", "icd10cm C34.90", recorded="2025-02-02", on_list=True),
            problem("Back pain", onset="2026-06-08"),
            problem("Weakness of both legs", onset="2026-06-10"),
            problem("Comfort care only", "icd10cm Z51.5", recorded="2026-06-01", on_list=True),
            order("Morphine sulfate 10 mg/5 mL oral solution", on="2026-06-01"),
        ],
    )


def child_refusing_to_walk() -> WardChart:
    """4-year-old girl, floppy legs for two days after a cold; no reflexes."""
    return WardChart(
        [
            person("2022-03-20"),
            problem("Acute flaccid weakness of both legs", onset="2026-06-15", recorded="2026-06-17"),
            problem("Upper respiratory infection", "icd10cm J06.9", onset="2026-06-05", status="resolved"),
            observed("Knee reflexes", at="2026-06-17T10:15:00Z", valueString="absent"),
            *vitals("2026-06-17T10:00:00Z", pulse=110),
        ],
    )


def four_emergencies_at_once() -> WardChart:
    """76-year-old woman: fever, back pain, cancer, dark urine, potassium 7.1 and
    retention, all with legs that went weak on Monday.
    """
    return WardChart(
        [
            person("1950-02-02"),
            problem("Acute weakness of both legs, worse since yesterday", onset="2026-06-15"),
            problem("Urinary retention", "snomed 267064002", onset="2026-06-16"),
            problem("Back pain", onset="2026-06-13"),
            problem("Lung cancer", "icd10cm C34.90", recorded="2025-02-02", on_list=True),
            problem("Dark urine", onset="2026-06-17"),
            lab("CK", "2157-6", 22400, "U/L", "2026-06-17T12:10:00Z"),
            lab("Potassium", "2823-3", 7.1, "mmol/L", "2026-06-17T12:10:00Z"),
            lab("CRP", "1988-5", 240, "mg/L", "2026-06-17T12:10:00Z"),
            *vitals("2026-06-17T12:00:00Z", temperature=38.6),
        ],
    )
