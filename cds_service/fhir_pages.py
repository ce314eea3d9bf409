"""One search of a FHIR server to its end: its pages, what is tried again, and why it ended before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

import msgspec
from msgspec import Raw, Struct

from cds_service import addresses, strict_json
from cds_service.access import Access
from cds_service.addresses import Page
from cds_service.errors import ServiceError
from cds_service.fhir import Failed, Got, Line, Watch
from cds_service.reasons import Reason

SHORT_PAUSE = 0.05
"""Seconds before a server that failed is asked once more."""
_REASONS = {
    401: Reason.UNAUTHORISED,
    403: Reason.FORBIDDEN,
    404: Reason.NOT_FOUND,
    410: Reason.NOT_FOUND,
    429: Reason.TOO_MANY_REQUESTS,
}
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_TRY_ANEW = {Reason.REFUSED, Reason.NOT_FOUND, Reason.NOT_FHIR, Reason.OUTCOME, Reason.WRONG_TYPE}
_TRY_ANEW |= {Reason.SERVER_ERROR, Reason.REDIRECT}
_DISPENSABLE = {"_sort", "_count"}
"""Parameters without which a search gives the same, in another order and other pages."""


class _Head(Struct):
    resourceType: object = None  # noqa: N815
    link: Raw = Raw(b"null")


class _Link(Struct):
    relation: object = None
    url: object = None


_head = msgspec.json.Decoder(_Head)
_links = msgspec.json.Decoder(list[_Link])


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: a search, or one resource."""

    resource_type: str
    """Of the resource, or `Bundle`."""
    starts: tuple[str, ...]
    """Paths with queries; a later one is tried when the one before it gave nothing."""


@dataclass(slots=True)
class Found:
    """What came so far; as long as `reason` is not None, more may be missing."""

    pages: list[bytes] = field(default_factory=list)
    reason: Reason | None = Reason.TIMEOUT
    start: str = ""
    """Of the starts that one from which the pages came."""


def follow(asked: Asked, found: Found, line: Line, most_pages: int) -> None:
    """Fill `found` page by page, so that those that came count, whatever happens to the next."""
    reason: Reason | None = None
    for start in asked.starts:
        found.start = start
        reason = _end_of(_pages(asked, start, line, most_pages), found)
        if found.pages or reason not in _TRY_ANEW:
            break
    found.reason = reason


def _end_of(pages: Iterator[bytes], found: Found) -> Reason | None:
    try:
        for page in pages:
            found.pages.append(page)
    except Failed as error:
        return error.reason
    return None


def _pages(asked: Asked, start: str, line: Line, most_pages: int) -> Iterator[bytes]:
    """Raises `Failed` where a page cannot be had."""
    target: str | None = start
    seen: set[str] = set()
    while target is not None:
        if target in seen:
            raise Failed(Reason.PAGES_IN_A_CIRCLE)
        if len(seen) == most_pages:
            raise Failed(Reason.TOO_MANY_PAGES)
        seen.add(target)
        body = _readable(_answered(target, line).body)
        head = _head_of(body, asked.resource_type)
        yield body
        page = _next(head, line.access, target)
        target = page.target if page else None


def _answered(target: str, line: Line) -> Got:
    """The answer of status 200. What a server cannot do at once is asked once more, if time allows."""
    tried: set[str] = set()
    while True:
        got = line.get(target)
        again = _again(got, target, line.watch, tried)
        if again is None:
            break
        target = again
    if got.status != 200:
        raise Failed(_reason(got.status))
    return got


def _again(got: Got, target: str, watch: Watch, tried: set[str]) -> str | None:
    """What to ask once more; None when there is nothing more to try."""
    if got.status == 400 and "plainer" not in tried:
        tried.add("plainer")
        plainer = _plainer(target)
        return plainer if plainer != target else None
    if got.status == 429 and got.retry_after is not None and "later" not in tried:
        tried.add("later")
        return target if watch.pause(got.retry_after) else None
    if got.status >= 500 and "later" not in tried:
        tried.add("later")
        pause = SHORT_PAUSE if got.retry_after is None else got.retry_after
        return target if watch.pause(pause) else None
    return None


def _plainer(target: str) -> str:
    """The same search without what some servers refuse."""
    path, _, query = target.partition("?")
    kept = [(name, value) for name, value in parse_qsl(query) if name not in _DISPENSABLE]
    asked = parse_qsl(query)
    return f"{path}?{urlencode(kept)}" if len(kept) < len(asked) else target


def _reason(status: int) -> Reason:
    if status in _REASONS:
        return _REASONS[status]
    if status >= 500:
        return Reason.SERVER_ERROR
    if 300 <= status < 400:
        return Reason.REDIRECT
    return Reason.REFUSED if status >= 400 else Reason.NOT_FHIR


def _readable(body: bytes) -> bytes:
    """One JSON document, not nested too deep. Raises `Failed`."""
    body = strict_json.without_mark(body)
    try:
        _head.decode(body)
    except _UNREADABLE:
        try:
            return strict_json.checked(body)
        except ServiceError:
            raise Failed(Reason.NOT_FHIR) from None
    return body


def _head_of(body: bytes, expected: str) -> _Head:
    try:
        head = _head.decode(body)
    except _UNREADABLE:
        raise Failed(Reason.NOT_FHIR) from None
    if not isinstance(head.resourceType, str) or not head.resourceType:
        raise Failed(Reason.NOT_FHIR)
    if head.resourceType == "OperationOutcome":
        raise Failed(Reason.OUTCOME)
    if head.resourceType != expected:
        raise Failed(Reason.WRONG_TYPE)
    return head


def _next(head: _Head, access: Access, here: str) -> Page | None:
    """The next page; None when this was the last. Raises `Failed` when it lies elsewhere, or nobody knows."""
    if head.link == Raw(b"null") or head.resourceType != "Bundle":
        return None
    try:
        links = _links.decode(head.link)
    except _UNREADABLE:
        raise Failed(Reason.NEXT_ELSEWHERE) from None
    onward = [link.url for link in links if link.relation == "next"]
    if not onward:
        return None
    base = addresses.written(access.place).removesuffix(access.place.path) + here
    page = addresses.next_page(access.place, base, onward[0]) if isinstance(onward[0], str) else None
    if page is None:
        raise Failed(Reason.NEXT_ELSEWHERE)
    return page
