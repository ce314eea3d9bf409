"""The parts of a report that tell why it was asked for.

Many EHRs send the whole report as its conclusion: "Indication: rule out cauda equina compression.
Findings: ...". The question is never the answer (shape `report` of the clinical specification).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from cards.findings import Stance

Reason = tuple[int, int, int]
"""Offsets in characters: where a reason begins, where its first sentence ends, where all of it ends."""

# One to six words before a colon, at the beginning of the text, of a line or of a sentence. All of it is
# bounded, so that no text takes long.
_HEADING = re.compile(
    r"(?:^|[\r\n.;?!])\s{0,9}"
    r"(?P<name>[A-Za-z]{1,30}(?:[ /&-]{1,3}[A-Za-z]{1,30}){0,5})"
    r"[ ]?(?:\([^()]{0,60}\))?[ ]?:"
)
_SENTENCE_END = re.compile(r"[.;?!](?=\s)")
_LINE_END = re.compile(r"[\r\n]")


class Sections:
    """Finds the reasons in the text of a report by their headings, or by how their sentence begins.

    ``reading.toml`` [values] `reason_headings` and `asked_for`.
    """

    def __init__(self, headings: Iterable[str], asked_for: Iterable[str]) -> None:
        self._headings = frozenset(headings)
        openings = "|".join(re.escape(words) for words in sorted(asked_for, key=len, reverse=True))
        self._asked_for = re.compile(rf"(?:^|[\r\n.;])\s{{0,9}}(?:{openings})\b", re.IGNORECASE)

    def reasons(self, text: str) -> tuple[Reason, ...]:
        headed = tuple(self._headed(text)) if ":" in text else ()
        return headed + tuple(self._asked(text))

    def _asked(self, text: str) -> Iterator[Reason]:
        for opening in self._asked_for.finditer(text):
            sentence = _SENTENCE_END.search(text, opening.end())
            end = sentence.end() if sentence else len(text)
            yield opening.start(), end, end

    def _headed(self, text: str) -> Iterator[Reason]:
        headings = list(_HEADING.finditer(text))
        for heading, following in zip_longest(headings, headings[1:]):
            if " ".join(heading["name"].lower().split()) not in self._headings:
                continue
            start = heading.end()
            line = None if following else _LINE_END.search(text, start)
            end = following.start("name") if following else line.start() if line else len(text)
            sentence = _SENTENCE_END.search(text, start, end)
            yield start, sentence.end() if sentence else end, end


def asked(reasons: Iterable[Reason], at: int, stance: Stance) -> bool:
    """Whether what stands at an offset was asked rather than found.

    Behind the first sentence of a reason only what is queried: "History: back pain. There is cord
    compression." has lost the heading of its findings, and a finding must not be lost with it.
    """
    return any(
        start <= at < (end if stance is Stance.SUSPECTED else sentence_end)
        for start, sentence_end, end in reasons
    )
