"""Sections of a report's text: what was asked for, and what was found.

"INDICATION: r/o cord compression. FINDINGS: ..." says nothing of a compression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_UP_TO_SENTENCE = re.compile(r"[.\n;]")


class Sections:
    """``reading.toml`` [values] `not_conclusions`, `request_headings`, `conclusions` and `asked_for`."""

    def __init__(self, requests: Iterable[str], results: Iterable[str], asked: Iterable[str]) -> None:
        self._request = _heading(requests)
        self._result = _heading(results)
        self._asked = re.compile(rf"(?:^|(?<=[.\n;]))\s*(?:{_any(asked)})\b", re.IGNORECASE)

    def results_only(self, text: str) -> str:
        """The text with blanks in place of what tells why it was asked for, so that no place moves."""
        for heading in (self._request, self._asked):
            at = 0
            while found := heading.search(text, at):
                end = self._end(text, found.end(), headed=heading is self._request)
                text = text[: found.start()] + " " * (end - found.start()) + text[end:]
                at = end
        return text

    def _end(self, text: str, at: int, *, headed: bool) -> int:
        """Where the results begin: at the next heading of theirs, else behind the sentence."""
        result = self._result.search(text, at) if headed else None
        if result:
            return result.start()
        sentence = _UP_TO_SENTENCE.search(text, at)
        return sentence.start() if sentence else len(text)


def _heading(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|(?<=[.\n;|?!]))[ \t\r*-]*(?:{_any(words)})(?: +[a-z]+){{0,3}} *:", re.IGNORECASE
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
