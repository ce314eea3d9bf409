"""SIGHUP at moments that nobody would choose: the service stays, and what was asked for is done."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

from cds_service.hangup import Hangup
from tests.watch.test_served import files, until, workers
from tests.wire.serving import Served, serving


def counting(of: Served) -> set[int]:
    """All workers that ever began to count."""
    return {int(each.stem.split("_")[1]) for each in files(of).glob("counter_*.db")}


def start_of(process: int) -> int:
    """In ticks since the machine started: field 22 of proc(5); the name in field 2 may hold blanks."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19])


def hang_up_early(process: subprocess.Popen[bytes]) -> None:
    """While the settings are read, long before anybody listens."""
    maps = Path(f"/proc/{process.pid}/maps")
    until(lambda: process.poll() is not None or "pydantic_core" in maps.read_text())
    process.send_signal(signal.SIGHUP)


def test_a_reload_asked_for_during_the_start_is_done_though_its_worker_dies(tmp_path: Path) -> None:
    with serving(tmp_path, begun=hang_up_early) as served:
        until(lambda: len(counting(served)) == 2)  # the worker it began with, and the one that replaces it
        os.kill(max(counting(served), key=start_of), signal.SIGKILL)
        until(lambda: "Unexpected exit" in served.log.read_text())
        until(lambda: served.process.poll() is None and len(counting(served)) == 3)
        assert until(lambda: served.ask("GET", "/healthz").status == 200)


def test_a_worker_that_dies_again_and_again_ends_the_service(tmp_path: Path) -> None:
    """Whoever supervises it then starts it anew, and sees that something is wrong."""
    with serving(tmp_path) as served:
        while served.process.poll() is None:
            for each in workers(served):
                with suppress(ProcessLookupError):  # it may have gone with the service
                    os.kill(each, signal.SIGKILL)
        assert served.process.returncode == 1


def test_what_came_before_the_server_is_handed_over_once() -> None:
    hangup = Hangup()
    reloads: list[str] = []
    hangup.hand_over(lambda: reloads.append("none came"))
    hangup.came(signal.SIGHUP, None)
    hangup.came(signal.SIGHUP, None)
    hangup.hand_over(lambda: reloads.append("reload"))
    assert reloads == ["reload"]
