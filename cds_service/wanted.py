"""Which parts of the record an assessment needs, computed from the content, with the search for each.

The table below says which FHIR resources can set a feature of each shape (docs/content.md has the shapes).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cards.conditions import Condition
from cards.knowledge import Knowledge
from cds_service.query_profiles import SEARCHES, Profile, searches

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search for a part of the record; a resource type may have several."""

    resource_type: str
    key: str
    template: str
    """The prefetch template; `{{context.patientId}}` is filled by the EHR."""
    could_hold_red_flag: bool

    @property
    def clinical(self) -> bool:
        """Whether it can say anything about the weakness; who the patient is does not."""
        return self.resource_type != "Patient"


def wanted(knowledge: Knowledge, count: int, profile: Profile = "broad") -> tuple[Wanted, ...]:
    """The parts of the record that this content can use, `count` resources of each search."""
    needed = _types_of(knowledge, knowledge.features)
    flagged = _types_of(knowledge, _features_of_rules(knowledge))
    return tuple(
        Wanted(each, key, template, each in flagged)
        for each in SEARCHES
        if each in needed
        for key, template in searches(each, profile, count)
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
