"""One reader of texts for all tests here: it takes seconds to be built, and knows no codes of a site."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cards.knowledge import Knowledge
from cds_service.evidence import reader
from cds_service.evidence.text import TextReader
from cds_service.site import proposals


@pytest.fixture(scope="session", autouse=True)
def one_reader_of_texts() -> Iterator[None]:
    readers: dict[str, TextReader] = {}

    def built(knowledge: Knowledge) -> TextReader:
        if knowledge.version not in readers:
            readers[knowledge.version] = TextReader(knowledge)
        return readers[knowledge.version]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "TextReader", built)
        patch.setattr(proposals, "TextReader", built)
        patch.setenv("LEG_WEAKNESS_CDS_DATABASE_URL", "none")
        yield
