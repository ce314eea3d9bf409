"""Several worker processes tell one audit; what waits when the service ends is told, or said to be lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.watch.audits import checked, entities
from tests.watch.test_served import until
from tests.wire.calls import SERVICE, call
from tests.wire.fhir_server import FhirServer
from tests.wire.serving import Served, serving

CALLS, LAST = 40, 5


def ask(served: Served, names: list[str]) -> None:
    for name in names:
        assert served.ask("POST", SERVICE, call(hookInstance=name)).status == 200


def names_of(events: list[dict[str, Any]]) -> list[str]:
    return sorted(entities(each, "24")[0]["what"]["identifier"]["value"] for each in events)


def test_two_workers_tell_each_call_and_end_in_time(tmp_path: Path) -> None:
    file = tmp_path / "audit.ndjson"
    first, last = [f"call-{each}" for each in range(CALLS)], [f"last-{each}" for each in range(LAST)]
    with FhirServer() as sink:
        settings = f'[audit]\nurl = "{sink.base}"\nfile = "{file}"\n'
        with serving(tmp_path, settings, workers=2) as served:
            ask(served, first)
            until(lambda: len(sink.posted) == CALLS)
            arrived = checked(body for _, body in sink.posted)
            sink.faults["AuditEvent"] = lambda request: request.hold()
            ask(served, last)
        assert served.process.returncode == 0, "the sink that holds does not keep it from ending"
    assert names_of(arrived) == sorted(first)
    assert names_of(checked(file.read_bytes().splitlines())) == sorted(first + last)
    assert file.stat().st_mode & 0o777 == 0o600
    log = served.log.read_text()
    assert "Patient/p1" not in log
    assert "dr1" not in log
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    ends = [each for each in lines if each.get("reason") == "process-ends"]
    assert {(each["event"], each["source"]) for each in ends} == {("audit not written", "fhir")}
    assert sum(each["lost"] for each in ends) == LAST
