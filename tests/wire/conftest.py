"""The service as it starts in the development profile, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from cards.knowledge import Knowledge
from cds_service.app import Service, create_app
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader
from cds_service.settings import Settings


@pytest.fixture(scope="session", autouse=True)
def one_reader_of_texts() -> Iterator[None]:
    """Commands start anew in each test; a reader of texts, which keeps nothing, is built once a content."""
    readers: dict[str, TextReader] = {}

    def built(knowledge: Knowledge) -> TextReader:
        return readers.setdefault(knowledge.digest, readers.get(knowledge.digest) or TextReader(knowledge))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "TextReader", built)
        yield


@pytest.fixture(scope="session")
def service() -> Service:
    return create_app(Settings())


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()
