"""Remembers what short texts and codes were read to say, across calls, without keeping a text.

Charts name the same things in the same words, day in, day out. What is kept is a digest under a key that
lives and dies with the process, and what the content says of the text (concepts, stances, sides): no word
of the record. See docs/decisions/0006.
"""

from __future__ import annotations

import secrets
from hashlib import blake2b
from typing import Generic, TypeVar

from cds_service.evidence.text import Reading, TextReader

MOST_READINGS = 50_000
LONGEST_TEXT = 300
"""In characters; longer texts are notes, which do not repeat."""

T = TypeVar("T")


class Memory(Generic[T]):
    """What was found out about pieces of text, by their digests; of what was not asked for long, nothing.

    Safe for threads: at worst something is found out twice.
    """

    def __init__(self, most: int = MOST_READINGS) -> None:
        self._half = max(1, most // 2)
        self._digest = blake2b(digest_size=16, key=secrets.token_bytes(16))
        self._known: dict[bytes, T] = {}
        self._older: dict[bytes, T] = {}

    def name(self, text: bytes, use: bytes) -> bytes:
        """The digest of a text; `use`, of one length, keeps readings for different uses apart."""
        digest = self._digest.copy()
        digest.update(use)
        digest.update(text)
        return digest.digest()

    def get(self, name: bytes) -> T | None:
        found = self._known.get(name)
        if found is None and (found := self._older.get(name)) is not None:
            self.keep(name, found)
        return found

    def keep(self, name: bytes, found: T) -> None:
        if len(self._known) >= self._half:
            self._older, self._known = self._known, {}
        self._known[name] = found

    def __len__(self) -> int:
        return len(self._known) + len(self._older)


class RememberingReader:
    """A `TextReader` that reads a short text once."""

    def __init__(self, reader: TextReader, most: int = MOST_READINGS) -> None:
        self._reader = reader
        self._memory: Memory[Reading] = Memory(most)

    def may_name_something(self, text: str, *, report: bool = False) -> bool:
        """As `TextReader.may_name_something`, which takes less time than to remember it."""
        return self._reader.may_name_something(text, report=report)

    def read(self, text: str, *, report: bool = False, one_clause: bool = False) -> Reading:
        """As `TextReader.read`."""
        if len(text) > LONGEST_TEXT:
            return self._reader.read(text, report=report, one_clause=one_clause)
        name = self._memory.name(text.encode("utf-8", "surrogatepass"), bytes((report, one_clause)))
        known = self._memory.get(name)
        if known is None:
            known = self._reader.read(text, report=report, one_clause=one_clause)
            self._memory.keep(name, known)
        return known
