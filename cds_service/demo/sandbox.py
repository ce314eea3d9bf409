"""The address that opens a demo patient in the CDS Hooks sandbox, with everything filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

from cds_service.demo.records import patient_of
from cds_service.hooks import HOOK

EXAMPLE = "sudden-right-sided-weakness"
SANDBOX = "http://localhost:8080"
"""Where a local build of the sandbox serves itself; the public one asks before it reaches here."""


def sandbox_address(base: str, fixture: str = EXAMPLE) -> str:
    """`base` is the address of the service."""
    filled = {
        "fhirServiceUrl": f"{base}/demo/fhir",
        "patientId": patient_of(fixture, datetime.now(UTC)),
        "hook": HOOK,
        "screen": HOOK,
        "serviceDiscoveryURL": f"{base}/cds-services",
    }
    return f"{SANDBOX}/?{urlencode(filled)}"
