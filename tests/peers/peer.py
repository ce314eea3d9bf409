"""Starts the FHIR server of others, tells where it listens, and fills it with the charts of the fixtures."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import msgspec

HERE = Path(__file__).resolve().parent
SECONDS = 30
FHIR_JSON = {"Content-Type": "application/fhir+json"}


@contextmanager
def running() -> Iterator[str]:
    """The base address of an empty server, which ends with the block."""
    node = shutil.which("node") or shutil.which("nodejs")
    assert node, "Node is not installed"
    assert (HERE / "node_modules").is_dir(), "not installed: ./check fhir does it"
    with subprocess.Popen(
        [node, "server.mjs"], cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            base = server.stdout.readline().strip()
            assert base.startswith("http://127.0.0.1:"), "the server of others did not start"
            yield base
        finally:
            server.stdin.close()
            server.wait(timeout=SECONDS)


def load(base: str, resources: Iterable[Mapping[str, Any]]) -> None:
    """Put all resources there in one transaction, each under its own id."""
    entries = [
        {"resource": each, "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"}}
        for each in resources
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    answer = _asked(Request(base, msgspec.json.encode(bundle), FHIR_JSON))
    statuses = [entry["response"]["status"] for entry in answer["entry"]]
    assert len(statuses) == len(entries)
    assert {status[:2] for status in statuses} == {"20"}, statuses


def get(base: str, query: str) -> dict[str, Any]:
    return _asked(Request(f"{base}/{query}", headers={"Accept": "application/fhir+json"}))


def post_search(base: str, query: str) -> dict[str, Any]:
    kind, _, parameters = query.partition("?")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return _asked(Request(f"{base}/{kind}/_search", parameters.encode(), form))


def _asked(request: Request) -> dict[str, Any]:
    """Raises `HTTPError` for a refusal."""
    with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as answer:
        assert answer.status == 200
        found: dict[str, Any] = msgspec.json.decode(answer.read())
        return found
