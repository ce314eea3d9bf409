"""Pasted and changed charts that the demo FHIR server gives out: kept in memory alone, and not for long."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any

from cds_service.bench.charts import FHIR_ID
from cds_service.demo.records import Held, Records

MOST = 4
SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class _Kept:
    records: Records
    size: int
    until: float


class HeldCharts:
    """Of one worker: another one does not know them. Nothing is written anywhere."""

    def __init__(self, clock: Callable[[], float], most_bytes: int) -> None:
        """`clock` gives seconds that only grow; `most_bytes` bounds all charts together, as JSON."""
        self._clock = clock
        self._most_bytes = most_bytes
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def keep(self, resources: Sequence[dict[str, Any]], patient: str) -> str:
        """The id under which the chart is found, for `SECONDS`; the oldest make room for it."""
        identity = token_urlsafe(12)
        size = len(json.dumps(resources))
        with self._lock:
            self._forget_old()
            while self._kept and (len(self._kept) >= MOST or self._size() + size > self._most_bytes):
                del self._kept[next(iter(self._kept))]
            self._kept[identity] = _Kept(_records(resources, patient), size, self._clock() + SECONDS)
        return identity

    def get(self, identity: str) -> Records | None:
        """None where there is no such chart, or no longer."""
        with self._lock:
            self._forget_old()
            kept = self._kept.get(identity)
        return kept.records if kept else None

    def _size(self) -> int:
        return sum(each.size for each in self._kept.values())

    def _forget_old(self) -> None:
        now = self._clock()
        self._kept = {identity: each for identity, each in self._kept.items() if each.until > now}


def with_ids(resources: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What has no id that FHIR allows gets one of its own, as no server has resources without."""
    return [
        each if _has_id(each) else each | {"id": f"held-{number}"} for number, each in enumerate(resources, 1)
    ]


def _has_id(resource: dict[str, Any]) -> bool:
    identity = resource.get("id")
    return isinstance(identity, str) and FHIR_ID.fullmatch(identity) is not None


def _records(resources: Sequence[dict[str, Any]], patient: str) -> Records:
    """By type and id."""
    records: dict[str, dict[str, Held]] = {}
    for each in with_ids(resources):
        kept = records.setdefault(str(each["resourceType"]), {})
        kept.setdefault(each["id"], Held(patient, each))
    return records
