"""Charts that hold a red flag for today or soon, and no more."""

from __future__ import annotations

from tests.clinical.cards.ward import WardChart, lab, observed, order, person, problem, report, vitals


def foot_drop_with_back_pain() -> WardChart:
    """45-year-old woman: back pain and left foot drop for three weeks, ankle power 2 of 5, MRI shows an
    L4/5 disc.
    """
    return WardChart(
        [
            person("1981-05-17"),
            problem("Low back pain", "icd10cm M54.50", onset="2026-05-25"),
            problem("Left foot drop", "icd10cm M21.372", onset="2026-05-29", recorded="2026-06-12"),
            observed("Left ankle dorsiflexion power (MRC)", at="2026-06-17T09:00:00Z", valueString="2/5"),
            report(
                "MRI lumbar spine",
                "Left paracentral disc extrusion L4/5 with compression of the left L5 nerve root.",
                at="2026-06-15T17:00:00Z",
            ),
            order("Naproxen 500 mg tablet", on="2026-05-26"),
        ],
    )


def bilateral_sciatica() -> WardChart:
    """39-year-old man with sciatica of both legs and numb feet; bladder answered as normal."""
    return WardChart(
        [
            person("1987-06-30", "male"),
            problem("Bilateral sciatica", onset="2026-06-08", recorded="2026-06-10"),
            problem("Numbness of both feet", onset="2026-06-12"),
            problem("Weakness of right leg", onset="2026-06-12"),
            observed("Bladder function normal", at="2026-06-16", valueBoolean=True),
        ],
    )


def raised_ck_on_a_statin() -> WardChart:
    """66-year-old woman on rosuvastatin for two months: aching weak thighs, CK 1,240."""
    return WardChart(
        [
            person("1960-02-14"),
            problem("Proximal weakness, difficulty climbing stairs", onset="2026-05-20"),
            problem("Myalgia", "icd10cm M79.10", onset="2026-05-15"),
            lab("CREATINE KINASE, TOTAL", "2157-6", 1240, "U/L", "2026-06-11T09:12:00Z"),
            lab("TSH", "3016-3", 2.1, "mIU/L", "2026-06-11T09:12:00Z"),
            order("Rosuvastatin 20 mg oral tablet", on="2026-04-14"),
            order("Amlodipine 5 mg oral tablet", on="2022-04-14"),
        ],
    )


def low_b12_and_nitrous_oxide() -> WardChart:
    """24-year-old, sex not recorded: numb feet, unsteady, uses nitrous oxide; vitamin B12 90 ng/L."""
    return WardChart(
        [
            person("2002-01-20", "unknown"),
            problem("Numbness of both feet", onset="2026-05"),
            problem("Weakness of legs", onset="2026-05"),
            problem("Unsteady gait", "snomed 394616008", onset="2026-06-01"),
            problem("Recreational use of nitrous oxide", recorded="2026-06-16"),
            lab("Vitamin B12", "2132-9", 90, "ng/L", "2026-06-16"),
        ],
    )


def numb_and_weak_without_more() -> WardChart:
    """59-year-old woman: both legs weak and numb for a month, getting worse; nothing else is recorded."""
    return WardChart(
        [
            person("1967-01-01"),
            problem("Weakness of both legs, getting worse", onset="2026-05-15", recorded="2026-06-15"),
            problem("Numbness in both legs", onset="2026-05-15"),
        ],
    )


def hip_after_a_fall() -> WardChart:
    """97-year-old woman in a care home, fell in the night, cannot stand since, right hip pain."""
    return WardChart(
        [
            person("1929-02-02"),
            problem("Unable to bear weight", recorded="2026-06-17T07:30:00Z"),
            problem("Fall from bed", "icd10cm W06.XXXA", recorded="2026-06-17T07:30:00Z"),
            problem("Right hip pain", "icd10cm M25.551", recorded="2026-06-17T07:30:00Z"),
            problem("Dementia", "icd10cm F03.90", recorded="2018-01-01", on_list=True),
            *vitals("2026-06-17T07:20:00Z"),
        ],
    )


def spastic_legs_over_weeks() -> WardChart:
    """61-year-old man: stiff, weak legs for ten weeks, brisk reflexes, extensor plantars, clumsy hands."""
    return WardChart(
        [
            person("1965-06-06", "male"),
            problem(
                "Weakness and stiffness in both legs, worsening", onset="2026-04-08", recorded="2026-06-15"
            ),
            observed("Knee reflexes", at="2026-06-15", valueString="brisk"),
            observed("Babinski sign", at="2026-06-15", valueString="positive bilaterally"),
            problem("Clumsy hands", onset="2026-04"),
        ],
    )


def tia_yesterday() -> WardChart:
    """70-year-old man: right leg and face weak for twenty minutes yesterday, gone since."""
    return WardChart(
        [
            person("1956-02-02", "male"),
            problem(
                "Weakness of right leg",
                onset="2026-06-16T18:10:00Z",
                status="resolved",
                abatementDateTime="2026-06-16T18:30:00Z",
            ),
            problem(
                "Right facial weakness",
                onset="2026-06-16T18:10:00Z",
                status="resolved",
                abatementDateTime="2026-06-16T18:30:00Z",
            ),
            problem("Transient ischaemic attack", "icd10cm G45.9", recorded="2026-06-16T20:00:00Z"),
        ],
    )


def myasthenia_with_double_vision() -> WardChart:
    """29-year-old woman: double vision, slurred speech in the evening, tired thighs; antibodies positive."""
    return WardChart(
        [
            person("1997-04-04"),
            problem("Diplopia", "icd10cm H53.2", onset="2026-05-10"),
            problem("Slurred speech in the evening", onset="2026-06-01"),
            problem("Fatigable weakness of legs", onset="2026-05-10", recorded="2026-06-10"),
            observed(
                "Acetylcholine receptor binding antibody",
                "loinc 11034-6",
                at="2026-06-14",
                category="laboratory",
                valueString="POSITIVE",
            ),
        ],
    )


def moderate_potassium_among_unread_parts() -> WardChart:
    """55-year-old man: generalised weakness, potassium 2.8 on a thiazide; CK in an odd unit, and the
    reports failed.
    """
    return WardChart(
        [
            person("1971-01-01", "male"),
            problem("Generalised weakness of legs", onset="2026-06-12", recorded="2026-06-16"),
            lab("Potassium level", "2823-3", 2.8, "mmol/L", "2026-06-16T16:45:00Z"),
            lab("CK", "2157-6", 14, "ukat per litre", "2026-06-16T16:45:00Z"),
            order("Indapamide 2.5 mg tablet", on="2026-04-01"),
        ],
        failed={
            "reports": {
                "resourceType": "OperationOutcome",
                "issue": [{"severity": "error", "code": "timeout", "diagnostics": "upstream timed out"}],
            }
        },
    )
