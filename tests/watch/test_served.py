"""Several worker processes: their metrics add up, through deaths and new content."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cds_service import fixtures
from cds_service.places import content_folder
from cds_service.settings import METRICS_FOLDER
from cds_service.watch import folder as folders
from tests.watch.conftest import Numbers, faulty_content, make_faulty, read
from tests.wire.calls import SERVICE, call
from tests.wire.serving import Served, serving

CALLS = 'legweakness_hook_calls_total{client="anybody",outcome="no-card"}'


def numbers(of: Served) -> Numbers:
    status, text = of.read("/metrics")
    assert status == 200, text
    return read(text)


def until(done: Callable[[], Any], seconds: float = 30) -> Any:
    """A connection that meets a worker as it ends is no answer yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := done():
                return found
        except ConnectionError:
            pass
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def workers(of: Served) -> set[int]:
    here = of.process.pid
    found = set()
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == here and (each / "maps").read_text():
                found.add(int(each.name))
    return found


def both_count(of: Served) -> Numbers | None:
    told = numbers(of)
    one_content = [value for name, value in told.items() if name.startswith("legweakness_content_info")]
    return told if sum(one_content) == 2 else None


def files(of: Served) -> Path:
    return next(folders.IN_MEMORY.glob(f"{folders.PREFIX}-{of.process.pid}-*"))


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path, 'metrics_from = ["127.0.0.1"]', workers=2) as made:
        yield made


def test_what_two_workers_count_adds_up_and_goes_with_the_service(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2) as served:
        until(lambda: both_count(served))
        for _ in range(60):
            assert served.ask("POST", SERVICE, call()).status == 200
        assert (
            served.ask(
                "POST", SERVICE, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
            ).status
            == 200
        )
        assert served.ask("POST", SERVICE, {}).status == 400
        # Whichever worker is asked.
        for told in (numbers(served) for _ in range(20)):
            assert told[CALLS] == 60
            assert told['legweakness_hook_calls_total{client="anybody",outcome="card"}'] == 1
            assert told['legweakness_cards_total{indicator="critical",topic="LegWeaknessRedFlagStroke"}'] == 1
            assert told['legweakness_refusals_total{error="not-a-hook-call"}'] == 1
            assert told['legweakness_hook_call_seconds_count{outcome="no-card",way="prefetched"}'] == 60
            assert told["legweakness_self_test_passed"] == 1
            assert told["legweakness_memory_bytes"] > told["legweakness_memory_bytes_largest"] > 10_000_000
        by_whom = [each.name for each in files(served).glob("counter_*.db")]
        assert len(by_whom) == 2, "the one that starts the workers counts nothing"
        folder = files(served)
    assert not folder.exists()


def test_a_worker_that_dies_leaves_its_counts_and_takes_its_state(served: Served) -> None:
    until(lambda: both_count(served))
    for _ in range(30):
        served.ask("POST", SERVICE, call())
    before = numbers(served)
    assert before[CALLS] == 30
    for victim in workers(served) & {
        int(found[1]) for each in files(served).iterdir() if (found := re.match(r"counter_(\d+)", each.name))
    }:
        os.kill(victim, signal.SIGKILL)
        break
    until(lambda: "Unexpected exit" in served.log.read_text())
    until(lambda: served.ask("GET", "/readyz").status == 200)
    told = until(lambda: both_count(served))
    assert told[CALLS] == 30
    assert told["legweakness_self_test_passed"] == 1
    answer = served.ask("POST", SERVICE, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC)))
    assert answer.body["cards"][0]["indicator"] == "critical"


def test_new_content_that_fails_its_self_test_is_refused_and_said(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(content_folder(), content)
    with serving(tmp_path, f'content = "{content}"') as served:
        until(lambda: served.ask("GET", "/readyz").body["status"] == "ready")
        digest = served.ask("GET", "/healthz").body["content"]["digest"]
        make_faulty(content)
        served.process.send_signal(signal.SIGHUP)
        until(lambda: "self-test failed" in served.log.read_text())
        answer = until(lambda: (got := served.ask("GET", "/readyz")).body["status"] == "degraded" and got)
        assert answer.status == 200
        assert "newer content was refused" in answer.body["parts"]["content"]["says"]
        assert served.ask("GET", "/healthz").body["content"]["digest"] == digest
        until(lambda: numbers(served)['legweakness_ready{part="content"}'] == 0)


def test_content_that_fails_its_self_test_at_start_is_served_as_not_ready(tmp_path: Path) -> None:
    content = faulty_content(tmp_path / "content")
    with serving(tmp_path, f'content = "{content}"') as served:
        until(lambda: "parts" in (got := served.ask("GET", "/readyz").body) and got["parts"])
        assert served.ask("GET", "/readyz").status == 503
        assert served.ask("GET", "/healthz").status == 200
        assert numbers(served)["legweakness_self_test_passed"] == 0


def test_without_readers_there_is_no_folder_and_no_library(tmp_path: Path) -> None:
    with serving(tmp_path, "metrics_from = []") as served:
        assert served.read("/metrics")[0] == 404
        assert not list(folders.IN_MEMORY.glob(f"{folders.PREFIX}-{served.process.pid}-*"))
        assert METRICS_FOLDER not in Path(f"/proc/{served.process.pid}/environ").read_text()
        maps = [Path(f"/proc/{each}/maps").read_text() for each in workers(served)]
        assert maps


def test_the_folder_of_a_service_that_was_killed_is_taken_away_at_the_next_start(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        folder = files(served)
        assert folder.stat().st_mode & 0o077 == 0
        for each in (served.process.pid, *workers(served)):
            os.kill(each, signal.SIGKILL)
        served.process.wait()
    assert folder.exists()
    with folders.shared(wanted=True):
        assert not folder.exists()
