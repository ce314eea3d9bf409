"""Text of the record as a card may show it: one line, harmless, cut between words."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!$^])")
# Renderers look for addresses in the text that is left after the escapes: only a blank breaks them.
_ADDRESS = re.compile(r"(?i)www(?=\.)|:(?=//)|(?<=\S)(?=@)")
_BLANK = re.compile(r"\s+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")


def harmless(text: str, limit: int) -> str:
    """Text of the record on one line, without control characters; cut to `limit`, between words if it can."""
    line = _BLANK.sub(" ", _CONTROL.sub(" ", text)).strip()
    if len(line) <= limit:
        return line
    start, blank, _ = line[:limit].rpartition(" ")
    kept = start if blank and len(start) > limit // 2 else line[: limit - 1]
    return kept.rstrip(" ,;:(-") + "…"


def escaped(text: str, limit: int) -> str:
    """Text of the record as plain text in Markdown: no markup, no HTML, no link of its own."""
    return _ADDRESS.sub(r"\g<0> ", _MARKUP.sub(r"\\\1", harmless(text, limit)))
