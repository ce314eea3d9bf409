"""Starts the FHIR server of others, tells where it listens, and fills it with the charts of the fixtures."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

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
    answer = requests.post(base, json=bundle, headers=FHIR_JSON, timeout=SECONDS)
    assert answer.status_code == 200, answer.text[:500]
    statuses = [entry["response"]["status"] for entry in answer.json()["entry"]]
    assert len(statuses) == len(entries)
    assert {status[:2] for status in statuses} == {"20"}, statuses


def get(base: str, query: str) -> dict[str, Any]:
    answer = requests.get(f"{base}/{query}", headers={"Accept": "application/fhir+json"}, timeout=SECONDS)
    assert answer.status_code == 200, answer.text[:500]
    found: dict[str, Any] = answer.json()
    return found


def post_search(base: str, query: str) -> dict[str, Any]:
    kind, _, parameters = query.partition("?")
    answer = requests.post(
        f"{base}/{kind}/_search",
        data=parameters,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        timeout=SECONDS,
    )
    assert answer.status_code == 200, answer.text[:500]
    found: dict[str, Any] = answer.json()
    return found
