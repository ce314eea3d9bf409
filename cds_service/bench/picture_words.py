"""Words in pictures: a feature as a card says it, in lines of a given length."""

from __future__ import annotations

import re

from cards.facts import Fact
from cards.knowledge import Feature
from cds_service.told_words import Words

_REPEATS = re.compile(r" ×\d+$")
_FEWEST = 3


def phrase(feature: Feature, words: Words, fact: Fact) -> str:
    """A feature as a card says it: ``left leg power 4/5``. Its value may be text of the record."""
    text = feature.phrase.format(side=words.side([fact.side]), value=words.value(fact), onset="")
    return " ".join(text.split())


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def cut(text: str, letters: int) -> str:
    """At most so many letters, with a sign where some were cut off; a number of repeats stays."""
    if len(text) <= letters:
        return text
    repeats = _REPEATS.search(text)
    tail = f"…{repeats[0]}" if repeats else "…"
    return text[: max(letters - len(tail), _FEWEST)].rstrip() + tail


def wrapped(text: str, letters: int) -> tuple[str, ...]:
    """Broken into lines between words; a word that is longer than a line is cut."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(cut(word, letters))
        else:
            lines[-1] = f"{lines[-1]} {cut(word, letters)}".strip()
    return tuple(lines)
