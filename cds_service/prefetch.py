"""One value of the prefetch taken apart: its resources, and what it says of itself.

Bundles are decoded as FHIR says, in a call with every resource at once; one that cannot be is decoded entry
by entry, each resource still raw, so that one bad entry cannot lose the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from msgspec import Raw

from cds_service import strict_json
from cds_service.bundles import (
    NOTHING,
    UNREADABLE,
    Bundle,
    Fetched,
    Head,
    LooseBundle,
    LooseEntry,
    LoosePaging,
    OpenedEntry,
    OperationOutcome,
    Paging,
    RawBundle,
    RawEntry,
    Value,
)
from cds_service.evidence import Entry
from cds_service.evidence.thin import Part

_NO_MATCH = {"include", "outcome"}

_head = msgspec.json.Decoder(Head)
_paging = msgspec.json.Decoder(LoosePaging)
_bundle = msgspec.json.Decoder(RawBundle)
_loose_bundle = msgspec.json.Decoder(LooseBundle)
_array = msgspec.json.Decoder(list[Raw])
_entry = msgspec.json.Decoder(RawEntry)
_loose_entry = msgspec.json.Decoder(LooseEntry)
_outcome = msgspec.json.Decoder(OperationOutcome)
_value: msgspec.json.Decoder[Value] = msgspec.json.Decoder(Value)


@dataclass(slots=True)
class Contents:
    """What stood under one key; filled while the value is taken apart."""

    entries: list[Entry] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    """Resource types that were found, without OperationOutcome and without what was merely included."""
    lone: bool = False
    """Whether the value is one resource outside a Bundle: what a read gives, and no search."""
    partial: bool = False
    failed: bool = False
    matches: int = 0
    """Resources that the searches found, without those that were included with them."""
    total: int = 0
    """How many there are, as the server says; 0 when it does not."""
    next: object = None
    """Where the next page is, as written; None on the last page, and "" when nobody can tell."""
    unread: list[tuple[str, str]] = field(default_factory=list)
    """Entries that are no resources: the place, and why."""


def contents(value: Raw | Value, key: str) -> Contents:
    """Take the value of one prefetch key apart; a text or a number is a failed one."""
    found = Contents()
    if not isinstance(value, Raw):
        _take_opened(value, key, 0, found)
    elif bytes(value).strip() != b"null":
        _take(value, key, found)
    found.lone = not isinstance(value, Bundle) and [each.place for each in found.entries] == [key]
    return found


def opened(body: bytes) -> Fetched:
    """One value, decoded at once where every resource has one of the usual shapes. Raises `ServiceError`."""
    try:
        value = _value.decode(body)
    except (*UNREADABLE, RecursionError):
        return Raw(strict_json.checked(body))
    shallow = strict_json.surely_shallow(body, resources_in([value]))
    return value if shallow else Raw(strict_json.checked(body))


def resources_in(values: Iterable[Value]) -> int:
    """How many resources were decoded, Bundles counted."""
    given = [value for value in values if value is not None]
    bundles = (
        [value for value in given if isinstance(value, Bundle)] if Bundle in set(map(type, given)) else ()
    )
    return len(given) + sum(resources_in([entry.resource for entry in each.entry or ()]) for each in bundles)


def _take_opened(value: Value, under: str, number: int, found: Contents) -> None:
    """What was decoded already; `number` is that of its entry, 0 without one."""
    if isinstance(value, Bundle):
        _take_bundle(value, f"{under}, entry {number}" if number else under, found)
    elif isinstance(value, OperationOutcome):
        found.failed |= value.failed or not number
    elif value is not None:
        found.types.add(str(value.resource_type))
        found.entries.append(Entry(b"", under, value, number))


def _take(value: Raw, place: str, found: Contents) -> None:
    """What is not understood makes the value a failed one."""
    match type_of(value):
        case None:
            found.failed = True
            _take_array(value, place, found)
        case "OperationOutcome":
            found.failed = True  # in place of an answer even a remark is none
        case "Bundle":
            _take_raw_bundle(value, place, found)
        case str(resource_type):
            found.types.add(resource_type)
            found.entries.append(Entry(value, place))


def _take_array(value: Raw, place: str, found: Contents) -> None:
    """No answer to a search is an array; a red flag in one is a red flag all the same."""
    try:
        raws = _array.decode(value)
    except UNREADABLE:
        return
    for number, raw in enumerate(raws, start=1):
        _take_resource(raw, f"{place}, entry {number}", found)


def type_of(value: bytes | Raw) -> str | None:
    """The type of a resource; None for what is none."""
    try:
        resource_type = _head.decode(value).resourceType
    except UNREADABLE:
        return None
    return resource_type if isinstance(resource_type, str) and resource_type else None


def _is_failure(outcome: Raw) -> bool:
    """Whether an OperationOutcome says that a search failed; what cannot be read does."""
    try:
        return _outcome.decode(outcome).failed
    except UNREADABLE:
        return True


def _take_raw_bundle(value: Raw, place: str, found: Contents) -> None:
    try:
        bundle = _bundle.decode(value)
    except UNREADABLE:
        _take_loose_bundle(value, place, found)
    else:
        _take_bundle(bundle, place, found)


def _take_bundle(bundle: RawBundle | Bundle, place: str, found: Contents) -> None:
    matches, before, included = 0, found.types, set[str]()
    found.types = set()
    entries: Sequence[RawEntry | OpenedEntry] = bundle.entry or ()
    for number, entry in enumerate(entries, start=1):
        if entry.search is not None and entry.search.mode in _NO_MATCH:
            included |= _types_of(entry, place, number, found)
        elif entry.response is None and isinstance(entry.resource, Part):
            found.entries.append(Entry(b"", place, entry.resource, number))  # the fate of nearly all
            found.types.add(str(entry.resource.resource_type))
            matches += 1
        else:
            matches += _take_entry(entry, place, number, found)
    # What points at the patient is all there is; what a result points at, such as its visit, is a part only.
    found.types |= before | (included if found.types == {"Patient"} else included & {"Patient"})
    _tell(bundle, found, matches)


def _tell(said: Paging, found: Contents, matches: int) -> None:
    """What a Bundle says of itself."""
    found.matches += matches
    found.total += said.total or 0
    if (onward := said.next) is not None:
        found.next = onward if found.next is None else ""
    found.partial |= onward is not None or (said.total or 0) > matches


def _types_of(entry: RawEntry | OpenedEntry, under: str, number: int, found: Contents) -> set[str]:
    """The types of an entry that came along with what was searched for; they are not among those found."""
    before, found.types = found.types, set()
    _take_entry(entry, under, number, found)
    along, found.types = found.types, before
    return along


def _take_entry(entry: RawEntry | OpenedEntry, under: str, number: int, found: Contents) -> bool:
    """Whether the entry holds something, which `Bundle.total` then counts."""
    if entry.response and entry.response.outcome != NOTHING:
        found.failed |= _is_failure(entry.response.outcome)
    if entry.response and entry.response.status.strip()[:1] in {"4", "5"}:
        found.failed = True  # one search of a batch
        return False
    resource = entry.resource
    if resource is None or resource == NOTHING:
        if not entry.response:
            found.unread.append((f"{under}, entry {number}", "holds no resource"))
        return False
    if isinstance(resource, Raw):
        _take_resource(resource, f"{under}, entry {number}", found)
    else:
        _take_opened(resource, under, number, found)
    return True


def _take_resource(resource: Raw, place: str, found: Contents) -> None:
    match type_of(resource):
        case None:
            found.unread.append((place, "is not a FHIR resource"))
        case "OperationOutcome":
            found.failed |= _is_failure(resource)
        case _:
            _take(resource, place, found)


def _take_loose_bundle(value: Raw, place: str, found: Contents) -> None:
    """The Bundle is not as FHIR says: each entry stands for itself."""
    try:
        raws = _loose_bundle.decode(value).entry or ()
    except UNREADABLE:
        found.failed = True
        return
    for number, raw in enumerate(raws, start=1):
        _take_loose_entry(raw, place, number, found)
    try:
        _tell(_paging.decode(value).read(), found, len(raws))
    except UNREADABLE:
        found.matches += len(raws)
    found.failed |= bool(found.unread) and not found.entries


def _take_loose_entry(raw: Raw, under: str, number: int, found: Contents) -> None:
    place = f"{under}, entry {number}"
    try:
        _take_entry(_entry.decode(raw), under, number, found)
    except UNREADABLE:
        try:
            _take_resource(_loose_entry.decode(raw).resource, place, found)
        except UNREADABLE:
            found.unread.append((place, "is not an entry of a Bundle"))
