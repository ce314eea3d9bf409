"""Writes in the background what hook calls hand over: no call ever waits for the database, or fails with it.

One thread for each worker process, started in the worker, so after the fork. It ends with the process,
which waits for what is left to be written, once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from threading import Condition, Thread, main_thread
from time import monotonic

import structlog

from cds_service.errors import EntryRefused, JournalUnavailable
from cds_service.journal.entries import Call

CAPACITY = 10_000
"""Calls that may wait, about 10 MB: minutes of a busy hospital."""
BATCH = 500
LOOK_SECONDS = 0.5
"""How often the thread looks for work, and whether the process ends. Nobody wakes it: it would take the
processor from the very call that hands over."""
PAUSES = (1.0, 5.0, 15.0, 60.0)
"""Seconds until the next try, after the first failure and so on; the last is repeated."""
LOG_EVERY_SECONDS = 60.0
HOUR_SECONDS = 60 * 60.0
DAY_SECONDS = 24 * HOUR_SECONDS

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """Since the process started."""

    written: int = 0
    lost: int = 0
    """Calls that never got into the journal: the queue was full, or the database refused them."""
    failures: int = 0
    """Tries that failed."""


class Writer:
    """A bounded queue, and the thread that empties it."""

    def __init__(
        self,
        write: Callable[[Sequence[Call]], None],
        daily: Callable[[], None],
        *,
        capacity: int = CAPACITY,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`write` and `daily` (once a day) may raise `JournalUnavailable` or `EntryRefused`, nothing else."""
        self.counts = Counts()
        self._write = write
        self._daily = daily
        self._capacity = capacity
        self._pauses = pauses
        self._clock = clock
        self._waiting: deque[Call] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._hurry = False
        self._closed = False
        self._failed_in_a_row = 0
        self._not_before = 0.0
        self._daily_due = 0.0
        self._last_logged = -LOG_EVERY_SECONDS
        self._lost_logged = 0

    def put(self, call: Call) -> None:
        """Hand over; at once, whatever the database does."""
        with self._changed:
            if len(self._waiting) >= self._capacity:
                self.counts.lost += 1
                self._say("queue-full")
                return
            self._waiting.append(call)
            self._run_once()

    @property
    def waiting(self) -> int:
        """Calls that are not written yet."""
        return len(self._waiting)

    @property
    def failing(self) -> bool:
        """Whether the last try found no database."""
        return self._failed_in_a_row > 0

    def start(self) -> None:
        """Look for daily work from now on, also before the first entry; not before the fork."""
        with self._changed:
            self._run_once()

    def _run_once(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._closed = False
            # Not a daemon, as the thread of granian that starts it is: the process waits for it.
            self._thread = Thread(target=self._run, name="journal", daemon=False)
            self._thread.start()

    def flush(self, seconds: float = 5.0) -> bool:
        """Wait until all that waits was tried, at once; whether nothing is left. For tests."""
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                return not self._waiting
            self._hurry = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._hurry, seconds)
            return not self._waiting

    def close(self) -> None:
        """Write what is left, once, and end until the next entry; for tests: a process closes by ending."""
        self._closed = True
        if self._thread is not None:
            self.flush()
            self._thread.join()

    def _run(self) -> None:
        while main_thread().is_alive() and not self._closed:
            self._await_work()
            self._look_at_the_day()
            self._empty()
        self._not_before = 0.0
        self._empty()
        if self._waiting:
            self.counts.lost += len(self._waiting)
            self._say("process-ends", always=True)

    def _await_work(self) -> None:
        with self._changed:
            if self._changed.wait_for(lambda: self._hurry, LOOK_SECONDS):
                self._not_before = 0.0

    def _look_at_the_day(self) -> None:
        if self._clock() >= self._daily_due:
            done = self._try(self._daily)
            self._daily_due = self._clock() + (DAY_SECONDS if done else HOUR_SECONDS)

    def _empty(self) -> None:
        """Batch by batch, until all is written or the database is not there."""
        while self._waiting and self._clock() >= self._not_before:
            done = self._done(list(islice(self._waiting, BATCH)))
            with self._changed:
                for _ in range(done):
                    self._waiting.popleft()
            if self._failed_in_a_row:
                break  # the others stay, and are tried again
        with self._changed:
            self._hurry = False
            self._changed.notify_all()

    def _done(self, batch: Sequence[Call]) -> int:
        """How many are done with; the others stay. What the database refuses is lost, and only that."""
        if self._try(partial(self._write, batch)):
            self.counts.written += len(batch)
            return len(batch)
        if self._failed_in_a_row:
            return 0
        if len(batch) == 1:
            self.counts.lost += 1
            return 1
        done = 0
        for call in batch:
            if not self._done([call]):
                break
            done += 1
        return done

    def _try(self, work: Callable[[], None]) -> bool:
        """Whether it worked; `_failed_in_a_row` tells whether trying again may help."""
        try:
            work()
        except JournalUnavailable as error:
            self.counts.failures += 1
            pause = self._pauses[min(self._failed_in_a_row, len(self._pauses) - 1)]
            self._failed_in_a_row += 1
            self._not_before = self._clock() + pause
            self._say(str(error))
            return False
        except EntryRefused as error:
            self.counts.failures += 1
            self._failed_in_a_row = 0
            self._say(str(error))
            return False
        if self._failed_in_a_row:
            log.info("journal is written again", count=len(self._waiting))
        self._failed_in_a_row = 0
        return True

    def _say(self, reason: str, *, always: bool = False) -> None:
        """At most one line in a minute, with all that was lost since the last."""
        now = self._clock()
        if always or now - self._last_logged >= LOG_EVERY_SECONDS:
            lost, self._lost_logged = self.counts.lost - self._lost_logged, self.counts.lost
            self._last_logged = now
            log.error("journal not written", reason=reason, waiting=len(self._waiting), lost=lost)
