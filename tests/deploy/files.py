"""What is in deploy/, as the tests read it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from cds_service import settings
from tests.container.dockerfile import instructions

TOP = Path(__file__).resolve().parents[2]
DEPLOY = TOP / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
UNIT = DEPLOY / "systemd" / "leg-weakness-cds.service"
WITH_POSTGRESQL = DEPLOY / "systemd" / "postgresql.conf"
URL_FILE = f"{settings.PREFIX}DATABASE_URL_FILE"

Part = dict[str, Any]


def compose() -> Part:
    found: Part = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def manifests() -> dict[str, Part]:
    """Each by its file; one in each."""
    files = [*KUBERNETES.glob("*.yaml"), *(KUBERNETES / "by-hand").glob("*.yaml")]
    return {
        str(each.relative_to(KUBERNETES)): yaml.safe_load(each.read_text(encoding="utf-8")) for each in files
    }


def image_environment() -> dict[str, str]:
    """The settings that the Dockerfile makes."""
    dockerfile = (TOP / "Dockerfile").read_text(encoding="utf-8")
    said = [argument for word, argument in instructions(dockerfile) if word == "ENV"]
    return dict(re.findall(rf"({settings.PREFIX}\w+)=(\S+)", said[-1]))


def program_version() -> str:
    found: str = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return found
