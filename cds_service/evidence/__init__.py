"""FHIR R4 resources to findings; what cannot be read becomes Unread, never silence."""

from cds_service.evidence.reader import Entry, EvidenceReader

__all__ = ["Entry", "EvidenceReader"]
