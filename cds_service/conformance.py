"""Says what in a chart is not valid FHIR R4. Nobody's cards depend on it: real charts are read as they come.

Names references, paths and kinds of error, and never a value: reports of this kind are mailed around. The
bindings of codes to value sets are not checked, as `fhir.resources` does not check them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from cds_service.evidence import Entry
from cds_service.evidence.open_chart import source_of
from cds_service.evidence.thin import decode

WHOLE = "(the whole resource)"
_MEMBER = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError)
# What the validator was seen to raise, besides ValidationError, on contents that nobody foresaw.
_GIVES_UP = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_NEITHER = "a text or number stands where an object belongs"
_KINDS: Mapping[str, str] = {
    "missing": "required, and not there",
    "model_field_validation.missing": "required, and not there",
    "extra_forbidden": "FHIR R4 has no such member here",
    "list_type": "a list belongs here",
    "json_invalid": _NEITHER,
    "json_type": _NEITHER,
    "model_type": "an object belongs here",
    "dict_type": "an object belongs here",
    "model_validation_format": "an object of another kind belongs here",
    "string_type": "a text belongs here",
    "string_pattern_mismatch": "a text that FHIR does not allow, such as an empty one",
    "value_error": "not written as FHIR writes it",
}
_BEGINNINGS: Mapping[str, str] = {
    "bool": "true or false belongs here",
    "date": "not a date as FHIR writes it",
    "decimal": "a number belongs here",
    "float": "a number belongs here",
    "int": "a whole number belongs here",
    "string": "a text that FHIR does not allow",
    "time": "not a time as FHIR writes it",
    "url": "not an address",
}


@dataclass(frozen=True, slots=True)
class Departure:
    """One place where a resource is not as FHIR R4 has it."""

    resource: str
    """Its reference, such as ``Observation/12``."""
    path: str
    """Such as ``category[0].coding``, below the resource."""
    what: str


def departures(entries: Iterable[Entry]) -> list[Departure]:
    """Every departure of the resources, in their order."""
    return [
        Departure(reference, path, what)
        for entry in entries
        for reference, content in [_opened(entry)]
        for path, what in dict.fromkeys(_problems(content))
    ]


def _opened(entry: Entry) -> tuple[str, Any]:
    """The reference, and the content; None for what is no JSON object."""
    try:
        part, content = decode(entry.raw), msgspec.json.decode(entry.raw)
    except _UNREADABLE:
        return entry.place, None
    kind = part.resource_type
    if not isinstance(kind, str) or not _MEMBER.fullmatch(kind):
        return entry.place, None
    return source_of(part, kind, entry.place).reference, content


def _problems(content: Any) -> Iterator[tuple[str, str]]:
    if content is None:
        yield WHOLE, "not a FHIR resource"
        return
    try:
        model = get_fhir_model_class(content["resourceType"])
    except _GIVES_UP:
        yield "resourceType", "FHIR R4 has no such resource"
        return
    try:
        model.model_validate(content)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_context=False):
            yield _path(each["loc"]), _kind(each["type"], each["input"])
    except _GIVES_UP:
        yield WHOLE, "the validator gave up on it, perhaps at a contained resource"


def _path(places: Iterable[str | int]) -> str:
    """In words of FHIRPath; a member whose name is none might be free text, and is not shown."""
    path = ""
    for place in places:
        if isinstance(place, int):
            path += f"[{place}]"
        elif place != "root":  # the validator's own name for the object itself
            path += f".{place}" if _MEMBER.fullmatch(place) else ".(a member with an odd name)"
    return path.removeprefix(".") or WHOLE


def _kind(error: str, given: object) -> str:
    """In our words: those of the validator may quote the record."""
    if error == "value_error" and not isinstance(given, str | int | float):
        return "a choice such as value[x] is there twice, or is required and not there"
    if error == "list_type" and isinstance(given, list):
        return "a null stands in the list"
    known = _KINDS.get(error)
    return known or next(
        (words for start, words in _BEGINNINGS.items() if error.startswith(start)), "not valid"
    )
