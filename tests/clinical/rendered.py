"""A card as an EHR renders it, and whatever in it only text of the record can have made."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_OURS = {
    "bullet_list_close",
    "bullet_list_open",
    "inline",
    "list_item_close",
    "list_item_open",
    "ordered_list_close",
    "ordered_list_open",
    "paragraph_close",
    "paragraph_open",
    "softbreak",
    "strong_close",
    "strong_open",
    "text",
}
"""What the wording is made of."""
LINKS = re.compile(
    r"(?i)://|//\S|www\.|\S@\S|@\w|:[\w+-]*[a-z][\w+-]*:"
    r"|\w\.[^\W\d_]{2,}"  # a name with a dot: to linkify-it a link without www, if its last part is one
)
"""What renderers find in plain text: addresses with and without www, of mail, mentions, emoji."""
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


def tokens(detail: str) -> Iterator[Token]:
    for token in _MARKDOWN.parse(detail):
        yield token
        yield from token.children or ()


def text_of(detail: str) -> str:
    return "\n".join(token.content for token in tokens(detail) if token.type == "text")


def strong(detail: str) -> list[str]:
    found, inside = [], False
    for token in tokens(detail):
        if inside and token.type == "text":
            found.append(token.content)
        inside = token.type == "strong_open" or (inside and token.type != "strong_close")
    return found


def unseen(text: str) -> list[str]:
    """Characters that steer or cannot be seen; a line break is one where a line is wanted."""
    return [f"U+{ord(sign):04X}" for sign in text if unicodedata.category(sign) in _INVISIBLE]


def live(detail: str) -> list[str]:
    """What is markup, link, or unseen in a card's detail beyond what the wording has; empty when harmless."""
    found = [f"{token.type}: {token.content}" for token in tokens(detail) if token.type not in _OURS]
    found += [f"link: {each[0]}" for each in LINKS.finditer(text_of(detail))]
    return found + unseen(detail.replace("\n", ""))


def faults(card: dict[str, Any], marker: str) -> list[str]:
    """All that is wrong with a card of a chart whose every hostile text holds the `marker`."""
    summary, detail = card["summary"], card["detail"]
    found = live(detail) + [f"strong: {each}" for each in strong(detail) if marker in each]
    found += [f"summary: {each}" for each in unseen(summary)]
    if summary != " ".join(summary.split()) or len(summary) >= 140:
        found.append(f"summary: {summary!r}")
    # A blank line, or one that begins a list, is the wording's alone.
    found += [f"line: {line}" for line in detail.split("\n") if re.match(rf"\W*{marker}", line)]
    return found
