"""Every indented block of the documents, by what it is; and why some are not run where they stand.

A block that is none of these fails the tests: whoever writes one makes it run, or says here
why not, and what holds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from tests.docs.command_pages import COMMAND
from tests.docs.markdown import Block, blocks, pages

PAGES = [page for page in pages() if "/" not in page or page.startswith(("docs/", "benchmarks/", "deploy/"))]


class Kind(Enum):
    COMMANDS = "commands of ours, run one after the other"
    OTHER_COMMANDS = "commands of others, or of a checkout"
    JSON = "JSON"
    SETTINGS = "settings, loaded"
    LISTED = "something else, listed below"


class Why(NamedTuple):
    """Why something is not run here, and what holds it: a test, or a group of ./check."""

    reason: str
    held_by: str = ""
    """Empty where nothing can hold it."""


OTHER_COMMANDS: Mapping[str, Why] = {
    "./run": Why("serves until it is ended", "tests/wire/test_commands.py"),
    "./check": Why("runs these very tests", "tests/docs/test_names.py"),
    "python -m benchmarks.tokens": Why("takes seconds of a quiet machine"),
    "python -m benchmarks": Why("takes minutes", "tests/house/test_benchmarks.py"),
    "python -m venv": Why("asks an advisory service on the network"),
    "build/audit/bin/pip-audit": Why("asks an advisory service on the network"),
    "kubectl": Why("there is no cluster here; the manifests are checked", "tests/deploy/test_kubernetes.py"),
    "docker": Why("there is no Docker here; its steps are gone through by hand", "./check docker"),
}
"""By how the line begins."""

LISTED: Mapping[tuple[str, str], Why] = {
    ("docs/acknowledgement.md", "openssl rand"): Why("makes a secret", "tests/site/test_acknowledgement.py"),
    ("docs/deployment.md", "python3 -m venv /opt"): Why(
        "installs on a machine with systemd", "./check systemd"
    ),
    ("docs/deployment.md", "cd deploy"): Why("needs Docker, and makes files for it", "./check compose"),
    ("docs/upgrading.md", "sqlite3"): Why("a program of others", "tests/journal/test_backup.py"),
    ("docs/upgrading.md", "pg_dump"): Why("a program of PostgreSQL", "./check postgres"),
    ("SECURITY.md", "Release or commit"): Why("a form to be filled in", "tests/docs/test_security_docs.py"),
    ("docs/content.md", "red_flags.toml: rf_stroke"): Why("what is said", "tests/docs/test_examples.py"),
    ("docs/content.md", "sudden_recent and"): Why("conditions of the content", "tests/docs/test_examples.py"),
    ("docs/deployment.md", "cds.hospital.example {"): Why("a file of Caddy, which is not installed"),
    ("docs/deployment.md", "servers {"): Why("a part of a file of Caddy"),
    ("docs/development.md", "EHR --hook call-->"): Why("a picture in letters"),
    ("docs/journal.md", "CREATE ROLE"): Why("typed by the administrator of PostgreSQL", "./check postgres"),
    ("docs/local-codes.md", "local_codes: /etc/"): Why("what is said", "tests/site/test_local_codes_docs.py"),
    ("docs/privacy.md", "EHR --(1) hook call"): Why("a picture in letters"),
    ("docs/sandbox.md", "http://localhost:8080/"): Why("an address", "tests/docs/test_sandbox_docs.py"),
    ("docs/watching.md", "# prometheus.yml"): Why("a file of Prometheus", "tests/watch/test_deploy.py"),
}
"""By page and how the block begins."""

RUN_ELSEWHERE: Mapping[str, Why] = {
    "docs/go-live.md": Why("each line is typed as it stands, from the first to the last", "./check walk"),
}
"""Pages whose blocks follow from each other."""

NOT_CALLED: Mapping[str, Why] = {
    "check-registration": Why("needs a live deployment", "tests/site/test_check_registration.py"),
    "content check": Why("takes many seconds, and is a step of ./check", "check"),
    "serve": Why("serves until it is ended", "tests/wire/test_commands.py"),
}
"""Commands of ours of which only the options are read."""


def all_blocks() -> list[Block]:
    return [block for page in PAGES for block in blocks(page)]


def of_kind(kind: Kind) -> list[Block]:
    return [block for block in all_blocks() if kind_of(block) is kind]


def lines_of(block: Block) -> list[str]:
    """Commands, those that go on after a backslash in one."""
    return re.sub(r"\\\n\s*", "", block.text).splitlines()


def is_ours(line: str) -> bool:
    """Also where variables stand before it."""
    return any(
        re.match(rf"(LEG_WEAKNESS_CDS_\w+=\S+ )*(\S*/)?{COMMAND}( |$)", each) for each in line.split(" | ")
    )


def other_command(line: str) -> Why | None:
    return next((why for word, why in OTHER_COMMANDS.items() if f"{line} ".startswith(f"{word} ")), None)


def listed(block: Block) -> tuple[str, str] | None:
    return next((key for key in LISTED if block.page == key[0] and block.first.startswith(key[1])), None)


def kind_of(block: Block) -> Kind | None:
    """None for a block of which nobody has said what it is."""
    if listed(block) or block.page in RUN_ELSEWHERE:
        return Kind.LISTED
    if all(map(is_ours, lines_of(block))):
        return Kind.COMMANDS
    if all(map(other_command, lines_of(block))):
        return Kind.OTHER_COMMANDS
    if block.first.startswith("{"):
        return Kind.JSON
    return Kind.SETTINGS if _is_toml(block.text) else None


def _is_toml(text: str) -> bool:
    try:
        return bool(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        return False
