"""Why a card was put aside, wherever an EHR writes it.

The standard has `overrideReason: {reason: {code, system}, userComment}`. Seen too: the key `overrideReasons`
with an object or a list, a bare Coding or code, a CodeableConcept, and a site's reasons under keys of an
extension.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw

from cds_service import strict_json
from cds_service.errors import NotFeedback
from cds_service.hooks import REASON_SYSTEM

NOT_KEPT = "(not kept)"
"""In place of a code that is no plain one: it could hold anything, even a name."""
COMMENT_LENGTH = 500
_PLACES = ("overrideReason", "overrideReasons")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,63}")
_SYSTEM = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,20}:[A-Za-z0-9._:/\-]{1,170}")
_TELLING = re.compile("reason|acknowledg|override", re.IGNORECASE)
_MOST_LOOKED_AT = 200
"""Objects of one item in which a reason is looked for."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of ours, or of the EHR's vendor or site."""

    code: str
    system: str | None
    """None where the EHR names none that is plain."""


def read(item: Mapping[str, Raw], place: str, own: Collection[str]) -> tuple[Reason | None, str | None]:
    """The reason and the comment; None for each that was not given.

    Of several reasons the first with a code of ours counts, else the first. Raises `DuplicateMember` for an
    `overrideReason` that names a member twice, `NotFeedback` for a number that nobody can hold.
    """
    given: list[Any] = []
    for name in _PLACES:
        if name in item:
            _refuse_duplicates(item[name], f"{place}.{name}")
            given.append(_as_codings(decoded(item[name], f"{place}.{name}")))
    elsewhere = {
        name: decoded(raw, f"{place}.{name}")
        for name, raw in item.items()
        if name == "extension" or "." in name
    }
    found = [_plain(code, system, own) for code, system in _codings(given)]
    found = found or [_plain(code, system, own) for code, system in _codings(list(_reasons_in(elsewhere)))]
    ours = [each for each in found if each.system == REASON_SYSTEM and each.code != NOT_KEPT]
    return next(iter([*ours, *found]), None), _comment(given)


def decoded(raw: Raw, place: str) -> Any:
    """The value; the JSON is known to be sound, but for numbers. Raises `NotFeedback` naming the place."""
    try:
        return msgspec.json.decode(raw)
    except msgspec.ValidationError:
        raise NotFeedback(f"{place}: holds a number that is too large.") from None


def _refuse_duplicates(raw: Raw, place: str, depth: int = 8) -> None:
    """Which of two reasons is meant, nobody can say. Deeper than `depth` none is looked for."""
    inner: Iterable[Raw] = ()
    if bytes(raw).lstrip().startswith(b"{"):
        inner = strict_json.members(raw, place).values()
    elif bytes(raw).lstrip().startswith(b"["):
        inner = msgspec.json.decode(raw, type=list[Raw])
    if depth:
        for each in inner:
            _refuse_duplicates(each, place, depth - 1)


def _reasons_in(value: Any) -> Iterator[Any]:
    """What stands under a name that tells of a reason; other extensions have codes of their own."""
    waiting = deque([value])
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return
        each = waiting.popleft()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            for name, inner in each.items():
                if _TELLING.search(name):
                    yield _as_codings(inner)
                else:
                    waiting.append(inner)


def _as_codings(value: Any) -> Any:
    """A bare code, alone or in a list, as a Coding; anything else as it is."""
    if isinstance(value, list):
        return [_as_codings(each) for each in value]
    bare = isinstance(value, str | int) and not isinstance(value, bool)
    return {"code": value} if bare else value


def _codings(given: Collection[Any]) -> Iterator[tuple[str, Any]]:
    """Every code with its system: those at the surface first."""
    waiting = deque(given)
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return
        each = waiting.popleft()
        if isinstance(each, list):
            waiting.extend(each)
        elif isinstance(each, dict):
            code = each.get("code", each.get("reason"))
            if isinstance(code, int) and not isinstance(code, bool):
                code = str(code)
            if isinstance(code, str) and code.strip():
                yield code.strip(), each.get("system")
            waiting.extend(value for value in each.values() if isinstance(value, dict | list))


def _plain(code: str, system: Any, own: Collection[str]) -> Reason:
    system = system.strip() if isinstance(system, str) else ""
    if code in own and system in {"", REASON_SYSTEM}:
        return Reason(code, REASON_SYSTEM)
    named = system if _SYSTEM.fullmatch(system) else None
    if system == REASON_SYSTEM or not _CODE.fullmatch(code):
        return Reason(NOT_KEPT, named)
    return Reason(code, named)


def _comment(given: Collection[Any]) -> str | None:
    """Free text, without what could steer a terminal, cut."""
    for each in given:
        for part in each if isinstance(each, list) else [each]:
            text = part.get("userComment") if isinstance(part, dict) else None
            if isinstance(text, str) and text.strip():
                clean = "".join(letter if letter.isprintable() else " " for letter in text)
                return clean.strip()[:COMMENT_LENGTH]
    return None
