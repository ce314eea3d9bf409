"""What was sent to the EHR's FHIR server for one call; for the audit alone."""

from __future__ import annotations

from dataclasses import dataclass

from cds_service.reasons import Reason


@dataclass(frozen=True, slots=True)
class Sent:
    """One search, or one read; its further pages belong to it."""

    target: str
    """Path and query, as the first request line had them."""
    is_search: bool
    came: bool
    """Whether anything of it came."""
    reason: Reason | None
    """Why not all of it came; None when it did."""
