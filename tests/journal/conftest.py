"""An empty journal for each test: in SQLite, or in the PostgreSQL that ./check postgres starts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from cds_service.app import Service, create_app
from cds_service.journal import engine as engines
from cds_service.journal import opening
from cds_service.journal import store as stores
from cds_service.journal.journal import Journal
from cds_service.settings import Settings
from cds_service.site.acknowledgement import Acknowledgements
from cds_service.site.modes import Modes
from tests.journal.given import Moving, Serve

POSTGRESQL = os.environ.get("LEG_WEAKNESS_TEST_DATABASE_URL", "")


@pytest.fixture(autouse=True)
def connections_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Those of stores that a test opens; a process closes them by ending."""
    opened: list[sa.Engine] = []

    def open_engine(url: str, **options: Any) -> sa.Engine:
        opened.append(engines.open_engine(url, **options))
        return opened[-1]

    monkeypatch.setattr(stores, "open_engine", open_engine)
    yield
    for each in opened:
        each.dispose()


@pytest.fixture
def place(tmp_path: Path) -> str:
    """The address of a database without tables; the SQLite file is not there yet."""
    if not POSTGRESQL:
        return f"sqlite:///{tmp_path / 'a folder' / 'journal.db'}"
    assert POSTGRESQL.endswith("/journal_tests"), "what is in the database goes: the name shows that it may"
    engine = sa.create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    return POSTGRESQL


@pytest.fixture
def settings(place: str, tmp_path: Path) -> Settings:
    (tmp_path / "a folder").mkdir()
    return Settings(database_url=place)


@pytest.fixture
def made(settings: Settings) -> Settings:
    """With its tables."""
    opening.upgrade(settings)
    return settings


@pytest.fixture
def clock() -> Moving:
    return Moving(datetime(2026, 11, 20, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def _loaded() -> Service:
    """The content is read once for all tests."""
    return create_app(Settings(database_url="none"))


@pytest.fixture
def serve(_loaded: Service, clock: Moving) -> Iterator[Serve]:
    """Starts the service with the settings that are handed in, and a journal of its own."""
    journals: list[Journal] = []
    asked: list[Acknowledgements] = []

    def start(settings: Settings) -> Service:
        journals.append(Journal(settings, clock))
        _loaded.settings, _loaded.clock, _loaded.journal = settings, clock, journals[-1]
        _loaded.modes = Modes(settings, _loaded.desk.knowledge)
        _loaded.desk = _loaded.desk.of_client(settings, settings.caller)
        _loaded.acknowledgements = Acknowledgements(settings, _loaded.desk.knowledge)
        asked.append(_loaded.acknowledgements)
        return _loaded

    yield start
    for each in journals:
        each.close()
    for other in asked:
        other.close()


@pytest.fixture
def service(made: Settings, serve: Serve) -> Service:
    return serve(made)


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()
