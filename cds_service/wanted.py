"""Which parts of the record an assessment needs, computed from the content, with the search for each.

The table below says which FHIR resources can set a feature of each shape (docs/content.md has the shapes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cards.conditions import Condition
from cards.knowledge import Knowledge

_DIAGNOSES = ("Condition", "Encounter")
_STATEMENTS = (*_DIAGNOSES, "Observation", "QuestionnaireResponse")
_MEASURED = ("Observation", "QuestionnaireResponse")

SET_BY: Mapping[str, tuple[str, ...]] = {
    "before_onset": _STATEMENTS,
    "derived": (),
    "derived_time": (),
    "diagnosis": _DIAGNOSES,
    "finding": _STATEMENTS,
    "known": _DIAGNOSES,
    "laterality": (),
    "medication": ("MedicationRequest", "MedicationStatement", "MedicationAdministration"),
    "observation_posneg": _MEASURED,
    "observation_quantity": _MEASURED,
    "patient": ("Patient",),
    "procedure": ("Procedure",),
    "report": ("DiagnosticReport", "Observation"),
    "words": _STATEMENTS,
}
VACCINES = "cvx"
"""The code system whose concepts stand in Immunization, whatever the shape of the feature."""

_OF_PATIENT = "{type}?patient={{{{context.patientId}}}}&_count={count}"
# The longer lists come newest first, so that what `_count` cuts off is the oldest. The others go without
# `_sort`: a server that does not know it for a type refuses the whole search.
_NEWEST_FIRST = "{type}?patient={{{{context.patientId}}}}&_sort=-date&_count={count}"

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One part of the record."""

    resource_type: str
    key: str
    template: str
    """The prefetch template; `{{context.patientId}}` is filled by the EHR."""
    could_hold_red_flag: bool

    @property
    def clinical(self) -> bool:
        """Whether it can say anything about the weakness; who the patient is does not."""
        return self.resource_type != "Patient"


def wanted(knowledge: Knowledge, count: int) -> tuple[Wanted, ...]:
    """The parts of the record that this content can use, `count` resources of each."""
    needed = _types_of(knowledge, knowledge.features)
    flagged = _types_of(knowledge, _features_of_rules(knowledge))
    return tuple(
        Wanted(each, key, search.format(type=each, count=count), each in flagged)
        for each, (key, search) in SEARCHES.items()
        if each in needed
    )


def _types_of(knowledge: Knowledge, features: Iterable[str]) -> set[str]:
    vaccines = {code.concept for code in knowledge.codes.rows if code.system == VACCINES}
    types: set[str] = set()
    for name in features:
        if feature := knowledge.features.get(name):
            types.update(SET_BY[feature.shape])
            if vaccines & set(feature.concepts):
                types.add("Immunization")
    return types


def _features_of_rules(knowledge: Knowledge) -> set[str]:
    """The features that can make a red flag fire; one that can only hold it back is not among them."""
    seen: set[tuple[str, bool]] = set()
    open_ends = [(rule.gate, False) for rule in knowledge.rules]
    for rule in knowledge.rules:
        open_ends += _uses(rule.when, negated=False)
    while open_ends:
        name, negated = open_ends.pop()
        if (name, negated) in seen:
            continue
        seen.add((name, negated))
        for behind in _behind(knowledge, name):
            open_ends += _uses(behind, negated=negated)
    return {name for name, negated in seen if not negated}


def _behind(knowledge: Knowledge, name: str) -> Iterator[Condition]:
    """The conditions from which a feature follows."""
    if derived := knowledge.derived.get(name):
        yield derived.when
    feature = knowledge.features.get(name)
    if feature and feature.or_when:
        yield feature.or_when


def _uses(condition: Condition, *, negated: bool) -> list[tuple[str, bool]]:
    return [(use.feature, use.negated != negated) for use in condition.uses]
