"""One contestant in a process of its own, and what that process is asked to do."""

from __future__ import annotations

import cProfile
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import process_time_ns
from types import CodeType
from typing import Any, TypeVar

from benchmarks.contestants import CONTESTANTS, Contestant

T = TypeVar("T")
TOP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class HotSpot:
    """One function, per call of the service. The profiler slows small functions most."""

    function: str
    own_ms: float
    with_callees_ms: float
    times_called: float


_contestant: Contestant | None = None
"""What this process is."""


class InProcess:
    """A contestant from outside. What goes wrong in there is raised here."""

    def __init__(self, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._process = ProcessPoolExecutor(1, mp_context=context)
        self._ask(_become, name)

    def answer(self, body: bytes) -> Any:
        """What the contestant makes of a body."""
        return self._ask(_take, body)

    def times(self, bodies: Sequence[bytes]) -> list[float]:
        """Milliseconds of processor time of one call with each of the bodies."""
        return self._ask(_time, bodies)

    def hot_spots(self, bodies: Sequence[bytes], count: int) -> list[HotSpot]:
        """The functions with the most time of their own, over one call with each of the bodies."""
        return self._ask(_profile, bodies, count)

    def stop(self) -> None:
        self._process.shutdown()

    def _ask(self, work: Callable[..., T], *given: Any) -> T:
        return self._process.submit(work, *given).result()


def _become(name: str) -> None:
    # Log lines are written, as in production, but to nowhere.
    sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (open as long as the process)
    global _contestant  # noqa: PLW0603  (a process pool keeps state in no other way)
    _contestant = CONTESTANTS[name]()


def _us() -> Contestant:
    if _contestant is None:
        raise RuntimeError("This process has not become a contestant.")
    return _contestant


def _take(body: bytes) -> Any:
    return _us()(body)


def _time(bodies: Sequence[bytes]) -> list[float]:
    us = _us()
    return [_timed(us, body) for body in bodies]


def _timed(contestant: Contestant, body: bytes) -> float:
    """Processor time: nobody in there waits for anything, and neighbours on the machine count less.

    The result lives until the clock has stopped: freeing it is not counted.
    """
    start = process_time_ns()
    result = contestant(body)
    end = process_time_ns()
    del result
    return (end - start) / 1e6


def _profile(bodies: Sequence[bytes], count: int) -> list[HotSpot]:
    us, calls = _us(), len(bodies)
    profile = cProfile.Profile()
    for body in bodies:
        profile.runcall(us, body)
    spots = [
        HotSpot(
            _named(each.code),
            each.inlinetime * 1000 / calls,
            each.totaltime * 1000 / calls,
            each.callcount / calls,
        )
        for each in profile.getstats()
    ]
    return sorted(spots, key=lambda spot: -spot.own_ms)[:count]


def _named(code: CodeType | str) -> str:
    """Where the function stands, without the path of this machine; one of C has its name only."""
    if isinstance(code, str):
        return code.strip("<>")
    file = Path(code.co_filename)
    shown = (
        file.relative_to(TOP)
        if file.is_relative_to(TOP) and ".venv" not in file.parts
        else Path(*file.parts[-2:])
    )
    return f"{shown.as_posix()}:{code.co_firstlineno} {code.co_qualname}"
