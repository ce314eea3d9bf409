"""A token is used once, whichever worker sees it first; and no call waits for the database to know it."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cds_service import logs
from cds_service.errors import JournalUnavailable
from cds_service.journal.address import sqlite_file
from cds_service.journal.engine import open_quick_engine
from cds_service.journal.quick import LATE, PAUSE_SECONDS
from cds_service.journal.store import Store
from cds_service.settings import Settings
from cds_service.trust import replay
from cds_service.trust.replay import PRUNE_SECONDS, ReplayCheck
from tests.journal.conftest import POSTGRESQL
from tests.journal.given import rows

on_sqlite = pytest.mark.skipif(bool(POSTGRESQL), reason="about the file of SQLite")
ISSUER = "https://ehr.example/canary"
EXPIRES = 1_800_000_000.5
Check = Callable[..., ReplayCheck]


@pytest.fixture
def check() -> Iterator[Check]:
    """Makes checks that are closed in the end."""
    logs.set_up()
    made: list[ReplayCheck] = []

    def start(url: str, **more: Any) -> ReplayCheck:
        made.append(ReplayCheck(url, **more))
        return made[-1]

    yield start
    for each in made:
        each.close()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first use loads the library; how long that takes is nobody's business here."""
    monkeypatch.setattr(replay, "WAIT_SECONDS", 30.0)


def test_a_token_is_new_once(made: Settings, check: Check) -> None:
    one, other = check(made.database_url), check(made.database_url)
    assert one.is_first("ehr", ISSUER, "a", EXPIRES) is True
    assert one.is_first("ehr", ISSUER, "a", EXPIRES) is False
    assert other.is_first("ehr", ISSUER, "a", EXPIRES) is False
    assert other.is_first("ehr", ISSUER, "b", EXPIRES) is True
    assert other.is_first("ehr", "https://other.example", "a", EXPIRES) is True
    assert (one.counts.first, one.counts.replayed, one.counts.unchecked) == (1, 1, 0)


def test_nothing_is_kept_that_leads_back_to_the_token(made: Settings, check: Check) -> None:
    check(made.database_url).is_first("ehr", ISSUER, "canary-jti", EXPIRES)
    (row,) = rows(made.database_url, "seen_token")
    assert (row["client"], row["expires"], len(row["digest"])) == ("ehr", 1_800_000_001, 64)
    assert "canary" not in str(row)


def use_all(url: str, names: list[str], found: Any) -> None:
    """In a process of its own."""
    replay.WAIT_SECONDS = 30.0
    own = ReplayCheck(url)
    found.put([own.is_first("ehr", ISSUER, name, EXPIRES) for name in names])
    own.close()


def test_two_processes_never_both_find_a_token_new(made: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    found = spawn.Queue()
    names = [f"token-{number}" for number in range(100)]
    both = [spawn.Process(target=use_all, args=(made.database_url, names, found)) for _ in range(2)]
    for each in both:
        each.start()
    told = list(zip(found.get(timeout=60), found.get(timeout=60), strict=True))
    for each in both:
        each.join(60)
    assert not [pair for pair in told if pair == (True, True)]
    # Where one waits too long for the other's lock, it cannot tell; the other then is the first.
    assert all(True in pair or None in pair for pair in told)
    assert sum(True in pair for pair in told) > len(names) / 2


def test_tokens_that_are_over_are_forgotten(made: Settings, check: Check) -> None:
    seconds, wall = [0.0], [0.0]
    seen = check(made.database_url, clock=lambda: seconds[0], wall=lambda: wall[0])
    seen.is_first("ehr", ISSUER, "a", EXPIRES)
    seconds[0], wall[0] = PRUNE_SECONDS, EXPIRES + 2
    seen.is_first("ehr", ISSUER, "b", EXPIRES + 300)
    seen.close()
    assert len(rows(made.database_url, "seen_token")) == 1


def test_without_a_journal_it_cannot_be_told(check: Check) -> None:
    assert check("none").is_first("ehr", ISSUER, "a", EXPIRES) is None


class Gone:
    """A database that is not there."""

    def __init__(self) -> None:
        self.asked = 0

    def first_use(self, *_: object) -> bool:
        self.asked += 1
        raise JournalUnavailable("OperationalError")

    def close(self) -> None:
        """Nothing is open."""


def test_a_database_that_is_gone_is_asked_seldom(check: Check, capsys: pytest.CaptureFixture[str]) -> None:
    seconds, gone = [0.0], Gone()
    seen = check("sqlite:///x.db", opened=lambda _: gone, clock=lambda: seconds[0])
    assert [seen.is_first("ehr", ISSUER, "a", EXPIRES) for _ in range(5)] == [None] * 5
    assert (gone.asked, seen.counts.unchecked) == (1, 5)
    seconds[0] += PAUSE_SECONDS
    seen.is_first("ehr", ISSUER, "a", EXPIRES)
    assert gone.asked == 2
    lines = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert [line["event"] for line in lines] == ["replay not checked"] * 2


class Silent(Gone):
    """A database that does not answer until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def first_use(self, *_: object) -> bool:
        self.over.wait(30)
        return True


def test_no_call_waits_for_a_silent_database(
    check: Check, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(replay, "WAIT_SECONDS", 0.01)
    silent = Silent()
    seen = check("sqlite:///x.db", opened=lambda _: silent)
    assert seen.is_first("ehr", ISSUER, "a", EXPIRES) is None
    assert seen.is_first("ehr", ISSUER, "b", EXPIRES) is None
    silent.over.set()
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines()]
    assert (line["event"], line["reason"]) == ("replay not checked", LATE)


def test_a_worker_opens_the_database_before_its_first_call(made: Settings, check: Check) -> None:
    opened: list[Store] = []

    def opening(url: str) -> Store:
        opened.append(Store(url, opened=open_quick_engine))
        return opened[-1]

    seen = check(made.database_url, opened=opening)
    seen.prepare()
    (store,) = opened
    assert store._sound
    assert seen.is_first("ehr", ISSUER, "a", EXPIRES) is True
    assert opened == [store]


def test_a_worker_waits_for_no_database_that_is_not_there(check: Check, tmp_path: Path) -> None:
    check("none").prepare()
    seen = check(f"sqlite:///{tmp_path / 'none' / 'journal.db'}")
    seen.prepare()
    assert seen.is_first("ehr", ISSUER, "a", EXPIRES) is None


def test_a_worker_begins_all_the_same_where_the_database_says_nothing(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "PREPARED_WITHIN", 0.01)
    over = threading.Event()

    def opening(url: str) -> Store:
        over.wait(30)
        return Store(url, opened=open_quick_engine)

    seen = check("sqlite:///x.db", opened=opening)
    seen.prepare()
    assert not over.is_set()
    over.set()


@on_sqlite
def test_a_locked_file_is_given_up_soon_and_works_when_it_is_free(made: Settings, check: Check) -> None:
    file = sqlite_file(made.database_url)
    assert file
    seconds = [0.0]
    seen = check(made.database_url, clock=lambda: seconds[0])
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert seen.is_first("ehr", ISSUER, "a", EXPIRES) is None
        other.execute("ROLLBACK")
    seconds[0] += PAUSE_SECONDS
    assert seen.is_first("ehr", ISSUER, "a", EXPIRES) is True


def test_what_is_forgotten_would_be_new_again(made: Settings) -> None:
    store = Store(made.database_url, opened=open_quick_engine)
    assert store.first_use("ehr", "0" * 64, 1)
    assert not store.first_use("other", "0" * 64, 1)
    assert store.forget_tokens(1) == 0
    assert store.forget_tokens(2) == 1
    assert store.first_use("ehr", "0" * 64, 1)
    store.close()
