"""The journal as the service uses it. The database library is loaded only when something is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

import structlog

from cds_service.errors import EntryRefused, FeedbackNotStored, JournalUnavailable
from cds_service.journal.address import NONE
from cds_service.journal.entries import Call, Feedback
from cds_service.journal.writer import Writer
from cds_service.settings import Client, Settings

if TYPE_CHECKING:
    from cds_service.journal.probe import Probe
    from cds_service.journal.store import Store, Stored

AT_ONCE = 2
"""Feedback calls that may wait for the database; the other threads of a worker are for hook calls."""
TURN_SECONDS = 0.5
"""How long feedback stands in line for that, as long as the database takes it."""

log = structlog.get_logger()


class Journal:
    """Of one worker process."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], opened: Callable[[], Store] | None = None
    ) -> None:
        """Opens nothing yet. `opened` hands in another store; only tests do."""
        self.off = settings.database_url == NONE
        self._url = settings.database_url
        self._retention = timedelta(days=settings.retention_days)
        self._clients = settings.clients
        self._clock = clock
        self._open = opened or self._opened
        self._store: Store | None = None
        self._probe: Probe | None = None
        self._lock = Lock()
        self._turns = BoundedSemaphore(AT_ONCE)
        self._failing = False
        """Whether the last feedback that had its turn could not be stored."""
        self.writer = Writer(self._write, self._prune)

    def start(self) -> None:
        """Begin the daily work, in the worker: what is too old goes even where nobody calls."""
        if not self.off:
            self.writer.start()

    def is_reachable(self) -> bool:
        """Whether the database can be read, and the last try to write found it; for the background alone."""
        if self.writer.failing:
            return False
        if self._probe is None:
            from cds_service.journal.probe import Probe

            self._probe = Probe(self._url)
        return self._probe.answers()

    def keep(self, call: Call) -> None:
        """Hand over what is kept of a hook call; never waits, and never fails for the database."""
        if not self.off:
            self.writer.put(call)

    def add_feedback(self, given: Sequence[Feedback]) -> Stored:
        """Raises `FeedbackNotStored`: feedback is stored before it is answered, or it is an error."""
        if self.off:
            raise FeedbackNotStored(
                "This service keeps no journal (database_url is none), so feedback cannot be stored. "
                "Switch feedback off in the EHR, or give the service a database."
            )
        if not self._turns.acquire(timeout=0 if self._failing else TURN_SECONDS):
            raise _not_stored("too much feedback at once")
        try:
            stored = self._ready().add_feedback(given)
            self._failing = False
        except EntryRefused as error:
            raise _not_stored(str(error)) from None
        except JournalUnavailable as error:
            self._failing = True
            raise _not_stored(str(error)) from None
        finally:
            self._turns.release()
        return stored

    def close(self) -> None:
        """For tests: a process closes its journal by ending."""
        self.writer.close()
        if self._probe:
            self._probe.close()
        if self._store:
            self._store.close()

    def _write(self, calls: Sequence[Call]) -> None:
        self._ready().write(calls)

    def _prune(self) -> None:
        now, store = self._clock(), self._ready()
        removed = store.prune(first_day_kept(now, self._retention))
        if any(removed.values()):
            log.info("journal pruned", count=sum(removed.values()))
        if forgotten := store.forget_marks(marks_kept(now, self._clients)):
            log.info("acknowledgements forgotten", count=forgotten)

    def _ready(self) -> Store:
        with self._lock:
            self._store = self._store or self._open()
        return self._store

    def _opened(self) -> Store:
        from cds_service.journal.store import Store

        return Store(self._url)


def first_day_kept(now: datetime, retention: timedelta) -> date:
    return (now.astimezone(UTC) - retention).date()


def marks_kept(now: datetime, clients: Iterable[Client]) -> dict[str, date]:
    """Per client that has acknowledgements, the first day of cards that can still be acknowledged."""
    return {
        each.name: first_day_kept(now, timedelta(days=each.acknowledgement.days))
        for each in clients
        if each.acknowledgement
    }


def _not_stored(reason: str) -> FeedbackNotStored:
    log.error("feedback not stored", reason=reason)
    return FeedbackNotStored(
        "The feedback could not be stored now. Send it again later; what was stored already is not doubled."
    )
