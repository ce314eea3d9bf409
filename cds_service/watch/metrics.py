"""The counters of one worker, in files that all workers share or, without `serve`, in memory.

All series are made at once, with their closed lists of labels: the files have their whole size then, whose
room is reserved, so that a full disk is met here and not in the middle of a call.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from cds_service.watch import folder as folders
from cds_service.watch.catalogue import BUCKETS, METRICS, PREFIX, Metric
from cds_service.watch.labels import OTHER

CONTENT_TYPE: str = CONTENT_TYPE_PLAIN_0_0_4
_MODES = {"sum": "livesum", "least": "livemin", "most": "livemax"}

disable_created_metrics()  # type: ignore[no-untyped-call]  # as with several workers; nobody needs a second series for each
Series = Counter | Gauge | Histogram


class Metrics:
    """Made in the worker, so after the fork: what is made before it would count as a worker of its own."""

    def __init__(self, allowed: Mapping[str, Collection[tuple[str, ...]]], folder: Path | None) -> None:
        """`folder`: where all workers count; None for this process alone. Raises `OSError`."""
        self._folder = folder
        self._registry = CollectorRegistry()
        self._series: dict[tuple[str, tuple[str, ...]], Series] = {}
        for metric in METRICS:
            name = metric.name.removeprefix(PREFIX)
            made = _made(metric, self._registry)
            for values in allowed[name]:
                self._series[name, values] = made.labels(*values) if values else made
        if folder is not None:
            folders.reserve(folder, os.getpid())

    def count(self, name: str, *values: str, by: float = 1) -> None:
        series = self._of(name, values)
        assert isinstance(series, Counter)  # noqa: S101  (for the type checker)
        series.inc(by)

    def time(self, name: str, *values: str, seconds: float) -> None:
        series = self._of(name, values)
        assert isinstance(series, Histogram)  # noqa: S101  (for the type checker)
        series.observe(seconds)

    def now(self, name: str, *values: str, value: float) -> None:
        series = self._of(name, values)
        assert isinstance(series, Gauge)  # noqa: S101  (for the type checker)
        series.set(value)

    def text(self) -> bytes:
        """All workers' numbers, as Prometheus reads them."""
        if self._folder is None:
            return generate_latest(self._registry)
        folders.forget_dead_workers(self._folder)
        joined = CollectorRegistry()
        MultiProcessCollector(joined, str(self._folder))  # type: ignore[no-untyped-call]
        return generate_latest(joined)

    def _of(self, name: str, values: tuple[str, ...]) -> Series:
        found = self._series.get((name, values))
        if found is not None:
            return found
        # One after the other, so that what is known stays told.
        known = tuple(each if self._knows(name, place, each) else OTHER for place, each in enumerate(values))
        return self._series[name, known]

    def _knows(self, name: str, place: int, value: str) -> bool:
        return any(key == name and value == given[place] for key, given in self._series)


def _made(metric: Metric, registry: CollectorRegistry) -> Series:
    if metric.kind == "counter":
        return Counter(metric.name, metric.says, metric.labels, registry=registry)
    if metric.kind == "histogram":
        return Histogram(metric.name, metric.says, metric.labels, registry=registry, buckets=BUCKETS)
    mode = _MODES[metric.kind]
    return Gauge(metric.name, metric.says, metric.labels, registry=registry, multiprocess_mode=mode)  # type: ignore[arg-type]
