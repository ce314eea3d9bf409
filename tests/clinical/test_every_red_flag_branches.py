"""The alternatives of the rules with many: for each a patient who is flagged by it and by no other.

Taking an alternative out of red_flags.toml fails a test here. Left out are alternatives that another one
always meets, so that no patient can have them alone: in rf_mscc a sensory level as leg sign (it makes the
weakness strong), in rf_nm_respiratory breathlessness or a high CO2 beside a low measure (each with the same
disease is an alternative of its own).
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.clinical.bedside import (
    Resource,
    condition,
    exam,
    measured,
    on_problem_list,
    patient,
    procedure,
    red_flags,
    report,
    weakness,
)

Alternatives = Mapping[str, list[Resource]]


def breathless(since: str = "1 day") -> Resource:
    return condition("Shortness of breath", code="snomed 267036007", since=since)


def numb_feet(since: str = "4 days") -> Resource:
    return condition("Numbness of feet", since=since)


def nihss(item: str, score: int, code: str) -> Resource:
    return measured(item, score, "{score}", code=f"loinc {code}")


FORTY_HOURS = "40 hours"
LEFT_40_HOURS = weakness(of="left leg", since=FORTY_HOURS)
BOTH_5_HOURS = weakness(of="both legs", since="5 hours")
BOTH_5_DAYS = weakness(of="both legs", since="5 days")
BOTH_40_DAYS = weakness(of="both legs", since="40 days")
BOTH_100_DAYS = weakness(of="both legs", since="100 days")
LEFT_5_DAYS = weakness(of="left leg", since="5 days")
LEFT_40_DAYS = weakness(of="left leg", since="40 days")
OLD_LEFT_WEAKNESS = on_problem_list("Weakness of left leg", since="2 years")
GENERALISED = condition("Generalised weakness", since="5 days")
HEAVY_LEGS = condition("Heavy legs", since="5 days")
UNSTEADY = condition("Unsteady gait", since="5 days")
OVER_DAYS = condition("Leg weakness that came over days", since=None)
BACK_PAIN = condition("Low back pain", code="icd10cm M54.50", since="20 days")
THORACIC_PAIN = condition("Thoracic back pain", code="icd10cm M54.6", since="20 days")
SCIATICA = condition("Sciatica, left side", code="icd10cm M54.32", since="5 days")
BILATERAL_SCIATICA = condition("Pain down both legs", since="5 days")
RETENTION = condition("Urinary retention", code="snomed 267064002", since="1 day")
INCONTINENCE = condition("Urinary incontinence", code="snomed 165232002", since="1 day")
SOILING = condition("Faecal incontinence", code="snomed 72042002", since="1 day")
RESIDUAL = measured("Post-void residual", 350, "mL")
LAX_ANUS = exam("Reduced anal tone")
NO_JERKS = exam("Absent ankle jerks")
BRISK = exam("Brisk reflexes")
SENSORY_LEVEL = exam("Sensory level at T8")
APHASIA = exam("Aphasia")
FEVER = measured("Body temperature", 38.7, "Cel", code="loinc 8310-5")
# A diagnosis that stands for more than a day lowers the flag to a warning (policy.toml, known_recorded).
STROKE = condition("Cerebral infarction", code="icd10cm I63.9", since="20 hours")
GUILLAIN_BARRE = condition("Guillain-Barré syndrome", code="icd10cm G61.0", since="20 hours")
OLD_STROKE = on_problem_list("Sequelae of cerebral infarction", code="icd10cm I69.30", since="3 years")
NEUROPATHY = on_problem_list("Polyneuropathy", code="icd10cm G62.9", since="5 years")
STENOSIS = on_problem_list("Lumbar spinal stenosis", code="icd10cm M48.061", since="5 years")
MYASTHENIA = on_problem_list("Myasthenia gravis", code="icd10cm G70.00", since="5 years")
ALS = on_problem_list("Amyotrophic lateral sclerosis", code="icd10cm G12.21", since="3 years")
CIDP = on_problem_list("CIDP", code="icd10cm G61.81", since="3 years")
DUCHENNE = on_problem_list("Duchenne muscular dystrophy", code="icd10cm G71.01", since="7 years")
CANCER = condition("Breast cancer", code="icd10cm C50.919", since="2 years")
BONE_METASTASES = condition("Bone metastases", code="icd10cm C79.51", since="90 days")
OLD_WEAKNESS = on_problem_list("Weakness of both legs", since="2 years")
LOW_NIF = measured("Negative inspiratory force", -22, "cm[H2O]")
LOW_SATURATION = measured("SpO2", 89, "%", code="loinc 59408-5")

STROKE_ALTERNATIVES: Alternatives = {
    "onset timed within a day, with a brain sign": patient(BOTH_5_HOURS, APHASIA),
    "onset timed within a day, with facial weakness": patient(BOTH_5_HOURS, exam("Facial weakness")),
    "onset timed within a day, with slurred speech": patient(BOTH_5_HOURS, exam("Slurred speech")),
    "one leg, onset timed within a day": patient(weakness(of="left leg", since="5 hours")),
    "sudden, side not stated": patient(condition("Sudden leg weakness", since="5 hours")),
    "sudden within a week, with a brain sign": patient(
        condition("Sudden weakness of left leg", since="5 days"), exam("Left arm weakness")
    ),
    "hemiparesis within two days, both legs": patient(
        condition("Left hemiparesis", since=FORTY_HOURS), weakness(since=FORTY_HOURS)
    ),
    "leg and arm within two days": patient(LEFT_40_HOURS, exam("Left arm weakness")),
    "leg and face within two days": patient(LEFT_40_HOURS, exam("Ptosis"), exam("Facial weakness")),
    "leg and speech within two days": patient(LEFT_40_HOURS, APHASIA),
    "hemiparesis beside an old stroke, its time stated": patient(
        OLD_STROKE, condition("Right hemiparesis", since=FORTY_HOURS)
    ),
    "NIHSS": patient(condition("Leg weakness", since=FORTY_HOURS), nihss("NIHSS total", 3, "72089-6")),
    "NIHSS, left leg": patient(LEFT_40_HOURS, nihss("NIHSS motor leg left", 2, "70191-2")),
    "NIHSS, right leg": patient(
        weakness(of="right leg", since=FORTY_HOURS), nihss("NIHSS motor leg right", 2, "70968-3")
    ),
    "NIHSS beside an old stroke, getting worse": patient(
        OLD_STROKE,
        condition("Weakness of left leg, worse", since=None, recorded=FORTY_HOURS),
        nihss("NIHSS motor leg left", 2, "70191-2"),
    ),
    "NIHSS of both legs beside an old stroke, sudden": patient(
        OLD_STROKE,
        condition("Sudden weakness of both legs", since=None, recorded="1.2 hours"),
        nihss("NIHSS motor leg left", 2, "70191-2"),
        nihss("NIHSS motor leg right", 2, "70968-3"),
    ),
    "recorded stroke with new weakness": patient(STROKE, weakness(of="left leg", since="4 days")),
    "recorded stroke with a brain sign": patient(
        STROKE, weakness(of="left leg", since="100 days"), exam("Left arm weakness")
    ),
    "imaging: infarct": patient(LEFT_40_DAYS, report("CT head", "Acute infarct in the right ACA territory.")),
    "imaging: bleeding": patient(LEFT_40_DAYS, report("CT head", "Subdural haematoma on the right.")),
}

GBS_ALTERNATIVES: Alternatives = {
    "ascending": patient(condition("Ascending leg weakness", since="5 days")),
    "reflexes lost, legs weak": patient(condition("Leg weakness", since="5 days"), NO_JERKS),
    "reflexes lost, stairs hard": patient(condition("Difficulty climbing stairs", since="5 days"), NO_JERKS),
    "reflexes lost, cannot walk": patient(condition("Unable to walk", since="5 days"), NO_JERKS),
    "reflexes lost, numb": patient(GENERALISED, numb_feet("5 days"), NO_JERKS),
    "reflexes lost, getting worse": patient(
        condition("Generalised weakness, worse", since="5 days"), NO_JERKS
    ),
    "getting worse, undated": patient(condition("Weakness of both legs, worse", since=None), numb_feet()),
    "over days, undated": patient(condition("Weakness of both legs over days", since=None), numb_feet()),
    "recorded diagnosis": patient(BOTH_5_DAYS, GUILLAIN_BARRE),
    "recorded diagnosis, with upgoing toes": patient(
        BOTH_5_DAYS, NO_JERKS, exam("Extensor plantar responses"), GUILLAIN_BARRE
    ),
    "infection before, numb feet": patient(
        BOTH_5_DAYS,
        condition("Influenza", code="icd10cm J11.1", since="16 days", status="resolved"),
        numb_feet(),
    ),
} | {
    f"both legs worse, with {sign}": patient(
        condition("Weakness of both legs, worse", since="5 days"), *findings
    )
    for sign, findings in {
        "reflexes lost": (NO_JERKS,),
        "stocking numbness": (exam("Stocking distribution"),),
        "numb feet": (numb_feet(),),
        "an infection before": (condition("Gastroenteritis", code="icd10cm A09", since="16 days"),),
        "facial weakness": (exam("Facial weakness"),),
        "swallowing trouble": (condition("Dysphagia", since="1 day"),),
        "protein without cells in the CSF": (
            measured("CSF protein", 1.2, "g/L", code="loinc 2880-3"),
            measured("CSF white cells", 2, "/uL", code="loinc 26465-5"),
        ),
    }.items()
}

CES_ALTERNATIVES: Alternatives = {
    "imaging": patient(OLD_LEFT_WEAKNESS, report("MRI lumbar spine", "Compression of the cauda equina.")),
    "recorded diagnosis": patient(
        OLD_LEFT_WEAKNESS, condition("Cauda equina syndrome", code="icd10cm G83.4", since="20 hours")
    ),
    "saddle numbness": patient(OLD_LEFT_WEAKNESS, exam("Saddle numbness")),
    "new sexual dysfunction with sciatica of both legs": patient(
        BILATERAL_SCIATICA, condition("New erectile dysfunction", since="3 days"), gender="male"
    ),
    "retention in known stenosis": patient(STENOSIS, OLD_LEFT_WEAKNESS, RETENTION),
    "retention with back pain and older weakness": patient(
        BACK_PAIN, weakness(of="left leg", since="100 days"), RETENTION
    ),
    "retention with back pain and numb feet of a neuropathy": patient(
        NEUROPATHY, BRISK, BACK_PAIN, numb_feet("20 days"), RETENTION
    ),
    "retention with sciatica in paraplegia": patient(
        on_problem_list("Paraplegia", code="icd10cm G82.20", since="10 years"), SCIATICA, RETENTION
    ),
    "retention with sciatica of both legs in paraplegia": patient(
        on_problem_list("Paraplegia", code="icd10cm G82.20", since="10 years"), BILATERAL_SCIATICA, RETENTION
    ),
} | {
    f"{sign} with {beside}": patient(other, finding)
    for sign, finding in {
        "residual of 350 mL": RESIDUAL,
        "retention": RETENTION,
        "faecal incontinence": SOILING,
        "reduced anal tone": LAX_ANUS,
        "urinary incontinence": INCONTINENCE,
    }.items()
    for beside, other in {
        "sciatica": SCIATICA,
        "sciatica of both legs": BILATERAL_SCIATICA,
        "numb feet": numb_feet(),
        "new weakness": LEFT_5_DAYS,
    }.items()
}

CORD_ALTERNATIVES: Alternatives = {
    "sensory level": patient(LEFT_40_DAYS, SENSORY_LEVEL),
    "imaging: cord compression": patient(LEFT_40_DAYS, report("MRI whole spine", "Cord compression at T6.")),
    "recorded cord compression": patient(
        LEFT_40_DAYS, condition("Spinal cord compression", code="icd10cm G95.20", since="20 hours")
    ),
    "imaging: cord signal, onset within four weeks": patient(
        LEFT_5_DAYS, report("MRI whole spine", "T2 high signal in the cord at T4.")
    ),
    "imaging: cord signal, over days": patient(
        OVER_DAYS, report("MRI whole spine", "T2 high signal in the cord at T4.")
    ),
    "imaging: cord signal, sudden": patient(
        condition("Sudden weakness of left leg", since=None),
        report("MRI whole spine", "Cord infarction at T4."),
    ),
    "imaging: cord signal, bladder": patient(
        LEFT_40_DAYS, report("MRI whole spine", "T2 high signal in the cord at T4."), INCONTINENCE
    ),
    "both legs, brisk reflexes": patient(BOTH_5_DAYS, BRISK),
    "over days, brisk reflexes, side not stated": patient(OVER_DAYS, BRISK),
    "both legs, bladder, upgoing toes": patient(
        BOTH_40_DAYS, INCONTINENCE, exam("Extensor plantar responses")
    ),
    "both legs, bladder, thoracic pain": patient(BOTH_40_DAYS, INCONTINENCE, THORACIC_PAIN),
    "both legs, bladder, at once": patient(BOTH_5_HOURS, INCONTINENCE, exam("Facial weakness")),
    "both legs at once": patient(BOTH_5_HOURS),
    "both legs at once, cannot walk": patient(
        condition("Unable to walk, heaviness of both legs", since="5 hours"),
    ),
}

MSCC_ALTERNATIVES: Alternatives = {
    "bone metastases": patient(
        condition("Secondary deposit in vertebra", code="snomed 94602001", since="90 days"), LEFT_5_DAYS
    ),
    "heavy legs": patient(CANCER, HEAVY_LEGS, BACK_PAIN),
    "unsteady gait": patient(CANCER, UNSTEADY, numb_feet(), BACK_PAIN),
    "retention": patient(CANCER, GENERALISED, RETENTION),
    "bone metastases and back pain": patient(BONE_METASTASES, GENERALISED, BACK_PAIN),
    "bone metastases and thoracic pain": patient(BONE_METASTASES, GENERALISED, THORACIC_PAIN),
} | {
    f"weakness with {sign}": patient(CANCER, weak, *findings)
    for sign, weak, findings in (
        ("back pain", LEFT_5_DAYS, (BACK_PAIN,)),
        ("thoracic pain", LEFT_5_DAYS, (THORACIC_PAIN,)),
        ("sciatica", LEFT_5_DAYS, (SCIATICA,)),
        ("a sensory level", LEFT_5_DAYS, (SENSORY_LEVEL,)),
        ("retention", LEFT_5_DAYS, (RETENTION,)),
        (
            "imaging: metastasis",
            LEFT_5_DAYS,
            (report("MRI whole spine", "Vertebral metastases at T6 to T8."),),
        ),
        ("imaging: cord compression", LEFT_5_DAYS, (report("MRI whole spine", "Cord compression at T6."),)),
        ("brisk reflexes, both legs", BOTH_5_DAYS, (BRISK,)),
        ("numb feet, both legs", BOTH_5_DAYS, (numb_feet(),)),
        ("both legs worse", condition("Weakness of both legs, worse", since="40 days"), ()),
        ("both legs over days", condition("Weakness of both legs over days", since=None), ()),
    )
}

INFLAMED: Mapping[str, Resource] = {
    "CRP 30": measured("C-reactive protein", 30, "mg/L", code="loinc 1988-5"),
    "ESR 40": measured("ESR", 40, "mm/h", code="loinc 4537-7"),
    "white cells 14": measured("White cell count", 14, "10*9/L", code="loinc 6690-2"),
}
AT_RISK: Mapping[str, Resource] = {
    "spinal procedure": procedure("Epidural steroid injection"),
    "immunosuppression": on_problem_list("Kidney transplant", code="icd10cm Z94.0"),
    "diabetes": on_problem_list("Type 2 diabetes", code="icd10cm E11.9"),
}
SEA_ALTERNATIVES: Alternatives = {
    "imaging": patient(OLD_LEFT_WEAKNESS, report("MRI lumbar spine", "Discitis at L3/4.")),
    "recorded diagnosis": patient(
        OLD_LEFT_WEAKNESS, condition("Spinal epidural abscess", code="icd10cm G06.1", since="20 hours")
    ),
    "heavy legs": patient(HEAVY_LEGS, BACK_PAIN, FEVER),
    "numb feet": patient(UNSTEADY, numb_feet(), BACK_PAIN, FEVER),
    "retention": patient(GENERALISED, RETENTION, BACK_PAIN, FEVER),
    "thoracic pain": patient(LEFT_5_DAYS, THORACIC_PAIN, FEVER),
    "fever": patient(LEFT_5_DAYS, BACK_PAIN, FEVER),
    "injecting drug use": patient(LEFT_5_DAYS, BACK_PAIN, condition("Injects heroin", since="1 year")),
    "CRP 140": patient(
        LEFT_5_DAYS, BACK_PAIN, measured("C-reactive protein", 140, "mg/L", code="loinc 1988-5")
    ),
    "ESR 80": patient(LEFT_5_DAYS, BACK_PAIN, measured("ESR", 80, "mm/h", code="loinc 4537-7")),
} | {
    f"{risk} and {sign}": patient(LEFT_5_DAYS, BACK_PAIN, AT_RISK[risk], INFLAMED[sign])
    for risk in AT_RISK
    for sign in INFLAMED
}

RESPIRATORY_ALTERNATIVES: Alternatives = {
    "recorded myasthenic crisis": patient(
        OLD_WEAKNESS, condition("Myasthenic crisis", code="snomed 80976008", since="1 day")
    ),
    "low measure with new weakness": patient(ALS, weakness(since="10 days"), LOW_NIF),
    "low measure in myasthenia": patient(MYASTHENIA, OLD_WEAKNESS, LOW_NIF),
    "breathless with new weakness and double vision": patient(
        weakness(since="10 days"), condition("Double vision", since="10 days"), breathless()
    ),
    "breathless in recorded Guillain-Barré syndrome": patient(
        BOTH_100_DAYS,
        condition("Guillain-Barré syndrome", code="icd10cm G61.0", since="40 days"),
        breathless(),
    ),
    "breathless in an exacerbation": patient(
        BOTH_100_DAYS,
        condition("Myasthenia gravis exacerbation", code="icd10cm G70.01", since="1 day"),
        breathless(),
    ),
} | {
    f"{sign} in {name}": patient(known, OLD_WEAKNESS, finding)
    for name, known in {"myasthenia": MYASTHENIA, "ALS": ALS, "dystrophy": DUCHENNE, "CIDP": CIDP}.items()
    for sign, finding in {"breathless": breathless(), "SpO2 89 %": LOW_SATURATION}.items()
}

ALTERNATIVES: Mapping[str, Alternatives] = {
    "rf_stroke": STROKE_ALTERNATIVES,
    "rf_gbs": GBS_ALTERNATIVES,
    "rf_ces": CES_ALTERNATIVES,
    "rf_cord": CORD_ALTERNATIVES,
    "rf_mscc": MSCC_ALTERNATIVES,
    "rf_sea": SEA_ALTERNATIVES,
    "rf_nm_respiratory": RESPIRATORY_ALTERNATIVES,
}


@pytest.mark.parametrize(
    ("rule", "record"),
    [
        pytest.param(rule, record, id=f"{rule}: {name}")
        for rule, alternatives in ALTERNATIVES.items()
        for name, record in alternatives.items()
    ],
)
def test_each_alternative_of_a_rule_is_flagged_by_itself(rule: str, record: list[Resource]) -> None:
    assert red_flags(record).get(rule) == "critical"
