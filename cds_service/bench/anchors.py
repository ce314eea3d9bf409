"""Where on the page of the test bench a resource stands."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def anchor(reference: str) -> str:
    """The id of the element that shows a resource: ``Observation/12`` is ``resource-Observation-12``.

    Two references never share one. What may not stand in an id is written as its number: the rest of a
    reference such as ``Observation (no id, entry 7)`` comes from the record.
    """
    plain = reference.replace("/", "-", 1)
    return "resource-" + _UNSAFE.sub(lambda sign: f"_{ord(sign.group()):x}_", plain)
