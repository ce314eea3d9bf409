"""One value of the prefetch taken apart: its resources, each still raw, and what it says of itself.

Bundles are decoded as FHIR says; one that cannot be is decoded entry by entry, so that one bad entry cannot
lose the others. Nothing inside a resource is looked at but its type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import Raw, Struct

from cds_service.evidence import Entry

_FAILURES = {"error", "fatal"}
_NOTHING = Raw(b"null")


class _Head(Struct):
    resourceType: Any = None  # noqa: N815


class _Link(Struct):
    relation: str = ""


class _Search(Struct):
    mode: str | None = None


class _Response(Struct):
    status: str = ""
    outcome: Raw = _NOTHING


class _Entry(Struct):
    resource: Raw = _NOTHING
    search: _Search | None = None
    response: _Response | None = None


class _Paging(Struct):
    link: list[_Link] | None = None
    total: int | None = None

    def more_than(self, matches: int) -> bool:
        return any(link.relation == "next" for link in self.link or ()) or (self.total or 0) > matches


class _Bundle(_Paging):
    entry: list[_Entry] | None = None


class _LooseBundle(Struct):
    entry: list[Raw] | None = None


class _LooseEntry(Struct):
    resource: Raw = _NOTHING


class _Issue(Struct):
    severity: str = "error"


class _Outcome(Struct):
    issue: list[_Issue]


_head = msgspec.json.Decoder(_Head)
_paging = msgspec.json.Decoder(_Paging)
_bundle = msgspec.json.Decoder(_Bundle)
_loose_bundle = msgspec.json.Decoder(_LooseBundle)
_entry = msgspec.json.Decoder(_Entry)
_loose_entry = msgspec.json.Decoder(_LooseEntry)
_outcome = msgspec.json.Decoder(_Outcome)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)


@dataclass(slots=True)
class Contents:
    """What stood under one key; filled while the value is taken apart."""

    entries: list[Entry] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    """Resource types that came, without OperationOutcome."""
    partial: bool = False
    failed: bool = False
    unread: list[tuple[str, str]] = field(default_factory=list)
    """Entries that are no resources: the place, and why."""


def contents(value: Raw, key: str) -> Contents:
    """Take the value of one prefetch key apart; an array, a text or a number is a failed one."""
    found = Contents()
    if bytes(value).strip() != b"null":
        _take(value, key, found)
    return found


def _take(value: Raw, place: str, found: Contents) -> None:
    """What is not understood makes the value a failed one."""
    match type_of(value):
        case None:
            found.failed = True
        case "OperationOutcome":
            found.failed |= _is_failure(value)
        case "Bundle":
            _take_bundle(value, place, found)
        case str(resource_type):
            found.types.add(resource_type)
            found.entries.append(Entry(value, place))


def type_of(value: bytes | Raw) -> str | None:
    """The type of a resource; None for what is none."""
    try:
        resource_type = _head.decode(value).resourceType
    except _UNREADABLE:
        return None
    return resource_type if isinstance(resource_type, str) and resource_type else None


def _is_failure(outcome: Raw) -> bool:
    """Whether an OperationOutcome says that a search failed; Epic sends a mere remark with an empty one."""
    try:
        return any(issue.severity in _FAILURES for issue in _outcome.decode(outcome).issue)
    except _UNREADABLE:
        return True


def _take_bundle(value: Raw, place: str, found: Contents) -> None:
    try:
        bundle = _bundle.decode(value)
    except _UNREADABLE:
        _take_loose_bundle(value, place, found)
        return
    entries = enumerate(bundle.entry or (), start=1)
    matches = sum([_take_entry(entry, f"{place}, entry {number}", found) for number, entry in entries])
    found.partial |= bundle.more_than(matches)


def _take_entry(entry: _Entry, place: str, found: Contents) -> bool:
    """Whether the entry is one of those that `Bundle.total` counts."""
    if entry.response and entry.response.status[:1] in {"4", "5"}:
        found.failed = True  # one search of a batch
        return False
    if entry.resource == _NOTHING:
        if not entry.response:
            found.unread.append((place, "holds no resource"))
        return False
    _take_resource(entry.resource, place, found)
    return entry.search is None or entry.search.mode not in {"include", "outcome"}


def _take_resource(resource: Raw, place: str, found: Contents) -> None:
    if type_of(resource) is None:
        found.unread.append((place, "is not a FHIR resource"))
    else:
        _take(resource, place, found)


def _take_loose_bundle(value: Raw, place: str, found: Contents) -> None:
    """The Bundle is not as FHIR says: each entry stands for itself."""
    try:
        raws = _loose_bundle.decode(value).entry or ()
    except _UNREADABLE:
        found.failed = True
        return
    for number, raw in enumerate(raws, start=1):
        _take_loose_entry(raw, f"{place}, entry {number}", found)
    found.partial |= _says_more(value, len(raws))
    found.failed |= bool(found.unread) and not found.entries


def _says_more(value: Raw, entries: int) -> bool:
    try:
        return _paging.decode(value).more_than(entries)
    except _UNREADABLE:
        return False


def _take_loose_entry(raw: Raw, place: str, found: Contents) -> None:
    try:
        _take_entry(_entry.decode(raw), place, found)
    except _UNREADABLE:
        try:
            _take_resource(_loose_entry.decode(raw).resource, place, found)
        except _UNREADABLE:
            found.unread.append((place, "is not an entry of a Bundle"))
