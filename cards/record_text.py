"""Text of the record as a card may show it: one line, harmless, cut between words.

A card's detail is Markdown, which the EHR renders by a library of its own; its summary is plain text.
"""

from __future__ import annotations

import json
import re

_SIGNS = r"\\`*_{}\[\]<>#|~&!$^"
_MARKUP = re.compile(
    rf"[{_SIGNS}]"
    r"|^[-+=:]"  # where a line begins: a list, an underline, a definition
    r"|(?<=[=+])[=+]"  # common extensions: marked, inserted
)
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?:\s|$))", re.ASCII)
_ESCAPED = re.compile(rf"\\([{_SIGNS}\-+=:.)])")
# Renderers look for addresses in the text that is left after the escapes: only a blank breaks them. To some
# a name with a dot is one, by its last part alone: clinic.no
_ADDRESS = re.compile(
    r"(?i)www(?=\.)|:(?=//)|/(?=/)|(?<=\S)(?=@)|@(?=\S|$)|\.(?=[^\W\d_]{2})|:(?=[\w+-]*[a-z][\w+-]*:)"
)
_BLANK = re.compile(r"\s+")
# Unicode's Cc, Cf, Cs, Co, Zl, Zp and noncharacters: control, direction, invisible, or of no meaning here.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\ud800-\uf8ff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000110bd\U000110cd"
    "\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U000e0000-\U0010ffff]"
)


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
    without_links = _ADDRESS.sub(r"\g<0> ", harmless(text, limit))
    return _NUMBERED.sub(r"\1\\", _MARKUP.sub(r"\\\g<0>", without_links))


def plain(markdown: str) -> str:
    """What was escaped, for a place that shows plain text."""
    return _ESCAPED.sub(r"\1", markdown)


def seen(text: str) -> str:
    """Text for a place that keeps its lines, with a blank for each sign that cannot be seen there."""
    return _CONTROL.sub(lambda sign: sign[0] if sign[0] in "\n\t" else " ", text)


def escaped_unseen(text: str) -> str:
    """JSON in which nothing is hidden: what cannot be seen, or turns a line round, as an escape."""
    return _CONTROL.sub(lambda sign: sign[0] if sign[0] == "\n" else json.dumps(sign[0])[1:-1], text)
