"""docs/go-live.md as a team follows it: its commands, and the settings that it gives."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).resolve().parents[2] / "docs" / "go-live.md"


class Step(NamedTuple):
    """A numbered section."""

    title: str
    commands: tuple[str, ...]
    settings: tuple[str, ...]
    """Blocks of TOML, in the order of the page."""


def steps(text: str | None = None) -> list[Step]:
    sections = re.split(
        r"^## ", PAGE.read_text(encoding="utf-8") if text is None else text, flags=re.MULTILINE
    )[1:]
    return [_step(section) for section in sections]


def _step(section: str) -> Step:
    title, _, rest = section.partition("\n")
    commands: list[str] = []
    settings: list[str] = []
    for block in re.findall(r"(?:^    .*\n(?:\n(?=    ))?)+", rest, flags=re.MULTILINE):
        lines = [line.removeprefix("    ") for line in block.splitlines()]
        if _is_toml(written := "\n".join(lines)):
            settings.append(written)
        else:
            commands += [line for line in lines if line]
    return Step(title.strip(), tuple(commands), tuple(settings))


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def settings() -> str:
    """The whole file of step 1."""
    return steps()[0].settings[0]
