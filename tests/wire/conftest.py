"""The service as it starts in the development profile, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cards.knowledge import Knowledge, load
from cds_service.app import Service, create_app
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader
from cds_service.journal import opening
from cds_service.settings import Settings
from tests.wire.ehr import Started

_READERS: dict[str, TextReader] = {}
"""By the digest of their content."""


@pytest.fixture(scope="module", autouse=True)
def one_reader_of_texts() -> Iterator[None]:
    """Commands start anew in each test; a reader of texts, which keeps nothing, is built once a content."""

    def built(knowledge: Knowledge) -> TextReader:
        return _READERS.setdefault(knowledge.digest, _READERS.get(knowledge.digest) or TextReader(knowledge))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "TextReader", built)
        yield


@pytest.fixture(scope="session")
def journal_address(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('journal') / 'journal.db'}"


@pytest.fixture(scope="module", autouse=True)
def journal_out_of_the_way(journal_address: str) -> Iterator[None]:
    """A service that a test starts would else write into the working directory."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", journal_address)
        yield


@pytest.fixture(scope="session")
def service(journal_address: str) -> Service:
    settings = Settings(database_url=journal_address)
    opening.upgrade(settings)
    return create_app(settings)


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()


@cache
def content(folder: Path) -> Knowledge:
    return load(folder)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    monkeypatch.setattr("cds_service.trust.replay.WAIT_SECONDS", 30.0)
    monkeypatch.setattr("cards.knowledge.load", content)  # which does not change while these tests run
    started = Started(tmp_path)
    yield started
    for each in started.services:
        assert each.gate
        each.gate.replay.close()
        each.journal.close()
