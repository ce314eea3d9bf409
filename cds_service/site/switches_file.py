"""Follows the file of the switches: no call reads it, and none waits for it.

A thread of each worker looks every half second. What a call asks is in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread

import structlog

from cds_service.errors import SettingsRefused
from cds_service.site import switches
from cds_service.site.switches import NONE, Switches, SwitchesWrong

LOOK_SECONDS = 0.5

log = structlog.get_logger()


class SwitchesFile:
    """What the file said last that could be read."""

    def __init__(self, path: Path | None, changed: Callable[[Switches], None]) -> None:
        """`changed` is told of each change. Raises `SettingsRefused` for a file that is wrong.

        At start nobody knows what held before.
        """
        self.path = path
        self.last = NONE
        """What the file said last that could be read."""
        self._changed = changed
        self._seen: bytes | None = None
        """The content that was looked at last, good or not; None for no file."""
        self._lock = Lock()
        self._thread: Thread | None = None
        self._end = Event()
        self._unreadable = False
        if path is not None and (problem := self.look()):
            raise SettingsRefused(f"switches_file: {path}: {problem}")

    @property
    def state(self) -> Switches:
        """At once, from memory."""
        if self.path is not None and (self._thread is None or not self._thread.is_alive()):
            self.follow()
        return self.last

    def follow(self) -> None:
        """Look from now on, in this process: a thread does not survive the fork of a worker."""
        if self.path is None:
            return
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="switches", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """For tests: a process closes it by ending."""
        self._end.set()

    def _run(self) -> None:
        while True:
            self.look()
            if self._end.wait(LOOK_SECONDS):
                return

    def look(self) -> str:
        """Read the file if it changed; what is wrong with it, empty when nothing is.

        A file that is wrong or cannot be read leaves the last good state, and is logged once for each change.
        """
        assert self.path is not None  # noqa: S101  (for the type checker: nobody looks without a file)
        try:
            content = switches.content_of(self.path)
        except FileNotFoundError:
            content = None
        except OSError as error:
            if not self._unreadable:
                log.error("switches not read, the last ones stay", reason=type(error).__name__)
            self._unreadable = True
            return f"cannot be read ({type(error).__name__})"
        self._unreadable = False
        if content == self._seen:
            return ""
        self._seen = content
        try:
            new = NONE if content is None else switches.read(content)
        except SwitchesWrong as error:
            log.error("switches not read, the last ones stay", problem=str(error))
            return str(error)
        before, self.last = self.last, new
        if new != before:
            self._changed(new)
        return ""
