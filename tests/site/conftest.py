"""Services that start quickly: content and reader of texts are read once for all tests of this folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader
from cds_service.site import proposals

_load = cache(knowledge.load)
_readers: dict[int, tuple[Knowledge, TextReader]] = {}


@pytest.fixture(autouse=True)
def read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cards.knowledge.load", _load)
    monkeypatch.setattr(reader, "TextReader", _reader)
    monkeypatch.setattr(proposals, "TextReader", _reader)
    monkeypatch.setattr("cds_service.trust.replay.WAIT_SECONDS", 30.0)


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
