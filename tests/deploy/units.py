"""Reads the unit of systemd; run as a program (./check systemd) it lets systemd's own tools judge it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.deploy.files import UNIT, WITH_POSTGRESQL

MOST_EXPOSED = 15
"""In tenths, from 0 to 100: a change that opens more than a little of the machine has to raise this line."""


def entries(file: Path) -> dict[str, list[str]]:
    """All values of each key, as they stand; the sections do not share keys."""
    found: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def environment(file: Path) -> dict[str, str]:
    return dict(each.split("=", 1) for each in entries(file).get("Environment", []))


def judged(folder: Path) -> list[str]:
    """What systemd says of the unit with its drop-in. Our program is not here: another stands for it."""
    unit = folder / UNIT.name
    unit.write_text(
        UNIT.read_text().replace(entries(UNIT)["ExecStart"][0].split()[0], shutil.which("true") or "")
    )
    (folder / f"{UNIT.name}.d").mkdir()
    shutil.copy(WITH_POSTGRESQL, folder / f"{UNIT.name}.d")
    said = []
    for arguments in (
        ["verify", str(unit)],
        ["security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(unit)],
    ):
        done = subprocess.run(
            ["systemd-analyze", "--no-pager", *arguments], capture_output=True, text=True, check=False
        )
        if done.returncode or (arguments[0] == "verify" and done.stderr):
            said.append(
                f"systemd-analyze {arguments[0]}: exit {done.returncode}\n{done.stdout[-3000:]}{done.stderr}"
            )
    return said


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        said = judged(Path(folder))
    for each in said:
        click.echo(each, err=True)
    sys.exit(1 if said else 0)


if __name__ == "__main__":
    main()
