"""The forms of the test bench, read within the bounds of every body, and in memory alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from flask import request
from werkzeug.formparser import FormDataParser

from cds_service.bench import state
from cds_service.bench.documents import plain_text, too_large
from cds_service.bench.state import State

if TYPE_CHECKING:
    from cds_service.app import Service

FORM_BYTES = 64 * 1024
"""For all other fields of a form, beside the chart."""


@dataclass(frozen=True, slots=True)
class Fields:
    """A form that was sent."""

    state: State
    values: dict[str, str]


@contextmanager
def read_form(service: Service) -> Iterator[Fields]:
    """The form as it came; while it is in use its bytes count. Raises `NotAChart` or `ServiceError`."""
    most = service.settings.max_body_bytes
    if (request.content_length or 0) > most + FORM_BYTES:
        raise too_large(most)
    body = service.shield.body(most + FORM_BYTES)
    if len(body) > most + FORM_BYTES:
        raise too_large(most)
    kind, options = request.mimetype, request.mimetype_params
    parser = FormDataParser(stream_factory=_in_memory)
    _, values, files = parser.parse(BytesIO(body), kind, len(body), options)
    chosen = state.read(values.get, values.getlist, service.now())
    if (file := files.get("file")) is not None and file.filename:
        chosen = chosen.with_document(plain_text(file.read(), most))
    yield Fields(chosen, values.to_dict())


def _in_memory(*_: Any, **__: Any) -> IO[bytes]:
    """Where an upload goes: werkzeug would write a large one to disk."""
    return BytesIO()
