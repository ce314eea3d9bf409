"""Reads the JSON of a call no deeper than needed: what is inside a resource stays raw until it is read.

Built on msgspec, which splits a body of megabytes in milliseconds but says nothing of duplicate members and
refuses half a surrogate pair, as an EHR leaves behind when it cuts a text in the middle of an emoji.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import accumulate
from typing import TypeVar

import msgspec
from msgspec import Raw

from cds_service.errors import DuplicateMember, NestedTooDeep, NotJson

MAX_DEPTH = 200
_ESCAPED_LETTERS = (rb"\u005", rb"\u006", rb"\u007")
_ENVELOPE = 8
"""The call, its prefetch, a Bundle, its entries, an entry and the resource are six levels."""
_NO_MARKS = bytes(set(range(256)) - set(b'"[]{}'))
_ALIKE = bytes.maketrans(b"{}", b"[]")
_WORTH_PEELING = 0.9
"""A layer that leaves more than this part is the first of many: then it is quicker to count."""
_STEPS = bytes.maketrans(b"[]", b"\x01\xff")
"""One up and one down, as signed bytes."""
_PIECE = 64 * 1024
_HEX = rb"[0-9a-fA-F]"
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB]HH\\u[dD][c-fC-F]HH)|(\\u[dD][89a-fA-F]HH)|\\.".replace(b"HH", _HEX * 2), re.DOTALL
)

T = TypeVar("T")


def without_mark(body: bytes) -> bytes:
    """Without the byte order mark that some send first."""
    return body.removeprefix(b"\xef\xbb\xbf")


def checked(body: bytes) -> bytes:
    """The body, ready to be decoded: one JSON document, not nested too deep, every text whole.

    Raises `NestedTooDeep` or `NotJson`.
    """
    if deeper_than(body, MAX_DEPTH):
        raise NestedTooDeep(
            f"The body nests arrays or objects more than {MAX_DEPTH} deep. Send plain FHIR JSON."
        )
    try:
        msgspec.json.decode(body, type=Raw)
    except msgspec.DecodeError as error:
        return _with_whole_texts(body, error)
    return body


def _with_whole_texts(body: bytes, error: msgspec.DecodeError) -> bytes:
    repaired = _ESCAPE.sub(_whole, body) if rb"\u" in body else body
    try:
        msgspec.json.decode(repaired, type=Raw)
    except msgspec.DecodeError:
        # What msgspec says names the kind of fault and a byte, never a value.
        raise NotJson(
            f"The body is not one JSON document: {error}. Send the call as JSON in UTF-8."
        ) from None
    return repaired


def _whole(escape: re.Match[bytes]) -> bytes:
    """The escape itself; the replacement character for half a surrogate pair."""
    return rb"\ufffd" if escape[2] else escape[0]


def surely_shallow(body: bytes, resources: int) -> bool:
    """Whether it can be told at a glance that nothing nests deeper than `MAX_DEPTH`.

    The body is valid and holds so many resources, each with its type, in Bundles under the prefetch. Then a
    resource reaches over no more pieces between two types than there are types too many, and two; and no
    deeper than brackets open in them.
    """
    if b"\\" in body and rb"\u00" in body and any(escape in body for escape in _ESCAPED_LETTERS):
        return False  # a type may be written so that it is not seen
    pieces = body.split(b'"resourceType"')
    reached = max(0, len(pieces) - 1 - resources) + 2
    opened = sorted(piece.count(b"{") + piece.count(b"[") for piece in pieces)
    return _ENVELOPE + sum(opened[-reached:]) <= MAX_DEPTH


def deeper_than(body: bytes, depth: int) -> bool:
    """Whether arrays and objects nest deeper, found without recursion and mostly without a Python loop."""
    if b"\\" in body:
        body = body.replace(rb"\\", b"").replace(rb"\"", b"")
    marks = body.translate(_ALIKE, _NO_MARKS).replace(b'""', b"")
    marks = b"".join(marks.split(b'"')[::2])  # what stands inside a text does not nest
    while depth > 0:
        peeled = marks.replace(b"[]", b"")  # takes off the innermost layer
        worth_it = len(peeled) < len(marks) * _WORTH_PEELING
        if len(peeled) < len(marks):
            marks, depth = peeled, depth - 1
        if not worth_it:
            break
    return _climbs_above(depth, marks)


def _climbs_above(depth: int, marks: bytes) -> bool:
    """Whether more brackets are open at one time; piece by piece, as it may show early."""
    steps = memoryview(marks.translate(_STEPS)).cast("b")
    level = 0
    for start in range(0, len(steps), _PIECE):
        levels = list(accumulate(steps[start : start + _PIECE], initial=level))
        if max(levels) > depth:
            return True
        level = levels[-1]
    return False


class Written(str):
    """The name of a member as it was met: a second one of the same name is another."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


def as_written(_kind: type, name: str) -> Written:
    """Tells msgspec how to make a `Written`."""
    return Written(name)


_members = msgspec.json.Decoder(dict[Written, Raw], dec_hook=as_written)


def members(raw: bytes | Raw, place: str) -> dict[str, Raw]:
    """The members of one object, each still raw. Raises `DuplicateMember` that names `place`."""
    return each_once(_members.decode(raw), place)


def each_once(found: Mapping[Written, T], place: str) -> dict[str, T]:
    """The same members by their plain names. Raises `DuplicateMember` that names `place`."""
    once = {str(name): value for name, value in found.items()}
    if len(once) != len(found):
        raise DuplicateMember(
            f"{place} names a member twice. Send each member once, so that nothing is lost."
        )
    return once
