"""The figures of one run, as tables for people and as JSON for machines."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.in_process import HotSpot
from benchmarks.over_http import OverHttp
from benchmarks.race import Timed

LIBRARIES = ("orjson", "msgspec", "Flask", "granian", "fhir.resources", "pydantic")


@dataclass(frozen=True, slots=True)
class Measured:
    """All times for one chart."""

    size: int
    body_bytes: int
    timed: dict[str, Timed]

    def ratio(self, name: str) -> float:
        """How many times the median of plain parsing."""
        return self.timed[name].median_ms / self.timed["baseline"].median_ms


@dataclass(slots=True)
class Figures:
    """One run; what was not asked for stays empty."""

    seed: int
    content_version: str
    content_digest: str
    measured: list[Measured] = field(default_factory=list)
    quiet: list[Measured] = field(default_factory=list)
    """The same of quiet charts, see charts.py."""
    over_http: dict[int, OverHttp] = field(default_factory=dict)
    hot_spots: dict[int, list[HotSpot]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": machine(),
            **asdict(self),
            "ratios_to_baseline": _ratios(self.measured),
            "ratios_to_baseline_of_quiet": _ratios(self.quiet),
        }

    def show(self, console: Console) -> None:
        console.print(self._times())
        if self.over_http:
            console.print(self._times_over_http())
        for size, spots in self.hot_spots.items():
            console.print(_spots(size, spots))
        facts = machine()
        libraries = ", ".join(f"{name} {number}" for name, number in facts["libraries"].items())
        console.print(
            f"Python {facts['python']}, {facts['cores']} cores ({facts['architecture']}); {libraries}; "
            f"content {self.content_version}; seed {self.seed}"
        )

    def _times(self) -> Table:
        table = Table(title="One call, in process: median (best) in ms of processor time")
        for name in ("Resources", "Body, bytes", "Plain parsing", "Service", "Naive", "Service : parsing"):
            table.add_column(name, justify="right")
        table.add_column("Naive : parsing", justify="right")
        rows = [(f"{each.size:,}", each) for each in self.measured]
        rows += [(f"{each.size:,}, quiet", each) for each in self.quiet]
        for size, each in rows:
            times = [
                f"{each.timed[name].median_ms:,.2f} ({each.timed[name].best_ms:,.2f})"
                for name in ("baseline", "service", "naive")
            ]
            ratios = [f"{each.ratio(name):.1f}" for name in ("service", "naive")]
            table.add_row(size, f"{each.body_bytes:,}", *times, *ratios)
        return table

    def _times_over_http(self) -> Table:
        table = Table(title="The service over HTTP on the loopback")
        for name in ("Resources", "Median, ms", "95th percentile, ms", "At once", "Requests per second"):
            table.add_column(name, justify="right")
        for size, each in self.over_http.items():
            times = f"{each.median_ms:,.1f}", f"{each.p95_ms:,.1f}"
            table.add_row(f"{size:,}", *times, str(each.connections), f"{each.requests_per_second:,.1f}")
        return table


def _ratios(measured: list[Measured]) -> dict[int, dict[str, float]]:
    return {
        each.size: {name: each.ratio(name) for name in each.timed if name != "baseline"} for each in measured
    }


def _spots(size: int, spots: list[HotSpot]) -> Table:
    table = Table(title=f"Where the time goes with {size:,} resources, per call and under the profiler")
    table.add_column("Function", overflow="fold")
    for name in ("Own, ms", "With callees, ms", "Times called"):
        table.add_column(name, justify="right")
    for spot in spots:
        times = f"{spot.own_ms:,.2f}", f"{spot.with_callees_ms:,.2f}"
        table.add_row(spot.function, *times, f"{spot.times_called:,.0f}")
    return table


def machine() -> dict[str, Any]:
    """What the times depend on; nothing that names the machine."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "architecture": platform.machine(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }
