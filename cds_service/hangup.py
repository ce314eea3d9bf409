"""SIGHUP before the server takes it: it would end the process, and what was asked for would be lost."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Hangup:
    """A note that the content is to be read anew, kept until somebody is there who does it."""

    def __init__(self) -> None:
        self._noted = False

    def came(self, _signal: int, _frame: FrameType | None) -> None:
        """The handler; safe at any moment, as it does nothing else."""
        self._noted = True

    def hand_over(self, reload: Callable[[], object]) -> None:
        """To the server, once its handler stands: the content may have been read before the signal came."""
        if self._noted:
            reload()


@contextmanager
def noted() -> Iterator[Hangup]:
    """To be entered first of all: a start takes seconds, and the process may be sent one in any of them."""
    hangup = Hangup()
    before = signal.signal(signal.SIGHUP, hangup.came)
    try:
        yield hangup
    finally:
        signal.signal(signal.SIGHUP, before)
