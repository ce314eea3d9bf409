"""A question to the database from within a call: answered in time, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import cast

import pytest

from cds_service.errors import JournalUnavailable
from cds_service.journal.quick import LATE, PAUSED, NoAnswer, Quick
from cds_service.journal.store import Store

SECONDS = 20.0


class Database:
    """Says how often it was opened, and may be slow to open."""

    def __init__(self) -> None:
        self.opened = 0
        self.there = True
        self.ready = Event()
        self.ready.set()

    def open(self) -> Store:
        self.ready.wait(SECONDS)
        self.opened += 1
        return cast("Store", self)

    def connect(self) -> None:
        if not self.there:
            raise JournalUnavailable("OperationalError")

    def close(self) -> None:
        """Nothing is open."""


def yes(_: Store) -> str:
    return "yes"


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def quick(database: Database) -> Iterator[Quick]:
    made = Quick("test", database.open, clock=lambda: 0.0)
    yield made
    database.ready.set()
    made.close()


def test_it_is_opened_before_the_first_question(quick: Quick, database: Database) -> None:
    quick.prepare(SECONDS)
    assert (database.opened, quick.ask(yes, SECONDS)) == (1, "yes")
    assert database.opened == 1


def test_nobody_waits_for_an_opening_with_no_seconds(quick: Quick, database: Database) -> None:
    database.ready.clear()
    quick.prepare(0.0)
    assert database.opened == 0
    database.ready.set()
    assert quick.ask(yes, SECONDS) == "yes"
    assert database.opened == 1


def test_one_that_is_not_there_is_no_error_of_the_opening(quick: Quick, database: Database) -> None:
    database.there = False
    quick.prepare(SECONDS)
    assert quick.ask(yes, SECONDS) == "yes"


def test_after_a_question_without_answer_nobody_asks_for_a_while(database: Database) -> None:
    now = [0.0]
    quick = Quick("test", database.open, clock=lambda: now[0])
    database.ready.clear()
    for says in (LATE, PAUSED):
        with pytest.raises(NoAnswer, match=says):
            quick.ask(yes, 0.01)
    database.ready.set()
    now[0] = 5.0
    assert quick.ask(yes, SECONDS) == "yes"
    quick.close()


def test_it_can_be_asked_again_after_it_was_closed(quick: Quick) -> None:
    assert quick.ask(yes, SECONDS) == "yes"
    quick.close()
    assert quick.ask(yes, SECONDS) == "yes"


def test_where_there_can_be_no_thread_there_is_no_answer(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a token could not be checked, and the call with a red flag would be a 500."""

    def none_left(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(ThreadPoolExecutor, "submit", none_left)
    with pytest.raises(NoAnswer, match="no-thread"):
        quick.ask(yes, SECONDS)
    quick.prepare(SECONDS)
    quick.later(yes)
