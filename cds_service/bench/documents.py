"""What somebody pasted or uploaded as JSON documents, or where it breaks, said in plain words.

Nothing of what was given is repeated: it may be about somebody, and a place is enough to find the fault.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn

from cds_service import strict_json
from cds_service.errors import NestedTooDeep, NotJson

EXPECTED = (
    "Expected is a CDS Hooks call, a FHIR R4 Bundle, a resource, a list of these, or NDJSON with one of them "
    "on each line; as text or packed with gzip."
)
_GZIP = b"\x1f\x8b"
_MOST_PACKED = 100
"""Each copies what follows it: with many small ones the time would grow with their square."""
_MIB = 1024 * 1024


class NotAChart(Exception):
    """What was given is no chart; the sentence says what is wrong with it, and where."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON object."""

    raw: bytes
    """As it came, if it came by itself."""
    value: dict[str, Any]


def documents(content: bytes, most_bytes: int) -> list[Document]:
    """The objects of a text or a file of at most `most_bytes`, unpacked too. Raises `NotAChart`."""
    text = plain_text(content, most_bytes).encode()
    if not text.strip():
        raise NotAChart(f"Nothing was given. {EXPECTED}")
    if text.lstrip().startswith(b"<"):
        raise NotAChart(f"It looks like XML or HTML, which the service does not read. {EXPECTED}")
    try:
        whole = _parsed(text)
    except ValueError as fault:
        found = _lines(text)
        if len(found) < 2:
            _refuse(fault)
        return found
    if isinstance(whole, list):
        return [_object(each, b"", f"item {number} of the list") for number, each in enumerate(whole, 1)]
    return [_object(whole, text, "it")]


def plain_text(content: bytes, most_bytes: int) -> str:
    """The text of a file, unpacked, without a byte order mark. Raises `NotAChart`."""
    text = strict_json.without_mark(_unpacked(content, most_bytes))
    if len(text) > most_bytes:
        raise too_large(most_bytes)
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotAChart(f"It is not text in UTF-8, from byte {error.start + 1} on. {EXPECTED}") from None


def too_large(most_bytes: int) -> NotAChart:
    size = f"{most_bytes // _MIB} MiB" if most_bytes >= _MIB else f"{most_bytes} bytes"
    return NotAChart(
        f"It is larger than {size}, which is as much as the service takes (max_body_bytes). "
        "Give one patient's chart, or fewer resources of it.",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def _unpacked(content: bytes, most_bytes: int) -> bytes:
    """Never more than a byte above `most_bytes`, however small what it is packed in."""
    if not content.startswith(_GZIP):
        return content
    unpacked = b""
    try:
        for _ in range(_MOST_PACKED):  # gzip files may follow each other
            unpack = zlib.decompressobj(wbits=31)
            unpacked += unpack.decompress(content, most_bytes + 1 - len(unpacked))
            if not unpack.eof and len(unpacked) <= most_bytes:
                raise NotAChart("The gzip file ends too early. Was it copied whole?")
            content = unpack.unused_data
            if not content.startswith(_GZIP) or len(unpacked) > most_bytes:
                return unpacked
    except zlib.error:
        raise NotAChart("It begins like a gzip file, and cannot be unpacked as one.") from None
    raise NotAChart(f"More than {_MOST_PACKED} gzip files follow each other in it. Pack it as one.")


def _parsed(text: bytes) -> Any:
    """Raises `NotAChart` or `ValueError`."""
    try:
        text, sound = strict_json.checked(text), True
    except NestedTooDeep:
        raise NotAChart(
            f"It nests arrays or objects more than {strict_json.MAX_DEPTH} deep. {EXPECTED}"
        ) from None
    except NotJson:
        sound = False
    value = json.loads(text, parse_constant=_no_constant)  # which says where it breaks
    if not sound:
        raise ValueError
    return value


def _no_constant(name: str) -> NoReturn:
    raise _NoJsonNumber(name)


class _NoJsonNumber(ValueError):
    """NaN, Infinity or -Infinity."""


def _lines(text: bytes) -> list[Document]:
    """Of NDJSON; none where the first line is no object by itself, as in one that is written over many."""
    found: list[Document] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = _parsed(line)
        except ValueError as fault:
            if not found:
                break
            _refuse(fault, number)
        if not found and not isinstance(value, dict):
            break
        found.append(_object(value, line, f"line {number}"))
    return found


def _refuse(fault: ValueError, line: int | None = None) -> NoReturn:
    if isinstance(fault, json.JSONDecodeError):
        said = fault.msg.partition(":")[0].removeprefix("Invalid ").lower()
        where = f"line {line or fault.lineno}, column {fault.colno}: {said}"
    elif isinstance(fault, _NoJsonNumber):
        where = f"{fault} is no number of JSON"
    else:
        where = "a number or a text in it is none that can be read"
    raise NotAChart(f"It is not JSON. Where it breaks: {where}. {EXPECTED}")


def _object(value: Any, raw: bytes, place: str) -> Document:
    if not isinstance(value, dict):
        raise NotAChart(f"It is JSON, but {place} is no object with a resourceType. {EXPECTED}")
    if "hook" not in value and not isinstance(value.get("resourceType"), str):
        raise NotAChart(f"It is JSON, but {place} has neither a resourceType nor a hook. {EXPECTED}")
    return Document(raw or json.dumps(value).encode(), value)
