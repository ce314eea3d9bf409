"""The types of resources, each with the members that are read of it, so that a call is decoded at once.

A resource that does not fit (a type that nobody expects, a member twice) is decoded by itself, see
`cds_service.prefetch`; what is read of it is the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from cds_service.evidence.thin import Part, shape

_ALL = "id contained status code subject patient focus encounter context note"
_VALUE = (
    "value_quantity value_codeable_concept value_string value_boolean value_integer value_decimal "
    "value_range value_coding value_date_time value_date value_period data_absent_reason "
    "interpretation reference_range"
)
_EFFECTIVE = "effective_date_time effective_period effective_instant effective_timing issued"
_MEDICATION = (
    "intent medication_codeable_concept medication_reference medication authored_on dosage_instruction "
    "dosage dispense_request do_not_perform effective_date_time effective_period date_asserted"
)
_READ: Mapping[str, str] = {
    "Patient": "gender birth_date deceased_boolean deceased_date_time",
    "Condition": (
        "clinical_status verification_status category severity body_site onset_date_time onset_age "
        "onset_period onset_range onset_string abatement_date_time abatement_age abatement_period "
        "abatement_range abatement_string abatement_boolean recorded_date asserted_date"
    ),
    "Observation": f"{_EFFECTIVE} {_VALUE} body_site component",
    "QuestionnaireResponse": "questionnaire authored item",
    "DiagnosticReport": f"{_EFFECTIVE} result conclusion conclusion_code",
    "MedicationRequest": _MEDICATION,
    "MedicationStatement": _MEDICATION,
    "MedicationAdministration": _MEDICATION,
    "Medication": "ingredient",
    "Procedure": "performed_date_time performed_period performed_string body_site",
    "Immunization": "vaccine_code occurrence_date_time occurrence_string",
    "Encounter": "class_ period reason_code reason reason_reference diagnosis location",
}
_PASSED_OVER = (
    "Account AdverseEvent AllergyIntolerance Appointment BodyStructure CarePlan CareTeam Claim "
    "ClinicalImpression Communication CommunicationRequest Composition Consent Coverage Device DeviceRequest "
    "DeviceUseStatement DocumentReference EpisodeOfCare ExplanationOfBenefit FamilyMemberHistory Flag Goal "
    "Group ImagingStudy ImmunizationRecommendation List Location MedicationDispense NutritionOrder "
    "Organization Practitioner PractitionerRole Provenance Questionnaire RelatedPerson RequestGroup "
    "RiskAssessment Schedule ServiceRequest Slot Specimen SupplyDelivery Task VisionPrescription"
)


def _shape(kind: str, members: str) -> type[Part]:
    return shape(kind, members.split(), tag_field="resourceType", tag=kind, namespace={"resource_type": kind})


SHAPES: Mapping[str, type[Part]] = {
    **{kind: _shape(kind, f"{_ALL} {members}") for kind, members in _READ.items()},
    **{kind: _shape(kind, "id") for kind in _PASSED_OVER.split()},
}
"""By resource type; those that never count have an id only."""
