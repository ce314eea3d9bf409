"""The background writer of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import structlog

from cds_service.background import DAY_SECONDS, HOUR_SECONDS, PAUSES, BackgroundWriter
from cds_service.journal.entries import Call

__all__ = ["DAY_SECONDS", "HOUR_SECONDS", "Writer"]

CAPACITY = 10_000
"""Calls that may wait, about 10 MB: minutes of a busy hospital."""
BATCH = 500

log = structlog.get_logger()


class Writer(BackgroundWriter[Call]):
    """Calls on their way into the journal."""

    def __init__(
        self,
        write: Callable[[Sequence[Call]], None],
        daily: Callable[[], None],
        *,
        capacity: int = CAPACITY,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__("journal", write, daily, capacity=capacity, batch=BATCH, pauses=pauses, clock=clock)

    def _log_not_written(self, reason: str, *, waiting: int, lost: int) -> None:
        log.error("journal not written", reason=reason, waiting=waiting, lost=lost)

    def _log_written_again(self, count: int) -> None:
        log.info("journal is written again", count=count)
