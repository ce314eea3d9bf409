"""What the service writes down about itself: JSON lines with fields that are known to be safe.

Never a name, a birth date, free text, a token, a resource or a reference to one: what a field may hold
stands in `log_fields`. Libraries, warnings and errors that nobody caught get the same lines, without what
they say, as they quote what they stumbled over.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import structlog
from structlog.typing import EventDict, WrappedLogger

from cds_service.log_fields import FIELDS, NO_UUID, shown
from cds_service.log_outlet import OUTLET

if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_HERE = Path(__file__).parent
_PROCESSES = "_granian"
"""The server's own words on its workers, made of numbers and addresses of the settings."""
_MOST_PLACES = 64

log = structlog.get_logger()


def set_up() -> None:
    """Log JSON lines to the standard error; libraries speak up from warnings on."""
    logging.basicConfig(handlers=[_Libraries()], level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.WriteLogger(OUTLET),
        cache_logger_on_first_use=False,
    )


@contextmanager
def silent() -> Iterator[None]:
    """Nothing is written down inside: for commands that answer many charts."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        yield
    finally:
        structlog.configure(**before)


def take_over() -> None:
    """In the processes of the server: warnings, and errors that nobody caught, in lines of ours too."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = _unraisable
    threading.excepthook = _in_thread


def only_known_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drops what is not listed, and values that a field cannot have. structlog gives and takes the event."""
    return {name: shown(name, value) for name, value in event.items() if name in FIELDS}


def shown_hook_instance(hook_instance: str) -> str:
    """The one id that may be logged; whatever is no UUID might be anything, and is not."""
    return hook_instance if FIELDS["hook_instance"](hook_instance) else NO_UUID


def where(traceback: TracebackType | None) -> list[str]:
    """The places in our own code that an error came through; never its message, which may quote a record."""
    places = []
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if file.is_relative_to(_HERE.parent / "cards") or file.is_relative_to(_HERE):
            places.append(f"{file.relative_to(_HERE.parent).as_posix()}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places[-_MOST_PLACES:]


class _Libraries(logging.Handler):
    """Which library speaks and where in it, and what went wrong by its class; its words stay unsaid."""

    def emit(self, record: logging.LogRecord) -> None:
        kind, _, traceback = record.exc_info or (None, None, None)
        log.warning(
            "a library warns",
            source=record.name,
            where=[f"{record.module}.py:{record.lineno}", *where(traceback)],
            **_error(kind),
        )


def server_logging() -> dict[str, object]:
    """How the server logs: its words on processes as they are, and no traceback of the application's."""
    return {
        "formatters": {"generic": {"()": f"{__name__}._Processes"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "generic",
                "stream": "ext://cds_service.log_outlet.OUTLET",
            }
        },
        "loggers": {_PROCESSES: {"handlers": ["console"], "propagate": False}},
    }


class _Processes(logging.Formatter):
    """The first line of what the server says; what follows is the traceback of an error, with its message."""

    def format(self, record: logging.LogRecord) -> str:
        return f"[{record.levelname}] {record.getMessage().partition(chr(10))[0][:200]}"


def _error(kind: type[BaseException] | None) -> dict[str, str]:
    return {"error": kind.__name__} if kind else {}


def _uncaught(
    kind: type[BaseException], _error_itself: BaseException, traceback: TracebackType | None
) -> None:
    log.error("the process ends by an error", where=where(traceback), **_error(kind))


def _in_thread(thrown: threading.ExceptHookArgs) -> None:
    log.error("a thread ends by an error", where=where(thrown.exc_traceback), **_error(thrown.exc_type))


def _unraisable(thrown: UnraisableHookArgs) -> None:
    log.error("an error was passed over", where=where(thrown.exc_traceback), **_error(thrown.exc_type))
