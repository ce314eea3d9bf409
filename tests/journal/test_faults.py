"""Whatever befalls the database: cards go out, feedback says 503, and afterwards the queue is written."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from structlog.testing import capture_logs

from cds_service.app import Service
from cds_service.journal import engine as engines
from cds_service.journal import opening
from cds_service.journal import store as stores
from cds_service.journal.address import sqlite_file
from cds_service.journal.journal import Journal
from cds_service.journal.store import Store
from cds_service.journal.tables import metadata
from cds_service.settings import Settings
from tests.journal.conftest import POSTGRESQL
from tests.journal.given import NOON, Serve, item, post, rows, shown_to, uuid
from tests.wire.calls import refusal

on_sqlite = pytest.mark.skipif(bool(POSTGRESQL), reason="a fault of SQLite")
on_postgresql = pytest.mark.skipif(not POSTGRESQL, reason="needs PostgreSQL (./check postgres)")
IN_VAIN = 0.05


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests do not wait for a lock as long as the service does."""
    opened, patience = vars(stores)["open_engine"], 1 if POSTGRESQL else 0
    monkeypatch.setattr(stores, "open_engine", lambda url: opened(url, patience=patience))


def assert_cards_go_out_and_feedback_does_not(client: FlaskClient, service: Service) -> None:
    with capture_logs() as lines:
        assert len(shown_to(client)) == 2
        assert not service.journal.writer.flush()
        response = post(client, [item(uuid(1))])
    said = {line["event"] for line in lines if line["log_level"] == "error"}
    assert said == {"journal not written", "feedback not stored"}
    assert refusal(response) == {
        "status": 503,
        "code": "feedback-not-stored",
        "says": "The feedback could not be stored now. Send it again later; "
        "what was stored already is not doubled.",
    }
    assert response.headers["Retry-After"] == "60"


def assert_all_is_written(client: FlaskClient, service: Service, settings: Settings) -> None:
    assert service.journal.writer.flush()
    assert post(client, [item(uuid(1))]).status_code == 200
    assert len(rows(settings.database_url, "card")) == 2
    (tally,) = rows(settings.database_url, "tally")
    assert tally["calls"] == 1
    assert service.journal.writer.counts.lost == 0


@contextmanager
def locked(file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def renamed(file: Path) -> Iterator[None]:
    """As when a volume is not mounted."""
    file.rename(file.with_suffix(".away"))
    yield
    file.with_suffix(".away").rename(file)


@contextmanager
def no_database(file: Path) -> Iterator[None]:
    kept = file.read_bytes()
    file.write_bytes(b"this is no database, but as long as the head of one would be; " * 20)
    yield
    file.write_bytes(kept)


@contextmanager
def without_tables(file: Path) -> Iterator[None]:
    """Somebody dropped them; they are made anew by hand."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.executescript("".join(f"DROP TABLE {table};" for table in metadata.tables))
        yield
        other.execute("DELETE FROM alembic_version")


@on_sqlite
@pytest.mark.parametrize("fault", [locked, renamed, no_database, without_tables])
def test_a_database_that_fails_for_a_while(
    client: FlaskClient, service: Service, made: Settings, fault: Callable[[Path], Iterator[None]]
) -> None:
    file = sqlite_file(made.database_url)
    assert file
    with fault(file):  # type: ignore[attr-defined]
        assert_cards_go_out_and_feedback_does_not(client, service)
        assert not file.with_suffix(".db-journal").exists()
    assert_all_is_written(client, service, made)


@on_sqlite
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_is_read_only(client: FlaskClient, service: Service, made: Settings) -> None:
    file = sqlite_file(made.database_url)
    assert file
    file.chmod(0o444)
    assert_cards_go_out_and_feedback_does_not(client, service)
    file.chmod(0o644)
    assert_all_is_written(client, service, made)


@on_sqlite
@pytest.mark.parametrize("pragma", ["query_only = ON", "max_page_count = 1"])
def test_a_file_that_takes_no_writing_or_has_no_room(made: Settings, serve: Serve, pragma: str) -> None:
    """Root may write to any file, so SQLite is told: SQLITE_READONLY, and SQLITE_FULL as on a full disk."""
    service = serve(made)
    broken = with_fault(made, f"PRAGMA {pragma}")
    service.journal = broken
    assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
    broken._store = Store(made.database_url)
    assert_all_is_written(service.test_client(), service, made)
    broken.close()


def with_fault(settings: Settings, statement: str) -> Journal:
    """A journal in which nothing more can be written."""

    def opened(url: str) -> Engine:
        engine = engines.open_engine(url)

        @event.listens_for(engine, "begin")
        def _(connection: sa.Connection) -> None:
            connection.exec_driver_sql(statement)
            connection.exec_driver_sql("CREATE TABLE more (a)")

        return engine

    return Journal(settings, lambda: NOON, lambda: Store(settings.database_url, opened=opened))


@on_sqlite
def test_a_service_whose_journal_cannot_be_made_starts_all_the_same_and_says_what_to_set(
    tmp_path: Path, serve: Serve, capfd: pytest.CaptureFixture[str]
) -> None:
    """As with the read-only root file system of the image, and no volume."""
    settings = Settings(database_url=f"sqlite:///{tmp_path}/no such folder/journal.db")
    opening.prepare(settings)
    said = capfd.readouterr().err
    assert "no such folder" in said
    assert "Its folder must be there and writable" in said
    assert "Hook calls are answered" in said
    service = serve(settings)
    assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_file_is_made_at_start_only(tmp_path: Path, serve: Serve) -> None:
    service = serve(Settings(database_url=f"sqlite:///{tmp_path}/journal.db"))
    assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    settings = Settings(database_url=f"postgresql+psycopg://me:Snowdrop@127.0.0.1:{port}/journal")
    opening.prepare(settings)
    service = serve(settings)
    assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
    said = capfd.readouterr().err
    assert f"postgresql+psycopg://127.0.0.1:{port}/journal cannot be used" in said
    assert "Snowdrop" not in said


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How long each opening of the database at the start was told to wait, in seconds."""
    told: list[int] = []
    opened = engines.open_engine

    def noted(url: str, **options: Any) -> Engine:
        if "work" in options:
            told.append(options["patience"])
        return opened(url, **options)

    monkeypatch.setattr(engines, "open_engine", noted)
    return told


class Taken:
    """All turns are taken; it notes how long one would have waited for the next."""

    def __init__(self) -> None:
        self.waited: list[float] = []

    def acquire(self, timeout: float) -> bool:
        self.waited.append(timeout)
        return False


def test_a_silent_server_keeps_neither_the_start_nor_the_threads_for_long(
    serve: Serve, waits: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and says nothing, as behind a firewall, or in the middle of a failover."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        settings = Settings(database_url=f"postgresql+psycopg://me@127.0.0.1:{port}/journal")
        opening.prepare(settings)
        assert waits == [engines.PATIENCE]
        service = serve(settings)
        assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
        taken = Taken()
        monkeypatch.setattr(service.journal, "_turns", taken)
        assert post(service.test_client(), [item(uuid(1))]).status_code == 503
        assert taken.waited == [0]  # it is known to fail: nobody stands in line for it


@on_sqlite
def test_a_lock_does_not_keep_the_start_for_long(made: Settings, waits: list[int]) -> None:
    file = sqlite_file(made.database_url)
    assert file
    with locked(file):
        opening.prepare(made)
    assert waits == [engines.PATIENCE]


@on_postgresql
def test_work_may_take_longer_than_a_lock_or_a_connection(made: Settings) -> None:
    engine = engines.open_engine(made.database_url, patience=3, work=30)
    with engine.begin() as connection:
        told = [connection.scalar(sa.text(f"SHOW {name}_timeout")) for name in ("lock", "statement")]
    engine.dispose()
    assert told == ["3s", "30s"]


def test_feedback_waits_for_its_turn_and_leaves_threads_for_hook_calls(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.journal.journal.TURN_SECONDS", IN_VAIN)
    for _ in range(2):
        service.journal._turns.acquire()
    assert post(client, [item(uuid(1))]).status_code == 503
    assert shown_to(client)
    for _ in range(2):
        service.journal._turns.release()
    assert post(client, [item(uuid(1))]).status_code == 200


class Door:
    """Between the service and PostgreSQL: open or shut."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.open = True
        self._through: list[socket.socket] = []
        Thread(target=self._let_in, daemon=True).start()

    def shut(self) -> None:
        self.open = False
        for each in self._through:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.shut()
        self._server.close()

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                inside, _ = self._server.accept()
                if not self.open:
                    inside.close()
                    continue
                outside = socket.create_connection(self._to)
                self._through += [inside, outside]
                for one, other in ((inside, outside), (outside, inside)):
                    Thread(target=_pour, args=(one, other), daemon=True).start()


def _pour(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while chunk := one.recv(65536):
            other.sendall(chunk)
        other.shutdown(socket.SHUT_RDWR)


@on_postgresql
def test_postgresql_that_goes_down_and_comes_back(made: Settings, serve: Serve) -> None:
    there = sa.make_url(made.database_url)
    door = Door(there.host or "127.0.0.1", there.port or 5432)
    url = there.set(host="127.0.0.1", port=door.port).render_as_string(hide_password=False)
    service = serve(Settings(database_url=url))
    client = service.test_client()
    assert post(client, [item(uuid(9))]).status_code == 200
    door.shut()
    assert_cards_go_out_and_feedback_does_not(client, service)
    door.open = True
    assert_all_is_written(client, service, made)
    service.journal.close()
    door.close()


@on_postgresql
def test_postgresql_that_was_down_at_start_gets_its_tables_later(settings: Settings, serve: Serve) -> None:
    there = sa.make_url(settings.database_url)
    door = Door(there.host or "127.0.0.1", there.port or 5432)
    door.shut()
    url = there.set(host="127.0.0.1", port=door.port).render_as_string(hide_password=False)
    behind = Settings(database_url=url)
    opening.prepare(behind)
    service = serve(behind)
    assert_cards_go_out_and_feedback_does_not(service.test_client(), service)
    door.open = True
    assert_all_is_written(service.test_client(), service, settings)
    service.journal.close()
    door.close()
