"""Whether a text, read as an entry of a chart, says that a concept is there or suspected."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from cards.findings import Stance
from cards.knowledge import load
from cds_service.evidence.text import TextReader

_COUNTS = (Stance.AFFIRMED, Stance.SUSPECTED)


@cache
def reader() -> TextReader:
    return TextReader(load())


def counts(text: str, concept: str) -> bool:
    return any(each.concept == concept and each.stance in _COUNTS for each in reader().read(text).mentions)


def pairs(table: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each concept of the table with each of its texts, which are parted by bars."""
    return [
        (concept, " ".join(text.split())) for concept, texts in table.items() for text in texts.split("|")
    ]
