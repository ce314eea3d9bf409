"""Small members that many resources of a chart write alike, decoded once for each way of writing them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec import Raw

from cds_service.evidence.thin import load, local, reference_of, states_of

Interpretation: TypeAlias = tuple[frozenset[str], tuple[str, ...]]
"""The codes and the texts of the interpretation of a result."""
Range: TypeAlias = tuple[str, float | None, float | None]
"""The unit of a value with its reference range, and the ends of that."""


@dataclass(slots=True)
class Decoded:
    """What was decoded of one chart so far; interpretations and ranges are kept by who reads them."""

    interpretations: dict[bytes, Interpretation] = field(default_factory=dict)
    ranges: dict[tuple[bytes, str], Range] = field(default_factory=dict)
    """By the range, as written, and the unit of the value."""
    _states: dict[bytes, frozenset[str]] = field(default_factory=dict)
    _references: dict[bytes, str] = field(default_factory=dict)

    def states_of(self, raw: Raw) -> frozenset[str]:
        """The codes of a status that is a concept; none of one that is missing."""
        if not raw:
            return frozenset()
        written = bytes(raw)
        if written not in self._states:
            self._states[written] = states_of(load(raw))
        return self._states[written]

    def reference(self, raw: Raw) -> str:
        """Where a reference points, without its server; empty when it is missing."""
        if not raw:
            return ""
        written = bytes(raw)
        if written not in self._references:
            self._references[written] = local(reference_of(load(raw)))
        return self._references[written]
