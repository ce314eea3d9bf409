"""Reads the JSON of a call no deeper than needed: what is inside a resource stays raw until it is read.

Built on msgspec, which splits a body of megabytes in milliseconds but says nothing of duplicate members and
refuses half a surrogate pair, as an EHR leaves behind when it cuts a text in the middle of an emoji.
"""

from __future__ import annotations

import re
from itertools import accumulate

import msgspec
from msgspec import Raw

from cds_service.errors import DuplicateMember, NestedTooDeep, NotJson

MAX_DEPTH = 200
_NO_MARKS = bytes(set(range(256)) - set(b'"[]{}'))
_ALIKE = bytes.maketrans(b"{}", b"[]")
_PEELED_LAYERS = MAX_DEPTH
_STEP = {ord("["): 1, ord("]"): -1}
_MEMBER = re.compile(rb'[\s,{]*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*', re.DOTALL)
_HEX = rb"[0-9a-fA-F]"
_ESCAPE = re.compile(
    rb"(\\u[dD][89abAB]HH\\u[dD][c-fC-F]HH)|(\\u[dD][89a-fA-F]HH)|\\.".replace(b"HH", _HEX * 2), re.DOTALL
)

_members = msgspec.json.Decoder(dict[str, Raw])


def checked(body: bytes) -> bytes:
    """The body, ready to be decoded: one JSON document, not nested too deep, every text whole.

    Raises `NestedTooDeep` or `NotJson`.
    """
    body = body.removeprefix(b"\xef\xbb\xbf")
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


def deeper_than(body: bytes, depth: int) -> bool:
    """Whether arrays and objects nest deeper, found without recursion and mostly without a Python loop."""
    if b"\\" in body:
        body = body.replace(rb"\\", b"").replace(rb"\"", b"")
    marks = body.translate(_ALIKE, _NO_MARKS).replace(b'""', b"")
    marks = b"".join(marks.split(b'"')[::2])  # what stands inside a text does not nest
    for _ in range(_PEELED_LAYERS):
        peeled = marks.replace(b"[]", b"")  # takes off the innermost layer
        if len(peeled) == len(marks):
            break
        marks, depth = peeled, depth - 1
    return any(level > depth for level in accumulate(map(_STEP.__getitem__, marks)))


def members(raw: bytes | Raw, place: str) -> dict[str, Raw]:
    """The members of one object, each still raw. Raises `DuplicateMember` that names `place`."""
    found = _members.decode(raw)
    if _count(bytes(raw), found) != len(found):
        raise DuplicateMember(
            f"{place} names a member twice. Send each member once, so that nothing is lost."
        )
    return found


def _count(raw: bytes, found: dict[str, Raw]) -> int:
    """How many members are written in `raw`; stops early at the first that `found` does not hold."""
    counted, position = 0, 0
    while member := _MEMBER.match(raw, position):
        counted += 1
        value = bytes(found[msgspec.json.decode(member[1], type=str)])
        if not raw.startswith(value, member.end()):
            return counted + len(found)  # a later member of the same name has another value
        position = member.end() + len(value)
    return counted
