"""The shape of a coded element: its codings and texts, however the record wrote them.

Nearly all are a CodeableConcept as FHIR has it, and are decoded as one. What is not is looked through: a
bare Coding, a list of concepts, a text where an object belongs, a number for a text.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from cds_service.evidence.thin import NONE, listed, member, number_of, text_of

# http://hl7.org/fhir/R4/extension-ordinalvalue.html; the second is its name in R5.
_ORDINAL = ("/ordinalValue", "/itemWeight")


class Coding(Struct, frozen=True, gc=False):
    """One coding, as it was written but for blanks around it; empty for what is missing."""

    system: str = ""
    code: str = ""
    display: str = ""


class Element(Struct, frozen=True, gc=False):
    """The codings and texts of an element in their order."""

    codings: list[Coding]
    texts: list[str]
    """Without empty ones."""
    unreadable: bool = False
    """Something stands there, but no code and no word can be got out of it.

    An element that is empty, or only says why (an extension), is no such thing.
    """

    @property
    def shown(self) -> list[str]:
        """What a reader of the record sees: its texts, then the displays of its codings."""
        return [*self.texts, *[each.display for each in self.codings if each.display]]


class _Usual(Struct, gc=False):
    coding: list[_UsualCoding | None] | UnsetType | None = UNSET
    text: str | UnsetType | None = UNSET
    code: Raw = NONE
    display: Raw = NONE
    """With one of these it may be a bare Coding."""


class _UsualCoding(Struct, gc=False):
    system: str | None = None
    code: str | None = None
    display: str | None = None


_usual = msgspec.json.Decoder(_Usual)


def element_in(written: bytes) -> Element:
    """The element that is written there."""
    if written.startswith(b'"'):
        return element_in_any_shape(written)
    try:
        usual = _usual.decode(written)
    except msgspec.ValidationError:
        return element_in_any_shape(written)
    if usual.code or usual.display:
        return element_in_any_shape(written)
    codings = [
        Coding((each.system or "").strip(), (each.code or "").strip(), (each.display or "").strip())
        for each in usual.coding or ()
        if each is not None
    ]
    text = (usual.text or "").strip()
    readable = text or any(each.code or each.display for each in codings)
    there = not (usual.coding is usual.text is UNSET)
    return Element(codings, [text] if text else [], there and not readable)


def element_in_any_shape(written: bytes) -> Element:
    """The same without a guess at its shape."""
    element = msgspec.json.decode(written)
    found = element_of(element)
    return Element(found.codings, found.texts, _unreadable(element))


def element_of(element: object) -> Element:
    """An element that is decoded already; a list where one belongs counts as one with all its codings.

    Whether it is unreadable is not asked.
    """
    elements = listed(element)
    given = [each for one in elements for each in _codings(one)]
    codings = [
        Coding(
            text_of(member(each, "system")), text_of(member(each, "code")), text_of(member(each, "display"))
        )
        for each in given
    ]
    return Element(codings, [text for one in elements for text in _texts(one)])


def weight_of(element: object, scores: Mapping[str, float]) -> float | None:
    """The weight that an element carries as an answer: said in an extension, else that of its code."""
    for one in listed(element):
        for part in (*_codings(one), one):
            weights = [_weight(extension) for extension in listed(member(part, "extension"))]
            for value in (*weights, scores.get(text_of(member(part, "code")))):
                if value is not None:
                    return value
    return None


def _codings(element: object) -> list[object]:
    """The codings of a CodeableConcept; the element itself where it is a bare Coding."""
    given = listed(member(element, "coding"))
    if not given and isinstance(element, dict) and ("code" in element or "display" in element):
        return [element]
    return [each if isinstance(each, dict) else {"display": each} for each in given]


def _texts(element: object) -> list[str]:
    """The text of an element, also where it is a list of texts."""
    given = [element, *listed(member(element, "text"))]
    return [text for each in given if (text := text_of(each))]


def _unreadable(element: object) -> bool:
    if isinstance(element, dict) and not element.keys() & {"coding", "text", "code", "display"}:
        return False
    words = [each for one in listed(element) for each in (one, *listed(member(one, "text")))]
    for coding in (each for one in listed(element) for each in _codings(one)):
        words += [member(coding, "display"), member(coding, "code")]
        if text_of(member(coding, "system")):
            words.append(text_of(member(coding, "code")))
    there = [word for word in words if word is not None and word != {}]
    return bool(there) and not any(isinstance(word, str) and word.strip() for word in there)


def _weight(extension: object) -> float | None:
    """The weight of a coded answer; None for any other extension."""
    if not text_of(member(extension, "url")).endswith(_ORDINAL):
        return None
    values = (number_of(member(extension, name)) for name in ("valueDecimal", "valueInteger", "valueString"))
    return next((value for value in values if value is not None), None)
