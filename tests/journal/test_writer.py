"""The queue between hook calls and the database: bounded, patient with faults, never in the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from cds_service.background import Waiting
from cds_service.errors import EntryRefused, JournalUnavailable
from cds_service.journal import writer as writers
from cds_service.journal.entries import Call
from cds_service.journal.writer import Writer
from tests.journal.given import call


class Database:
    """Keeps what is written, or raises what it is told to."""

    def __init__(self) -> None:
        self.kept: list[Call] = []
        self.tries = 0
        self.fault: Exception | None = None
        self.refused: set[str] = set()
        self.let_through = Event()
        self.let_through.set()

    def write(self, calls: Sequence[Call]) -> None:
        self.let_through.wait(5)
        self.tries += 1
        if self.fault:
            raise self.fault
        if any(each.client in self.refused for each in calls):
            raise EntryRefused("DataError")
        self.kept += calls


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database.write, lambda: None, capacity=3)
    yield made
    database.fault = None
    made.close()


def test_nothing_is_started_before_something_is_to_be_written(writer: Writer) -> None:
    """The process may fork until then."""
    assert writer._thread is None
    assert writer.flush()


def test_entries_are_written_in_their_order(writer: Writer, database: Database) -> None:
    calls = [call(client=name) for name in "abc"]
    for each in calls:
        writer.put(each)
    assert writer.flush()
    assert database.kept == calls
    assert writer.counts.written == 3


def test_a_full_queue_loses_the_newest_says_so_once_and_never_waits(
    writer: Writer, database: Database
) -> None:
    database.let_through.clear()
    with capture_logs() as logged:
        for name in "abcdefgh":
            writer.put(call(client=name))
    database.let_through.set()
    assert writer.flush()
    assert "".join(each.client for each in database.kept) == "abc"
    assert (writer.counts.written, writer.counts.lost) == (3, 5)
    (line,) = logged
    assert (line["event"], line["reason"], line["log_level"]) == (
        "journal not written",
        "queue-full",
        "error",
    )


def test_what_failed_is_tried_again_until_the_fault_is_gone(writer: Writer, database: Database) -> None:
    database.fault = JournalUnavailable("OperationalError")
    with capture_logs() as logged:
        writer.put(call(client="a"))
        for _ in range(3):
            assert not writer.flush()
        writer.put(call(client="b"))
        database.fault = None
        assert writer.flush()
    assert "".join(each.client for each in database.kept) == "ab"
    assert (writer.counts.written, writer.counts.lost, writer.counts.failures) == (2, 0, 3)
    assert [line["event"] for line in logged] == ["journal not written", "journal is written again"]


def test_between_tries_it_waits_longer_and_longer() -> None:
    database, now = Database(), [0.0]
    database.fault = JournalUnavailable("OperationalError")
    writer = Writer(database.write, lambda: None, clock=lambda: now[0])
    writer._waiting.append(Waiting(call()))
    tried = []
    for second in range(200):
        now[0] = float(second)
        before = database.tries
        writer._empty()
        tried += [second] * (database.tries - before)
    assert tried == [0, 1, 6, 21, 81, 141]


def test_what_the_database_refuses_takes_nothing_else_with_it(writer: Writer, database: Database) -> None:
    database.refused = {"b"}
    for name in "abc":
        writer.put(call(client=name))
    assert writer.flush()
    assert "".join(each.client for each in database.kept) == "ac"
    assert (writer.counts.written, writer.counts.lost) == (2, 1)


def test_lines_are_logged_at_most_once_a_minute_with_all_that_was_lost() -> None:
    now = [0.0]
    writer = Writer(lambda _: None, lambda: None, capacity=0, clock=lambda: now[0])
    with capture_logs() as logged:
        for second in (0, 1, 59, 61, 62, 130):
            now[0] = float(second)
            writer.put(call())
    assert [line["lost"] for line in logged] == [1, 3, 2]


def test_what_is_left_is_written_when_the_process_ends(writer: Writer, database: Database) -> None:
    writer.put(call(client="a"))
    writer.close()
    assert [each.client for each in database.kept] == ["a"]


def test_what_cannot_be_written_at_the_end_is_said(database: Database) -> None:
    database.fault = JournalUnavailable("OperationalError")
    writer = Writer(database.write, lambda: None)
    writer.put(call())
    with capture_logs() as logged:
        writer.close()
    assert (logged[-1]["reason"], logged[-1]["lost"]) == ("process-ends", 1)
    assert writer.counts.lost == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_defect_does_not_end_the_writing_for_ever(writer: Writer, database: Database) -> None:
    database.fault = ZeroDivisionError()
    writer.put(call(client="a"))
    assert not writer.flush(0.3)
    database.fault = None
    writer.put(call(client="b"))
    assert writer.flush()
    assert "".join(each.client for each in database.kept) == "ab"


def test_once_a_day_it_does_its_daily_work_and_soon_again_when_that_failed() -> None:
    database, now, done = Database(), [0.0], []

    def daily() -> None:
        done.append(now[0])
        if now[0] == 0:
            raise JournalUnavailable("OperationalError")

    writer = Writer(database.write, daily, clock=lambda: now[0])
    for hour in range(60):
        now[0] = hour * writers.HOUR_SECONDS
        writer._look_at_the_day()
    assert [moment / writers.HOUR_SECONDS for moment in done] == [0, 1, 25, 49]


def test_no_entry_is_in_a_line(writer: Writer, database: Database, capfd: pytest.CaptureFixture[str]) -> None:
    database.fault = JournalUnavailable("OperationalError")
    structlog.contextvars.clear_contextvars()
    writer.put(call(client="Snowdrop"))
    writer.flush()
    said: Any = capfd.readouterr()
    assert "Snowdrop" not in said.err + said.out
