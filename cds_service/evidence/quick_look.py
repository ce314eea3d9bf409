"""A quick look at the words of a text: whether any phrase could stand in it at all.

Most texts of a chart name nothing that the content looks for; this tells so in a fraction of the time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence


class QuickLook:
    """Phrases by their rarest word, with the other words that must stand in the text too."""

    def __init__(self, phrases: Iterable[Sequence[str]]) -> None:
        all_words = {frozenset(phrase) for phrase in phrases}
        common = Counter(word for words in all_words for word in words)
        self._others: dict[str, list[frozenset[str]]] = defaultdict(list)
        for words in sorted(all_words, key=len):
            rarest = min(words, key=lambda word: (common[word], -len(word), word))
            others = words - {rarest}
            if not any(fewer <= others for fewer in self._others[rarest]):
                self._others[rarest].append(others)
        self._rarest = frozenset(self._others)

    def may_hold_one(self, words: Collection[str]) -> bool:
        """False only where no phrase has all its words in the text; they need not stand together."""
        if self._rarest.isdisjoint(words):
            return False
        there = frozenset(words)
        for word in there & self._rarest:
            for others in self._others[word]:
                if others <= there:
                    return True
        return False
