"""Asks the journal's database from within a hook call, which waits so long and no longer for the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from cds_service.errors import EntryRefused, JournalUnavailable

if TYPE_CHECKING:
    from cds_service.journal.store import Store

PAUSE_SECONDS = 5.0
"""After a failure nobody asks for so long, so that not each call waits for what is not there."""
PAUSED = "paused"
LATE = "no-answer-in-time"
NO_THREAD = "no-thread"
T = TypeVar("T")


class NoAnswer(Exception):
    """The database did not say; the message is a code, or the kind of fault."""

    @property
    def paused(self) -> bool:
        """Nobody was asked, as the last answer is still owed: said once already."""
        return str(self) == PAUSED


class Quick:
    """Of one worker process; its one thread is made with the first question, so after the fork."""

    def __init__(
        self, name: str, open_store: Callable[[], Store], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Opens nothing yet. `name` is that of the thread; `clock` hands in other seconds, for tests."""
        self._name = name
        self._open = open_store
        self._clock = clock
        self._lock = Lock()
        self._store: Store | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._not_before = 0.0

    def prepare(self, seconds: float) -> None:
        """Open the database before the first question, which would wait too long; wait so long at most.

        With 0 it is opened meanwhile. One that is not there is met by the first question.
        """
        with suppress(JournalUnavailable, EntryRefused, TooLate, NoAnswer):
            self._asked(lambda store: store.connect()).result(seconds)

    def ask(self, question: Callable[[Store], T], seconds: float) -> T:
        """Raises `NoAnswer`, after so many seconds at the latest."""
        if self._clock() < self._not_before:
            raise NoAnswer(PAUSED)
        answer = self._asked(question)
        try:
            return answer.result(seconds)
        except TooLate:
            reason = LATE
        except (JournalUnavailable, EntryRefused) as error:
            reason = str(error)
        answer.cancel()
        self._not_before = self._clock() + PAUSE_SECONDS
        raise NoAnswer(reason)

    def later(self, work: Callable[[Store], object]) -> None:
        """What nobody waits for; it must meet its own failures."""
        with suppress(NoAnswer):
            self._asked(work)

    def close(self) -> None:
        """Until the next question; for tests: a process closes by ending."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread:
            thread.shutdown()
        if self._store:
            self._store.close()

    def _asked(self, question: Callable[[Store], T]) -> Future[T]:
        """Raises `NoAnswer` where there can be no thread: too many in the machine, or the process ends."""
        try:
            return self._ready().submit(self._answered, question)
        except RuntimeError:
            raise NoAnswer(NO_THREAD) from None

    def _ready(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
            return self._thread

    def _answered(self, question: Callable[[Store], T]) -> T:
        self._store = self._store or self._open()
        return question(self._store)
