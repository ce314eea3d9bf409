"""Medications that are named by reference alone: which ones, and where to read them.

An order that says neither by code nor in words what was ordered tells nothing until the Medication that it
refers to is read; those with a display are read by that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from cards.findings import Unread
from cds_service.addresses import Place, next_page, written
from cds_service.evidence import Entry
from cds_service.evidence.thin import Part, decode, load, local, member, reference_of, text_of
from cds_service.reasons import WORDS, Reason

MOST = 20
"""So many are read for one call; the others count as not assessed."""
_REFERRING = {"MedicationRequest", "MedicationStatement", "MedicationAdministration"}
_LOCAL = re.compile(r"Medication/[A-Za-z0-9\-.]{1,64}")
_UNREADABLE = (ValueError, msgspec.MsgspecError, RecursionError)


class Referred(NamedTuple):
    """A medication that some resource refers to."""

    reference: str
    resource_type: str
    """Of what refers to it."""


def of(entries: Iterable[Entry]) -> list[Referred]:
    """References to medications of which nothing is known, each once."""
    there, wanted = set[str](), dict[Referred, None]()
    for part in _parts(entries):
        if part.resource_type == "Medication":
            there.add(f"Medication/{part.id}")
        elif part.resource_type in _REFERRING and (reference := _reference(part)):
            wanted[Referred(reference, str(part.resource_type))] = None
    return [each for each in wanted if local(each.reference) not in there]


def _parts(entries: Iterable[Entry]) -> Iterator[Part]:
    for entry in entries:
        if entry.part is not None:
            yield entry.part
            continue
        if b'"Medication' not in bytes(entry.raw):
            continue  # nothing is decoded twice for nothing
        try:
            yield decode(entry.raw)
        except _UNREADABLE:
            continue  # the evidence reader names it


def _reference(part: Part) -> str:
    """Empty when there is none, when what was ordered is said beside it, or when it lies inside."""
    if not (part.medication_reference or part.medication) or part.medication_codeable_concept:
        return ""
    try:
        either = load(part.medication)  # R5: a concept or a reference in one
        reference = load(part.medication_reference) or member(either, "reference")
    except _UNREADABLE:
        return ""
    if member(either, "concept") or text_of(member(reference, "display")):
        return ""
    return "" if (found := reference_of(reference)).startswith("#") else found


def targets(referred: Iterable[Referred], place: Place) -> list[str]:
    """What to ask the server for; references to elsewhere are left out."""
    found = dict.fromkeys(_target(each.reference, place) for each in referred)
    return [each for each in found if each][:MOST]


def _target(reference: str, place: Place) -> str:
    if not _LOCAL.fullmatch(local(reference)):
        return ""
    page = next_page(place, f"{written(place)}/", reference)
    target = f"{place.path}/{local(reference)}"
    return target if page is not None and page.place.path.partition("/_history/")[0] == target else ""


def unread(
    referred: Iterable[Referred], place: Place, reasons: Mapping[str, Reason | None]
) -> Iterator[Unread]:
    """What is not assessed since a medication could not be read, once for each kind of order."""
    told: dict[str, Reason] = {}
    for each in referred:
        reason = reasons.get(_target(each.reference, place), Reason.TOO_MANY_PAGES)
        if reason is not None:
            told.setdefault(each.resource_type, reason)
    for resource_type, reason in told.items():
        yield Unread(resource_type, f"some name a medicine that was not fetched; {WORDS[reason].card}")
