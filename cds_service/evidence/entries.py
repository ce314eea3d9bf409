"""Resources as they come to be read."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from cds_service.evidence.thin import Part


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One resource as it came: its JSON, or decoded with its call."""

    raw: bytes | Raw
    under: str
    """Where it stood, such as ``conditions, entry 7``; with a `number`, the Bundle in which it stood."""
    part: Part | None = None
    number: int = 0

    @property
    def place(self) -> str:
        return f"{self.under}, entry {self.number}" if self.number else self.under
