"""Words in pictures: a feature as a card says it, in lines of a given length."""

from __future__ import annotations

from cards.facts import Fact
from cards.knowledge import Feature
from cds_service.told_words import Words


def phrase(feature: Feature, words: Words, fact: Fact) -> str:
    """A feature as a card says it: ``left leg power 4/5``. Its value may be text of the record."""
    text = feature.phrase.format(side=words.side([fact.side]), value=words.value(fact), onset="")
    return " ".join(text.split())


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def cut(text: str, letters: int) -> str:
    """At most so many letters, four at the least, with a sign where something was cut off."""
    letters = max(letters, 4)
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"


def wrapped(text: str, letters: int) -> tuple[str, ...]:
    """Broken into lines between words; a word that is longer than a line is cut."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append(cut(word, letters))
        else:
            lines[-1] = f"{lines[-1]} {cut(word, letters)}".strip()
    return tuple(lines)
