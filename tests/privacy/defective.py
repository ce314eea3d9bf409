"""The server with defects on demand: the header X-Defect names the part of it that fails, with what it holds.

Started as a program by tests/privacy; its arguments are the port and the number of workers.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from cards import assessment, card, extension
from cds_service import answer, app, feedback, fetching, hooks, medication_references, server, settings
from cds_service.evidence import reader
from cds_service.hangup import Hangup
from cds_service.journal import entries, journal
from cds_service.watch import audit

WORD = "qzkanary0defect"
PARTS: dict[str, tuple[Any, str]] = {
    "call": (hooks, "open_call"),
    "fetching": (fetching.Fetcher, "complete"),
    "references": (medication_references, "of"),
    "record": (answer, "read_record"),
    "evidence": (answer, "_read_chart"),
    "one resource": (reader, "about_the_patient"),
    "red flags": (assessment, "find_red_flags"),
    "differential": (assessment, "with_differential"),
    "red flag card": (card, "write_red_flag_card"),
    "differential card": (card, "write_differential_card"),
    "incomplete card": (card, "write_incomplete_card"),
    "extension": (extension, "machine_readable"),
    "entry": (entries, "of_call"),
    "journal": (journal.Journal, "keep"),
    "audit": (audit.Audit, "hook_call"),
    "log": (answer, "_log"),
    "response": (hooks, "response"),
    "json": (app, "_json"),
    "feedback": (feedback, "read"),
    "storing": (journal.Journal, "add_feedback"),
}
OTHERS = ("application", "stream", "library", "warning", "thread", "finaliser")
_wanted: ContextVar[str] = ContextVar("which part is to fail", default="")


def _failing(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def run(*given: Any, **more: Any) -> Any:
        if _wanted.get() == name:
            error = ValueError(f"{WORD} of {given!r} {more!r}")
            error.add_note(WORD)
            raise error from KeyError(WORD)
        return work(*given, **more)

    return run


def _fail() -> bytes:
    raise ValueError(WORD)


class _Last:
    def __del__(self) -> None:
        raise ValueError(WORD)


def _beside(name: str) -> None:
    match name:
        case "application":
            raise ValueError(WORD)
        case "library":
            logging.getLogger("some.library").error("%s", WORD, exc_info=ValueError(WORD))
            logging.getLogger("some.library").warning(WORD)
        case "warning":
            warnings.warn(WORD, stacklevel=1)
        case "thread":
            thread = threading.Thread(target=_fail)
            thread.start()
            thread.join()
        case "finaliser":
            _Last()


def _with_defects(wsgi: Any) -> Any:
    def call(environ: dict[str, Any], start_response: Any) -> Any:
        name = environ.get("HTTP_X_DEFECT", "")
        _wanted.set(name)
        _beside(name)
        if name == "stream":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return (_fail() for _ in range(1))
        return wsgi(environ, start_response)

    return call


def main(port: int, workers: int) -> None:
    for name, (place, attribute) in PARTS.items():
        setattr(place, attribute, _failing(name, getattr(place, attribute)))
    plain = server._Applications.__call__

    def started(applications: server._Applications) -> app.Service:
        service = plain(applications)
        service.wsgi_app = _with_defects(service.wsgi_app)  # type: ignore[method-assign]
        return service

    server._Applications.__call__ = started  # type: ignore[method-assign, assignment]
    server.serve(settings.load(Path(sys.argv[3]), port=port, workers=workers), Hangup())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
