"""What the service writes down about itself: JSON lines with fields that are known to be safe.

Never a name, a birth date, free text, a token, a resource or a reference to one. A field must be listed here
before it can be logged, so that a careless line loses its field and not a patient's privacy.
"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from types import TracebackType

import structlog
from structlog.typing import EventDict, WrappedLogger

FIELDS = frozenset(
    {
        "cards",
        "client",
        "content",
        "count",
        "digest",
        "durations_ms",
        "entries",
        "error",
        "event",
        "failed_stages",
        "fetched",
        "findings",
        "hook",
        "hook_instance",
        "items",
        "level",
        "lost",
        "method",
        "problem",
        "profile",
        "red_flags",
        "reason",
        "refused",
        "repeated",
        "request",
        "resource_type",
        "stage",
        "states",
        "status",
        "stored",
        "timestamp",
        "unknown_cards",
        "unread",
        "unread_red_flag_possible",
        "user_given",
        "waiting",
        "where",
    }
)
_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HERE = Path(__file__).parent


def set_up() -> None:
    """Log JSON lines to the standard error; libraries speak up from warnings on."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def only_known_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drops what is not listed above. structlog gives and takes the whole event."""
    return {name: value for name, value in event.items() if name in FIELDS}


def shown_hook_instance(hook_instance: str) -> str:
    """The one id that may be logged; whatever is no UUID might be anything, and is not."""
    return hook_instance if _UUID.fullmatch(hook_instance) else "(not a UUID)"


def where(traceback: TracebackType | None) -> list[str]:
    """The places in our own code that an error came through; never its message, which may quote a record."""
    places = []
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if file.is_relative_to(_HERE.parent / "cards") or file.is_relative_to(_HERE):
            places.append(f"{file.relative_to(_HERE.parent).as_posix()}:{traceback.tb_lineno}")
        traceback = traceback.tb_next
    return places
