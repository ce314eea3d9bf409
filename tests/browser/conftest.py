"""One service with a journal and one browser for all tests; a visit of its own for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import chromium
from tests.browser.visiting import Watch, visit
from tests.journal.given import rows
from tests.wire.serving import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

if find_spec("playwright") is None:  # ./check browser installs it; plain pytest does without
    collect_ignore_glob = ["test_*.py"]

Visit = Callable[..., "Page"]


@dataclass(frozen=True, slots=True)
class Running:
    """The service as `./run` starts it, at an address of its own."""

    address: str
    database_url: str

    def feedback(self) -> list[dict[str, Any]]:
        """What clinicians said of cards, as the journal has it."""
        return rows(self.database_url, "feedback")


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("service")
    database_url = f"sqlite:///{folder / 'journal.db'}"
    with serving(folder, database_url=database_url) as served:
        yield Running(f"http://127.0.0.1:{served.port}", database_url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def open_page(browser: Browser, service: Running) -> Iterator[Visit]:
    """`open_page(path, ...)` as in `visiting.visit`; at the end nobody may have anything to complain of."""
    watches: list[Watch] = []
    with ExitStack() as visits:

        def begin(
            path: str = "/", *, width: int = 1280, accepted: Collection[int] = (), **options: Any
        ) -> Page:
            page, watch = visits.enter_context(
                visit(browser, service.address, width=width, accepted=accepted, **options)
            )
            watches.append(watch)
            page.goto(path)
            return page

        yield begin
    assert [each for watch in watches for each in watch.complaints] == []
