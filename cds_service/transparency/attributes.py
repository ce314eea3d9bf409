"""The source attributes that a decision support intervention is asked for: 45 CFR 170.315(b)(11)(iv).

(A) has 13 for evidence-based interventions, (B) 31 in nine groups for predictive ones. What is said to each
stands in statement.toml.
"""

from __future__ import annotations

from collections.abc import Mapping

EVIDENCE_BASED: Mapping[str, str] = {
    "bibliographic_citation": "Bibliographic citation of the intervention",
    "developer": "Developer of the intervention: who turned research or guideline into logic",
    "funding_source": "Funding source of the technical implementation",
    "release_and_revision_dates": "Release and revision dates",
    "use_of_race": "Use of race",
    "use_of_ethnicity": "Use of ethnicity",
    "use_of_language": "Use of language",
    "use_of_sexual_orientation": "Use of sexual orientation",
    "use_of_gender_identity": "Use of gender identity",
    "use_of_sex": "Use of sex",
    "use_of_date_of_birth": "Use of date of birth",
    "use_of_social_determinants_of_health": "Use of social determinants of health data",
    "use_of_health_status_assessments": "Use of health status assessments data",
}
"""By key the title, in the order of the rule."""

PREDICTIVE: Mapping[str, Mapping[str, str]] = {
    "Details and output of the intervention": {
        "developer_name_and_contact": "Name and contact of the developer",
        "developer_funding_source": "Funding source of the technical implementation",
        "output_value": "Description of the value that is produced as an output",
        "output_type": "Prediction, classification, recommendation, evaluation, analysis or other",
    },
    "Purpose of the intervention": {
        "intended_use": "Intended use",
        "intended_patient_population": "Intended patient population",
        "intended_users": "Intended users",
        "intended_decision_role": "Intended role in decisions: informs, augments or replaces",
    },
    "Cautioned out-of-scope use": {
        "cautioned_against": "Tasks, situations or populations cautioned against",
        "known_risks_and_limitations": "Known risks, inappropriate settings and uses, limitations",
    },
    "Development and input features": {
        "training_data_criteria": "Exclusion and inclusion criteria of training data",
        "use_of_demographic_inputs": "Use of race, ethnicity, language, sexual orientation, gender identity, "
        "sex, date of birth, social determinants and health status as input features",
        "training_data_representativeness": "Demographic representativeness of the training data",
        "training_data_relevance": "Relevance of the training data to the intended setting",
    },
    "Process to ensure fairness": {
        "fairness_approach": "Approach to ensure that the output is fair",
        "bias_management": "Approaches to manage, reduce or eliminate bias",
    },
    "External validation process": {
        "external_validation_data": "Data source and clinical setting of the external validation",
        "external_validation_party": "Party that conducted the external testing",
        "external_validation_representativeness": "Demographic representativeness of the external data",
        "external_validation_process": "Description of the external validation process",
    },
    "Quantitative measures of performance": {
        "validity_same_source": "Validity in test data of the same source",
        "fairness_same_source": "Fairness in test data of the same source",
        "validity_external": "Validity in external data",
        "fairness_external": "Fairness in external data",
        "outcome_evaluations": "References to evaluations of use on outcomes",
    },
    "Ongoing maintenance": {
        "validity_monitoring": "Process and frequency by which validity is monitored over time",
        "validity_local": "Validity in local data",
        "fairness_monitoring": "Process and frequency by which fairness is monitored over time",
        "fairness_local": "Fairness in local data",
    },
    "Update and continued validation": {
        "update_process": "Process and frequency of updates",
        "correction_frequency": "Frequency of correction when risks to validity or fairness are found",
    },
}
"""By group, in the order of the rule, by key the title."""
