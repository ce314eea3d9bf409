"""The Markdown files of the repository: their headings, links and indented blocks."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.clinical_docs.links import anchor

TOP = Path(__file__).resolve().parents[2]
SKIPPED = {".venv", ".git", "build", "node_modules", "texts"}
"""`texts` are parts of pages that are put together elsewhere: docs/clinical, the explanation pages."""
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


class Block(NamedTuple):
    """An indented block, which shows something that is typed, written or said."""

    page: str
    line: int
    text: str

    @property
    def first(self) -> str:
        return self.text.partition("\n")[0]


@cache
def pages() -> dict[str, Path]:
    """All Markdown files by their place in the repository."""
    found = (file for file in TOP.rglob("*.md") if not SKIPPED & set(file.relative_to(TOP).parts))
    return {file.relative_to(TOP).as_posix(): file for file in sorted(found)}


@cache
def text(page: str) -> str:
    return pages()[page].read_text(encoding="utf-8")


@cache
def anchors(page: str) -> frozenset[str]:
    return frozenset(map(anchor, _HEADING.findall(text(page))))


def links(page: str) -> list[str]:
    """The targets that lead into the repository."""
    return [each for each in _LINK.findall(text(page)) if not re.match(r"[a-z]+:", each)]


def led_to(page: str, link: str) -> str:
    """The file in the repository to which a link of the page leads."""
    target = link.partition("#")[0]
    place = (pages()[page].parent / target).resolve() if target else pages()[page]
    return place.relative_to(TOP).as_posix()


def blocks(page: str) -> Iterator[Block]:
    """Runs of lines with an indent of four, blank ones within included; fences are not used here."""
    lines = text(page).splitlines()
    start = None
    for number, line in enumerate([*lines, "end"]):
        indented = line.startswith("    ")
        if start is None and indented and (number == 0 or not lines[number - 1].strip()):
            start = number
        elif start is not None and line.strip() and not indented:
            yield Block(page, start + 1, textwrap.dedent("\n".join(lines[start:number])).strip("\n"))
            start = None
