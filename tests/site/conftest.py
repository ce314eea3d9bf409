"""Services that start quickly: content and reader of texts are read once for all tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader

_load = cache(knowledge.load)


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cards.knowledge.load", _load)
    monkeypatch.setattr(reader, "TextReader", _reader)
    monkeypatch.setattr("cds_service.trust.replay.WAIT_SECONDS", 30.0)


_readers: dict[str, TextReader] = {}


def _reader(content: Knowledge) -> TextReader:
    if content.digest not in _readers:
        _readers[content.digest] = TextReader(content)
    return _readers[content.digest]


@pytest.fixture(autouse=True)
def no_journal_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A service that a test starts would else write into the working directory."""
    monkeypatch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")
