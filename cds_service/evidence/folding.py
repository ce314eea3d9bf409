"""Words as they are compared: without accents and case, whole words only."""

from __future__ import annotations

import re
import unicodedata
from functools import cache


def folded(text: str) -> str:
    """A text as it is compared: no accents, no case, single blanks."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


def holds_any(words: str, phrases: tuple[str, ...]) -> bool:
    """Whether folded words hold one of the phrases of the content, as whole words."""
    return bool(phrases) and any_of(phrases).search(words) is not None


@cache
def any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Finds the longest of some phrases of the content in folded words."""
    longest_first = sorted(map(folded, phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
