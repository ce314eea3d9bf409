"""What one worker holds at a time, so that it says no before its memory is in danger.

docs/decisions/0016 has the sums. A call of usual size is never refused because of a large one: only large
bodies share the budget, and what calls of usual size can take is bounded by the threads of the worker.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from cds_service.errors import Overloaded

LARGEST_AT_A_TIME = 4
"""So many bodies of the largest size may be there at a time, or more of smaller ones."""
USUAL_PART = 8
"""A body up to this part of the largest is of usual size: 4 MiB by default; a rich chart has about one."""
READING = 20
"""So many bodies are read at a time. A read waits for its sender without an end (decision 0016): this leaves
threads to those that wait for FHIR servers, and to say no to the rest."""
READING_WITHIN = 1.0
"""Seconds that a call waits to be read; bodies that are here are read in a thousandth of that."""
PIECE = 64 * 1024
LOG_EVERY = 10.0
"""Seconds: a storm of refusals is counted, and not written down one by one."""
_STATM = Path("/proc/self/statm")

Memory = Callable[[], int | None]


def resident_bytes() -> int | None:
    """Memory of this process that is in use; None where the system does not tell (Linux does)."""
    try:
        pages = _STATM.read_bytes().split()[1]
    except OSError:
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class Load:
    """The bodies of the calls that one worker answers at a time."""

    def __init__(
        self, max_body_bytes: int, max_memory_bytes: int | None, memory: Memory = resident_bytes
    ) -> None:
        self.usual = max_body_bytes // USUAL_PART
        self._most = LARGEST_AT_A_TIME * max_body_bytes
        self._ceiling = max_memory_bytes
        self._memory = memory
        self._lock = threading.Lock()
        self._large_bytes = 0
        self._calls = 0
        self._reading = threading.BoundedSemaphore(READING)

    def enter(self, announced: int) -> Stay:
        """Room for a call whose body says to have so many bytes, 0 when it does not say.

        Raises `Overloaded`. Above the ceiling of memory calls of usual size are answered one at a time, as
        a process that stays large would else never answer again.
        """
        above = self._is_above_ceiling()
        large = announced if announced > self.usual else 0
        with self._lock:
            if (above and (self._calls or large)) or self._large_bytes + large > self._most:
                raise overloaded()
            self._large_bytes += large
            self._calls += 1
        return Stay(self, large)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While a body is read. Raises `Overloaded` when too many senders do not send theirs."""
        if not self._reading.acquire(timeout=READING_WITHIN):
            raise overloaded()
        try:
            yield
        finally:
            self._reading.release()

    def _is_above_ceiling(self) -> bool:
        return self._ceiling is not None and (self._memory() or 0) > self._ceiling

    def more(self, size: int) -> None:
        """Raises `Overloaded`."""
        above = self._is_above_ceiling()
        with self._lock:
            if above or self._large_bytes + size > self._most:
                raise overloaded()
            self._large_bytes += size

    def leave(self, large: int) -> None:
        with self._lock:
            self._large_bytes -= large
            self._calls -= 1


class Stay:
    """One call's part of the load, from before its body is read until it is answered."""

    def __init__(self, load: Load, large: int) -> None:
        self._load = load
        self._large = large

    def read(self, stream: IO[bytes], limit: int) -> bytes:
        """The body, or its first `limit` + 1 bytes. Raises `Overloaded`, where it did not say its size."""
        pieces: list[bytes] = []
        size = 0
        while size <= limit and (piece := stream.read(min(PIECE, limit + 1 - size))):
            pieces.append(piece)
            size += len(piece)
            if size > max(self._large, self._load.usual):
                self._load.more(size - self._large)
                self._large = size
        return b"".join(pieces)

    def leave(self) -> None:
        self._load.leave(self._large)


def overloaded() -> Overloaded:
    return Overloaded("The service has no room for this call now. Send it again after Retry-After seconds.")


class Refusals:
    """How often a worker refused calls to protect itself, by the code of the error."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._lock = threading.Lock()
        self._said: dict[str, tuple[float, int]] = {}

    def count(self, code: str) -> int | None:
        """One more; how many there were since the last line of the log, None when it is too early for one."""
        now = self._clock()
        with self._lock:
            self.counts[code] += 1
            when, before = self._said.get(code, (now - LOG_EVERY, 0))
            if now - when < LOG_EVERY:
                return None
            self._said[code] = (now, self.counts[code])
            return self.counts[code] - before
