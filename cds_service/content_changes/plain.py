"""The names of the content without links, for a terminal."""

from __future__ import annotations

from cards.knowledge import Cause, Rule


class NoLinks:
    """All names are plain text."""

    lowered = ""

    def red_flag(self, _: Rule) -> str:
        return ""

    def cause(self, _: Cause) -> str:
        return ""

    def feature(self, _: str) -> str:
        return ""

    def source(self, _: str) -> str:
        return ""


def plain(markdown: str) -> str:
    """The words of the explanation pages without their marks."""
    unmarked = markdown.replace("**", "")
    for mark in "\\`*_[]<|":
        unmarked = unmarked.replace(f"\\{mark}", mark)
    return unmarked
