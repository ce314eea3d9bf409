"""Small charts for changes, and what the service reads in them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

from cards.facts import Facts
from cards.features import read_features
from cards.findings import Chart
from cards.knowledge import load
from cds_service.bench.changes import apply, parse
from cds_service.evidence import Entry, EvidenceReader

KNOWLEDGE = load()
READER = EvidenceReader(KNOWLEDGE)
NOW = datetime(2026, 6, 17, 15, tzinfo=UTC)
PATIENT = {"resourceType": "Patient", "id": "bed-7", "birthDate": "1970-01-01", "gender": "female"}
WEAKNESS = "add:leg_weakness:5d"

Resource = dict[str, Any]


def changed(*changes: str, chart: Iterable[Resource] = (PATIENT,), now: datetime = NOW) -> list[Resource]:
    return apply([*chart], [parse(each) for each in changes], now, READER)


def read(resources: Iterable[Resource], now: datetime = NOW) -> Chart:
    entries = [Entry(json.dumps(each).encode(), f"entry {n}") for n, each in enumerate(resources)]
    return READER.read(entries, patient_id="bed-7", as_of=now, time_zone=UTC)


def facts(resources: Iterable[Resource], now: datetime = NOW) -> Facts:
    return read_features(read(resources, now), KNOWLEDGE, now).facts


def assert_valid(resources: Iterable[Resource]) -> None:
    """Raises for what is not valid FHIR R4."""
    for each in resources:
        model = get_fhir_model_class(each["resourceType"])
        assert isinstance(model.model_validate(each), model)
