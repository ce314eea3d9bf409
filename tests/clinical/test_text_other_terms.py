"""Longer terms of problem lists that hold a short phrase of the content and mean something else.

Most are titles of ICD-10-CM, which a chart carries as the text of codes that the content does not know.
"""

from __future__ import annotations

import pytest

from tests.clinical.bedside import cards_for, condition, patient, red_flags, weakness
from tests.clinical.wordings import counts, pairs

NOT_THERE = {
    "cs_infection_gi": """
        Gastro-oesophageal reflux disease | Gastro-esophageal reflux disease without esophagitis | GORD |
        gastro clinic | Gastroscopy | Gastroparesis | Gastrostomy | Gastro-intestinal bleed |
        Upper gastro-intestinal endoscopy | Gastro-duodenal ulcer | referral to gastro | under gastro |
        Gastro registrar review | omeprazole gastro-resistant | Crohn's disease [regional enteritis] |
        Functional diarrhea | Bile acid diarrhoea | Diarrhea, chronic | Eosinophilic gastroenteritis |
        Radiation enteritis
    """,
    "cs_infection_resp": """
        Contact with and (suspected) exposure to COVID-19 | COVID-19 exposure | Exposure to influenza |
        Contact with COVID-19 | Unvaccinated for COVID-19 | Underimmunization for COVID-19 status |
        Long COVID | Post-COVID-19 syndrome | Chronic sinusitis | Chronic frontal sinusitis |
        Simple chronic bronchitis | Chronic tonsillitis | Cryptogenic organizing pneumonia |
        Idiopathic interstitial pneumonia | Chronic serous otitis media, left ear |
        Poisoning by other anti-common-cold drugs, assault
    """,
    "cs_infection_other": """
        Contact with and (suspected) exposure to Zika virus | Congenital cytomegalovirus infection
    """,
    "cs_hemisensory_neglect": """
        Adult neglect or abandonment, confirmed | Adult and child abuse, neglect and other maltreatment |
        Female partner, perpetrator of maltreatment and neglect | Parental neglect | Dental neglect |
        ADHD, inattention type
    """,
    "cs_spinal_procedure": """
        Epidural hemorrhage without loss of consciousness | Epidural haemorrhage | Epidural metastasis |
        Epidural lipomatosis | Epidural fibrosis | Failed back surgery syndrome |
        Post-laminectomy syndrome | Raised LP(a) | Awaiting microdiscectomy
    """,
    "cs_limb_weakness": """
        Paralysis of vocal cords and larynx, unilateral | Vocal fold paralysis | Paralysis of diaphragm |
        Phrenic nerve paralysis due to birth injury | Erb's paralysis | General paresis |
        Paresis of accommodation, bilateral | Gaze paresis | Paralysis agitans | Paralysis of bladder
    """,
    "cs_trauma": """
        Poisoning by penicillins, assault, initial encounter | Atypical femoral fracture | RTC 3/12 |
        Toxic effect of other seafood, assault
    """,
    "cs_cancer": """
        Unspecified malignant neoplasm of skin of nose | Metabolic syndrome (MetS) |
        Other specified malignant neoplasm of skin of eyelid |
        Melanoma in situ of eyelid | Elevated cancer antigen 125 [CA 125] | Cancer phobia |
        Genetic susceptibility to malignant neoplasm of breast | Non-melanoma skin cancer |
        >4 METS
    """,
    "cs_immunosuppression": """
        Retinal detachment with retinal dialysis, left eye | Exposure to HIV | HIV counselling |
        Contact with and (suspected) exposure to human immunodeficiency virus [HIV] |
        Encounter for HIV pre-exposure prophylaxis | Renal transplant donor | Awaiting kidney transplant
    """,
    "cs_dx_stroke": """
        Acute infarction of small intestine | Diffuse acute infarction of large intestine |
        Acute infarction of spinal cord | Aphasia following cerebral infarction | Silent cerebral infarction |
        Facial weakness following nontraumatic intracerebral hemorrhage | Eye stroke | Stroke awareness
    """,
    "cs_dx_ces": """
        Other congenital cauda equina malformations | Ependymoma of cauda equina | CES depression score
    """,
    "cs_urinary_incontinence": "Infection of incontinent external stoma of urinary tract",
    "cs_leg_swelling_tense": "Orbital compartment syndrome | Chronic exertional compartment syndrome",
    "cs_dx_afm": "Osteopathy after poliomyelitis, lower leg",
    "cs_numbness_any": "Anesthesia and hypoesthesia of cornea",
    "cs_dx_longstanding_paralysis": """
        Spina bifida occulta | Maternal care for (suspected) damage in fetus, spina bifida
    """,
    "cs_tetraparesis": "Functional quadriplegia",
    "cs_ptosis_diplopia": "Ptosis of breast",
    "cs_falls": "Fall in eGFR | Fall in platelet count",
}

THERE = {
    "cs_infection_gi": """
        gastro | gastro 2/52 ago | viral gastro | had gastro last week | diarrhoea, seen by gastro |
        gastroenteritis, GORD | Gastro-oesophageal reflux disease, diarrhoea since Monday
    """,
    "cs_infection_resp": """
        COVID-19 | flu 3 weeks ago | pneumonia | sinusitis | chest infection on chronic bronchitis |
        acute bronchitis | chronic sinusitis, flu last week
    """,
    "cs_hemisensory_neglect": "left neglect | hemispatial neglect | left-sided neglect | inattention left",
    "cs_spinal_procedure": "epidural 3 days ago | epidural injection | LP yesterday | epidural in labour",
    "cs_limb_weakness": """
        paralysis | generalised weakness with gaze paresis | limb weakness and diaphragmatic paralysis |
        muscle weakness, general paresis
    """,
    "cs_trauma": """
        Assault | Victim of assault | assault by partner | Head injury, assault | RTC last night | RTC
    """,
    "cs_cancer": """
        Malignant melanoma of skin | melanoma | breast cancer | malignant neoplasm of breast |
        melanoma in situ 2019, now lung cancer
    """,
    "cs_immunosuppression": """
        HIV | renal dialysis | Kidney transplant rejection | Complications of liver transplant
    """,
    "cs_dx_stroke": """
        cerebral infarction | acute infarction | acute infarction in MCA territory | stroke with aphasia |
        left leg weakness following stroke
    """,
    "cs_dx_stroke_old": """
        Aphasia following cerebral infarction | Silent cerebral infarction | Stroke survivor |
        Facial weakness following unspecified cerebrovascular disease
    """,
    "cs_dx_cord_infarct": "Acute infarction of spinal cord (embolic) (nonembolic)",
    "cs_dx_ces": "cauda equina | ?CES | Injury of cauda equina",
    "cs_urinary_incontinence": "incontinent | urinary incontinence",
    "cs_leg_swelling_tense": "compartment syndrome | acute compartment syndrome",
    "cs_dx_longstanding_paralysis": "spina bifida | Spina bifida with hydrocephalus",
    "cs_tetraparesis": "quadriplegia",
    "cs_falls": "fall in bathroom | fall",
}


@pytest.mark.parametrize(("concept", "text"), pairs(NOT_THERE))
def test_a_longer_term_that_means_something_else_is_not_the_finding(concept: str, text: str) -> None:
    assert not counts(text, concept)


@pytest.mark.parametrize(("concept", "text"), pairs(THERE))
def test_the_finding_itself_and_what_stands_beside_another_term_are_read(concept: str, text: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize("entry", ["Gastro-oesophageal reflux disease", "Exposure to COVID-19"])
def test_reflux_or_an_exposure_before_weakness_and_numbness_is_no_infection(entry: str) -> None:
    """An infection before the weakness is what brings the warning of Guillain-Barré syndrome."""

    def record(before: str) -> list[dict[str, object]]:
        return patient(
            weakness(since="5 days"),
            condition("Numb feet", since="5 days"),
            condition(before, since="20 days"),
        )

    assert "rf_gbs" in red_flags(record("Gastroenteritis"))
    assert "rf_gbs" not in red_flags(record(entry))


@pytest.mark.parametrize(("seventh", "flagged"), [("A", True), ("D", False), ("S", False)])
def test_only_the_fracture_itself_is_a_hip_fracture(seventh: str, flagged: bool) -> None:
    """ICD-10-CM: D is a later visit, S a late effect; their titles name the fracture too."""
    fracture = condition(
        "Displaced intertrochanteric fracture of left femur",
        code=f"icd10cm S72.142{seventh}",
        since=None,
        recorded="1 day",
    )
    weak = weakness("left leg", since="1 day")
    record = patient(condition("Unable to walk", since="1 day"), weak, fracture)
    assert ("rf_cannot_bear_weight" in red_flags(record)) is flagged


def test_late_effects_of_a_stroke_are_not_an_acute_stroke() -> None:
    record = patient(weakness("left leg", since="2 days"), condition("Aphasia following cerebral infarction"))
    assert "rf_stroke" not in red_flags(record)
    assert cards_for(record)
