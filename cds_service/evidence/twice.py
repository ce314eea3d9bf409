"""Whether a resource names a member twice: which of the two its writer meant, nobody can say.

JSON leaves it open, and decoders take the last. A "paralysis" before a "cough" would pass unseen, so the
resource is named as not assessed, beside what the last one says.
"""

from __future__ import annotations

import json
from typing import Any


class _Twice(Exception):
    pass


def says_twice(raw: bytes) -> bool:
    """At any depth; False for what is no JSON, which is told elsewhere."""
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
