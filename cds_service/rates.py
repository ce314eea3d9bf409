"""How many calls came under a name in a while: in each worker by itself, or in Redis for all workers.

Counted by the library `limits`, asked where a call is admitted. A framework around it, which asks before and
behind every request, took a tenth of the time of a small call (docs/decisions/0016).
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter

STORAGE_SECONDS = 0.2
"""For the storage of the counts; no call waits longer for it."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 32.0
"""Seconds until a storage that failed is tried again; each time it fails they are doubled."""
_PREFIX = "leg-weakness-cds"

log = structlog.get_logger()


class Rates:
    """The counts of one worker; while a storage that all share fails, it counts by itself."""

    def __init__(self, storage: str, clock: Callable[[], float] = time.monotonic) -> None:
        """`storage`: the address of a Redis, or "memory://". Raises `ValueError`."""
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._shared = None if storage.startswith("memory:") else FixedWindowRateLimiter(_redis(storage))
        self._clock = clock
        self._wait, self._again = 0.0, clock()

    def allows(self, rate: RateLimitItem, *names: str) -> bool:
        """Counts one more under the names; whether it is within the rate."""
        if self._shared is not None and self._clock() >= self._again:
            try:
                allowed = self._shared.hit(rate, _PREFIX, *names)
            except StorageError as error:
                self._failed(error)
            else:
                self._works()
                return allowed
        return self._own.hit(rate, _PREFIX, *names)

    def _failed(self, error: StorageError) -> None:
        if not self._wait:
            kind = type(error.storage_error).__name__
            log.warning("rate limit storage unreachable, counting in memory", error=kind)
        self._wait = min(2 * self._wait or FIRST_WAIT, LONGEST_WAIT)
        self._again = self._clock() + self._wait

    def _works(self) -> None:
        if self._wait:
            self._wait = 0.0
            log.info("rate limit storage reachable again")


def _redis(address: str) -> RedisStorage:
    """Redis is asked once, and not for long: left to itself its client tries for seconds."""
    from redis.backoff import NoBackoff  # only where it is used
    from redis.retry import Retry

    return RedisStorage(
        address,
        wrap_exceptions=True,
        socket_connect_timeout=STORAGE_SECONDS,
        socket_timeout=STORAGE_SECONDS,
        retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]  # all that is left is handed to the client
    )
