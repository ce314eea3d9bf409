"""No file of the running service can grow: journal, audit, counters and log at once, as on a full disk."""

from __future__ import annotations

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cds_service import fixtures
from tests.journal.given import item, rows, uuid
from tests.watch.test_served import numbers, until, workers
from tests.wire.calls import SERVICE
from tests.wire.serving import Answer, Served, serving

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are set on Linux")
CALLS = 5
FAILED = ("legweakness_journal_failures_total", 'legweakness_audit_failures_total{sink="file"}')
FEEDBACK = f"{SERVICE}/feedback"


@contextmanager
def no_file_grows(of: Served) -> Iterator[None]:
    """Every write that needs room fails, as the kernel says so; those over what is there do not."""
    all_of_it = {of.process.pid, *workers(of)}
    before = {each: resource.prlimit(each, resource.RLIMIT_FSIZE, (1, -1)) for each in all_of_it}
    yield
    for each, limits in before.items():
        resource.prlimit(each, resource.RLIMIT_FSIZE, limits)


def ask(of: Served) -> Answer:
    return of.ask("POST", SERVICE, fixtures.call("sudden-right-sided-weakness", datetime.now(UTC)))


def is_critical(answer: Answer) -> bool:
    return answer.status == 200 and answer.body["cards"][0]["indicator"] == "critical"


def test_red_flags_go_out_while_nothing_can_be_written_and_afterwards_all_is(tmp_path: Path) -> None:
    journal, audit = f"sqlite:///{tmp_path / 'journal.db'}", tmp_path / "audit.ndjson"
    with serving(tmp_path, f'[audit]\nfile = "{audit}"\n', database_url=journal) as served:
        assert is_critical(ask(served))
        until(lambda: audit.read_bytes().count(b"\n") == 1)
        until(lambda: [each["calls"] for each in rows(journal, "tally")] == [1])
        with no_file_grows(served):
            assert all(is_critical(ask(served)) for _ in range(CALLS))
            until(lambda: all(numbers(served)[name] for name in FAILED))
            refused = served.ask("POST", FEEDBACK, {"feedback": [item(uuid(1))]})
            assert served.ask("GET", "/readyz").status == 200
        code = refused.body["issue"][0]["details"]["coding"][0]["code"]
        assert (refused.status, code, refused.headers["Retry-After"]) == (503, "feedback-not-stored", "60")
        assert audit.read_bytes().count(b"\n") == 1
        until(lambda: audit.read_bytes().count(b"\n") == 1 + CALLS, 90)
        until(lambda: [each["calls"] for each in rows(journal, "tally")] == [1 + CALLS], 90)
        assert served.ask("POST", FEEDBACK, {"feedback": [item(uuid(1))]}).status == 200
        until(lambda: "journal is written again" in served.log.read_text())
        assert "audit is written again" in served.log.read_text()
