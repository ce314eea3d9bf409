"""The EHR's keys as its server gives them (`jwks_url`): kept, renewed in the background, the last good held.

Of one client, in one worker process. What a call may wait for is the first reading, a reading after a long
silence, and one for a key that is not known yet; each at most `WAIT_SECONDS`, and seldom enough that nobody
can make the service ask the EHR's server again and again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Thread, Timer

import structlog

from cds_service.addresses import page
from cds_service.scopes import scopes
from cds_service.settings import Client
from cds_service.trust import key_set
from cds_service.trust.key_set import KeySet, NotAKeySet

WAIT_SECONDS = 2.0
FRESH_SECONDS = 300.0
"""For so long nobody asks again; after it the next call lets the set be read anew, and does not wait."""
OLD_SECONDS = 900.0
"""After so long without a call, such as a night, the next one waits for the new set."""
AGAIN_SECONDS = 10.0
"""Between two readings for keys that were not known, and after one that failed."""
MOST_WAITING = 10
"""Calls of a client that may wait at a time: not all threads of a worker for one silent server."""
ACCEPTED = "application/jwk-set+json, application/json"

log = structlog.get_logger()


class KeysUnread(Exception):
    """The server did not give its keys; the message is a code for the log."""


class KeyServer:
    """Threads are made when keys are read, so after the fork."""

    def __init__(
        self,
        client: Client,
        kept_seconds: float,
        read: Callable[[Client], bytes] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`read` hands in another reader, `clock` other seconds; only tests do."""
        self._client = client
        self._kept_seconds = kept_seconds
        self._read = read or read_from_server
        self._clock = clock
        self._changed = Condition()
        self._keys: KeySet | None = None
        self._read_at = 0.0
        self._reading = False
        self._failed = False
        self._not_before = 0.0
        self._unknown_not_before = 0.0
        self._waiting = 0

    def current(self) -> KeySet | None:
        """The keys; None when there are none, or none but those that are older than may be."""
        with self._changed:
            now = self._clock()
            age = now - self._read_at
            if self._keys is not None and age < FRESH_SECONDS:
                return self._keys
            if not self._reading and now >= self._not_before:
                self._start()
            if self._keys is None or (age >= OLD_SECONDS and not self._failed):
                self._wait()
            return self._kept()

    def renewed(self) -> KeySet | None:
        """The keys again, after a key was not among them: read anew, unless that was done just now."""
        with self._changed:
            now = self._clock()
            if not self._reading:
                if now < max(self._unknown_not_before, self._not_before):
                    return self._kept()
                self._unknown_not_before = now + AGAIN_SECONDS
                self._start()
            self._wait()
            return self._kept()

    def held(self) -> KeySet | None:
        """What a token would be verified with now; asks nobody."""
        with self._changed:
            return self._kept()

    def _kept(self) -> KeySet | None:
        too_old = self._clock() - self._read_at >= self._kept_seconds
        return None if too_old else self._keys

    def _wait(self) -> None:
        if self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            self._changed.wait_for(lambda: not self._reading, WAIT_SECONDS)
        finally:
            self._waiting -= 1

    def _start(self) -> None:
        """One reading at a time; with `_changed` held."""
        self._reading = True
        Thread(target=self._run, name="keys", daemon=True).start()

    def _run(self) -> None:
        found: KeySet | None = None
        try:
            found = key_set.read(self._read(self._client), self._client.algorithms, self._client.name)
        except KeysUnread as error:
            self._say(str(error))
        except NotAKeySet:
            self._say("not-a-key-set")
        finally:
            with self._changed:
                now = self._clock()
                self._reading, self._failed = False, found is None
                if found is None:
                    self._not_before = now + AGAIN_SECONDS
                else:
                    self._keys, self._read_at = found, now
                self._changed.notify_all()

    def _say(self, reason: str) -> None:
        held = len(self._keys.keys) if self._keys else 0
        log.error("keys not read", client=self._client.name, reason=reason, count=held)


def read_from_server(client: Client) -> bytes:
    """The bounded reader of fetching: one address, no redirect, in time and in bytes. Raises `KeysUnread`."""
    from cds_service.access import Access
    from cds_service.fhir import Failed, Line, Watch

    where = page(client.jwks_url or "")
    assert where is not None  # noqa: S101  (for the type checker: the settings have asked)
    access = Access(where.place, scopes(None), ca_file=client.ca_file, private_network=client.private_network)
    watch = Watch(time.monotonic() + WAIT_SECONDS, time.monotonic, key_set.MOST_BYTES)
    line = Line(access, watch, key_set.MOST_BYTES, accept=ACCEPTED)
    # A server that sends a byte now and then would else hold the read, and with it all later ones.
    end = Timer(WAIT_SECONDS, watch.end)
    end.daemon = True
    end.start()
    try:
        got = line.get(where.target)
    except Failed as error:
        raise KeysUnread(error.reason.value) from None
    finally:
        end.cancel()
        line.close()
        watch.end()
    if got.status != 200:
        raise KeysUnread(f"http-{got.status}")
    return got.body
