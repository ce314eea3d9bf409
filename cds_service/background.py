"""Writes in the background what hook calls hand over: no call ever waits for where it goes, or fails with it.

For the journal and for the audit. One thread for each worker process, started in the worker, so after the
fork. It ends with the process, which waits for what is left to be written, once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from math import inf
from threading import Condition, Thread, main_thread
from time import monotonic
from typing import Generic, TypeVar

from cds_service.errors import EntryNotTaken, EntryRefused, SinkUnavailable

LOOK_SECONDS = 0.5
"""How often the thread looks for work, and whether the process ends. Nobody wakes it: it would take the
processor from the very call that hands over."""
PAUSES = (1.0, 5.0, 15.0, 60.0)
"""Seconds until the next try, after the first failure and so on; the last is repeated."""
PASSED_OVER = 5
"""How often an entry may fail while others after it are taken. It is lost then: the fault is its own."""
LOG_EVERY_SECONDS = 60.0
HOUR_SECONDS = 60 * 60.0
DAY_SECONDS = 24 * HOUR_SECONDS

T = TypeVar("T")


@dataclass(slots=True)
class Counts:
    """Since the process started."""

    written: int = 0
    lost: int = 0
    """Entries that never got there: the queue was full, they were refused, or the process ended."""
    failures: int = 0
    """Tries that failed."""


@dataclass(slots=True)
class Waiting(Generic[T]):
    """An entry in the queue."""

    entry: T
    failed_at: int | None = None
    """How many others were written when the sink answered it with a failure; None where it never did."""
    passed_over: int = 0


def nothing_daily() -> None:
    """Where there is no daily work."""


def nothing_more() -> None:
    """Where nobody wants to know of the end."""


class BackgroundWriter(ABC, Generic[T]):
    """A bounded queue, and the thread that empties it."""

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[T]], None],
        daily: Callable[[], None] = nothing_daily,
        *,
        capacity: int,
        batch: int,
        last_seconds: float = inf,
        pauses: Sequence[float] = PAUSES,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`write` and `daily` (once a day) may raise `SinkUnavailable` or `EntryRefused`, nothing else.

        `EntryNotTaken` is for a `batch` of one: the entry is put last, as it may be the only one that fails.

        `name`: of the thread. `batch`: entries handed to `write` at a time, at most; what it wrote of a batch
        that failed is written again. `last_seconds`: after which nothing more is begun once the process ends.
        """
        self.counts = Counts()
        self.at_end: Callable[[], None] = nothing_more
        """Called when the thread ends with the process, and has written what it could."""
        self._name = name
        self._batch = batch
        self._last_seconds = last_seconds
        self._write = write
        self._daily = daily
        self._capacity = capacity
        self._pauses = pauses
        self._clock = clock
        self._waiting: deque[Waiting[T]] = deque()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._hurry = False
        self._closed = False
        self._failed_in_a_row = 0
        self._put_last = False
        """Whether the last failure put an entry last, so that the next try is of another one."""
        self._not_before = 0.0
        self._daily_due = 0.0
        self._last_logged = -LOG_EVERY_SECONDS
        self._lost_logged = 0

    @abstractmethod
    def _log_not_written(self, reason: str, *, waiting: int, lost: int) -> None:
        """A line of its own words; `lost`: since the last such line."""

    @abstractmethod
    def _log_written_again(self, count: int) -> None: ...

    def put(self, entry: T) -> None:
        """Hand over; at once, whatever happens where it goes."""
        with self._changed:
            if len(self._waiting) >= self._capacity:
                self.counts.lost += 1
                self._say("queue-full")
                return
            self._waiting.append(Waiting(entry))
            self._run_once()

    @property
    def waiting(self) -> int:
        """Entries that are not written yet."""
        return len(self._waiting)

    @property
    def failing(self) -> bool:
        """Whether the last try could not write."""
        return self._failed_in_a_row > 0

    def start(self) -> None:
        """Look for daily work from now on, also before the first entry; not before the fork."""
        with self._changed:
            self._run_once()

    def _run_once(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._closed = False
            # Not a daemon, as the thread of granian that starts it is: the process waits for it.
            self._thread = Thread(target=self._run, name=self._name, daemon=False)
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
        sound = False
        try:
            while self._goes_on():
                self._await_work()
                self._look_at_the_day()
                self._empty(self._goes_on)
            self._write_the_last()
            self.at_end()
            sound = True
        finally:
            if not sound:  # a defect, which the log tells; the next entry begins anew, after a pause
                self._pause()

    def _write_the_last(self) -> None:
        """What is left, once."""
        end, tries = self._clock() + self._last_seconds, len(self._waiting)
        self._put_last = True
        while self._waiting and tries and self._put_last and self._clock() < end:
            self._not_before, self._put_last = 0.0, False
            self._empty(lambda: self._clock() < end)
            tries -= 1
        if self._waiting:
            self.counts.lost += len(self._waiting)
            self._say("process-ends", always=True)
            self._waiting.clear()

    def _goes_on(self) -> bool:
        return main_thread().is_alive() and not self._closed

    def _await_work(self) -> None:
        with self._changed:
            if self._changed.wait_for(lambda: self._hurry, LOOK_SECONDS):
                self._not_before = 0.0

    def _look_at_the_day(self) -> None:
        if self._clock() >= self._daily_due:
            done = self._try(self._daily)
            self._daily_due = self._clock() + (DAY_SECONDS if done else HOUR_SECONDS)

    def _empty(self, may_go_on: Callable[[], bool] = lambda: True) -> None:
        """Batch by batch, until all is written or nothing can be."""
        while self._waiting and self._clock() >= self._not_before and may_go_on():
            done = self._done(list(islice(self._waiting, self._batch)))
            with self._changed:
                for _ in range(done):
                    self._waiting.popleft()
            if self._failed_in_a_row:
                break  # the others stay, and are tried again
        with self._changed:
            self._hurry = False
            self._changed.notify_all()

    def _done(self, batch: Sequence[Waiting[T]]) -> int:
        """How many are done with; the others stay. What is refused is lost, and only that."""
        if self._try(partial(self._write, [each.entry for each in batch])):
            self.counts.written += len(batch)
            return len(batch)
        if self._failed_in_a_row:
            return self._lost_or_last(batch[0]) if self._put_last else 0
        if len(batch) == 1:
            self.counts.lost += 1
            return 1
        done = 0
        for entry in batch:
            if not self._done([entry]):
                break
            done += 1
        return done

    def _lost_or_last(self, first: Waiting[T]) -> int:
        """Whether the entry is done with: lost, where others were taken again and again and it was not."""
        if first.failed_at is not None and self.counts.written > first.failed_at:
            first.passed_over += 1
        first.failed_at = self.counts.written
        if first.passed_over < PASSED_OVER:
            with self._changed:
                self._waiting.rotate(-1)
            return 0
        self.counts.lost += 1
        self._failed_in_a_row, self._not_before = 0, 0.0
        self._say("not-taken-again-and-again", always=True)
        return 1

    def _try(self, work: Callable[[], None]) -> bool:
        """Whether it worked; `_failed_in_a_row` tells whether trying again may help."""
        try:
            work()
        except SinkUnavailable as error:
            self._pause()
            self._put_last = isinstance(error, EntryNotTaken)
            self._say(str(error))
            return False
        except EntryRefused as error:
            self.counts.failures += 1
            self._failed_in_a_row = 0
            self._say(str(error))
            return False
        if self._failed_in_a_row:
            self._log_written_again(len(self._waiting))
        self._failed_in_a_row = 0
        return True

    def _pause(self) -> None:
        """After a failure."""
        self.counts.failures += 1
        pause = self._pauses[min(self._failed_in_a_row, len(self._pauses) - 1)]
        self._failed_in_a_row += 1
        self._not_before = self._clock() + pause

    def _say(self, reason: str, *, always: bool = False) -> None:
        """At most one line in a minute, with all that was lost since the last."""
        now = self._clock()
        if always or now - self._last_logged >= LOG_EVERY_SECONDS:
            lost, self._lost_logged = self.counts.lost - self._lost_logged, self.counts.lost
            self._last_logged = now
            self._log_not_written(reason, waiting=len(self._waiting), lost=lost)
