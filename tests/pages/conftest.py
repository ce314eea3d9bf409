"""The service with its pages, served for real: the test bench calls it over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from cds_service.app import Service, create_app
from cds_service.journal import opening
from cds_service.settings import Settings
from tests.wire.serving import free_port


class _Silent(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


@contextmanager
def served(**given: Any) -> Iterator[Service]:
    """In the development profile, in a thread of this process, at `service.settings.port`."""
    chosen: dict[str, Any] = {"port": free_port(), "workers": 1, "database_url": "none"}
    settings = Settings(**(chosen | given))
    service = create_app(settings)
    server = make_server("127.0.0.1", settings.port, service, threaded=True, request_handler=_Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    url = f"sqlite:///{tmp_path_factory.mktemp('journal') / 'journal.db'}"
    opening.upgrade(Settings(database_url=url))
    with served(database_url=url, time_budget=30.0) as service:  # however busy the machine is
        service.journal.start()
        yield service
        service.journal.close()


@pytest.fixture
def client(bench: Service) -> FlaskClient:
    return bench.test_client()
