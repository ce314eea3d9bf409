"""The fields that a log line may have, and the only values that each may take.

A value is a number, a code of ours or of a standard, or the name of a class: all that is longer or freer is
not shown, whoever hands it in. A name given as a `reason` by mistake is lost, and not the patient's privacy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Value = object
Check = Callable[[Value], bool]

NOT_SHOWN = "(not shown)"
NO_UUID = "(not a UUID)"
MOST_ITEMS = 64
_LARGEST = 10**12


def _number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _count(value: Value) -> bool:
    return isinstance(value, int) and _number(value) and value >= 0


def _flag(value: Value) -> bool:
    return isinstance(value, bool)


def _like(pattern: str) -> Check:
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


def _list_of(each: Check) -> Check:
    return lambda value: isinstance(value, list) and len(value) <= MOST_ITEMS and all(map(each, value))


def _table(name: Check, each: Check) -> Check:
    return lambda value: (
        isinstance(value, dict)
        and len(value) <= MOST_ITEMS
        and all(name(key) and each(one) for key, one in value.items())
    )


def _or(*checks: Check) -> Check:
    return lambda value: any(check(value) for check in checks)


def _nothing(value: Value) -> bool:
    return value is None


_code = _like(r"(?=.{1,48}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
"""Such as `no-token`."""
_stage = _like(r"(?=.{1,32}$)[a-z]+(?: [a-z]+)*")
_type = _like(r"[A-Z][A-Za-z]{2,39}")
"""Of a FHIR resource."""
_name = _like(r"[A-Za-z][A-Za-z0-9_]{0,63}")
"""An id of the content, or a key that we chose."""
_uuid = _like(r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_kinds: set[str] = set()


def _kind(value: Value) -> bool:
    """The name of a class of errors, with the code that a database has for it."""
    name, _, code = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if name not in _kinds:
        _kinds.update(each.__name__ for each in _below(BaseException))
    return name in _kinds and re.fullmatch(r"[A-Z0-9_]{0,40}", code, re.ASCII) is not None


def _below(kind: type[BaseException]) -> set[type[BaseException]]:
    found, left = {kind}, [kind]
    while left:
        new = set(type.__subclasses__(left.pop())) - found
        found |= new
        left += new
    return found


def _operators(value: Value) -> bool:
    """A sentence about settings, content or database; tests/house holds who may log one, far from calls."""
    return isinstance(value, str) and len(value) <= 2000


FIELDS: Mapping[str, Check] = {
    "acknowledged": _count,
    "cards": _list_of(_like(r"[A-Za-z]{1,64} (?:critical|warning|info)")),
    "client": _or(_like(r"[\w .:@/-]{1,64}"), _nothing),
    "content": _like(r"[\w.+-]{1,32}"),
    "count": _count,
    "digest": _like(r"sha256:[0-9a-f]{1,64}"),
    "durations_ms": _table(_stage, _number),
    "entries": _or(_count, _nothing),
    "error": _or(_code, _kind),
    "event": _like(r"[a-z][A-Za-z ,:?-]{1,119}"),
    "failed_stages": _list_of(_stage),
    "fetched": _or(_table(_name, _code), _nothing),
    "findings": _count,
    "hints": _count,
    "hook": _code,
    "hook_instance": _or(_uuid, _like(re.escape(NO_UUID))),
    "items": _count,
    "level": _like("debug|info|warning|error|critical"),
    "lost": _count,
    "method": _like("CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|TRACE"),
    "mode": _like("visible|silent|off"),
    "named": _flag,
    "off": _flag,
    "problem": _operators,
    "reason": _or(_code, _kind),
    "red_flags": _or(_list_of(_name), _nothing),
    "refused": _count,
    "repeated": _count,
    "request": _like("[0-9a-f]{32}"),
    "resource_type": _type,
    "shown": _count,
    "silent": _flag,
    "source": _like(r"[\w.-]{1,64}"),
    "stage": _stage,
    "states": _or(_table(_type, _name), _nothing),
    "status": _count,
    "stored": _count,
    "timestamp": _like(r"\d{4}-\d\d-\d\dT[\d:.]{8,15}Z"),
    "topics": _list_of(_like(r"[A-Za-z0-9]{1,100}")),
    "trigger": _or(_like(r"-?\d{1,6}"), _nothing),
    "unknown_cards": _count,
    "unread": _count,
    "unread_red_flag_possible": _count,
    "user": _like("Practitioner|PractitionerRole|Patient|RelatedPerson|unknown"),
    "user_given": _flag,
    "version": _like(r"\d{1,8}(?:\.\d{1,6}){0,3}|"),
    "waiting": _count,
    "where": _list_of(_like(r"[\w./-]{1,120}:\d{1,6}")),
    "without_effect": _count,
}


def shown(name: str, value: Value) -> Value:
    """The value of a listed field, or that it is not shown."""
    return value if FIELDS[name](value) else NOT_SHOWN
