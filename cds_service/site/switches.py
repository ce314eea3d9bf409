"""The switches of an installation as their file has them (docs/modes.md)."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import msgspec

LARGEST = 64 * 1024
"""In bytes: a file that is larger is no file of switches."""


class SwitchesWrong(ValueError):
    """The text is not a file of switches; the message names the key."""


class NoPlainFile(OSError):
    """A pipe, a device or a folder stands in its place: whoever reads it might wait for ever."""


@dataclass(frozen=True, slots=True)
class Switches:
    """What is switched at the moment; nothing, where there is no file."""

    off: bool = False
    silent: bool = False
    off_topics: frozenset[str] = frozenset()
    off_clients: frozenset[str] = frozenset()
    silent_topics: frozenset[str] = frozenset()
    silent_clients: frozenset[str] = frozenset()
    by: str = ""
    reason: str = ""
    on: str = ""
    """Who switched last, why and when: for people; empty where the file does not say."""

    @property
    def topics(self) -> frozenset[str]:
        return self.off_topics | self.silent_topics

    @property
    def clients(self) -> frozenset[str]:
        return self.off_clients | self.silent_clients

    @property
    def anything(self) -> bool:
        return self.off or self.silent or bool(self.topics or self.clients)


NONE = Switches()
_NAMES = tuple(each.name for each in fields(Switches))


def content_of(file: Path) -> bytes:
    """As much of it as `read` needs. Raises `OSError`; never waits, and never fills the memory."""
    opened = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise NoPlainFile(f"{file}: no plain file")
        with open(opened, "rb", closefd=False) as content:
            return content.read(LARGEST + 1)
    finally:
        os.close(opened)


def read(content: bytes) -> Switches:
    """Raises `SwitchesWrong`: half of a wish is not guessed."""
    if len(content) > LARGEST:
        raise SwitchesWrong(f"longer than {LARGEST} bytes")
    try:
        found = tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:  # also for a number or nesting that has no end
        raise SwitchesWrong(f"not TOML: {error}") from None
    return Switches(**{key: _value(key, value) for key, value in found.items()})


def _value(key: str, value: Any) -> Any:
    if key not in _NAMES:
        raise SwitchesWrong(f"{key}: there is no such switch; there are {', '.join(_NAMES)}")
    if key in {"off", "silent"}:
        if not isinstance(value, bool):
            raise SwitchesWrong(f"{key}: must be true or false")
        return value
    if key in {"by", "reason", "on"}:
        if not isinstance(value, str):
            raise SwitchesWrong(f"{key}: must be a text")
        return value
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise SwitchesWrong(f"{key}: must be a list of names")
    return frozenset(value)


def written(switches: Switches) -> bytes:
    """As TOML; every switch is there, so that a file says what is not switched too."""
    lines = [
        "# The switches of the service, read anew every second. `leg-weakness-cds switch` writes this file."
    ]
    for name, value in as_table(switches).items():
        lines.append(f"{name} = {msgspec.json.encode(value).decode()}")  # texts and lists are written alike
    return ("\n".join(lines) + "\n").encode()


def as_table(switches: Switches) -> Mapping[str, bool | str | list[str]]:
    """With lists in order, for TOML and JSON."""
    values = {name: getattr(switches, name) for name in _NAMES}
    return {name: sorted(v) if isinstance(v, frozenset) else v for name, v in values.items()}
