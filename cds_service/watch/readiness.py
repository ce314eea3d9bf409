"""Whether calls should be sent here: the parts of the service, whether each is well, and since when.

Kept by the worker and looked at anew in the background, never because somebody asks. What is said goes to
whoever asks: which part it is, and no name, address or fault of it.

A part that is not well makes the service unready only where no call could get the right cards for it. Cards
go out without a journal: a database that is gone leaves the service ready, and it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

READY, DEGRADED, NOT_READY = "ready", "degraded", "not ready"


@dataclass(frozen=True, slots=True)
class Part:
    """One part as it was found."""

    name: str
    ok: bool
    says: str
    needed: bool
    """Whether the service is not ready without it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    part: Part
    since: datetime


class Readiness:
    """Of one worker."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._kept: Mapping[str, _Kept] = {}

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(each.part for each in self._kept.values())

    def found(self, parts: Iterable[Part]) -> None:
        """Those of a new look; `since` stays where a part is as well as before."""
        now, before = self._clock(), self._kept
        kept = {}
        for part in parts:
            old = before.get(part.name)
            same = old is not None and old.part.ok == part.ok
            kept[part.name] = _Kept(part, old.since if old and same else now)
        self._kept = kept  # at once, as others read meanwhile

    def told(self) -> tuple[bool, dict[str, Any]]:
        """Whether it is ready, and what is told of it."""
        kept = self._kept
        broken = [each.part for each in kept.values() if not each.part.ok]
        ready = bool(kept) and not any(part.needed for part in broken)
        status = NOT_READY if not ready else DEGRADED if broken else READY
        parts = {
            name: {
                "ok": each.part.ok,
                "needed": each.part.needed,
                "says": each.part.says,
                "since": each.since.isoformat(timespec="seconds").replace("+00:00", "Z"),
            }
            for name, each in kept.items()
        }
        return ready, {"status": status, "parts": parts}
