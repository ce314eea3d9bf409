"""docs/go-live.md without walking it: its commands exist, its settings are accepted.."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cds_service import settings
from cds_service.cli import main
from tests.docs.command_pages import COMMAND
from tests.walk import guide

STEPS = guide.steps()
COMMANDS = sorted({line for step in STEPS for line in step.commands if COMMAND in shlex.split(line)})


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_is_understood(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])
    given = words[words.index(COMMAND) + 1 :]
    arguments = [word if "." not in word or word.startswith("http") else "docs" for word in given]
    result = CliRunner().invoke(main, [*arguments, "--help"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("later", [(), (5,), (6,), (5, 6)], ids=str)
def test_the_settings_are_accepted_with_those_of_later_steps(later: tuple[int, ...], tmp_path: Path) -> None:
    for name in ("ehr-keys.json", "test-keys.json"):
        (tmp_path / name).write_text("{}")
    head, limits, rest = guide.settings().partition("[go_live]")
    if 5 in later:
        head += f"{STEPS[5].settings[0]}\n"
    if 6 in later:
        rest += f"\n{STEPS[6].settings[0]}\n"
    file = tmp_path / "service.toml"
    file.write_text(f"{head}{limits}{rest}".replace("/etc/leg-weakness-cds", str(tmp_path)))
    found = settings.load(file)
    assert found.in_production
    assert (found.mode, found.clients[1].mode) == ("silent", "visible")
    assert (len(found.local_codes), len(found.tuning)) == (5 in later, 6 in later)


def test_the_steps_are_numbered_and_each_says_what_must_be_seen() -> None:
    assert [int(step.title.partition(".")[0]) for step in STEPS] == list(range(1, len(STEPS) + 1))
    sections = guide.PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    assert all("- [ ] " in section for section in sections)
