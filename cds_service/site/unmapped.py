"""Counts, over charts, the coded elements from whose codes the service reads nothing.

Only elements that the service reads are looked at. One of whose codes is known needs no map; nor does a code
of which the site has said that it means nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from cds_service.evidence.code_rows import CodeRows
from cds_service.evidence.elements import Coding, element_of
from cds_service.evidence.thin import listed, local, member, reference_of, text_of

MOST_WORDINGS = 50
"""Different words that are kept for one code."""

# What evidence/ reads of each type; not interpretations and classes of encounters, which are of fixed lists.
_ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "Condition": ("code", "bodySite"),
    "Observation": (
        *("code", "valueCodeableConcept", "bodySite"),
        *("component.code", "component.valueCodeableConcept"),
    ),
    "DiagnosticReport": ("code", "conclusionCode"),
    "MedicationRequest": ("medicationCodeableConcept",),
    "MedicationStatement": ("medicationCodeableConcept",),
    "MedicationAdministration": ("medicationCodeableConcept",),
    "Medication": ("code", "ingredient.itemCodeableConcept"),
    "Procedure": ("code", "bodySite"),
    "Encounter": ("reasonCode",),
}
_QUESTIONS = "QuestionnaireResponse"
TYPES = frozenset((*_ELEMENTS, _QUESTIONS))


@dataclass(slots=True)
class Met:
    """How often something was met; patients by number, which lead nowhere."""

    resources: int = 0
    patients: set[int] = field(default_factory=set)
    places: Counter[str] = field(default_factory=Counter)
    """Such as ``Observation.code``."""

    def add(self, patient: int, place: str) -> None:
        self.resources += 1
        self.patients.add(patient)
        self.places[place] += 1


@dataclass(slots=True)
class MetWords(Met):
    """Words, with one of their spellings."""

    written: str = ""


@dataclass(slots=True)
class MetCode(Met):
    """A code, with the words that stood beside it."""

    wordings: dict[str, MetWords] = field(default_factory=dict)


@dataclass(slots=True)
class Counts:
    """What was counted; it holds words of records, and is not to be shown as it is."""

    codes: dict[tuple[str, str], MetCode] = field(default_factory=dict)
    """By system and code: the short name of a known system, any other as written."""
    texts: dict[str, MetWords] = field(default_factory=dict)
    """Elements with words alone."""
    resources: int = 0
    unreadable: int = 0
    """Documents that are no JSON, or no FHIR."""
    patients: dict[str, int] = field(default_factory=dict)

    def number_of(self, patient: str) -> int:
        return self.patients.setdefault(patient, len(self.patients))


class Counting:
    """Counts document by document."""

    def __init__(self, rows: CodeRows) -> None:
        self._rows = rows
        self.counts = Counts()

    def take(self, document: bytes, name: str) -> None:
        """One JSON document: a hook call, a Bundle, a resource, or a list of these; `name` is its own."""
        try:
            value = msgspec.json.decode(document)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            self.counts.unreadable += 1
            return
        met = list(_resources(value))
        if not met:
            self.counts.unreadable += 1
        alone = next((text_of(each.get("id")) for each in met if each["resourceType"] == "Patient"), "")
        for resource in met:
            self._resource(resource, f"Patient/{alone}" if alone else name)

    def _resource(self, resource: dict[str, object], otherwise: str) -> None:
        named = reference_of(resource.get("subject")) or reference_of(resource.get("patient"))
        kind = text_of(resource["resourceType"])
        if kind == "Patient":
            self.counts.number_of(f"Patient/{text_of(resource.get('id'))}")
        if kind not in TYPES:
            return
        self.counts.resources += 1
        patient = self.counts.number_of(local(named) if named else otherwise)
        for place, element in _elements(resource, kind):
            self._element(element, f"{kind}.{place}", patient)
        for held in listed(resource.get("contained")):
            if isinstance(held, dict) and held.get("resourceType") in _ELEMENTS:
                self._resource(held | {"subject": {"reference": named or otherwise}}, otherwise)

    def _element(self, element: object, place: str, patient: int) -> None:
        read = element_of(element)
        codings = [each for each in read.codings if each.code]
        known = [self._rows.of(each) for each in codings]
        if any(each.rows or each.local for each in known):
            return
        if not codings:
            for text in dict.fromkeys(map(_in_one_line, read.shown)):
                met = self.counts.texts.setdefault(text.lower(), MetWords(written=text))
                met.add(patient, place)
        for coding, each in zip(codings, known, strict=True):
            self._code(coding, (each.system, each.code), read.texts, patient, place)

    def _code(self, coding: Coding, key: tuple[str, str], texts: list[str], patient: int, place: str) -> None:
        met = self.counts.codes.setdefault(key, MetCode())
        met.add(patient, place)
        for words in dict.fromkeys(_in_one_line(each) for each in (coding.display, *texts) if each):
            if words.lower() in met.wordings or len(met.wordings) < MOST_WORDINGS:
                met.wordings.setdefault(words.lower(), MetWords(written=words)).add(patient, place)


def _resources(value: object) -> Iterator[dict[str, object]]:
    """All resources of a document, also inside Bundles and hook calls."""
    if isinstance(value, list):
        for each in value:
            yield from _resources(each)
    elif isinstance(value, dict):
        if isinstance(value.get("prefetch"), dict):
            for each in value["prefetch"].values():
                yield from _resources(each)
        elif value.get("resourceType") == "Bundle":
            for each in listed(value.get("entry")):
                yield from _resources(member(each, "resource"))
        elif isinstance(value.get("resourceType"), str):
            yield value


def _elements(resource: dict[str, object], kind: str) -> Iterator[tuple[str, object]]:
    if kind == _QUESTIONS:
        form = text_of(resource.get("questionnaire")).partition("|")[0]
        yield from _questions(listed(resource.get("item")), form)
    for path in _ELEMENTS.get(kind, ()):
        first, _, second = path.partition(".")
        for each in listed(resource.get(first)):
            for element in listed(member(each, second)) if second else [each]:
                yield path, element


def _questions(items: Iterable[object], form: str) -> Iterator[tuple[str, object]]:
    """Each question that was answered, as a code of its form, and its coded answers."""
    for item in items:
        answers = listed(member(item, "answer"))
        if answers:
            code = {"system": form, "code": text_of(member(item, "linkId")) if form else ""}
            yield "item.linkId", {"coding": [code], "text": text_of(member(item, "text"))}
        for answer in answers:
            if (coding := member(answer, "valueCoding")) is not None:
                yield "item.answer.valueCoding", {"coding": [coding]}
            yield from _questions(listed(member(answer, "item")), form)
        yield from _questions(listed(member(item, "item")), form)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
