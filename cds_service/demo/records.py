"""The charts of all fixtures as one record system, at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cds_service import fixtures


@dataclass(frozen=True, slots=True)
class Held:
    """One resource, and the id of the patient in whose chart it stands.

    Some resources of the messy chart are about somebody else, or do not say about whom. EHRs send such
    things, so a search for the patient finds them here.
    """

    patient: str
    resource: Mapping[str, Any]


Records = Mapping[str, Mapping[str, Held]]
"""By resource type and id, in the order of the charts. No id is used twice: tests/content holds that."""


def full_hour(now: datetime) -> datetime:
    """The moment from which the charts count back: one for an hour, so that a repeated call gets the same."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


@lru_cache(maxsize=2)  # this hour's, and those of whoever still turns the pages of the last
def records(moment: datetime) -> Records:
    """All that there is, its dates counted back from `moment`."""
    held: dict[str, dict[str, Held]] = {}
    for name in fixtures.names():
        resources = [entry["resource"] for entry in fixtures.chart(name, moment)["entry"]]
        for each in resources:
            kept = Held(resources[0]["id"], each)
            held.setdefault(each["resourceType"], {})[each["id"]] = kept
    return held


def patient_of(name: str, now: datetime) -> str:
    """The id of the patient whose chart this fixture is."""
    identity: str = fixtures.chart(name, now)["entry"][0]["resource"]["id"]
    return identity
