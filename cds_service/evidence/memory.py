"""Remembers what short texts were read to say, across calls, without keeping a text.

Charts name the same things in the same words, day in, day out. What is kept is a digest under a key that
lives and dies with the process, and what the content says of the text (concepts, stances, sides): no word
of the record. See docs/decisions/0006.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b

from cds_service.evidence.text import Reading, TextReader

MOST_READINGS = 50_000
LONGEST_TEXT = 300
"""In characters; longer texts are notes, which do not repeat."""


class RememberingReader:
    """A `TextReader` that reads a short text once. Safe for threads: at worst a text is read twice."""

    def __init__(self, reader: TextReader, most: int = MOST_READINGS) -> None:
        self._reader = reader
        self._most = most
        self._key = secrets.token_bytes(16)
        self._known: dict[bytes, Reading] = {}

    def read(self, text: str, *, report: bool = False, one_clause: bool = False) -> Reading:
        """As `TextReader.read`."""
        if len(text) > LONGEST_TEXT:
            return self._reader.read(text, report=report, one_clause=one_clause)
        person = bytes((report, one_clause))
        name = text.encode("utf-8", "surrogatepass")
        digest = blake2b(name, digest_size=16, key=self._key, person=person).digest()
        known = self._known.get(digest)
        if known is None:
            known = self._reader.read(text, report=report, one_clause=one_clause)
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[digest] = known
        return known
