"""Content that somebody may just be writing: it is read when it has stayed as it is for a moment.

A file that is cut between two of its lines can often be read, and only lacks what follows: codes would go,
and red flags with them, without anybody knowing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from time import sleep
from typing import TypeVar

from cards.content_files import Folder
from cds_service.errors import SettingsRefused

T = TypeVar("T")

QUIET_SECONDS = 0.5
"""Longer than a copy on one machine stands still; one over a network is put in place by renaming."""
LOOKS = 20
"""Ten seconds of writing without a pause are no update."""


def read(places: Iterable[Path], make: Callable[[], T]) -> T:
    """What `make` makes of the files in and at these places, none of which changed before or meanwhile.

    Raises `SettingsRefused` where they keep changing, `OSError`, and what `make` raises of files that rest.
    """
    looked_at = tuple(places)
    before = _digest(looked_at)
    for _ in range(LOOKS):
        sleep(QUIET_SECONDS)
        now = _digest(looked_at)
        if now != before:
            before = now
            continue
        made = make()
        before = _digest(looked_at)
        if before == now:
            return made
    raise SettingsRefused(
        "content, local_codes: the files are still being written. Send SIGHUP again when they are there."
    )


def _digest(places: Iterable[Path]) -> tuple[str, ...]:
    return tuple(
        Folder(place).digest() if place.is_dir() else hashlib.sha256(place.read_bytes()).hexdigest()
        for place in places
    )
