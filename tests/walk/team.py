"""The integration team: a fresh folder, the product as installed, and a terminal.

What they type stands in docs/go-live.md, letter by letter; only its example addresses and folders are
replaced by those of this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import psycopg

from tests.walk import guide
from tests.walk.ehr import Ehr, Signer, ask
from tests.wire.serving import free_port

TOP = Path(__file__).resolve().parents[2]
CARRIED = ("cards", "cds_service", "fixtures", "docs", "pyproject.toml", "LICENSE", "NOTICE")
PATIENCE = 90.0
"""Seconds for what happens in the background, on a machine that has other things to do."""
Json = dict[str, Any]
Found = TypeVar("Found")


class Said(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def until(found: Callable[[], Found | None], what: str) -> Found:
    """What is found, once it is there."""
    end = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < end, f"in {PATIENCE:.0f} s it did not come to this: {what}"
        time.sleep(0.1)
    return result


def installed(folder: Path) -> Path:
    """The command of the product, from its wheel in an environment of its own.

    What it depends on is taken from the environment of the tests, as locked: nothing comes from the network.
    """
    tree, environment = folder / "tree", folder / "environment"
    tree.mkdir(parents=True)
    for name in CARRIED:
        copy = shutil.copytree if (TOP / name).is_dir() else shutil.copy
        copy(TOP / name, tree / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    _run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(tree))
    (wheel,) = folder.glob("*.whl")
    _run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin/python"
    _run(*pip, "--python", str(python), "install", "--no-deps", "--no-index", str(wheel))
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    shutil.rmtree(tree)
    return environment / "bin/leg-weakness-cds"


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


class Team:
    """What the team has, and what it has typed so far."""

    def __init__(self, folder: Path, program: Path, database: str) -> None:
        self.folder, self.database = folder, database
        self.etc, self.state = folder / "etc", folder / "state"
        self.log = folder / "service.log"
        port = free_port()
        self.direct = f"http://127.0.0.1:{port}"
        self.base = f"{self.direct}/cds"
        self.typed: list[str] = []
        self.settings = ""
        self.today = datetime.now(UTC).date()
        self.process: subprocess.Popen[bytes] | None = None
        self.ehr = Ehr(Signer("https://ehr.hospital.example/fhir", "ehr-1"))
        self.tester = Signer("https://test.hospital.example/fhir", "test-1")
        self._examples = {
            "https://cds.hospital.example/cds": self.base,
            "http://127.0.0.1:8000": self.direct,
            "/etc/leg-weakness-cds": str(self.etc),
            "/var/lib/leg-weakness-cds": str(self.state),
        }
        self._variables = {
            "PATH": f"{program.parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "COLUMNS": "200",
            "LEG_WEAKNESS_CDS_PORT": str(port),
            "LEG_WEAKNESS_CDS_WORKERS": "2",
        }

    # ---- typing

    def types(self, line: str) -> Said:
        """A line of docs/go-live.md."""
        assert any(line in step.commands for step in guide.steps()), f"docs/go-live.md has no: {line}"
        self.typed.append(line)
        here = self.here(line)
        if here.startswith("export "):
            name, _, value = here.removeprefix("export ").partition("=")
            self._variables[name] = value
            return Said(0, "")
        if here.startswith("curl "):
            return self._asks(here.split()[-1])
        if here == "leg-weakness-cds serve":
            self.starts()
            return Said(0, "")
        return self.tries(here)

    def tries(self, line: str) -> Said:
        """Something else, as people do."""
        if "check-registration" in line:
            line += " --insecure-loopback"  # the walk has no proxy in front, and so no TLS
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env=self._variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    def here(self, text: str) -> str:
        """With the addresses and folders of this machine."""
        for example, real in self._examples.items():
            text = text.replace(example, real)
        return text

    def _asks(self, address: str) -> Said:
        """As curl, which not every machine has."""
        answer = ask("GET", address)
        text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return Said(0 if answer.status < 400 else 22, text)

    def writes(self, settings: str) -> None:
        """The file of settings."""
        self.settings = settings
        (self.etc / "service.toml").write_text(self.here(settings))

    # ---- the service

    def starts(self) -> None:
        assert self.process is None, "it runs already"
        with self.log.open("ab") as log, (self.folder / "printed.txt").open("wb") as printed:
            self.process = subprocess.Popen(
                ["leg-weakness-cds", "serve"],
                cwd=self.folder,
                env=self._variables,
                executable=shutil.which("leg-weakness-cds", path=self._variables["PATH"]),
                stdout=printed,
                stderr=log,
                start_new_session=True,
            )
        self._variables["SERVICE"] = str(self.process.pid)
        until(self._is_ready, "the service is ready")

    def _is_ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.lines()[-3:]}"
        try:
            return ask("GET", f"{self.direct}/readyz").status == 200
        except OSError:
            return False

    def ended(self) -> int:
        """The exit code of the service, which was told to end."""
        assert self.process
        code = self.process.wait(timeout=PATIENCE)
        self.process = None
        return code

    def pull_the_plug(self) -> None:
        """All its processes at once, as the system does it with a container or unit that has to go."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE)
        self.process = None

    def lines(self) -> list[Json]:
        """The log, as far as it is JSON."""
        written = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in written if line.startswith("{")]

    def logged(self, event: str) -> list[Json]:
        return [line for line in self.lines() if line["event"] == event]

    # ---- the journal

    def calls_written(self, client: str = "main-ehr") -> int:
        """So many calls the journal has of the client."""
        return int(self._sql("SELECT coalesce(sum(calls), 0) FROM tally WHERE client = %s", client)[0][0])

    def written(self, calls: int) -> None:
        """Waits until the journal has so many calls of the EHR: it is written behind the answers."""
        until(lambda: self.calls_written() >= calls, f"{calls} calls are in the journal")
        assert self.calls_written() == calls

    def begins_a_day(self) -> None:
        """The week counts days, and takes less than two minutes: just before midnight UTC it waits."""
        now = datetime.now(UTC)
        left = 86_400 - (now.hour * 3600 + now.minute * 60 + now.second)
        if left < 120:
            time.sleep(left + 1)
        self.today = datetime.now(UTC).date()

    def becomes(self, day: date) -> None:
        """Makes what was counted today belong to an earlier day: the week of the walk takes a minute."""
        shift = (self.today - day).days
        for table in ("tally", "call_part"):
            statement = f"UPDATE {table} SET day = day - %s WHERE client = 'main-ehr' AND day >= %s"
            self._sql(statement, shift, self.today)

    def everything_kept(self) -> str:
        """All rows of all tables."""
        tables = ("card", "tally", "call_part", "feedback", "seen_token")
        return "\n".join(
            str(line) for table in tables for line in self._sql(f"SELECT kept::text FROM {table} kept")
        )

    def _sql(self, statement: str, *values: Any) -> list[Any]:
        address = self.database.replace("+psycopg", "")
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []


def topics(answers: Iterable[Iterable[Json]]) -> Counter[str]:
    """How often cards of each topic and level were there."""
    return Counter(
        f"{card['source']['topic']['code']} {card['indicator']}" for cards in answers for card in cards
    )
