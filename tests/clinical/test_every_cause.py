"""Every cause of the differential: a patient in whom it is listed first, and what moves it down."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.clinical.bedside import (
    Entries,
    Resource,
    causes,
    condition,
    exam,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    on_problem_list,
    patient,
    procedure,
    report,
    weakness,
)


@dataclass(frozen=True)
class Listed:
    """A cause: the entries with which it is first, and how its strongest argument against moves it down."""

    first: Entries
    against: str
    """One of its evidence rows of the greatest strength against it, as the content words it."""
    base: Entries | None = None
    """Where it is first before that argument is recorded: `first`, unless a red flag would keep it first."""
    added: Entries = ()
    instead: Resource | None = None
    """The weakness with that argument in its words, for the first entry of the base."""
    age: int = 55
    age_then: int | None = None

    @property
    def before(self) -> list[Resource]:
        return patient(*(self.base or self.first), age=self.age)

    @property
    def after(self) -> list[Resource]:
        weak, *others = self.base or self.first
        return patient(self.instead or weak, *others, *self.added, age=self.age_then or self.age)


def nerve_study(conclusion: str) -> Resource:
    return report("EMG and nerve conduction study", conclusion, at="5 days")


def ck(value: float) -> Resource:
    return measured("Creatine kinase", value, "U/L", code="loinc 2157-6")


def tsh(value: float) -> Resource:
    return measured("TSH", value, "m[IU]/L", code="loinc 3016-3", at="5 days")


def potassium(value: float) -> Resource:
    return measured("Potassium", value, "mmol/L", code="loinc 2823-3")


LEGS_100_DAYS = condition("Leg weakness", since="100 days")
BOTH_100_DAYS = weakness(of="both legs", since="100 days")
BOTH_60_DAYS = weakness(of="both legs", since="60 days")
LEFT_3_DAYS = weakness(of="left leg", since="3 days")
LEFT_20_DAYS = weakness(of="left leg", since="20 days")
PROXIMAL = condition("Proximal leg weakness", since="60 days")
NO_JERKS = exam("Absent ankle jerks")
NO_PULSES = exam("Absent pedal pulses left")
BRISK = exam("Brisk reflexes")
FACE = exam("Facial weakness")
LEFT_ARM = exam("Left arm weakness")
SENSORY_LEVEL = exam("Sensory level at T8")
WASTING = exam("Muscle wasting of thigh")
LEG_PAIN = condition("Pain in left leg", since="10 days")
SORE_MUSCLES = condition("Muscle soreness of both thighs", since="1 day")
BACK_PAIN = condition("Low back pain", code="icd10cm M54.50", since="20 days")
SCIATICA = condition("Sciatica, left side", code="icd10cm M54.32", since="10 days")
RETENTION = condition("Urinary retention", code="snomed 267064002", since="1 day")
FEVER = measured("Body temperature", 38.7, "Cel", code="loinc 8310-5")
PAIN_9 = observation("Pain severity in left leg", code="loinc 72514-3", valueInteger=9)
APIXABAN = medicine("apixaban 5 mg tablet", code="rxnorm 1364430")
PEMBROLIZUMAB = medicine("pembrolizumab", code="rxnorm 1547545")
PREDNISOLONE = medicine("prednisolone 20 mg", code="rxnorm 8638", since="90 days")
ATORVASTATIN = medicine("atorvastatin 80 mg", code="rxnorm 83367")
BREAST_CANCER = condition("Breast cancer", code="icd10cm C50.919", since="2 years")
BONE_METASTASES = condition("Bone metastases", code="icd10cm C79.51", since="90 days")
DIABETES = on_problem_list("Type 2 diabetes", code="icd10cm E11.9")
MS = on_problem_list("Multiple sclerosis", code="icd10cm G35")
DUCHENNE = on_problem_list("Becker muscular dystrophy", code="icd10cm G71.01")
FLACCID_MYELITIS = condition("Acute flaccid myelitis", code="snomed 398102009", since="10 days")
NORMAL_SPINE = report("MRI whole spine", "No significant abnormality.")
INFLUENZA = condition("Influenza", code="icd10cm J11.1", since="15 days", status="resolved")
# A second cause that little speaks against, close behind: parkinsonism.
TREMOR = exam("Rest tremor")
UNSTEADY = condition("Unsteady gait", since="20 days")
FALLS = condition("Recurrent falls", since="20 days")
# As old as the weakness: a gait that became unsteady later is a weakness getting worse.
UNSTEADY_AS_LONG = condition("Unsteady gait", since="100 days")
FALLS_AS_LONG = condition("Recurrent falls", since="100 days")

CAUSES: Mapping[str, Listed] = {
    "acute_flaccid_myelitis": Listed(
        (LEFT_3_DAYS, exam("Absent left knee jerk"), INFLUENZA),
        "age_years > 30",
        base=(LEFT_20_DAYS, FLACCID_MYELITIS, TREMOR),
        age=14,
        age_then=45,
    ),
    "acute_limb_ischaemia": Listed(
        (LEFT_3_DAYS, NO_PULSES, exam("Left leg cold and pale")),
        "umn_signs",
        base=(LEFT_3_DAYS, NO_PULSES, TREMOR),
        added=(BRISK,),
    ),
    "als": Listed(
        (condition("Weakness of left leg, getting worse", since="150 days"), exam("Fasciculations"), WASTING),
        "stocking_glove",
        added=(exam("Stocking distribution"),),
    ),
    "b12_scd": Listed(
        (
            LEGS_100_DAYS,
            measured("Vitamin B12", 88, "pmol/L", code="loinc 2132-9", at="5 days"),
            UNSTEADY,
            condition("Sciatica", code="snomed 23056005", since="10 days"),
        ),
        "unilateral",
        instead=weakness(of="left leg", since="100 days"),
    ),
    "botulism": Listed(
        (
            condition("Generalised weakness", since="2 days"),
            condition("Double vision", since="2 days"),
            condition("Dysphagia", since="1 day"),
            condition("Ate home-canned food", since="3 days"),
        ),
        "umn_signs",
        base=(
            condition("Leg weakness", since="5 days"),
            condition("Ate home-canned food", since="6 days"),
            condition("Injects heroin", since="1 year"),
            condition("Dry mouth", since="5 days"),
            TREMOR,
        ),
        added=(BRISK,),
    ),
    "cauda_equina": Listed(
        (weakness(), loss_of_bladder_control()),
        'mri_spine_result in ["normal"]',
        base=(BOTH_100_DAYS, RETENTION, measured("Post-void residual", 350, "mL"), TREMOR),
        added=(NORMAL_SPINE,),
    ),
    "cidp": Listed(
        (BOTH_100_DAYS, nerve_study("Demyelinating polyneuropathy with conduction block."), NO_JERKS),
        "sensory_level",
        added=(SENSORY_LEVEL,),
    ),
    "cord_compression": Listed(
        (weakness(since="4 days"), BREAST_CANCER, BACK_PAIN),
        'mri_spine_result in ["normal"]',
        base=(BOTH_100_DAYS, BONE_METASTASES, BACK_PAIN, TREMOR),
        added=(NORMAL_SPINE,),
    ),
    "deconditioning": Listed(
        (
            condition("Generalised weakness", since="40 days"),
            condition("Prolonged bed rest", since="50 days"),
            condition("Difficulty climbing stairs", since="40 days"),
            TREMOR,
        ),
        "ck >= 1000",
        added=(ck(1400),),
        age=80,
    ),
    "degenerative_cervical_myelopathy": Listed(
        (BOTH_100_DAYS, BRISK, UNSTEADY_AS_LONG, TREMOR),
        "facial_weakness",
        added=(FACE,),
    ),
    "doms": Listed(
        (
            condition("Weakness of left leg", since="2 days"),
            condition("First gym session: unaccustomed exercise", since="3 days"),
            SORE_MUSCLES,
            TREMOR,
            UNSTEADY,
            FALLS,
        ),
        "umn_signs",
        added=(BRISK,),
    ),
    "femoral_neuropathy": Listed(
        (
            condition("Left quadriceps weakness", since="20 days"),
            APIXABAN,
            PAIN_9,
            exam("Absent left knee jerk"),
            condition("Numbness of left leg", since="20 days"),
        ),
        "arm_weakness",
        added=(LEFT_ARM,),
    ),
    "functional_weakness": Listed(
        (LEFT_20_DAYS, exam("Hoover's sign positive")),
        "ck >= 1000",
        added=(ck(1400),),
    ),
    "gbs": Listed(
        (weakness(since="5 days"), NO_JERKS),
        "(known_neuropathy or known_cidp) and not onset_age_days <= 28",
        base=(
            weakness(since="35 days"),
            NO_JERKS,
            condition("Gastroenteritis", code="icd10cm A09", since="45 days", status="resolved"),
            TREMOR,
            UNSTEADY_AS_LONG,
            FALLS_AS_LONG,
        ),
        added=(on_problem_list("Polyneuropathy", code="icd10cm G62.9"),),
    ),
    "hereditary_neuromuscular": Listed(
        (condition("Weakness of left leg, getting worse", since="40 days"), DUCHENNE, TREMOR),
        "rapid_progression",
        instead=condition("Weakness of left leg, getting worse", since="20 days"),
        age=30,
    ),
    "hip_fracture": Listed(
        (
            condition("Unable to bear weight", since="3 days"),
            condition("Hip injury", since="3.1 days"),
            condition("Hip pain", since="3 days"),
            TREMOR,
        ),
        "facial_weakness",
        added=(FACE,),
    ),
    "hyperkalaemic_weakness": Listed(
        (
            LEGS_100_DAYS,
            potassium(6.2),
            medicine("ramipril 10 mg", code="rxnorm 35296"),
            measured("Creatinine", 190, "umol/L", code="loinc 14682-9"),
        ),
        "umn_signs",
        added=(BRISK,),
    ),
    "hypokalaemic_paralysis": Listed(
        (LEGS_100_DAYS, potassium(2.7), medicine("furosemide 40 mg", code="rxnorm 4603")),
        "umn_signs",
        added=(BRISK,),
    ),
    "ici_neuromuscular": Listed(
        (
            condition("Proximal leg weakness", since="100 days"),
            PEMBROLIZUMAB,
            ck(1800),
            condition("Difficulty climbing stairs", since="20 days"),
            SORE_MUSCLES,
        ),
        "unilateral",
        instead=condition("Left proximal leg weakness", since="100 days"),
    ),
    "icu_acquired_weakness": Listed(
        (BOTH_60_DAYS, condition("ICU stay", since="80 days"), NO_JERKS, WASTING),
        "unilateral",
        instead=weakness(of="left leg", since="60 days"),
    ),
    "inflammatory_myopathy": Listed(
        (weakness(of="both thighs", since="60 days"), PROXIMAL, ck(2500), exam("Heliotrope rash")),
        "umn_signs",
        added=(BRISK,),
    ),
    "intracranial_mass": Listed(
        (
            condition("Left hemiparesis, getting worse", since="20 days"),
            report("CT head with contrast", "Mass in the right frontal lobe."),
        ),
        "reflexes_reduced",
        added=(NO_JERKS,),
    ),
    "lems": Listed(
        (
            condition("Proximal weakness of both legs", since="60 days"),
            NO_JERKS,
            condition("Dry mouth", since="60 days"),
            observation("VGCC antibody", code="loinc 31024-3", valueString="Positive"),
        ),
        "umn_signs",
        added=(exam("Extensor plantar responses"),),
    ),
    "lumbar_disc_radiculopathy": Listed(
        (LEFT_20_DAYS, SCIATICA, exam("Positive straight leg raise"), BACK_PAIN, TREMOR),
        "arm_weakness",
        added=(LEFT_ARM,),
    ),
    "lumbar_spinal_stenosis": Listed(
        (
            condition("Gradual weakness of left leg", since="40 days"),
            condition("Neurogenic claudication", since="90 days"),
            report("MRI lumbar spine", "Central canal narrowing at L4/5."),
            BACK_PAIN,
        ),
        "hemiparesis",
        instead=condition("Gradual left hemiparesis", since="40 days"),
        age=75,
    ),
    "lumbosacral_plexopathy": Listed(
        (
            condition("Left thigh weakness", since="30 days"),
            DIABETES,
            LEG_PAIN,
            condition("Unintentional weight loss", since="60 days"),
            WASTING,
            TREMOR,
        ),
        "umn_signs",
        added=(BRISK,),
    ),
    "multiple_sclerosis": Listed(
        (LEFT_20_DAYS, MS, TREMOR, UNSTEADY, FALLS),
        "reflexes_reduced",
        added=(NO_JERKS,),
        age=40,
    ),
    "muscle_strain_msk": Listed(
        (LEFT_20_DAYS, condition("Left hip pain", since="10 days")),
        "umn_signs",
        added=(BRISK,),
    ),
    "myasthenia_gravis": Listed(
        (condition("Leg weakness, fluctuates", since="30 days"), exam("Ptosis"), TREMOR),
        "umn_signs",
        added=(BRISK,),
    ),
    "nph": Listed(
        (
            LEFT_20_DAYS | {"code": {"text": "Leg weakness"}},
            UNSTEADY,
            condition("Dementia", code="icd10cm F03.90", since="1 year"),
            report("CT head", "Ventriculomegaly out of proportion to atrophy.", at="20 days"),
            FALLS,
        ),
        "onset_sudden",
        instead=condition("Sudden leg weakness", since="20 days"),
        age=75,
    ),
    "other_electrolyte": Listed(
        (LEGS_100_DAYS, measured("Sodium", 114, "mmol/L", code="loinc 2951-2")),
        "unilateral",
        instead=weakness(of="left leg", since="100 days"),
    ),
    "pad_claudication": Listed(
        (
            LEFT_20_DAYS,
            on_problem_list("Peripheral arterial disease", code="icd10cm I73.9"),
            condition("Intermittent claudication", since="1 year"),
            TREMOR,
            UNSTEADY,
            FALLS,
        ),
        "umn_signs",
        added=(BRISK,),
    ),
    "parkinsonism": Listed(
        (condition("Leg weakness", since="20 days"), TREMOR, UNSTEADY),
        "onset_sudden",
        instead=condition("Sudden leg weakness", since="20 days"),
    ),
    "peripheral_neuropathy": Listed(
        (weakness(of="both ankles", since="100 days"), exam("Stocking distribution"), DIABETES),
        "umn_signs",
        added=(BRISK,),
    ),
    "peroneal_neuropathy": Listed(
        (condition("Left foot drop", code="snomed 6077001", since="20 days"),),
        "arm_weakness",
        added=(LEFT_ARM,),
    ),
    "rhabdomyolysis": Listed(
        (weakness(), ck(8200)),
        "fluctuating_fatigable",
        base=(
            condition("Weakness of both legs", since="20 days"),
            ck(3400),
            SORE_MUSCLES,
            condition("Prolonged bed rest", since="25 days"),
        ),
        instead=condition("Weakness of both legs, fluctuates", since="20 days"),
    ),
    "spinal_cord_infarction": Listed(
        (weakness(since="5 hours"),),
        "onset_gradual",
        base=(
            weakness(since="5 hours"),
            SORE_MUSCLES,
            ck(1200),
            condition("Thoracic back pain", code="icd10cm M54.6", since="5 hours"),
            on_problem_list("Atrial fibrillation", code="icd10cm I48.91"),
        ),
        instead=condition("Gradual weakness of both legs", since="5 hours"),
    ),
    "spinal_epidural_abscess": Listed(
        (weakness(of="left leg", since="4 days"), BACK_PAIN, FEVER),
        'mri_spine_result in ["normal"]',
        base=(
            weakness(of="left leg", since="70 days"),
            BACK_PAIN,
            FEVER,
            condition("Injects heroin", since="1 year"),
            measured("C-reactive protein", 140, "mg/L", code="loinc 1988-5"),
            TREMOR,
        ),
        added=(NORMAL_SPINE,),
    ),
    "spinal_epidural_haematoma": Listed(
        (weakness(), APIXABAN, BACK_PAIN),
        'mri_spine_result in ["normal"]',
        base=(weakness(since="10 days"), APIXABAN, BACK_PAIN, procedure("Epidural steroid injection")),
        added=(NORMAL_SPINE,),
    ),
    "statin_myopathy": Listed(
        (PROXIMAL, ATORVASTATIN, ck(3400)),
        "umn_signs",
        added=(BRISK,),
    ),
    "steroid_myopathy": Listed(
        (PROXIMAL, PREDNISOLONE, condition("Difficulty climbing stairs", since="20 days")),
        "umn_signs",
        added=(BRISK,),
    ),
    "stroke": Listed(
        (condition("Sudden weakness of left leg and left arm", since="3 hours"),),
        "onset_gradual",
        base=(condition("Left hemiparesis", since="20 days"), TREMOR),
        instead=condition("Gradual left hemiparesis", since="20 days"),
    ),
    "stroke_mimic": Listed(
        (weakness(of="left leg"), measured("Capillary glucose", 2.2, "mmol/L", code="loinc 2339-0")),
        "bilateral",
        base=(
            condition("Leg weakness", since="20 days"),
            condition("Witnessed seizure", since="1 day"),
            tsh(30),
            SORE_MUSCLES,
        ),
        instead=weakness(of="both legs", since="20 days"),
    ),
    "thyroid_myopathy": Listed(
        (PROXIMAL, tsh(30), on_problem_list("Hypothyroidism", code="icd10cm E03.9")),
        "umn_signs",
        added=(BRISK,),
    ),
    "tia": Listed(
        (
            LEFT_3_DAYS,
            condition("Transient ischaemic attack", code="icd10cm G45.9", since="3 days"),
            tsh(30),
        ),
        "bilateral",
        instead=weakness(of="both legs", since="3 days"),
    ),
    "transverse_myelitis": Listed(
        (weakness(since="5 days"), SENSORY_LEVEL),
        "fluctuating_fatigable",
        base=(
            BOTH_60_DAYS,
            SENSORY_LEVEL,
            RETENTION,
            report("MRI whole spine", "T2 high signal in the cord from T4 to T8."),
            TREMOR,
            UNSTEADY,
        ),
        instead=condition("Weakness of both legs, fluctuates", since="60 days"),
    ),
    "viral_myositis_child": Listed(
        (
            condition("Leg weakness", since="35 days"),
            INFLUENZA | {"onsetDateTime": BOTH_60_DAYS["onsetDateTime"]},
            SORE_MUSCLES,
            LEG_PAIN,
            ck(600),
        ),
        "reflexes_reduced",
        added=(NO_JERKS,),
        age=8,
    ),
}


@cache
def content() -> dict[str, dict[str, Any]]:
    """The causes as a clinician reviews them, by id."""
    folder = Path(__file__).parents[2] / "cards" / "content" / "causes"
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.toml")}


def strongest_against(cause: str) -> set[str]:
    """The conditions of its evidence rows that speak against it most strongly."""
    rows = content()[cause]["evidence"]
    for strength in ("strong_against", "moderate_against", "weak_against"):
        if found := {" ".join(row["when"].split()) for row in rows if row["strength"] == strength}:
            return found
    return set()


def place(cause: str, record: list[Resource]) -> int:
    """Its place in the list of causes, from 1; behind all that there are when it is not listed."""
    listed = causes(record)
    return listed.index(cause) + 1 if cause in listed else len(CAUSES)


def each_cause() -> list[Any]:
    return [pytest.param(cause, listed, id=cause) for cause, listed in CAUSES.items()]


def test_every_cause_of_the_content_has_its_patients() -> None:
    assert CAUSES.keys() == content().keys()


@pytest.mark.parametrize(("cause", "listed"), each_cause())
def test_a_cause_is_listed_first(cause: str, listed: Listed) -> None:
    assert causes(patient(*listed.first, age=listed.age))[0] == cause


@pytest.mark.parametrize(("cause", "listed"), each_cause())
def test_the_strongest_argument_against_a_cause_moves_it_down(cause: str, listed: Listed) -> None:
    assert listed.against in strongest_against(cause)
    assert place(cause, listed.before) == 1
    assert place(cause, listed.after) > 1
