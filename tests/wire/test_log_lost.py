"""Where the log cannot be written (a full disk, a collector that went away), the calls go on."""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import structlog
from flask.testing import FlaskClient

from cds_service import fixtures, logs
from cds_service.log_outlet import OUTLET
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


Ends = tuple[int, int]


def pipe() -> Ends:
    return os.pipe()


def pair() -> Ends:
    """As systemd connects a service with its journal."""
    one, other = socket.socketpair()
    return one.detach(), other.detach()


@pytest.fixture(params=[pipe, pair])
def ends(request: pytest.FixtureRequest) -> Iterator[Ends]:
    """Of what nobody reads, and which is full: the end to read from, and that to write to."""
    reading, writing = request.param()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"." * 1000)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b".")
    os.set_blocking(writing, True)
    yield reading, writing
    os.set_blocking(reading, False)
    with suppress(BlockingIOError):
        while os.read(reading, 65536):
            pass  # whoever still waits goes on
    os.close(reading)


def test_the_red_flag_is_shown_while_nobody_reads_the_log(
    ends: Ends, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A collector that hangs, a journal that is stopped: the pipe fills up within some fifty calls."""
    made = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    shown: list[str] = []
    with os.fdopen(ends[1], "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        asking = threading.Thread(
            target=lambda: shown.append(post(client, made).get_json()["cards"][0]["indicator"]), daemon=True
        )
        asking.start()
        asking.join(10)
        assert shown == ["critical"]


def test_how_many_lines_were_lost_is_said_when_somebody_reads_again(
    ends: Ends, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = ends
    logs.set_up()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        log = structlog.get_logger()
        lines = threading.Thread(target=lambda: [log.error("journal not written") for _ in range(3)])
        lines.daemon = True
        lines.start()
        lines.join(10)
        assert not lines.is_alive()
        os.set_blocking(reading, False)
        with suppress(BlockingIOError):
            while os.read(reading, 65536):
                pass
        log.error("journal not written", waiting=7)
        said = [json.loads(line) for line in os.read(reading, 65536).decode().splitlines()]
    assert [(line["event"], line.get("lost"), line.get("waiting")) for line in said] == [
        ("log lines were lost", 3, None),
        ("journal not written", None, 7),
    ]


def test_others_who_write_to_the_same_pipe_wait_for_room_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting that a write does not wait is one of the whole pipe end, unless opened anew."""
    reading, writing = os.pipe()
    logs.set_up()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        structlog.get_logger().error("journal not written")
        assert os.get_blocking(writing)
    assert json.loads(os.read(reading, 65536))["event"] == "journal not written"
    os.close(reading)


def test_a_line_that_fits_in_part_does_not_spoil_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    logs.set_up()
    os.set_blocking(writing, False)
    left = 0
    with suppress(BlockingIOError):
        while True:
            left += os.write(writing, b"." * 4096)
    os.read(reading, 8192)
    os.set_blocking(writing, True)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        OUTLET.write("x" * 20_000 + "\n")
        os.read(reading, left)
        OUTLET.write('{"event": "next"}\n')
    rest = os.read(reading, 65536).decode().splitlines()
    os.close(reading)
    assert json.loads(rest[-1]) == {"event": "next"}
    assert json.loads(rest[-2])["lost"] == 1
