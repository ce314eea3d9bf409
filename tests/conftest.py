"""What holds for every test, wherever it lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cds_service.background import BackgroundWriter


@pytest.fixture(scope="session", autouse=True)
def _writers() -> Iterator[list[BackgroundWriter[Any]]]:
    """What writes in the background, of every service that a test makes."""
    made: list[BackgroundWriter[Any]] = []
    begin = BackgroundWriter.__init__

    def remembered(self: BackgroundWriter[Any], *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BackgroundWriter, "__init__", remembered)
        yield made


@pytest.fixture(scope="module", autouse=True)
def background_rests_after_their_module(_writers: list[BackgroundWriter[Any]]) -> Iterator[None]:
    """A service that tests leave behind neither writes nor logs in its background while others run."""
    yield
    for each in _writers:
        each.close()
