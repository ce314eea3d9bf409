"""SIGTERM at moments that nobody would choose: the service ends, at once and in good order."""

from __future__ import annotations

import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from cds_service import server
from cds_service.settings import Settings
from tests.watch.test_served import until
from tests.wire.serving import free_port


def test_it_ends_while_it_is_starting(tmp_path: Path) -> None:
    """The first process of a container is not ended by a signal that it does not handle: it would go on to
    take calls until it is killed with them.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "cds_service.cli", "serve", "--port", str(free_port())],
        env={"LEG_WEAKNESS_CDS_DATABASE_URL": "none", "PYTHONPATH": ":".join(sys.path)},
        stderr=subprocess.PIPE,
        cwd=tmp_path,
    )
    maps = Path(f"/proc/{process.pid}/maps")
    until(lambda: process.poll() is not None or "pydantic_core" in maps.read_text())
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, "ended as it was told to, not by the signal"
    assert said == b""


@pytest.fixture
def granians_handler() -> Iterator[None]:
    """A worker inherits it: in the first process it ends the service, in a worker it does nothing."""
    before = signal.signal(signal.SIGTERM, lambda _signal, _frame: None)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("granians_handler")
def test_a_worker_that_is_told_to_end_before_it_answers_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it begins to take calls just as the service ends, and is killed with them ten seconds later."""
    applications = server._Applications(Settings(database_url="none"), None)
    fork = multiprocessing.get_context("fork")
    begun: Event = fork.Event()

    def long() -> None:
        begun.set()
        time.sleep(60)

    monkeypatch.setattr(applications.app.journal, "start", long)
    worker = fork.Process(target=applications)
    worker.start()
    assert begun.wait(60)
    worker.terminate()
    worker.join(30)
    assert worker.exitcode == -signal.SIGTERM
