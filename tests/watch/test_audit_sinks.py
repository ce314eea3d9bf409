"""Where audit events go may be slow, broken or gone: events wait, are tried again, and no call notices."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from cds_service import fixtures
from cds_service.background import Waiting
from cds_service.errors import AuditUnavailable, EntryNotTaken, SettingsRefused
from cds_service.settings import Audit, Settings
from cds_service.watch import audit as watch_audit
from cds_service.watch import audit_sinks
from cds_service.watch.audit import AuditWriter
from cds_service.watch.audit_sinks import FhirSink, FileSink
from tests.watch.audits import checked, flushed
from tests.watch.conftest import Make, numbers
from tests.wire.calls import call, post
from tests.wire.fhir_server import TLS, Fault, FhirServer, Request, answers

EVENT = b'{"resourceType":"AuditEvent"}'
SECRET = "canary-audit-token"


@pytest.fixture
def server() -> Iterator[FhirServer]:
    with FhirServer() as made:
        yield made


@pytest.fixture
def writers() -> Iterator[list[AuditWriter]]:
    made: list[AuditWriter] = []
    yield made
    for each in made:
        each._waiting.clear()
        each.close()


def to(writers: list[AuditWriter], url: str, *, in_production: bool = False, **more: Any) -> AuditWriter:
    writers.append(AuditWriter(FhirSink(Audit(url=url, **more), url, in_production=in_production)))
    return writers[-1]


def put(writer: AuditWriter, *events: bytes) -> bool:
    for each in events:
        writer.put(each)
    return writer.flush(20)


# ---- over HTTP


def test_an_event_is_posted_as_fhir(server: FhirServer, writers: list[AuditWriter]) -> None:
    assert put(to(writers, server.base), EVENT)
    assert server.posted == [("/r4/AuditEvent", EVENT)]
    (headers,) = server.headers
    assert headers["Content-Type"] == "application/fhir+json"
    assert "Authorization" not in headers


def test_many_go_over_one_connection(server: FhirServer, writers: list[AuditWriter]) -> None:
    sources = set()
    plain = Request.do_POST

    def noting(request: Request) -> None:
        sources.add(request.client_address)
        plain(request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Request, "do_POST", noting)
        assert put(to(writers, server.base), *[EVENT] * 50)
    assert len(server.posted) == 50
    assert len(sources) == 1


def test_the_token_of_the_file_is_sent_and_renewed_with_it(
    server: FhirServer, writers: list[AuditWriter], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n")
    writer = to(writers, server.base, token_file=file)
    assert put(writer, EVENT)
    file.write_text("renewed")
    assert put(writer, EVENT)
    assert [each["Authorization"] for each in server.headers] == [f"Bearer {SECRET}", "Bearer renewed"]
    file.write_text("")
    assert not put(writer, EVENT), "without its token nothing is sent"
    file.write_text("back")
    assert writer.flush(20)
    assert len(server.posted) == 3


def hanging_up(request: Request) -> None:
    request.close_connection = True


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answers(500), "http-500"),
        (answers(503), "http-503"),
        (answers(401), "http-401"),
        (answers(404), "http-404"),
        (answers(429), "http-429"),
        (hanging_up, "cut"),
        (Request.hold, "timeout"),
        (lambda request: request.write_for_ever(b"HTTP/1.1 200 OK\r\nX: y\r\n", 0.01), "timeout"),
    ],
)
def test_what_fails_waits_and_goes_when_it_can(
    fault: Fault,
    reason: str,
    server: FhirServer,
    writers: list[AuditWriter],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit_sinks, "POST_SECONDS", 0.3)
    writer = to(writers, server.base)
    server.faults["AuditEvent"] = fault
    with capture_logs() as logged:
        assert not put(writer, EVENT)
        assert (logged[0]["event"], logged[0]["reason"]) == ("audit not written", reason)
        assert writer.failing
        monkeypatch.setattr(audit_sinks, "POST_SECONDS", 20.0)
        del server.faults["AuditEvent"]
        assert writer.flush(20)
    assert logged[-1]["event"] == "audit is written again"
    assert (writer.counts.written, writer.counts.lost) == (1, 0)
    assert not writer.failing


def test_a_sink_that_is_gone_is_tried_again(writers: list[AuditWriter]) -> None:
    with FhirServer() as server:
        writer = to(writers, server.base)
    assert not put(writer, EVENT)
    assert (writer.counts.failures, writer.waiting, writer.counts.lost) == (1, 1, 0)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(
    status: int, server: FhirServer, writers: list[AuditWriter], tmp_path: Path
) -> None:
    file = tmp_path / "token"
    file.write_text(SECRET)
    with FhirServer() as other:
        server.faults["AuditEvent"] = answers(status, Location=f"{other.base}/AuditEvent")
        assert not put(to(writers, server.base, token_file=file), EVENT)
        assert other.headers == []


@pytest.mark.parametrize("status", [400, 413, 422])
def test_an_event_that_is_refused_takes_no_other_with_it(
    status: int, server: FhirServer, writers: list[AuditWriter]
) -> None:
    refuse = answers(status)

    def fault(request: Request) -> None:
        if b"odd" in request.fhir.posted[-1][1]:
            refuse(request)
        else:
            request.send(b"", 201)

    server.faults["AuditEvent"] = fault
    writer = to(writers, server.base)
    assert put(writer, b'{"a":1}', b'{"odd":1}', b'{"b":1}')
    assert [body for _, body in server.posted] == [b'{"a":1}', b'{"odd":1}', b'{"b":1}']
    assert (writer.counts.written, writer.counts.lost) == (2, 1)


BAD = b'{"resourceType":"AuditEvent","id":"bad"}'


def test_an_event_for_which_the_server_fails_for_ever_does_not_keep_the_others(
    server: FhirServer, writers: list[AuditWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.background.PASSED_OVER", 2)
    writer = to(writers, server.base)
    taken: list[bytes] = []

    def failing(request: Request) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if body == BAD:
            request.send_error(500)
            return
        taken.append(body)
        request.send_response(201)
        request.send_header("Content-Length", "0")
        request.end_headers()

    monkeypatch.setattr(Request, "do_POST", failing)
    others = [b'{"id":"%d"}' % number for number in range(3)]
    put(writer, BAD, *others)
    writer.flush(20)
    assert taken == others
    assert (writer.waiting, writer.counts.lost, writer.failing) == (1, 0, True)
    for _ in range(3):
        assert not writer.flush(20), "as long as no other is taken, it may be the server"
    assert writer.counts.lost == 0
    for _ in range(2):
        put(writer, EVENT)
        writer.flush(20)
    writer.flush(20)
    assert (writer.waiting, writer.counts.lost, writer.failing) == (0, 1, False)


def test_at_the_end_one_that_fails_does_not_keep_the_others(
    server: FhirServer, writers: list[AuditWriter], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bytes] = []

    def write(events: Sequence[bytes]) -> None:
        if BAD in events:
            raise EntryNotTaken("http-500")
        taken.extend(events)

    writer = to(writers, server.base)
    monkeypatch.setattr(writer, "_write", write)
    writer._not_before = float("inf")  # it waits after a failure
    for each in (BAD, EVENT, BAD, EVENT):
        writer.put(each)
    writer._closed = True
    assert writer._thread
    writer._thread.join(10)
    assert taken == [EVENT, EVENT]
    assert writer.counts.lost == 2


def test_a_long_answer_is_not_read(server: FhirServer, writers: list[AuditWriter]) -> None:
    def endless(request: Request) -> None:
        request.send_response(201)
        request.end_headers()
        request.write_for_ever(b"x" * 1000, 0.001)

    server.faults["AuditEvent"] = endless
    writer = to(writers, server.base)
    assert put(writer, EVENT)
    assert writer.counts.written == 1
    assert server.hung_up.wait(20)


def test_in_production_a_name_that_leads_inside_gets_nothing(
    server: FhirServer, writers: list[AuditWriter]
) -> None:
    url = server.base.replace("http://127.0.0.1", "https://localhost")
    with capture_logs() as logged:
        assert not put(to(writers, url, in_production=True), EVENT)
    reasons = [line["reason"] for line in logged if line["event"] == "audit not written"]
    assert reasons[0] == "private-address"
    assert server.headers == []


def test_a_certificate_says_who_it_is(writers: list[AuditWriter], tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_text((TLS / "certificate.pem").read_text() + (TLS / "key.pem").read_text())
    with FhirServer(tls=True, asks_for_certificate=True) as server:
        url = server.base.replace("http://127.0.0.1", "https://localhost")
        assert not put(to(writers, url, ca_file=TLS / "certificate.pem"), EVENT)
        assert not put(to(writers, url, certificate_file=both), EVENT), "nobody vouches for the server"
        assert server.posted == []
        assert put(to(writers, url, ca_file=TLS / "certificate.pem", certificate_file=both), EVENT)
        assert len(server.posted) == 1


# ---- the queue


class Sink:
    """Takes what comes, after `work`."""

    name, batch = "fhir", 1

    def __init__(self, work: Any = lambda: None) -> None:
        self.taken: list[bytes] = []
        self._work = work

    def write(self, events: Sequence[bytes]) -> None:
        self._work()
        self.taken += events

    def close(self) -> None:
        """Nothing to close."""


def test_what_finds_no_room_is_lost_and_counted(writers: list[AuditWriter]) -> None:
    def fail() -> None:
        raise AuditUnavailable("gone")

    writers.append(AuditWriter(Sink(fail), capacity=3))
    with capture_logs() as logged:
        assert not put(writers[0], *[EVENT] * 10)
    assert (writers[0].waiting, writers[0].counts.lost) == (3, 7)
    assert logged[0]["event"] == "audit not written"


def test_at_the_end_what_is_left_is_written_and_that_ends_in_time() -> None:
    now = [0.0]

    def slow() -> None:
        now[0] += 2.0

    sink = Sink(slow)
    writer = AuditWriter(sink, last_seconds=5.0)
    writer._clock = lambda: now[0]
    writer._waiting.extend([Waiting(EVENT) for _ in range(10)])
    writer._closed = True
    with capture_logs() as logged:
        writer._run()
    assert len(sink.taken) == 3
    assert writer.counts.lost == 7
    assert (logged[-1]["reason"], logged[-1]["lost"]) == ("process-ends", 7)


def test_a_slow_sink_does_not_keep_the_process_from_ending() -> None:
    """It stops in the middle of a long queue, and begins the bounded end."""

    def end() -> None:
        writer._closed = True

    sink = Sink(end)
    writer: AuditWriter = AuditWriter(sink, last_seconds=0.0)
    writer._waiting.extend([Waiting(EVENT) for _ in range(10)])
    writer._run()
    assert len(sink.taken) == 1
    assert writer.counts.lost == 9


# ---- into a file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "audit.ndjson"


def test_the_file_has_a_line_for_each_event_and_is_for_its_owner_alone(file: Path) -> None:
    sink = FileSink(file)
    assert file.stat().st_mode & 0o777 == 0o600
    sink.write([EVENT, EVENT])
    sink.write([EVENT])
    assert file.read_bytes() == (EVENT + b"\n") * 3


def test_a_file_that_was_moved_away_is_made_anew(file: Path) -> None:
    sink = FileSink(file)
    sink.write([EVENT])
    file.rename(f"{file}.1")
    sink.write([EVENT])
    assert file.read_bytes() == EVENT + b"\n"
    assert file.stat().st_mode & 0o777 == 0o600


def test_half_a_line_of_a_process_that_was_killed_spoils_no_other(file: Path) -> None:
    sink = FileSink(file)
    file.write_bytes(EVENT[:9])
    sink.write([EVENT])
    assert file.read_bytes() == EVENT[:9] + b"\n" + EVENT + b"\n"


def test_a_full_disk_leaves_whole_lines_and_is_told_by_its_code(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = FileSink(file)
    sink.write([EVENT])
    plain = os.write

    def full(to: int, data: bytes) -> int:
        if len(data) < 40:
            raise OSError(errno.ENOSPC, str(file))
        return plain(to, data[:5])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        with pytest.raises(AuditUnavailable) as told:
            sink.write([EVENT, EVENT])
    assert str(told.value) == "OSError ENOSPC"
    sink.write([EVENT])
    assert file.read_bytes() == (EVENT + b"\n") * 2


def test_a_file_that_others_may_read_gets_nothing_more(file: Path) -> None:
    sink = FileSink(file)
    file.chmod(0o640)
    sink.write([EVENT])
    file.chmod(0o644)
    with pytest.raises(AuditUnavailable, match="open-to-others"):
        sink.write([EVENT])


def test_a_file_that_somebody_else_holds_is_not_waited_for_long(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_sinks, "LOCK_SECONDS", 0.05)
    sink = FileSink(file)
    with sink._opened(), pytest.raises(AuditUnavailable, match="locked"):
        sink.write([EVENT])


# ---- settings


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "names neither url nor file"),
        ({"token_file": __file__}, "names neither url nor file"),
        ({"file": "x", "token_file": __file__}, "url, which is missing"),
        ({"url": "http://audit.example/fhir"}, "must be https"),
        ({"url": "https://user:word@audit.example/fhir"}, "without user or password"),
        ({"url": "https://audit.example/fhir?x=1"}, "neither"),
        ({"url": "https://audit.example/../fhir"}, "plain ASCII"),
        ({"url": "https://2130706433/fhir"}, "plainly"),
        ({"url": "https://audit.example/fhir", "token_file": "/no/such/file"}, "no file"),
        ({"url": "https://audit.example/fhir", "token": "x"}, "Extra inputs"),
    ],
)
def test_settings_that_cannot_work_are_refused(given: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings.model_validate({"audit": given})


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"file": "no-folder/audit.ndjson"}, "audit.file"),
        ({"file": "folder"}, "audit.file"),
        ({"file": "pipe"}, "audit.file"),
        ({"file": "link"}, "audit.file"),
        ({"file": "readable"}, "chmod 640"),
        ({"url": "https://audit.example", "token_file": "empty"}, "audit.token_file"),
        ({"url": "https://audit.example", "token_file": "two-lines"}, "audit.token_file"),
        ({"url": "https://audit.example", "certificate_file": "readable"}, "audit.certificate_file"),
    ],
)
def test_a_service_does_not_start_with_files_that_cannot_work(
    given: dict[str, Any], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    os.mkfifo("pipe", 0o600)
    Path("link").symlink_to("elsewhere")
    Path("readable").write_text("x\n")
    Path("readable").chmod(0o644)
    Path("empty").write_text("")
    Path("two-lines").write_text("a\nb")
    settings = Settings.model_validate({"audit": given})
    with pytest.raises(SettingsRefused, match=says):
        watch_audit.Audit(settings)


# ---- the whole service


def test_a_sink_that_holds_keeps_no_call_waiting_and_the_service_is_degraded(
    make: Make, server: FhirServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_sinks, "POST_SECONDS", 0.3)
    server.faults["AuditEvent"] = Request.hold
    file = tmp_path / "audit.ndjson"
    service = make(audit={"url": server.base, "file": file}, database_url="none")
    client = service.test_client()
    assert client.get("/readyz").get_json()["status"] == "ready"
    assert post(client, call()).status_code == 200
    assert server.holding.wait(20)
    urgent = post(client, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))).get_json()
    assert urgent["cards"][0]["indicator"] == "critical", "answered while the sink still holds the first"
    assert not flushed(service)
    assert service.audit.writers["file"].flush(20)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.get_json()["status"]) == (200, "degraded")
    part = ready.get_json()["parts"]["audit"]
    assert (part["ok"], part["needed"]) == (False, False)
    counted = numbers(client)
    assert counted['legweakness_audit_waiting{sink="fhir"}'] == 2
    assert counted['legweakness_audit_failures_total{sink="fhir"}'] >= 1
    assert counted['legweakness_audit_written_total{sink="file"}'] == 2
    assert counted['legweakness_ready{part="audit"}'] == 0
    assert len(checked(file.read_bytes().splitlines())) == 2
    service.audit.writers["fhir"]._waiting.clear()


def test_both_sinks_get_the_same(make: Make, server: FhirServer, tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    service = make(audit={"url": server.base, "file": file}, database_url="none")
    for _ in range(3):
        post(service.test_client(), call())
    assert flushed(service)
    assert file.read_bytes().splitlines() == [body for _, body in server.posted]
    assert [json.loads(body)["resourceType"] for _, body in server.posted] == ["AuditEvent"] * 3
