"""Where log lines go out: the standard error. No call waits for whoever reads it, or fails with it.

A line that cannot be written is lost. How many were is said with the next line that goes through.
"""

from __future__ import annotations

import io
import os
import select
import stat
import sys
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic
from typing import TextIO, cast

import msgspec

PATIENCE = 0.1
"""Seconds that a line waits for room; after one that was lost no other waits, until there is room again."""
LOST = "log lines were lost"


class Outlet(io.TextIOBase):
    """The standard error of the moment; each `write` is a whole line.

    OSError: no room, or who read it went away; ValueError: closed.
    """

    def __init__(self) -> None:
        self._way: _Way | None = None

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            self._write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            if sys.stderr is not None and self._way is None:
                sys.stderr.flush()

    def _write(self, text: str) -> None:
        stream = sys.stderr
        if stream is None:
            return
        found = _may_fill(stream)
        if found is None:
            self._way = None
            stream.write(text)
            return
        if self._way is None or self._way.of != found:
            self._way = _Way(stream.fileno(), found)
        self._way.send(text.encode(errors="backslashreplace"))


def _may_fill(stream: TextIO) -> tuple[int, int, int] | None:
    """Which pipe, socket or terminal it is. None for a file, and for what is no stream of the system's."""
    try:
        number = stream.fileno()
    except (OSError, ValueError):
        return None
    found = os.fstat(number)
    return None if stat.S_ISREG(found.st_mode) else (number, found.st_dev, found.st_ino)


class _Way:
    """To somebody who may stop reading, for however long: a write would wait, and the call with it."""

    def __init__(self, number: int, of: tuple[int, int, int]) -> None:
        self.of = of
        self._lost = 0
        self._torn = False
        self._number = _without_waiting(number)

    def send(self, line: bytes) -> None:
        """Raises `OSError` where nobody will read it."""
        end = monotonic() + (0.0 if self._lost else PATIENCE)
        if self._lost:
            line = _said(self._lost) + line
        if self._torn:
            line = b"\n" + line
        left = memoryview(line)
        while left:
            try:
                left = left[os.write(self._number, left) :]
            except BlockingIOError:
                if not self._room_until(end):
                    self._lost += 1
                    self._torn = self._torn or len(left) < len(line)
                    return
        self._lost, self._torn = 0, False

    def _room_until(self, end: float) -> bool:
        room = select.poll()
        room.register(self._number, select.POLLOUT)
        left = end - monotonic()
        return left > 0 and bool(room.poll(left * 1000))


def _without_waiting(number: int) -> int:
    """A file of our own for what is behind that number, to which a write happens at once or not at all.

    Others have the old one open too, and may wait for room as they like. Only where there can be none of ours
    (a socket, a pipe that another user made) it is switched for all of them.
    """
    try:
        return os.open(f"/proc/self/fd/{number}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        os.set_blocking(number, False)
        return os.dup(number)


def _said(lost: int) -> bytes:
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    return msgspec.json.encode({"lost": lost, "event": LOST, "level": "error", "timestamp": now}) + b"\n"


OUTLET = cast("TextIO", Outlet())
