"""Takes the body of a call from whoever sends it, in a time of its own.

granian calls the application as soon as the headers are there, and a read of the body then waits without an
end (decision 0016). So another thread waits; the thread of the call gives up in time, and is free again.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from cds_service.errors import BodyTooSlow
from cds_service.load import Stay, overloaded

READERS = 128
"""Threads that read bodies. One whose sender stays silent is stuck until the sender hangs up, which costs
little memory; a worker answers far fewer calls at a time."""
PIECE = 64 * 1024


class Stream(Protocol):
    """A body as it comes in."""

    def read(self, size: int, /) -> bytes: ...


class Bodies:
    """The readers of one worker, made with the first body: threads do not survive a fork."""

    def __init__(self, seconds: float, readers: int = READERS) -> None:
        self._seconds = seconds
        self._most = readers
        self._free = threading.BoundedSemaphore(readers)
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def read(self, stream: Stream, stay: Stay, limit: int) -> bytes:
        """The body, or its first `limit` + 1 bytes. Raises `BodyTooSlow` and `Overloaded`."""
        if not self._free.acquire(blocking=False):
            raise overloaded()
        given_up = threading.Event()
        reading = self._pool().submit(self._read, stream, stay, limit, given_up)
        try:
            return reading.result(self._seconds)
        except TimeoutError:
            given_up.set()
            raise BodyTooSlow(
                f"The body was not here after {self._seconds:g} seconds (body_timeout). Send it in one go."
            ) from None

    def _read(self, stream: Stream, stay: Stay, limit: int, given_up: threading.Event) -> bytes:
        try:
            return b"".join(_pieces(stream, stay, limit, given_up))
        finally:
            self._free.release()

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._most, thread_name_prefix="body")
            return self._threads


def _pieces(stream: Stream, stay: Stay, limit: int, given_up: threading.Event) -> list[bytes]:
    pieces: list[bytes] = []
    size = 0
    while size <= limit and not given_up.is_set():
        piece = stream.read(min(PIECE, limit + 1 - size))
        if not piece:
            break
        pieces.append(piece)
        size += len(piece)
        stay.has_read(size)
    return pieces
