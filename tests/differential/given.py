"""What both readings are given: the files of the content, and what is recorded of a patient."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cards.facts import Fact
from cards.findings import Finding


class Drawn(NamedTuple):
    """What is recorded of one patient: both readings are given this."""

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]
    now: datetime


class Content:
    """The TOML files that both readings read, as they are written."""

    def __init__(self, folder: Path) -> None:
        files = {file: tomllib.loads(file.read_text(encoding="utf-8")) for file in folder.rglob("*.toml")}
        features = [
            entry for file in files if file.parent.name == "features" for entry in files[file].items()
        ]
        self.or_when = {name: feature["or_when"] for name, feature in features if "or_when" in feature}
        self.derived = {name: table["when"] for name, table in files[folder / "derived.toml"].items()}
        self.causes = {file.stem: table for file, table in files.items() if file.parent.name == "causes"}
        self.rules = {rule["id"]: rule for rule in files[folder / "red_flags.toml"]["rule"]}
        self.policy = files[folder / "policy.toml"]
