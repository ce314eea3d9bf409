"""FHIR R4 resources to findings; what cannot be read becomes Unread, never silence."""

from cds_service.evidence.entries import Entry
from cds_service.evidence.reader import EvidenceReader

__all__ = ["Entry", "EvidenceReader"]
