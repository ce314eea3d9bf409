"""What is timed: each takes the body of a hook call and gives its result.

The service and the naive one are called as a server calls them, through WSGI, without a socket in between.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Mapping
from io import BytesIO
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Contestant = Callable[[bytes], Any]

PATH = "/cds-services/leg-weakness"


def baseline() -> Contestant:
    """Plain JSON parsing, the collector switched off: as fast as Python gets hold of the chart at all."""
    import orjson

    gc.disable()
    return orjson.loads


def service() -> Contestant:
    """The product as it runs in production: the whole application with its journal, what it loaded frozen."""
    from cds_service.app import create_app
    from cds_service.journal import opening
    from cds_service.settings import Settings

    folder = TemporaryDirectory(prefix="benchmark-")
    atexit.register(folder.cleanup)
    never_met = "100000 per second"  # but counted
    settings = Settings(database_url=f"sqlite:///{folder.name}/journal.db", rate_limit=never_met)
    opening.upgrade(settings)
    app = create_app(settings)
    gc.collect()
    gc.freeze()
    return through_wsgi(app)


def naive() -> Contestant:
    """What one would write first; see benchmarks/naive.py."""
    from benchmarks.naive import create_app

    return through_wsgi(create_app())


CONTESTANTS: Mapping[str, Callable[[], Contestant]] = {
    "baseline": baseline,
    "service": service,
    "naive": naive,
}


def through_wsgi(app: WSGIApplication) -> Contestant:
    """Calls the application with a body, gives the bytes of its answer; a refusal raises `RuntimeError`."""

    def call(body: bytes) -> bytes:
        status = ""

        def start(line: str, *_: object) -> Callable[[bytes], object]:
            nonlocal status
            status = line
            return lambda _: None

        parts = app(_environ(body), start)
        answer = b"".join(parts)
        if not status.startswith("200"):
            raise RuntimeError(f"{status}: {answer.decode()}")
        return answer

    return call


def _environ(body: bytes) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": PATH,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "127.0.0.1:8000",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
