"""The counts of calls while the Redis that all workers share fails, and when it is back."""

from __future__ import annotations

import pytest
from limits import parse
from limits.errors import StorageError
from limits.storage import RedisStorage

from cds_service.rates import FIRST_WAIT, LONGEST_WAIT, Rates

TWO = parse("2 per minute")


class Redis:
    """Stands for a Redis: what it counted, and whether it answers."""

    def __init__(self) -> None:
        self.asked = 0
        self.works = True
        self.counts: dict[str, int] = {}

    def incr(self, key: str, _expiry: int, amount: int = 1) -> int:
        self.asked += 1
        if not self.works:
            raise StorageError(TimeoutError())
        self.counts[key] = self.counts.get(key, 0) + amount
        return self.counts[key]


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> Redis:
    found = Redis()
    monkeypatch.setattr(RedisStorage, "incr", found.incr)
    return found


def rates(moment: list[float]) -> Rates:
    return Rates("redis://127.0.0.1:1/0", lambda: moment[0])


def allowed(counts: Rates, times: int) -> list[bool]:
    return [counts.allows(TWO, "client ehr", "call") for _ in range(times)]


def test_workers_that_share_a_redis_count_together(redis: Redis) -> None:
    moment = [0.0]
    one, other = rates(moment), rates(moment)
    assert allowed(one, 1) == allowed(other, 1) == [True]
    assert allowed(one, 1) == allowed(other, 1) == [False]
    assert list(redis.counts) == ["LIMITER/leg-weakness-cds/client ehr/call/2/1/minute"]


def test_each_name_is_counted_by_itself() -> None:
    counts = Rates("memory://")
    assert allowed(counts, 3) == [True, True, False]
    assert counts.allows(TWO, "client other", "call")
    assert counts.allows(TWO, "client ehr", "other call")


def test_a_redis_that_fails_is_left_alone_for_longer_and_longer(redis: Redis) -> None:
    moment, redis.works = [0.0], False
    counts, wait = rates(moment), FIRST_WAIT
    assert allowed(counts, 5) == [True, True, False, False, False]
    for asked in range(1, 9):
        assert redis.asked == asked
        moment[0] += wait / 2
        assert allowed(counts, 2) == [False, False]
        assert redis.asked == asked
        moment[0] += wait / 2
        assert allowed(counts, 2) == [False, False]
        wait = min(2 * wait, LONGEST_WAIT)


def test_when_it_is_back_all_count_together_again(redis: Redis) -> None:
    moment, redis.works = [0.0], False
    counts = rates(moment)
    assert allowed(counts, 3) == [True, True, False]
    redis.works, moment[0] = True, FIRST_WAIT
    assert allowed(counts, 3) == [True, True, False]
    assert sum(redis.counts.values()) == 3
