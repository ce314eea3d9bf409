"""Changes the file of the switches: written whole or not at all, and never without who, why and when."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

import msgspec

from cds_service.errors import SettingsRefused
from cds_service.site import switches
from cds_service.site.switches import NONE, Switches, SwitchesWrong

TO = ("off", "silent", "on")


class Wish(NamedTuple):
    """What is to be switched; without a topic or client all of the service."""

    to: str
    """One of `TO`."""
    topics: tuple[str, ...]
    clients: tuple[str, ...]
    by: str
    reason: str


def log_beside(file: Path) -> Path:
    """Where the changes are written down, one JSON object a line."""
    return file.with_name(f"{file.stem}.changes.jsonl")


def change(file: Path, wish: Wish, now: datetime) -> Switches:
    """Write the file anew. Raises `SettingsRefused` for one that is wrong, `OSError` for one that cannot be.

    The change is written down first: there is none without its line. A link is followed: what it leads to is
    changed, for everybody who has a link to it, and the log stands beside that.
    """
    file = file.resolve()
    with _alone(file):
        before = current(file)
        on = now.astimezone(UTC).isoformat(timespec="seconds")
        after = replace(wished(before, wish), by=wish.by, reason=wish.reason, on=on)
        content = switches.written(after)
        if switches.read(content) != after:
            raise SettingsRefused("switches_file: a name or reason cannot be written in TOML")
        with log_beside(file).open("ab") as log:
            log.write(msgspec.json.encode(_line(wish, before, after)) + b"\n")
            log.flush()
            os.fsync(log.fileno())
        _write(file, content)
    return after


def current(file: Path) -> Switches:
    """What the file says now; nothing, where there is none. Raises `SettingsRefused`."""
    try:
        return switches.read(switches.content_of(file))
    except FileNotFoundError:
        return NONE
    except SwitchesWrong as error:
        raise SettingsRefused(f"switches_file: {file}: {error}. Mend it by hand, or move it away.") from None


def wished(before: Switches, wish: Wish) -> Switches:
    """A topic or client is in one list at most; `on` takes it out of both."""
    if not wish.topics and not wish.clients:
        return replace(before, off=wish.to == "off", silent=wish.to == "silent")
    topics, clients = frozenset(wish.topics), frozenset(wish.clients)

    def put(to: str, there: frozenset[str], named: frozenset[str]) -> frozenset[str]:
        return there | named if wish.to == to else there - named

    return replace(
        before,
        off_topics=put("off", before.off_topics, topics),
        silent_topics=put("silent", before.silent_topics, topics),
        off_clients=put("off", before.off_clients, clients),
        silent_clients=put("silent", before.silent_clients, clients),
    )


def _line(wish: Wish, before: Switches, after: Switches) -> dict[str, object]:
    return {
        "on": after.on,
        "by": wish.by,
        "reason": wish.reason,
        "switch": wish.to,
        "topics": wish.topics,
        "clients": wish.clients,
        "before": switches.as_table(before),
        "after": switches.as_table(after),
    }


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One change at a time, also from several shells."""
    with log_beside(file).open("ab") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        yield


def _write(file: Path, content: bytes) -> None:
    """Beside it first, then in its place: whoever reads meanwhile reads the old or the new."""
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    with NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.", delete=False) as new:
        new.write(content)
        new.flush()
        os.fsync(new.fileno())
    Path(new.name).chmod(mode)
    Path(new.name).replace(file)
