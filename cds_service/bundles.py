"""The shapes in which the values of a prefetch come: Bundles, their entries, and OperationOutcomes.

The strict ones are decoded in one go; the loose ones take what is odd, part by part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, Union

import msgspec
from msgspec import Raw, Struct

from cds_service.evidence.shapes import SHAPES
from cds_service.evidence.thin import Part

_REMARKS = {"information", "warning", "success"}
NOTHING = Raw(b"null")


class Head(Struct):
    resourceType: Any = None  # noqa: N815


class Link(Struct):
    relation: str = ""
    url: Any = None


class _Search(Struct, gc=False):
    mode: str | None = None


class _Response(Struct):
    status: str = ""
    outcome: Raw = NOTHING


class RawEntry(Struct):
    resource: Raw = NOTHING
    search: _Search | None = None
    response: _Response | None = None


class Paging(Struct):
    link: list[Link] | None = None
    total: int | None = None

    @property
    def next(self) -> object:
        """Where the next page is, as written; None on the last one."""
        return next((link.url or "" for link in self.link or () if link.relation == "next"), None)


class RawBundle(Paging):
    entry: list[RawEntry] | None = None


class LoosePaging(Struct):
    link: Raw = NOTHING
    total: Raw = NOTHING

    def read(self) -> Paging:
        """What it says, each part on its own: one that is odd must not hide that more are there."""
        try:
            total = _count.decode(self.total)
        except UNREADABLE:
            total = None
        try:
            return Paging(_links.decode(self.link), total)
        except UNREADABLE:
            # Nobody can tell where the next page is, only that one is spoken of.
            return Paging([Link("next")] if b"next" in bytes(self.link) else None, total)


class LooseBundle(Struct):
    entry: list[Raw] | None = None


class LooseEntry(Struct):
    resource: Raw = NOTHING


class _Issue(Struct):
    severity: Any = "error"

    @property
    def is_remark(self) -> bool:
        return isinstance(self.severity, str) and self.severity in _REMARKS


class OperationOutcome(Struct, tag_field="resourceType", tag=True):
    """What says how a search went, decoded with its call."""

    issue: list[_Issue] | None = None

    @property
    def failed(self) -> bool:
        """Epic sends a mere remark with a search that found nothing; what is not surely one is a failure."""
        return not (self.issue and all(issue.is_remark for issue in self.issue))


class Bundle(Paging, tag_field="resourceType", tag=True):
    """A Bundle that was decoded with its call, and every resource in it."""

    entry: list[OpenedEntry] | None = None


if TYPE_CHECKING:
    Resource: TypeAlias = Part
else:
    Resource = Union[tuple(SHAPES.values())]  # noqa: UP007  (made from a table)


class OpenedEntry(Struct):
    resource: Bundle | OperationOutcome | Resource | None = None
    search: _Search | None = None
    response: _Response | None = None


Value: TypeAlias = Bundle | OperationOutcome | Resource | None
"""A value of the prefetch that was decoded with its call."""

Fetched: TypeAlias = Raw | Value
"""A page of an answer: decoded at once, or raw where it has no usual shape."""

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
_links = msgspec.json.Decoder(list[Link] | None)
_count = msgspec.json.Decoder(int | None, strict=False)
