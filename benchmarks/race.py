"""Times the contestants side by side: each in a process of its own, one at a time, round by round in turn.

On a noisy machine a slow moment then hits all of them, instead of the one whose turn was long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from statistics import median

from benchmarks.contestants import CONTESTANTS
from benchmarks.in_process import HotSpot, InProcess

CALLS_PER_TURN = 20
RESOURCES_PER_TURN = 1500
"""A turn makes up to 20 calls, fewer with a larger chart, at least one; its time is their median."""
WARM_UP = 3
"""Charts that everybody is given before the clock runs."""
SLOW_MS = 1000
ROUNDS_OF_SLOW = 3


Bodies = Callable[[int], list[bytes]]
"""Makes so many calls, each with another chart than all before: nobody gains by knowing one already."""


@dataclass(frozen=True, slots=True)
class Timed:
    """What one contestant took for charts of one size: the median and the best of its rounds."""

    median_ms: float
    best_ms: float
    rounds: int


@contextmanager
def contestants() -> Iterator[dict[str, InProcess]]:
    """All of them, each in its process, started one after another."""
    with ExitStack() as stack:
        started = {}
        for name in CONTESTANTS:
            started[name] = InProcess(name)
            stack.callback(started[name].stop)
        yield started


def race(bodies: Bodies, size: int, rounds: int, runners: Mapping[str, InProcess]) -> dict[str, Timed]:
    """All contestants with the same charts; who takes more than a second has three rounds only."""
    first = bodies(WARM_UP)
    left = {name: _rounds_of(runner, first, rounds) for name, runner in runners.items()}
    calls = max(1, min(CALLS_PER_TURN, RESOURCES_PER_TURN // size))
    times: dict[str, list[float]] = {name: [] for name in runners}
    for number in range(rounds):
        turn = bodies(calls)
        for name, runner in runners.items():
            if number < left[name]:
                times[name].append(median(runner.times(turn)))
    return {name: Timed(median(each), min(each), len(each)) for name, each in times.items()}


def hot_spots(bodies: Bodies, size: int, count: int) -> list[HotSpot]:
    """Where the time of the service goes, found in one more process: a profiled one is not timed."""
    service = InProcess("service")
    try:
        service.times(bodies(WARM_UP))
        return service.hot_spots(bodies(max(1, RESOURCES_PER_TURN // size)), count)
    finally:
        service.stop()


def _rounds_of(runner: InProcess, first: Sequence[bytes], rounds: int) -> int:
    return min(rounds, ROUNDS_OF_SLOW) if min(runner.times(first)) > SLOW_MS else rounds
