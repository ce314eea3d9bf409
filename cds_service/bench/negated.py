"""A resource that says the opposite: as its type says "no", and only where the reader hears it so."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cards.findings import Finding, Stance
from cds_service.bench.change import ChangeRefused

Resource = dict[str, Any]
Read = Callable[[Resource], tuple[Finding, ...]]
"""What the evidence reader finds in one resource."""

_HL7 = "http://terminology.hl7.org/CodeSystem"
_NOT_DONE = {"Procedure": "not-done", "Immunization": "not-done", "MedicationAdministration": "not-done"}
_NOT_TAKEN = {"MedicationRequest": "cancelled", "MedicationStatement": "not-taken"}
_OUTCOMES = (("NEG", "Negative"), ("POS", "Positive"), ("N", "Normal"))
_SENTENCE = re.compile(r"[^.;\n]+\.?")
_YES = (Stance.AFFIRMED, Stance.SUSPECTED)


def negated(resource: Resource, read: Read, kinds: Container[str]) -> Resource:
    """The resource in its negative form. Raises `ChangeRefused` where it has none that is true to its type.

    Each form is read as the service would read it, and taken only if nothing that the resource affirmed is
    affirmed any more. `kinds`: concepts that only name what was measured or reported.
    """
    before = _said_in(read(resource), kinds)
    for form in _forms(resource):
        if _says_nothing_by_status(form):
            return form
        after = _said_in(read(form), kinds)
        if before.yes and not before.yes & after.yes and before.yes <= after.no:
            return form
    kind, reference = resource.get("resourceType"), f"{resource.get('resourceType')}/{resource.get('id')}"
    raise ChangeRefused(
        f"{reference}: this {kind} has no negative form that a record would hold. Remove it, or add another "
        "value."
    )


def can_be_negated(resource: Resource, read: Read, kinds: Container[str]) -> bool:
    """Whether `negated` gives a form."""
    try:
        negated(resource, read, kinds)
    except ChangeRefused:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Said:
    """What a resource affirms and denies: concepts, and of a test its outcome."""

    yes: frozenset[str]
    no: frozenset[str]


def _said_in(findings: tuple[Finding, ...], kinds: Container[str]) -> _Said:
    yes: set[str] = set()
    no: set[str] = set()
    for finding in findings:
        outcomes = [("positive", finding.positive), ("low", finding.low)]
        outcomes += [] if finding.positive is None else [("negative", not finding.positive)]
        for hit in finding.hits:
            if hit.concept in kinds:
                yes |= {f"{hit.concept} {name}" for name, is_so in outcomes if is_so}
                no |= {f"{hit.concept} {name}" for name, is_so in outcomes if is_so is False}
            elif hit.stance is Stance.DENIED:
                no.add(hit.concept)
            elif hit.stance in _YES:
                yes.add(hit.concept)
    return _Said(frozenset(yes), frozenset(no))


def _says_nothing_by_status(form: Resource) -> bool:
    """Of these the status itself says that there is nothing: no denial has to be heard."""
    return form["resourceType"] not in {"Observation", "DiagnosticReport"}


def _forms(resource: Resource) -> Iterator[Resource]:
    kind = resource.get("resourceType")
    if kind == "Condition":
        refuted = {"system": f"{_HL7}/condition-ver-status", "code": "refuted", "display": "Refuted"}
        yield deepcopy(resource) | {"verificationStatus": {"coding": [refuted]}}
    elif kind in _NOT_DONE:
        yield deepcopy(resource) | {"status": _NOT_DONE[kind]}
    elif kind in _NOT_TAKEN:
        yield deepcopy(resource) | {"status": _NOT_TAKEN[kind]}
    elif kind == "Observation" and not resource.get("component"):
        yield from _answers(resource)
    elif kind == "DiagnosticReport" and not resource.get("conclusionCode"):
        yield from _conclusions(resource)


def _answers(resource: Resource) -> Iterator[Resource]:
    """The observation with the other answer: no, negative, normal, or "no" before what it says."""
    if any(resource.get(name) for name in ("valueQuantity", "valueRange", "valueRatio")):
        return  # a number has no negative form, only another number
    bare = {
        name: value
        for name, value in resource.items()
        if not name.startswith("value") and name != "interpretation"
    }
    if not resource.get("interpretation"):
        yield deepcopy(bare) | {"valueBoolean": False}
    for code, display in _OUTCOMES:
        coding = {"system": f"{_HL7}/v3-ObservationInterpretation", "code": code, "display": display}
        yield deepcopy(bare) | {"valueString": display, "interpretation": [{"coding": [coding]}]}
    yield deepcopy(bare) | {"valueString": "Normal"}
    said = _said(resource)
    # One word is a quality, "reduced"; more are mostly a finding, "urinary retention".
    denials = ("No", "Not") if " " in said else ("Not", "No")
    for denial in denials if said else ():
        yield deepcopy(bare) | {"valueString": f"{denial} {said[:1].lower()}{said[1:]}"}


def _said(resource: Mapping[str, Any]) -> str:
    """The one sentence of a value in words; empty for more, as "no" would not act on all of it."""
    value = resource.get("valueCodeableConcept")
    text = resource.get("valueString") or (value.get("text") if isinstance(value, dict) else "")
    return _one_sentence(text)


def _conclusions(resource: Resource) -> Iterator[Resource]:
    said = _one_sentence(resource.get("conclusion"))
    if said:
        yield deepcopy(resource) | {"conclusion": f"No {said[:1].lower()}{said[1:]}"}


def _one_sentence(text: object) -> str:
    plain = text.strip() if isinstance(text, str) else ""
    return plain if _SENTENCE.fullmatch(plain) else ""
