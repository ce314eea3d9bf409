"""Whether a resource names a member twice: which of the two its writer meant, nobody can say.

JSON leaves it open, and decoders take the last. A "paralysis" before a "cough" would pass unseen, so the
resource is named as not assessed, beside what the last one says.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec


class _Twice(Exception):
    pass


def says_twice(raw: bytes) -> bool:
    """At any depth; False for what is no JSON, which is told elsewhere."""
    try:
        once = msgspec.json.encode(msgspec.json.decode(raw))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _is_met_twice(raw)  # half a surrogate pair, such as stands in a text that was cut
    # Every name and every text stands between two marks, and of a name that is met twice one is lost.
    return _marks(raw) != _marks(once)


def _marks(written: bytes) -> int:
    """How many quotation marks stand around names and texts, those inside a text left out."""
    inside, told = 0, False
    for piece in written.split(b"\\")[1:]:
        if told:
            told = False  # the backslash before it is itself text
        elif not piece:
            told = True
        else:
            inside += piece.startswith(b'"')
    return written.count(b'"') - inside


def _is_met_twice(raw: bytes) -> bool:
    try:
        json.loads(raw.decode(errors="replace"), object_pairs_hook=_once, parse_int=str)
    except _Twice:
        return True
    except ValueError:
        return False
    return False


def _once(members: list[tuple[str, Any]]) -> None:
    """The values are let go: only the names count. Raises `_Twice`."""
    if len({name for name, _ in members}) != len(members):
        raise _Twice
