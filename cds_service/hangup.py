"""Signals before the server takes them.

SIGHUP would end the process, and what was asked for would be lost. SIGTERM would do nothing where the process
is the first of a container: the service would go on to take calls, and be killed with them later.
"""

from __future__ import annotations

import signal
import sys
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
    before = {
        sign: signal.signal(sign, handler)
        for sign, handler in ((signal.SIGHUP, hangup.came), (signal.SIGTERM, _end))
    }
    try:
        yield hangup
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Nobody has called yet, so nothing is lost; what was made for the service is taken away."""
    sys.exit(0)
