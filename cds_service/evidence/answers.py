"""Whether a value in words is a plain answer: yes, no, or that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cds_service.evidence.lexicon import Lexicon
from cds_service.evidence.phrases import exact_words


class Answer(StrEnum):
    """The value of an observation as a plain answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NONE = ""
    """No plain answer: to be read as text."""


_KEYS = {Answer.YES: "present", Answer.NO: "normal", Answer.UNKNOWN: "unknown"}


class Answers:
    """``reading.toml`` [values]: answers by their words, without case, marks at the end and annotations."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._answers: dict[tuple[str, ...], tuple[Answer, bool]] = {}
        for answer, key in _KEYS.items():
            for phrase in sorted(lexicon.names("values", key)):
                tokens = lexicon.tokenise(phrase)
                exact = bool(exact_words(tokens.written))
                self._answers[tuple(tokens.words)] = (answer, exact)
        self._longest = max(map(len, self._answers))
        self._before = lexicon.names("values", "before_annotation")
        self._ends = lexicon.names("values", "ends")
        self.first_words = frozenset(words[0] for words in self._answers)

    def of(self, words: Sequence[str], written: Sequence[str]) -> tuple[Answer, bool]:
        """The answer, and whether nothing but marks stands besides it; NONE when it is none."""
        end = len(words)
        while end > 1 and words[end - 1] in self._ends:
            end -= 1
        if answer := self._exactly(words, written, end):
            return answer, True
        for at in range(1, min(end, self._longest + 1)):
            if words[at] in self._before and (answer := self._exactly(words, written, at)):
                return answer, False
        return Answer.NONE, False

    def _exactly(self, words: Sequence[str], written: Sequence[str], end: int) -> Answer:
        answer, capitals = self._answers.get(
            tuple(words[: min(end, self._longest + 1)]), (Answer.NONE, False)
        )
        if end > self._longest or (capitals and not all(word.isupper() for word in written[:end])):
            return Answer.NONE
        return answer
