"""Where names lead in docs/clinical: to the heading of the page that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cards.knowledge import Cause, Knowledge, Rule


def text(name: str) -> str:
    """A text of texts/, with the places to fill in braces."""
    return (Path(__file__).parent / "texts" / name).read_text(encoding="utf-8")


def anchor(heading: str) -> str:
    """The name that GitHub and most renderers give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@dataclass(frozen=True, slots=True)
class DocLinks:
    knowledge: Knowledge
    folder: str = ""
    """The way from the page to docs/clinical, with a slash at its end; empty for a page that lies there."""

    def red_flag(self, rule: Rule) -> str:
        return f"{self.folder}red-flags.md#{anchor(rule.title)}"

    def cause(self, cause: Cause) -> str:
        return f"{self.folder}causes.md#{anchor(cause.label)}"

    def feature(self, name: str) -> str:
        """A pattern made of other findings leads to its definition; a finding is plain text."""
        derived = self.knowledge.derived.get(name)
        return f"{self.folder}features.md#{anchor(derived.phrase)}" if derived else ""

    def source(self, name: str) -> str:  # noqa: ARG002  (the page of sources is a table)
        return ""

    @property
    def lowered(self) -> str:
        """The heading of the overview that tells how."""
        return "../clinical.md#when-a-critical-flag-is-shown-as-a-warning"
