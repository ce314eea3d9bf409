"""The list of what a release installs (CycloneDX), made from the lock and held against it.

`python -m tests.house.sbom` writes build/sbom.cdx.json; `./check sbom` and CI run it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
from packaging.utils import canonicalize_name

from tests.house.test_locks import TOP, entries, lock, pins

LOCK = "requirements.txt"
PLACE = TOP / "build" / "sbom.cdx.json"
VERSION = "1.6"
"""Of CycloneDX; its schema is what the generator validates with."""
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


class NotBuilt(Exception):
    """The generator failed, or found what it wrote not valid; the text is its own, without addresses."""


def build(place: Path) -> dict[str, Any]:
    """Write the list to `place`. It is the same for the same lock: no time, no random number.

    Nothing is fetched: names, versions and hashes all stand in the lock.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "cyclonedx_py", "requirements", "--pyproject", "pyproject.toml"),
            *("--spec-version", VERSION, "--output-reproducible", "--validate", "--output-format", "JSON"),
            *("--output-file", str(place), LOCK),
        ],
        cwd=TOP,
        # It warns that a lock says nothing of what needs what.
        env={**os.environ, "PYTHONWARNINGS": "ignore::UserWarning"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotBuilt(re.sub(r"[A-Za-z+]+://\S+", "(address)", done.stdout + done.stderr))
    made: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return made


def locked(text: str) -> dict[str, tuple[str, frozenset[str]]]:
    """Version and hashes of each package in a lock, by its name."""
    hashes = {name: frozenset(_HASH.findall(entry)) for entry in entries(text) for name in pins(entry)}
    return {name: (version, hashes[name]) for name, version in pins(text).items()}


def listed(sbom: dict[str, Any]) -> dict[str, tuple[str, frozenset[str]]]:
    return {
        canonicalize_name(each["name"]): (each["version"], frozenset(_hashes(each)))
        for each in sbom.get("components", ())
    }


def _hashes(component: dict[str, Any]) -> list[str]:
    references = component.get("externalReferences", ())
    found = [each for place in references for each in place.get("hashes", ())]
    return [each["content"] for each in found if each["alg"] == "SHA-256"]


def differences(sbom: dict[str, Any], text: str) -> list[str]:
    """The packages that are not listed with exactly the version and the hashes of the lock."""
    ours, theirs = locked(text), listed(sbom)
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def main() -> None:
    made = build(PLACE)
    wrong = differences(made, lock(LOCK))
    if wrong:
        raise click.ClickException(f"{LOCK} and the list differ in: {', '.join(wrong)}")
    count = len(listed(made))
    click.echo(f"{PLACE.relative_to(TOP)}: CycloneDX {VERSION}, {count} packages, as {LOCK} has them.")


if __name__ == "__main__":
    main()
