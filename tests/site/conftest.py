"""Services that start quickly: content and reader of texts are read once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.app import Service, create_app
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader
from cds_service.journal import opening
from cds_service.journal.journal import Journal
from cds_service.settings import Settings
from cds_service.site import proposals
from cds_service.site.acknowledgement import Acknowledgements
from cds_service.site.modes import Modes
from tests.journal.given import rows

_load = cache(knowledge.load)
_readers: dict[int, tuple[Knowledge, TextReader]] = {}


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cards.knowledge.load", _load)
    monkeypatch.setattr(reader, "TextReader", _reader)
    monkeypatch.setattr(proposals, "TextReader", _reader)
    monkeypatch.setattr("cds_service.trust.replay.WAIT_SECONDS", 30.0)
    monkeypatch.setattr("cds_service.site.acknowledgement.WAIT_SECONDS", 30.0)


def _reader(content: Knowledge) -> TextReader:
    """By the very concepts: the codes of a site give a content another digest, and no other texts."""
    key = id(content.concepts)
    if key not in _readers:
        _readers[key] = content, TextReader(content)
    return _readers[key][1]


@pytest.fixture(autouse=True)
def no_journal_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A service that a test starts would else write into the working directory."""
    monkeypatch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")


NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass
class Site:
    """A running service, without sockets."""

    service: Service
    settings: Settings

    @property
    def client(self) -> FlaskClient:
        return self.service.test_client()

    def rows(self, table: str) -> list[dict[str, Any]]:
        assert self.service.journal.writer.flush()
        return rows(self.settings.database_url, table)

    def parts(self, part: str) -> dict[str, int]:
        return {row["name"]: row["calls"] for row in self.rows("call_part") if row["part"] == part}


Open = Callable[..., Site]


@pytest.fixture(scope="session")
def _loaded() -> Service:
    return create_app(Settings(database_url="none"))


@pytest.fixture
def site(_loaded: Service, tmp_path: Path) -> Iterator[Open]:
    """Starts the service with these settings."""
    opened: list[Site] = []

    def start(**given: Any) -> Site:
        settings = Settings(database_url=f"sqlite:///{tmp_path / 'journal.db'}", **given)
        opening.upgrade(settings)
        _loaded.settings, _loaded.clock = settings, lambda: NOON
        _loaded.journal = Journal(settings, lambda: NOON)
        _loaded.desk = _loaded.desk.of_client(settings, settings.caller)
        _loaded.modes = Modes(settings, _loaded.desk.knowledge)
        _loaded.acknowledgements = Acknowledgements(settings, _loaded.desk.knowledge)
        opened.append(Site(_loaded, settings))
        return opened[-1]

    yield start
    for each in opened:
        each.service.acknowledgements.close()
        each.service.journal.close()
        each.service.modes.file.close()
