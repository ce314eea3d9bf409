"""One FHIR resource, decoded no further than needed, in whatever shape the record sent it.

Members that are read seldom stay raw: a wrong type in one of them cannot make the resource unreadable,
and a resource of which nothing matches costs a few microseconds. The functions below read the shapes
that records send where FHIR says another: an object for a list, a text for an object, a number as text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, cast, get_type_hints

import msgspec
from msgspec import Raw

NONE = Raw()


class Part:
    """A resource or a part of one that has values of its own (component, item, answer).

    `object` members are decoded at once and may be anything; `Raw` members wait for `load`. What stands here
    is what a member is when it was not sent; the shapes (`cds_service.evidence.shapes`) hold those that were.
    """

    __slots__ = ()

    resource_type: object = None
    id: object = None
    status: object = None
    subject: Raw = NONE
    patient: Raw = NONE
    encounter: Raw = NONE
    context: Raw = NONE
    contained: Raw = NONE
    code: Raw = NONE
    category: Raw = NONE
    body_site: Raw = NONE
    note: Raw = NONE
    # Patient
    birth_date: object = None
    gender: object = None
    deceased_boolean: object = None
    deceased_date_time: object = None
    # Condition
    clinical_status: Raw = NONE
    verification_status: Raw = NONE
    severity: Raw = NONE
    onset_date_time: object = None
    onset_period: Raw = NONE
    onset_age: Raw = NONE
    onset_range: Raw = NONE
    onset_string: Raw = NONE
    abatement_date_time: object = None
    abatement_period: Raw = NONE
    abatement_age: Raw = NONE
    abatement_range: Raw = NONE
    abatement_string: Raw = NONE
    abatement_boolean: object = None
    recorded_date: object = None
    asserted_date: object = None
    # Observation, its components, answers of a questionnaire
    focus: Raw = NONE
    effective_date_time: object = None
    effective_instant: object = None
    effective_period: Raw = NONE
    effective_timing: Raw = NONE
    issued: object = None
    data_absent_reason: Raw = NONE
    interpretation: Raw = NONE
    reference_range: Raw = NONE
    component: Raw = NONE
    value_boolean: object = None
    value_integer: Raw = NONE
    value_decimal: Raw = NONE
    value_quantity: Raw = NONE
    value_range: Raw = NONE
    value_string: Raw = NONE
    value_codeable_concept: Raw = NONE
    value_coding: Raw = NONE
    value_date_time: object = None
    value_date: object = None
    value_period: Raw = NONE
    # QuestionnaireResponse
    questionnaire: object = None
    authored: object = None
    item: Raw = NONE
    answer: Raw = NONE
    link_id: object = None
    definition: object = None
    text: object = None
    # DiagnosticReport
    result: Raw = NONE
    conclusion: Raw = NONE
    conclusion_code: Raw = NONE
    # Medication and what names one
    intent: object = None
    do_not_perform: object = None
    authored_on: object = None
    date_asserted: object = None
    dispense_request: Raw = NONE
    dosage_instruction: Raw = NONE
    dosage: Raw = NONE
    medication_codeable_concept: Raw = NONE
    medication_reference: Raw = NONE
    medication: Raw = NONE
    ingredient: Raw = NONE
    item_codeable_concept: Raw = NONE
    item_reference: Raw = NONE
    # Procedure, Immunization, Encounter
    performed_date_time: object = None
    performed_period: Raw = NONE
    performed_string: object = None
    vaccine_code: Raw = NONE
    occurrence_date_time: object = None
    occurrence_string: object = None
    class_: Raw = NONE
    period: Raw = NONE
    reason_code: Raw = NONE
    reason: Raw = NONE
    reason_reference: Raw = NONE
    diagnosis: Raw = NONE
    location: Raw = NONE


MEMBERS = get_type_hints(Part)


def shape(name: str, members: Iterable[str], **more: Any) -> type[Part]:
    """A Part with room for these members only: the fewer, the faster decoded."""
    # msgspec hands an `object` to the hook of a decoder, and takes `Any` as it comes.
    kinds = {object: Any, Raw: Raw}
    fields = [(each, kinds[MEMBERS[each]], _default(each)) for each in members]
    made = msgspec.defstruct(name, fields, bases=(Part, msgspec.Struct), gc=False, rename="camel", **more)
    return cast("type[Part]", made)


def _default(member: str) -> Any:
    return msgspec.field(default=NONE, name="class") if member == "class_" else getattr(Part, member)


AnyPart = shape("AnyPart", MEMBERS)
_part: msgspec.json.Decoder[Part] = msgspec.json.Decoder(AnyPart)
_list = msgspec.json.Decoder(list[Raw])


def decode(raw: bytes | Raw) -> Part:
    """Of a member that is written twice the last wins.

    Raises `ValueError`, `msgspec.MsgspecError` or `RecursionError`.
    """
    return _part.decode(raw)


def load(raw: Raw) -> object:
    """The whole of one member; None when it is missing or null."""
    return msgspec.json.decode(raw) if raw else None


def raws(raw: Raw) -> list[Raw]:
    """The elements of a list, still raw; of the one that stands where a list belongs, that one."""
    if not raw or bytes(raw) == b"null":
        return []
    return _list.decode(raw) if bytes(raw).startswith(b"[") else [raw]


def parts(raw: Raw) -> list[Part]:
    """The objects of a list, or the one that stands where a list belongs; anything else is left out."""
    return [_part.decode(each) for each in raws(raw) if bytes(each).startswith(b"{")]


def listed(value: object) -> list[object]:
    """A list, or the one thing that stands where a list belongs."""
    if value is None:
        return []
    if isinstance(value, list):
        return [each for each in value if each is not None]
    return [value]


def member(value: object, name: str) -> object:
    """A member of an object; None where there is no object or no such member."""
    return value.get(name) if isinstance(value, dict) else None


def text_of(value: object) -> str:
    """A text, also where a number stands for it; empty for anything else."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)


def number_of(value: object) -> float | None:
    """A finite number, also where a text holds one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def truth_of(value: object) -> bool | None:
    """A boolean, also where a text holds it; None when neither is said."""
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(text_of(value).lower())


def state_of(value: object) -> str:
    """A status as FHIR writes it: lower case, with hyphens."""
    return text_of(value).lower().replace(" ", "-").replace("_", "-")


def states_of(concept: object) -> frozenset[str]:
    """The codes of a status: a CodeableConcept, a Coding or a plain text; its text when it has no code."""
    found: set[str] = set()
    for each in listed(concept):
        codings = [*listed(member(each, "coding")), each]
        codes = {
            state_of(coding if isinstance(coding, str) else member(coding, "code")) for coding in codings
        }
        found |= {code for code in codes if code} or {state_of(member(each, "text"))}
    return frozenset(found - {""})


def reference_of(value: object) -> str:
    """Where a reference points; empty when it only describes what it means."""
    if isinstance(value, list):
        value = value[0] if value else None
    return text_of(value) or text_of(member(value, "reference"))


def local(reference: str) -> str:
    """A reference without its server and version: ``Encounter/12``; ``urn:uuid:...`` stays as it is."""
    path = reference.partition("/_history/")[0].rstrip("/")
    return path if path.startswith(("urn:", "#")) else "/".join(path.split("/")[-2:])


def notes(raw: Raw) -> tuple[str, ...]:
    """The texts of annotations, also where plain texts stand for them."""
    said = (text_of(each) or text_of(member(each, "text")) for each in listed(load(raw)))
    return tuple(text for text in said if text)
