"""Whether a token was used before, by any worker of any replica: asked of the journal's database.

A call waits for the answer no longer than `WAIT_SECONDS`, whatever the database does: this check must not
lose a red flag. The database knows a digest, from which neither token nor name comes back.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import structlog

from cds_service.errors import EntryRefused, JournalUnavailable
from cds_service.journal.address import NONE
from cds_service.journal.quick import NoAnswer, Quick

if TYPE_CHECKING:
    from cds_service.journal.store import Store

WAIT_SECONDS = 0.2
PRUNE_SECONDS = 3600.0
PREPARED_WITHIN = 1.0
"""Seconds that a worker waits for the database before it answers. To open it takes longer than a call waits:
left to the first call, neither that one's token would be checked nor those of the pause that follows."""

log = structlog.get_logger()


@dataclass(slots=True)
class Counts:
    """Since the process started."""

    first: int = 0
    replayed: int = 0
    unchecked: int = 0
    """Calls of which it could not be told."""


class ReplayCheck:
    """Of one worker process."""

    def __init__(
        self,
        url: str,
        opened: Callable[[str], Store] | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """Opens nothing yet. `opened` hands in another store, `clock` and `wall` other seconds, for tests."""
        self.counts = Counts()
        self._url = url
        self._quick = Quick("replay", lambda: (opened or _opened)(url), clock)
        self._clock = clock
        self._wall = wall
        self._lock = Lock()
        self._prune_due = 0.0

    def is_first(self, client: str, issuer: str, name: str, expires: float) -> bool | None:
        """Whether this token (`jti`) comes for the first time; None when it cannot be told.

        `expires`: seconds since 1970, after which the token is refused anyway.
        """
        first = self._asked(client, _digest(issuer, name), expires)
        with self._lock:
            self.counts.first += first is True
            self.counts.replayed += first is False
            self.counts.unchecked += first is None
        return first

    def prepare(self) -> None:
        """In the worker, before it answers: open the database. The first call meets one that is not there."""
        if self._url != NONE:
            self._quick.prepare(PREPARED_WITHIN)

    def close(self) -> None:
        """For tests: a process closes by ending."""
        self._quick.close()

    def _asked(self, client: str, digest: str, expires: float) -> bool | None:
        if self._url == NONE:
            return None
        try:
            return self._quick.ask(
                lambda store: self._first_use(store, client, digest, expires), WAIT_SECONDS
            )
        except NoAnswer as error:
            if not error.paused:
                log.error("replay not checked", reason=str(error))
        return None

    def _first_use(self, store: Store, client: str, digest: str, expires: float) -> bool:
        first = store.first_use(client, digest, int(expires) + 1)
        if self._clock() >= self._prune_due:
            self._prune_due = self._clock() + PRUNE_SECONDS
            self._quick.later(self._prune)
        return first

    def _prune(self, store: Store) -> None:
        try:
            store.forget_tokens(int(self._wall()))
        except (JournalUnavailable, EntryRefused) as error:
            log.warning("tokens not pruned", reason=str(error))


def _digest(issuer: str, name: str) -> str:
    return hashlib.sha256(f"{issuer}\0{name}".encode()).hexdigest()


def _opened(url: str) -> Store:
    from cds_service.journal.engine import open_quick_engine
    from cds_service.journal.store import Store

    return Store(url, opened=open_quick_engine)
