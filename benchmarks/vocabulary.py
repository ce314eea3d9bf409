"""What the generated charts speak of: everyday entries that the content does not name, and some that it does.

The codes of the second kind come from the content itself (cards/content/codes.csv). The words are invented.
"""

from __future__ import annotations

from dataclasses import dataclass

SCT = "http://snomed.info/sct"
LOINC = "http://loinc.org"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"


@dataclass(frozen=True, slots=True)
class Term:
    """Something with a code; in a chart's text it is called `text`."""

    system: str
    code: str
    display: str
    text: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A quantity as a laboratory or a ward reports it; its values lie between `low` and `high`."""

    term: Term
    unit: str
    low: float
    high: float
    category: str = "laboratory"


def _loinc(code: str, display: str, text: str) -> Term:
    return Term(LOINC, code, display, text)


def _sct(code: str, display: str) -> Term:
    return Term(SCT, code, display, display.rpartition(" (")[0] or display)


COMMON_MEASURES = (
    Measure(
        _loinc("718-7", "Hemoglobin [Mass/volume] in Blood", "Haemoglobin"), unit="g/dL", low=12, high=17
    ),
    Measure(
        _loinc("777-3", "Platelets [#/volume] in Blood by Automated count", "Platelets"),
        unit="10*3/uL",
        low=150,
        high=400,
    ),
    Measure(_loinc("787-2", "MCV [Entitic volume] by Automated count", "MCV"), unit="fL", low=80, high=100),
    Measure(
        _loinc("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "Haematocrit"),
        unit="%",
        low=36,
        high=50,
    ),
    Measure(
        _loinc("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "ALT"),
        unit="U/L",
        low=7,
        high=40,
    ),
    Measure(
        _loinc(
            "6768-6",
            "Alkaline phosphatase [Enzymatic activity/volume] in Serum or Plasma",
            "Alk. phosphatase",
        ),
        unit="U/L",
        low=30,
        high=120,
    ),
    Measure(
        _loinc("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "Bilirubin"),
        unit="mg/dL",
        low=0.2,
        high=1.2,
    ),
    Measure(
        _loinc("2075-0", "Chloride [Moles/volume] in Serum or Plasma", "Chloride"),
        unit="mmol/L",
        low=96,
        high=106,
    ),
    Measure(
        _loinc("2028-9", "Carbon dioxide, total [Moles/volume] in Serum or Plasma", "Bicarbonate"),
        unit="mmol/L",
        low=22,
        high=29,
    ),
    Measure(
        _loinc("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma", "Urea nitrogen"),
        unit="mg/dL",
        low=7,
        high=20,
    ),
    Measure(
        _loinc("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "Total cholesterol"),
        unit="mg/dL",
        low=120,
        high=200,
    ),
    Measure(
        _loinc("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma", "Triglycerides"),
        unit="mg/dL",
        low=50,
        high=150,
    ),
    Measure(
        _loinc("2276-4", "Ferritin [Mass/volume] in Serum or Plasma", "Ferritin"),
        unit="ng/mL",
        low=20,
        high=250,
    ),
    Measure(
        _loinc("8480-6", "Systolic blood pressure", "Systolic blood pressure"),
        unit="mm[Hg]",
        low=100,
        high=140,
        category="vital-signs",
    ),
    Measure(
        _loinc("8462-4", "Diastolic blood pressure", "Diastolic blood pressure"),
        unit="mm[Hg]",
        low=60,
        high=90,
        category="vital-signs",
    ),
    Measure(
        _loinc("8867-4", "Heart rate", "Heart rate"), unit="/min", low=55, high=95, category="vital-signs"
    ),
    Measure(
        _loinc("8302-2", "Body height", "Body height"), unit="cm", low=150, high=190, category="vital-signs"
    ),
    Measure(
        _loinc("39156-5", "Body mass index (BMI) [Ratio]", "Body mass index"),
        unit="kg/m2",
        low=19,
        high=31,
        category="vital-signs",
    ),
)

COMMON_CONDITIONS = (
    _sct("38341003", "Hypertensive disorder, systemic arterial (disorder)"),
    _sct("55822004", "Hyperlipidemia (disorder)"),
    _sct("195967001", "Asthma (disorder)"),
    _sct("43116000", "Eczema (disorder)"),
    _sct("61582004", "Allergic rhinitis (disorder)"),
    _sct("235595009", "Gastroesophageal reflux disease (disorder)"),
    _sct("193570009", "Cataract (disorder)"),
    _sct("57190000", "Myopia (disorder)"),
    _sct("65363002", "Otitis media (disorder)"),
    _sct("11381005", "Acne (disorder)"),
    _sct("37796009", "Migraine (disorder)"),
    _sct("70153002", "Hemorrhoids (disorder)"),
)

COMMON_PROCEDURES = (
    _sct("80146002", "Excision of appendix (procedure)"),
    _sct("73761001", "Colonoscopy (procedure)"),
    _sct("55162003", "Tooth extraction (procedure)"),
    _sct("54885007", "Extraction of cataract (procedure)"),
    _sct("71651007", "Mammography (procedure)"),
    _sct("29303009", "Electrocardiographic procedure (procedure)"),
    _sct("399208008", "Plain X-ray of chest (procedure)"),
    _sct("127783003", "Spirometry (procedure)"),
    _sct("430193006", "Medication reconciliation (procedure)"),
)

COMMON_MEDICATIONS = (
    Term(RXNORM, "197361", "amlodipine 5 MG Oral Tablet", "Amlodipine 5 mg tablet"),
    Term(RXNORM, "313782", "acetaminophen 325 MG Oral Tablet", "Paracetamol 325 mg tablet"),
    Term(RXNORM, "308191", "amoxicillin 500 MG Oral Capsule", "Amoxicillin 500 mg capsule"),
    Term(RXNORM, "310965", "ibuprofen 200 MG Oral Tablet", "Ibuprofen 200 mg tablet"),
    Term(RXNORM, "1014678", "cetirizine hydrochloride 10 MG Oral Tablet", "Cetirizine 10 mg tablet"),
    Term(RXNORM, "849574", "naproxen sodium 220 MG Oral Tablet", "Naproxen 220 mg tablet"),
)

COMMON_VACCINES = (
    Term(CVX, "140", "Influenza, split virus, trivalent, PF", "Influenza vaccine"),
    Term(CVX, "113", "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed", "Td vaccine"),
    Term(CVX, "33", "pneumococcal polysaccharide PPV23", "Pneumococcal vaccine"),
    Term(CVX, "121", "zoster live", "Zoster vaccine"),
    Term(CVX, "43", "Hep B, adult", "Hepatitis B vaccine"),
)

COMMON_REPORTS = (
    _loinc("58410-2", "CBC panel - Blood by Automated count", "Full blood count"),
    _loinc("24323-8", "Comprehensive metabolic 2000 panel - Serum or Plasma", "Metabolic panel"),
    _loinc("57698-3", "Lipid panel with direct LDL - Serum or Plasma", "Lipid panel"),
    _loinc("24356-8", "Urinalysis complete panel - Urine", "Urinalysis"),
)

VISITS = (
    _sct("185349003", "Encounter for check up (procedure)"),
    _sct("185345009", "Encounter for symptom (procedure)"),
    _sct("390906007", "Follow-up encounter (procedure)"),
    _sct("11429006", "Consultation (procedure)"),
)
VISIT_REASONS = (
    "Yearly review",
    "Blood pressure check",
    "Repeat prescription",
    "Cough for a week",
    "Skin rash",
    "Ear ache",
    "Travel advice",
    "Seasonal immunisation",
)

CONTENT_MEASURES = (
    ("cs_k", "mmol/L", 3.6, 4.9, "laboratory"),
    ("cs_na", "mmol/L", 136, 144, "laboratory"),
    ("cs_creatinine", "mg/dL", 0.6, 1.1, "laboratory"),
    ("cs_glucose", "mg/dL", 80, 130, "laboratory"),
    ("cs_hba1c", "%", 5.2, 6.9, "laboratory"),
    ("cs_tsh", "m[IU]/L", 0.6, 3.9, "laboratory"),
    ("cs_b12", "pg/mL", 250, 800, "laboratory"),
    ("cs_ck", "U/L", 40, 180, "laboratory"),
    ("cs_temp", "Cel", 36.2, 37.2, "vital-signs"),
    ("cs_spo2", "%", 95, 99, "vital-signs"),
    ("cs_weight", "kg", 60, 90, "vital-signs"),
)
"""Concepts of the content that are measured; unit and range are those of the first LOINC code of each."""

CONTENT_CONDITIONS = (
    "cs_leg_weakness",
    "cs_dx_neuropathy",
    "cs_numbness_leg",
    "cs_back_pain",
    "cs_leg_pain",
    "cs_falls",
    "cs_gait_difficulty",
)
ABOUT_WEAKNESS = frozenset({"cs_leg_weakness", "cs_numbness_leg", "cs_falls", "cs_gait_difficulty"})
"""Those that a quiet chart does not hold."""
CONTENT_MEDICATIONS = ("cs_rx_statin", "cs_rx_steroid", "cs_rx_b12_lowering")
CONTENT_REPORTS = ("cs_mri_spine",)
CONTENT_VACCINES = ("cs_vaccination",)

TEXTS_OF_CONDITIONS = (
    "Both legs weak after long walks",
    "No weakness of the legs",
    "Numb feet at night",
    "Low back pain, worse on bending",
    "Father had a stroke",
    "Hay fever in spring",
    "Dry skin of both hands",
    "Trouble sleeping",
    "Tooth ache, seen by the dentist",
    "Reading glasses",
)
TEXTS_ABOUT_WEAKNESS = frozenset({"Both legs weak after long walks", "Numb feet at night"})
"""Those that a quiet chart does not hold."""
TEXTS_OF_MEASURES = ("Peak flow", "Steps per day", "Waist circumference", "Units of alcohol per week")
TEXTS_OF_MEDICATIONS = ("Simvastatin 20 mg at night", "Vitamin D drops", "Hand cream as needed")
TEXTS_OF_PROCEDURES = ("Ear syringing", "Removal of stitches", "Physiotherapy for the knee")
