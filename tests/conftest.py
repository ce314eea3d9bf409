"""What holds for every test, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cds_service.journal.writer import Writer


@pytest.fixture(scope="session", autouse=True)
def _writers() -> Iterator[list[Writer]]:
    """Those of every journal that a test opens."""
    made: list[Writer] = []
    begin = Writer.__init__

    def remembered(self: Writer, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "__init__", remembered)
        yield made


@pytest.fixture(scope="module", autouse=True)
def journals_rest_after_their_module(_writers: list[Writer]) -> Iterator[None]:
    """A service that tests leave behind neither writes nor logs in its background while others run."""
    yield
    for each in _writers:
        each.close()
