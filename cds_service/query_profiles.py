"""How an EHR's server is asked for each resource type: in one search, or in one for each category.

Some servers refuse a search for all of a patient's Conditions or Observations, and may be read by category
only (docs/fetching.md). Categories are those of HL7's own code systems, not clinical content.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

Profile = Literal["broad", "by-category"]

_OF_PATIENT = "{type}?patient={{{{context.patientId}}}}&_count={count}"
# The longer lists come newest first, so that what `_count` cuts off is the oldest. The others go without
# `_sort`: a server that does not know it for a type refuses the whole search.
_NEWEST_FIRST = "{type}?patient={{{{context.patientId}}}}&_sort=-date&_count={count}"
_OF_CATEGORY = "{type}?patient={{{{context.patientId}}}}&category={category}&_count={count}"

SEARCHES: Mapping[str, tuple[str, str]] = {
    "Patient": ("patient", "Patient/{{{{context.patientId}}}}"),
    "Condition": ("conditions", _OF_PATIENT),
    "Observation": ("observations", _NEWEST_FIRST),
    "DiagnosticReport": ("reports", _NEWEST_FIRST),
    "MedicationRequest": ("medications", _OF_PATIENT),
    "MedicationStatement": ("medicationStatements", _OF_PATIENT),
    "MedicationAdministration": ("medicationAdministrations", _OF_PATIENT),
    "Procedure": ("procedures", _NEWEST_FIRST),
    "Immunization": ("immunizations", _NEWEST_FIRST),
    "Encounter": ("encounters", _NEWEST_FIRST),
    "QuestionnaireResponse": ("questionnaires", _OF_PATIENT),
}
"""Per resource type the prefetch key and the search, in the order of discovery. No category and no status
is asked for: a finding without either must still be reachable."""

BROAD_KEYS = frozenset(key for key, _ in SEARCHES.values())

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    # http://terminology.hl7.org/CodeSystem/condition-category, and the category of US Core
    "Condition": ("problem-list-item", "encounter-diagnosis", "health-concern"),
    # http://terminology.hl7.org/CodeSystem/observation-category, all of it
    "Observation": (
        "laboratory",
        "vital-signs",
        "exam",
        "survey",
        "social-history",
        "procedure",
        "imaging",
        "activity",
        "therapy",
    ),
}


def searches(resource_type: str, profile: Profile, count: int) -> Iterator[tuple[str, str]]:
    """The prefetch keys of a type, each with its template."""
    key, search = SEARCHES[resource_type]
    if profile == "broad" or resource_type not in CATEGORIES:
        yield key, search.format(type=resource_type, count=count)
        return
    for category in CATEGORIES[resource_type]:
        name = "".join(part.capitalize() for part in category.split("-"))
        yield f"{key}{name}", _OF_CATEGORY.format(type=resource_type, category=category, count=count)
