"""The integration team: a fresh folder, the product as installed, and a terminal.

What they type stands in docs/go-live.md, letter by letter; only its example addresses and folders are replaced by those of this machine.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.walk import guide
from tests.walk.ehr import CANARY, Answer, Ehr, Signer, ask
from tests.wire.serving import free_port

TOP = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds for anything that happens in the background, on a machine that has other things to do."""
Json = dict[str, Any]


class Said(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def until[Found](found: Callable[[], Found], what: str) -> Found:
    """What is found once it is there."""
    end = time.monotonic() + PATIENCE
    while not (result := found()):
        assert time.monotonic() < end, f"in {PATIENCE:.0f} s it did not come to this: {what}"
        time.sleep(0.1)
    return result
