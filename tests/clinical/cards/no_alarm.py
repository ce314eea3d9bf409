"""Charts without a red flag: causes in order, ties, long lists, and little to go by."""

from __future__ import annotations

from tests.clinical.cards.ward import (
    WardChart,
    lab,
    observed,
    order,
    person,
    problem,
    questionnaire,
    vitals,
)


def diabetic_with_long_lists() -> WardChart:
    """72-year-old man, diabetic: heavy weak legs on walking, numb feet, many problems, many medicines."""
    others = (
        ("Essential hypertension", "icd10cm I10"),
        ("Mixed hyperlipidemia", "icd10cm E78.2"),
        ("Obesity, unspecified", "icd10cm E66.9"),
        ("Obstructive sleep apnea", "icd10cm G47.33"),
        ("Osteoarthritis of knee", "icd10cm M17.9"),
        ("Gastroesophageal reflux disease without esophagitis", "icd10cm K21.9"),
    )
    return WardChart(
        [
            person("1954-01-15", "male"),
            problem("Weakness of both lower limbs", onset="2026-05-02", recorded="2026-06-17"),
            problem("Numbness of both feet", onset="2025-10"),
            problem("Neurogenic claudication", onset="2026-02"),
            problem(
                "Spinal stenosis of lumbar region", "icd10cm M48.061", recorded="2021-02-10", on_list=True
            ),
            problem(
                "Type 2 diabetes mellitus with diabetic polyneuropathy",
                "icd10cm E11.42",
                recorded="2019-05-01",
                on_list=True,
            ),
            problem("Peripheral arterial disease", "icd10cm I73.9", recorded="2020-07-07", on_list=True),
            problem("Parkinson disease", "icd10cm G20", recorded="2024-04-04", on_list=True),
            *(problem(text, code, recorded="2015-01-01", on_list=True) for text, code in others),
            lab("Hemoglobin A1c/Hemoglobin.total in Blood", "4548-4", 8.9, "%", "2026-06-02"),
            lab(
                "Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma",
                "2132-9",
                240,
                "pg/mL",
                "2026-06-02",
            ),
            order("Metformin 1000 mg", on="2016-01-01"),
            order("Atorvastatin 80 mg", on="2016-01-01"),
            order("Prednisone 10 mg", on="2026-01-01"),
            order("Carbidopa/levodopa 25/100 mg", on="2024-05-01"),
            *vitals("2026-06-17T09:00:00Z"),
        ],
    )


def painless_foot_drop() -> WardChart:
    """50-year-old woman: right foot drop for two months without pain; nothing else recorded."""
    return WardChart(
        [person("1976-03-03"), problem("Right foot drop", onset="2026-04-10", recorded="2026-06-10")],
    )


def sore_after_exercise() -> WardChart:
    """27-year-old man: sore, weak thighs two days after a first marathon; CK 480."""
    return WardChart(
        [
            person("1999-02-02", "male"),
            problem("Weakness of both thighs with soreness", onset="2026-06-15"),
            problem("Muscle soreness both thighs", onset="2026-06-15"),
            observed(
                "Ran a marathon, unaccustomed exercise",
                at="2026-06-14",
                category="social-history",
                valueBoolean=True,
            ),
            lab("CK", "2157-6", 480, "U/L", "2026-06-16"),
            observed("Tendon reflexes normal", at="2026-06-16", valueBoolean=True),
        ],
    )


def little_recorded() -> WardChart:
    """64-year-old woman: 'leg weakness' on the visit of last week, and nothing more."""
    return WardChart(
        [person("1962-04-04"), problem("Leg weakness", "snomed 102568007", recorded="2026-06-10")],
    )


def frail_after_a_long_stay() -> WardChart:
    """86-year-old man, two months after intensive care: weak legs, slow walking, slow to rise; thin."""
    return WardChart(
        [
            person("1940-05-05", "male"),
            problem(
                "Generalized muscle weakness", "icd10cm M62.81", recorded="2026-06-01", onset="2026-04-20"
            ),
            problem("Difficulty rising from chair", onset="2026-05"),
            problem("Muscle wasting", "icd10cm M62.50", recorded="2026-06-01"),
            problem("Prolonged bed rest", recorded="2026-04-02"),
            observed("Timed up and go", at="2026-06-10", valueQuantity={"value": 24, "unit": "s"}),
            observed("Gait speed", at="2026-06-10", valueQuantity={"value": 0.5, "unit": "m/s"}),
            order("Prednisolone 5 mg tablet", on="2025-11-01"),
        ],
    )


def german_ward() -> WardChart:
    """68-jährige Frau: Texte deutsch, Codes ICD-10-GM; Beinschwäche seit drei Wochen, Kribbeln in den
    Füßen.
    """
    return WardChart(
        [
            person("1958-01-01"),
            problem("Beinschwäche beidseits", "snomed 102568007", onset="2026-05-27", recorded="2026-06-16"),
            problem("Kribbelparästhesien Füße", "snomed 62507009", onset="2026-05-01"),
            problem("Diabetes mellitus, Typ 2", "icd10gm E11.90", recorded="2015-01-01", on_list=True),
            lab("Kreatinkinase (CK)", "2157-6", 95, "U/L", "2026-06-16T08:00:00+02:00"),
            lab("Kalium i.S.", "2823-3", 4.4, "mmol/l", "2026-06-16T08:00:00+02:00"),
        ],
    )


def spanish_ward() -> WardChart:
    """Varón de 76 años: debilidad de la pierna izquierda desde hace un mes, lumbalgia; textos en español."""
    return WardChart(
        [
            person("1950-01-01", "male"),
            problem(
                "Debilidad de pierna izquierda", "icd10cm R29.898", "snomed 102568007", onset="2026-05-16"
            ),
            problem("Lumbalgia", "icd10cm M54.50", onset="2026-04-16"),
            problem("Dolor ciático izquierdo", "icd10cm M54.32", onset="2026-05-16"),
        ],
    )


def labels_without_end() -> WardChart:
    """60-year-old man: imported labels in capitals, far too long, with asterisks and brackets."""
    long_name = (
        "PROGRESSIVE WEAKNESS OF LEFT LOWER EXTREMITY WITH GRADUAL ONSET, PER PATIENT REPORT AND FAMILY, SEE "
        "SCANNED DOCUMENT 4 OF 11 (ENCOUNTER 0000000) *IMPORTED*"
    )
    return WardChart(
        [
            person("1966-06-16", "male"),
            problem(long_name, onset="2026-02-01", recorded="2026-06-12"),
            problem("MUSCLE WASTING OF LEFT CALF [SEE NOTE]", recorded="2026-06-12"),
            problem("FASCICULATION OF MUSCLE <LEFT & RIGHT THIGH>", "snomed 82470000", recorded="2026-06-12"),
            observed("SENSORY EXAMINATION NORMAL", at="2026-06-12", valueBoolean=True),
        ],
    )


def rest_tremor() -> WardChart:
    """79-year-old woman: slow, shuffling, legs feel weak; parkinsonian signs, no report of power."""
    return WardChart(
        [
            person("1947-01-01"),
            problem("Legs feel weak", onset="2025-12", recorded="2026-06-09"),
            problem("Shuffling gait", onset="2025-12"),
            problem("Resting tremor", "snomed 25082004", recorded="2026-06-09"),
            problem("Recurrent falls", "icd10cm R29.6", recorded="2026-06-09"),
        ],
    )


def ms_with_new_weakness() -> WardChart:
    """38-year-old woman with multiple sclerosis: right leg worse for ten days, plantar extensor."""
    return WardChart(
        [
            person("1988-01-01"),
            problem("Multiple sclerosis", "icd10cm G35", recorded="2018-04-04", on_list=True),
            problem("Weakness of right leg, worse", onset="2026-06-07", recorded="2026-06-16"),
            observed("Right plantar response", at="2026-06-16", valueString="extensor"),
            order("Ocrelizumab 600 mg infusion", on="2026-02-02"),
        ],
    )


def newborn() -> WardChart:
    """9-day-old boy: the left leg does not move since birth."""
    return WardChart(
        [
            person("2026-06-08", "male"),
            problem("Left leg weakness, not moving since birth", onset="2026-06-08", recorded="2026-06-17"),
        ],
    )


def adolescent_after_flu() -> WardChart:
    """9-year-old boy: calf pain and refusal to walk two days after influenza, CK 2,600, reflexes present."""
    return WardChart(
        [
            person("2017-01-01", "male"),
            problem("Bilateral calf pain, myalgia", onset="2026-06-15"),
            problem("Refuses to walk, leg weakness", onset="2026-06-15", recorded="2026-06-16"),
            problem("Influenza", "icd10cm J11.1", onset="2026-06-09"),
            lab("CK", "2157-6", 2600, "U/L", "2026-06-16T12:00:00Z"),
            observed("Reflexes normal", at="2026-06-16T12:00:00Z", valueBoolean=True),
        ],
    )


def only_a_form() -> WardChart:
    """57-year-old woman, first visit: all there is is the questionnaire from the waiting room."""
    return WardChart(
        [
            person("1969-01-01"),
            questionnaire(
                "2026-06-17T09:00:00Z",
                {
                    "Weakness in your legs?": True,
                    "Did it start gradually?": True,
                    "Trouble climbing stairs?": True,
                    "Muscle pain?": "yes, both thighs",
                    "Loss of bladder control?": False,
                    "Numbness?": False,
                },
            ),
        ],
    )


def nothing_usable() -> WardChart:
    """40-year-old man with old leg weakness of known cause; the observations could not be had, so the
    check is incomplete.
    """
    return WardChart(
        [
            person("1986-01-01", "male"),
            problem("Multiple sclerosis", "icd10cm G35", recorded="2015-01-01", on_list=True),
            problem("Weakness of both legs", onset="2017-01-01", recorded="2017-01-01", on_list=True),
        ],
        failed={"observations": None},
    )


def three_old_diagnoses() -> WardChart:
    """80-year-old man: weak legs for five weeks, three old diagnoses that could each explain them and
    nothing that tells them apart.
    """
    return WardChart(
        [
            person("1946-01-01", "male"),
            problem("Weakness of both legs", onset="2026-05-10", recorded="2026-06-10"),
            problem("Peripheral neuropathy", "icd10cm G62.9", recorded="2022-01-01", on_list=True),
            problem("Lumbar spinal stenosis", "icd10cm M48.061", recorded="2021-03-01", on_list=True),
            problem("Peripheral arterial disease", "icd10cm I73.9", recorded="2020-09-01", on_list=True),
            *vitals("2026-06-10T09:00:00Z"),
        ],
    )


def two_old_diagnoses() -> WardChart:
    """63-year-old woman: weak legs for five weeks, neuropathy and spinal stenosis on the problem list."""
    return WardChart(
        [
            person("1963-01-01"),
            problem("Weakness of both legs", onset="2026-05-10", recorded="2026-06-10"),
            problem("Peripheral neuropathy", "icd10cm G62.9", recorded="2022-01-01", on_list=True),
            problem("Lumbar spinal stenosis", "icd10cm M48.061", recorded="2021-03-01", on_list=True),
        ],
    )


def steroid_and_statin() -> WardChart:
    """58-year-old woman: weak thighs for four weeks on prednisolone and atorvastatin, both since January."""
    return WardChart(
        [
            person("1968-01-01"),
            problem("Proximal weakness of legs", onset="2026-05-20", recorded="2026-06-10"),
            order("Prednisolone 20 mg tablet", on="2026-01-01"),
            order("Atorvastatin 20 mg tablet", on="2026-01-01"),
            lab("Body temperature", "8310-5", 98.1, "[degF]", "2026-06-10"),
        ],
    )
