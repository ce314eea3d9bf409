"""Where the log cannot be written (a full disk, a collector that went away), the calls go on."""

from __future__ import annotations

import errno
import io
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import structlog
from flask.testing import FlaskClient

from cds_service import fixtures, logs
from tests.wire.calls import SERVICE, post


class Full(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


class LateFull(io.StringIO):
    """As a buffered stream is: what was written is found to be lost only later."""

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


STREAMS: dict[str, Callable[[], io.StringIO | None]] = {
    "full": Full,
    "gone": Gone,
    "late full": LateFull,
    "closed": closed,
    "none": lambda: None,
}
"""What makes the standard error, by a name. Each test puts it in place itself: pytest does so before each."""


@pytest.mark.parametrize("stream", STREAMS)
def test_the_red_flag_is_shown(stream: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", STREAMS[stream]())
    made = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    answered = post(client, made)
    assert (answered.status_code, answered.get_json()["cards"][0]["indicator"]) == (200, "critical")


@pytest.mark.parametrize("stream", STREAMS)
def test_a_refusal_stays_a_refusal(stream: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", STREAMS[stream]())
    assert client.post(SERVICE, data=b"{", content_type="application/json").status_code == 400


@pytest.mark.parametrize("stream", STREAMS)
def test_a_thread_of_the_service_goes_on(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.set_up()
    monkeypatch.setattr(sys, "stderr", STREAMS[stream]())
    went_on = threading.Event()

    def work() -> None:
        structlog.get_logger().error("journal not written")
        went_on.set()

    thread = threading.Thread(target=work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(threading, "excepthook", lambda _: None)  # what is looked at is how far it came
        thread.start()
        thread.join()
    assert went_on.is_set()


def test_the_log_is_written_again_when_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    logs.set_up()
    monkeypatch.setattr(sys, "stderr", Full())
    structlog.get_logger().error("journal not written")
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    structlog.get_logger().error("journal not written")
    assert stream.getvalue().count("journal not written") == 1
