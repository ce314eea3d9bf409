"""`leg-weakness-cds journal ...` and what `serve` does with the journal."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.journal.address import sqlite_file
from cds_service.journal.store import Store
from cds_service.settings import Settings, load
from tests.journal.conftest import POSTGRESQL
from tests.journal.given import NOON, WEAK, call, item, rows, said, shown
from tests.journal.test_schema import made_newer
from tests.wire.calls import call as hook_call
from tests.wire.test_commands import PROGRAM, _until_ready, free_port

AS_OF = ("--as-of", "2026-11-20")


def run(settings: Settings, *arguments: str) -> Result:
    environment = {"LEG_WEAKNESS_CDS_DATABASE_URL": settings.database_url}
    return CliRunner().invoke(main, ["journal", *arguments], env=environment)


def test_upgrade_makes_the_journal_once(settings: Settings) -> None:
    assert "is now at schema 0004" in run(settings, "upgrade").stdout
    assert "was already at schema 0004" in run(settings, "upgrade").stdout


def test_info_says_what_is_there(made: Settings) -> None:
    Store(made.database_url).write([call(shown())])
    told = json.loads(run(made, "info", "--json").stdout)
    assert told["schema"] == "0004"
    assert told["rows"] == {"call_part": 0, "card": 1, "feedback": 0, "seen_token": 0, "tally": 1}
    assert (told["oldestDay"], told["retentionDays"], told["keepComments"]) == ("2026-11-20", 400, False)
    assert "card 1" in run(made, "info").stdout


def test_prune_removes_what_is_older_than_the_retention(made: Settings) -> None:
    store, old = Store(made.database_url), timedelta(days=401)
    store.write(
        [call(shown(1), day=NOON.date() - old), call(shown(2), day=NOON.date() - timedelta(days=400))]
    )
    store.add_feedback([said(1, received=NOON - old)])
    dry = run(made, "prune", "--dry-run", *AS_OF)
    assert (
        "Would go, as older than 2025-10-16: card 1, tally 1, call_part 0, feedback 1, seen_token 0."
        in dry.stdout
    )
    assert len(rows(made.database_url, "card")) == 2
    assert "Removed" in run(made, "prune", *AS_OF).stdout
    assert len(rows(made.database_url, "card")) == 1
    assert rows(made.database_url, "feedback") == []


@pytest.mark.parametrize("command", [("info",), ("prune",), ("prune", "--dry-run")])
def test_without_a_journal_they_say_so_and_make_none(
    settings: Settings, tmp_path: Path, command: tuple[str]
) -> None:
    result = run(settings, *command)
    assert result.exit_code == 1
    assert "`leg-weakness-cds journal upgrade` makes it" in result.stderr
    assert list((tmp_path / "a folder").iterdir()) == []


@pytest.mark.parametrize("command", ["upgrade", "info", "prune"])
def test_a_newer_schema_is_misuse(made: Settings, command: str) -> None:
    made_newer(made)
    result = run(made, command)
    assert result.exit_code == 2
    assert "newer than this program" in result.stderr


@pytest.mark.skipif(bool(POSTGRESQL), reason="a fault of SQLite")
@pytest.mark.parametrize("command", [("info",), ("upgrade",), ("prune", "--dry-run")])
def test_a_file_that_is_no_journal_is_told_from_one_that_cannot_be_written(
    made: Settings, command: tuple[str, ...]
) -> None:
    file = sqlite_file(made.database_url)
    assert file
    file.write_bytes(b"this is no database, but as long as the head of one would be; " * 20)
    refused = run(made, *command)
    assert refused.exit_code == 1
    assert "SQLITE_NOTADB. The file is damaged or is no journal: move it away" in refused.output
    assert "writable" not in refused.output


@pytest.mark.parametrize("command", ["upgrade", "info", "prune"])
def test_commands_say_when_there_is_to_be_no_journal(command: str) -> None:
    result = run(Settings(database_url="none"), command)
    assert result.exit_code == 2
    assert "so there is no journal" in result.stderr


@pytest.mark.parametrize(
    "url",
    [
        "journal.db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///journal.db?mode=ro",
        "postgresql://me:Snowdrop@db/journal",
        "postgresql+psycopg://me:Snowdrop@db",
        "postgresql+psycopg://me:Snow/drop@db/journal",
        "mysql://me:Snowdrop@db/journal",
    ],
)
def test_an_address_that_cannot_work_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsRefused, match="database_url") as refused:
        load(database_url=url)
    assert "Snow" not in str(refused.value)


def test_serve_keeps_what_it_showed_also_what_came_just_before_its_end(
    settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    process = started(settings, tmp_path, port)
    cards = ask(port, "", hook_call(WEAK))["cards"]
    assert ask(port, "/feedback/", [item(card["uuid"]) for card in cards])["stored"] == 2
    ask(port, "", hook_call(WEAK, hookInstance="another"))
    end(process, tmp_path)
    assert len(rows(settings.database_url, "card")) == 4
    assert len(rows(settings.database_url, "feedback")) == 2
    (tally,) = rows(settings.database_url, "tally")
    assert tally["calls"] == 2


def test_what_is_too_old_goes_also_where_nobody_calls(made: Settings, tmp_path: Path) -> None:
    """An EHR that was switched off must not leave its journal for ever."""
    store = Store(made.database_url)
    store.write([call(shown(1), day=date(2020, 1, 1))])
    process = started(made, tmp_path, free_port())
    until = monotonic() + 20
    while rows(made.database_url, "card") and monotonic() < until:
        sleep(0.1)
    end(process, tmp_path)
    assert rows(made.database_url, "card") == []


def started(settings: Settings, folder: Path, port: int) -> subprocess.Popen[str]:
    """The service with two workers, when it answers; its log is `log` in the folder."""
    config = folder / "service.toml"
    config.write_text(f'database_url = "{settings.database_url}"')
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port), "--workers", "2", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)},
        )
    assert process.stdout
    _until_ready(process.stdout)
    return process


def end(process: subprocess.Popen[str], folder: Path) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert process.stdout
    process.stdout.close()
    assert "Traceback" not in (folder / "log").read_text()


def ask(port: int, path: str, body: object, *, status: int = 200) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    given = json.dumps(body)
    connection.request(
        "POST", f"/cds-services/leg-weakness{path}", given, {"Content-Type": "application/json"}
    )
    response = connection.getresponse()
    told = json.loads(response.read())
    assert response.status == status, told
    connection.close()
    return told


def test_beside_a_newer_journal_cards_go_out_and_nothing_is_written(made: Settings, tmp_path: Path) -> None:
    """As after a step back to the program before: a red flag must not wait for the journal to be mended."""
    made_newer(made)
    port = free_port()
    process = started(made, tmp_path, port)
    cards = ask(port, "", hook_call(WEAK))["cards"]
    assert [card["indicator"] for card in cards][:1] == ["critical"]
    refused = ask(port, "/feedback", [item(cards[0]["uuid"])], status=503)
    assert "could not be stored now" in refused["issue"][0]["diagnostics"]
    until = monotonic() + 40  # it looks every ten seconds
    while (told := readiness(port, "database")) != ("degraded", False) and monotonic() < until:
        sleep(0.2)
    assert told == ("degraded", False)
    end(process, tmp_path)
    said = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines() if line[:1] == "{"]
    (line,) = [line for line in said if line["event"] == "journal not ready"]
    assert line["level"] == "error"
    assert "schema 9999, which is newer than this program" in line["problem"]
    assert "feedback is refused with 503" in line["problem"]
    assert {line["reason"] for line in said if line["event"] == "journal not written"} >= {"schema-newer"}
    assert rows(made.database_url, "card") == rows(made.database_url, "tally") == []


def readiness(port: int, part: str) -> tuple[str, bool]:
    """The status that is told, and whether the part is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/readyz")
    told = json.loads(connection.getresponse().read())
    connection.close()
    return told["status"], told["parts"][part]["ok"]


def test_commands_that_need_no_database_do_not_load_its_library() -> None:
    asked = "import sys; from cds_service import app, cli; print({'sqlalchemy', 'alembic'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_command_line_starts_without_what_few_commands_need() -> None:
    asked = "import sys; from cds_service import cli; print({'flask', 'pydantic', 'rich'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
