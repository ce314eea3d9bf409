"""Nothing about a patient, a user or a token is found where it should not be, whatever is sent or fails.

A real server is asked everything; then all that it wrote, answered and left behind is looked through.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from flask.testing import FlaskClient

from cds_service import answer
from cds_service.app import create_app
from cds_service.cli import main
from cds_service.log_fields import NOT_SHOWN
from cds_service.settings import Settings
from cds_service.watch.folder import IN_MEMORY
from cds_service.watch.folder import PREFIX as METRICS
from tests.privacy.asking import FEEDBACK, a_call, a_feedback, ask_everything
from tests.privacy.canaries import (
    BORN,
    IDENTITY,
    SECRET,
    SPOKEN,
    headers,
    leaked,
    leaked_by_answer,
    secret,
    spoken,
)
from tests.privacy.server import AUDIT, HIDDEN, Server, started, until
from tests.wire.calls import SERVICE


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Asked everything; the tests below look, kill a worker, and end it."""
    with started(tmp_path_factory.mktemp("server")) as made:
        ask_everything(made)
        yield made


def test_no_answer_holds_what_is_not_its_patients_own(server: Server) -> None:
    assert len(server.asked) > 100
    assert {told.what: found for told in server.asked if (found := leaked(told.said))} == {}
    assert {told.what: found for told in server.asked if (found := leaked_by_answer(told.body))} == {}


def test_cards_show_the_words_of_their_patient(server: Server) -> None:
    """Else nothing was planted where it is read."""
    shown = [told for told in server.asked if SPOKEN in told.body and '"evidence"' in told.body]
    assert len(shown) > 10
    assert all(IDENTITY in told.body for told in shown)


def test_every_status_was_asked_for(server: Server) -> None:
    assert {told.status for told in server.asked} >= {200, 400, 404, 405, 412, 413, 415, 500, 503}


def test_nothing_is_in_the_counters(server: Server) -> None:
    """In what is told, and in the files that the workers share."""
    told = server.send("metrics at the end", "GET", "/metrics", None, {}).body
    counted = dict(line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#"))
    assert any(name.startswith("legweakness_cards_total") and float(n) for name, n in counted.items())
    assert float(counted['legweakness_stage_failures_total{stage="evidence"}']) >= 1
    assert leaked(told) == []
    (folder,) = IN_MEMORY.glob(f"{METRICS}-{server.process.pid}-*")
    kept = b"".join(each.read_bytes() for each in folder.iterdir())
    assert b"legweakness_cards" in kept
    assert leaked(kept) == []


def test_nothing_is_in_the_log_of_a_server_that_lost_a_worker_and_was_ended(server: Server) -> None:
    before = server.processes()
    environments = [Path(f"/proc/{each}/environ").read_bytes() for each in before]
    lines = [Path(f"/proc/{each}/cmdline").read_bytes() for each in before]
    assert len(environments) > 1
    assert [leaked(each) for each in (*environments, *lines) if leaked(each)] == []

    os.kill(before[-1], signal.SIGKILL)
    until(lambda: "Unexpected exit" in server.written, 20)
    until(lambda: server.get("after the kill", "/healthz").status == 200, 30)
    server.post("after the kill", a_call())
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(timeout=30) == 0

    written = server.written
    assert leaked(written) == []
    assert "Traceback" not in written
    events = {json.loads(line)["event"] for line in written.splitlines() if line.startswith("{")}
    assert events >= {
        "hook call",
        "refused",
        "feedback",
        "stage failed",
        "request failed",
        "resource not read",
        "resources of other people left out",
        "fhir server not registered",
        "nothing fetched",
        "feedback not stored",
        "a library warns",
        "a thread ends by an error",
        "an error was passed over",
    }


def test_good_calls_lose_no_field_of_their_log_line(server: Server) -> None:
    lines = [json.loads(line) for line in server.written.splitlines() if line.startswith("{")]
    hidden = {(line["event"], name) for line in lines for name, value in line.items() if value == NOT_SHOWN}
    assert hidden <= {("refused", "method")}


def test_nothing_is_in_the_journal_or_left_in_the_folders(server: Server) -> None:
    files = [each for each in server.folder.rglob("*") if each.is_file()]
    kept = {each.relative_to(server.folder).as_posix() for each in files}
    ours = {"out", "err", "database", "service.toml", AUDIT}
    assert {each for each in kept - ours if not each.startswith(f"{HIDDEN}/journal.db")} == set()
    journal = b"".join(each.read_bytes() for each in files if each.parent.name == HIDDEN)
    assert b"LegWeaknessRedFlag" in journal
    assert leaked(journal) == []


def test_the_audit_has_patient_user_and_call_and_nothing_else(server: Server) -> None:
    """After the server has ended, which writes what is left."""
    events = [json.loads(line) for line in (server.folder / AUDIT).read_text().splitlines()]
    assert len(events) > 50
    queries = []
    for event in events:
        (patient,) = [each for each in event["entity"] if each.get("role", {}).get("code") == "1"]
        server_base, _, named = patient.pop("what")["reference"].rpartition("Patient/")
        assert leaked(named, (SECRET, SPOKEN, BORN)) == []
        users = [each for each in event["agent"] if each["type"]["coding"][0]["code"] == "IRCP"]
        assert len(users) == 1
        users[0].pop("who")
        for each in event["entity"]:
            if each.get("name") == "patient-view":
                each.pop("what", None)
            elif "query" in each:
                queries.append(b64decode(each.pop("query")).decode().removeprefix(f"GET {server_base}"))
            elif each.get("role", {}).get("code") == "4":
                queries.append(each.pop("what")["reference"].removeprefix(server_base))
        told = json.dumps(event)
        assert leaked(told.replace(server_base.rstrip("/"), "") if server_base else told) == []
    assert len(queries) > 10
    assert any(IDENTITY in each for each in queries)
    assert leaked("".join(queries), (SECRET, SPOKEN, BORN)) == []


# ---- without a server


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(database_url="none")).test_client()


def _written_by_a_call(client: FlaskClient, capfd: pytest.CaptureFixture[str]) -> str:
    response = client.post(SERVICE, data=json.dumps(a_call()), content_type="application/json")
    assert response.status_code == 200
    out, err = capfd.readouterr()
    return out + err


def test_a_line_past_the_fields_would_be_found(
    client: FlaskClient, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests above can fail: a stage that writes a word of the chart is caught."""
    assert leaked(_written_by_a_call(client, capfd)) == []

    def careless(call: Any, *rest: Any) -> Any:
        sys.stderr.write(f"reading {call.context.patientId} for {call.hookInstance}\n")
        return plain(call, *rest)

    plain = answer._read_chart
    monkeypatch.setattr(answer, "_read_chart", careless)
    assert len(leaked(_written_by_a_call(client, capfd))) == 2


@pytest.mark.parametrize("name", ["reason", "patient", "event", "error", "status", "request"])
def test_a_careless_line_of_ours_loses_its_word(
    name: str, client: FlaskClient, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(call: Any, *rest: Any) -> Any:
        said = {"event": "careless line", name: f"of {call.hookInstance}"}
        structlog.get_logger().warning(**said)
        return plain(call, *rest)

    plain = answer._read_chart
    monkeypatch.setattr(answer, "_read_chart", careless)
    written = _written_by_a_call(client, capfd)
    assert leaked(written) == []
    assert "careless line" in written or NOT_SHOWN in written


def test_nobody_without_a_token_learns_more_than_that(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}')
    ehr = {"name": "ehr", "issuer": "https://ehr.example", "jwks_file": str(keys)}
    settings = Settings.model_validate(
        {
            "profile": "production",
            "public_base_url": "https://cds.example",
            "clients": [ehr],
            "database_url": "none",
        }
    )
    client = create_app(settings).test_client()
    for path, body in ((SERVICE, a_call()), (FEEDBACK, a_feedback())):
        response = client.post(path, data=json.dumps(body), headers=headers())
        assert response.status_code == 401
        assert leaked(response.text) == leaked(str(response.headers)) == []
    assert leaked("".join(capfd.readouterr())) == []


def _commands(folder: Path) -> Iterator[tuple[list[str], bytes]]:
    chart = json.dumps(a_call()).encode()
    yield ["explain", "-"], chart[:-20]
    yield ["explain", "-"], secret("no chart").encode()
    yield ["explain", "-"], b"\x1f\x8b" + secret("gzip").encode()
    yield ["explain", "-"], json.dumps({"resourceType": secret("type"), "id": secret("id")}).encode()
    yield ["explain", "-", "--patient", "nobody"], chart
    yield ["explain", "-"], json.dumps([a_call(), secret("in a list")]).encode()
    yield ["evaluate", str(folder)], b""


def test_commands_refuse_without_a_word_of_the_chart(tmp_path: Path) -> None:
    (tmp_path / "chart.json").write_text(json.dumps(a_call()))
    (tmp_path / "labels.csv").write_text(f"patient,{secret('column')}\n{secret('id')},{spoken('weak')}\n")
    for arguments, given in _commands(tmp_path):
        done = CliRunner().invoke(main, arguments, input=given)
        assert done.exit_code in {1, 2}, arguments
        assert leaked(done.stderr) == [], arguments


def test_the_log_lines_of_an_explanation_hold_no_word_of_the_chart() -> None:
    done = CliRunner().invoke(main, ["explain", "-", "--verbose"], input=json.dumps(a_call()).encode())
    assert done.exit_code == 0
    assert "hook call" in done.stderr
    assert leaked(done.stderr) == []
