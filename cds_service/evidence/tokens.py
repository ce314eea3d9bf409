"""Record text as words and marks, the same for the phrases of the content.

Case, accents and apostrophes are folded, hyphen and blank are one. Signs that phrases need (+ # & / % ?) and
the marks that end clauses are tokens of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cds_service.evidence.forms import BLANK, CROSSED, EMPTY, TICKED, changes, marked

# No mark between digits (4.5, 1,000, 10:30); a hyphen is a mark only where it does not join two words.
_TICKS, _CROSSES = "\u2611\u2612\u2713\u2714\u2705\u25a0", "\u2717\u2718\u274c\u2716"
_EMPTY_BOXES, _ARROWS = "\u2610\u25a1\u25fb\u25a2", "\u2191\u2193"
_TOKEN = re.compile(
    rf"\[[ _]*\]|\( +\)|\[ ?(?:[xXyYnN*+{_TICKS}{_CROSSES}-]|(?i:yes|no|open)) ?\]"
    rf"|\( ?(?:[xX\u2713\u2714]|[+-](?:ve)?) ?\)"
    r"|_{2,}|\.{3,}"
    rf"|[{_ARROWS}]+|[{_EMPTY_BOXES}{_TICKS}{_CROSSES}]"
    r"|[+-]ve(?![^\W_])|[^\W_]+(?:'[^\W_]+)*|\++|[\n\r]+|(?<!\d)[.,:]|[.,:](?!\d)"
    r"|[;!?()=/&%#|*]|(?<![^\W_])-|-(?![^\W_])"
)

# Boxes of forms with and without a tick, and crosses, which mean no where they stand alone.
_MARKS = {
    **dict.fromkeys(_EMPTY_BOXES, EMPTY),
    **dict.fromkeys(_TICKS, TICKED),
    **dict.fromkeys(_CROSSES, CROSSED),
    **{arrow: arrow for arrow in _ARROWS},
    "_": BLANK,
}

_MARKING = frozenset("[(_.") | _MARKS.keys()
"""Characters that may begin a mark."""
_SINGLE = frozenset(",.:;!?=/&%#|*-")
"""Marks that are a token each, wherever they are one."""
_PLAIN = re.compile(rf"(?!.*(?:''|\.\.\.|-ve))[A-Za-z0-9 '{''.join(map(re.escape, sorted(_SINGLE)))}]*")
"""Texts in which words stand between blanks and such marks, and apostrophes only within or around words."""
_BETWEEN_WORDS = str.maketrans({**dict.fromkeys(_SINGLE, " "), "'": None})
_IN_BOXES = {"": EMPTY, **dict.fromkeys(("n", "-", "-ve", *_CROSSES), CROSSED)}

_FOLDED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4`", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"),
        **dict.fromkeys("\u2022\u2023\u25e6\u25aa\u25cf", "*"),
        **dict.fromkeys("\u0085\u2028\u2029", "\n"),
        "\u2014": " - ",
        "\u00b7": ".",
        "\u00e6": "ae",
        "\u0153": "oe",
        "\u00c6": "Ae",
        "\u0152": "Oe",
    }
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words and marks of a text in their order."""

    words: list[str]
    """In lower case; a run of line breaks is one."""
    written: list[str]
    spans: list[tuple[int, int]]
    """Start and end of each, counted in the text as it came."""

    def attached(self, at: int) -> bool:
        """Whether nothing, not even a blank, stands between the token and the one before it."""
        return at > 0 and self.spans[at - 1][1] == self.spans[at][0]


class Tokeniser:
    """Splits texts by the rules of ``reading.toml`` [text]."""

    def __init__(self, rules: Mapping[str, Any]) -> None:
        self._limit = int(rules["limit_characters"])
        self._wrapped = int(rules["wrapped_line_characters"])
        self._abbreviations = frozenset(rules["abbreviations_with_point"])
        self._before_number = frozenset(rules["abbreviations_before_number"])
        self._spellings = _Spellings(rules["spellings"])

    @property
    def spellings(self) -> Iterable[Sequence[str]]:
        """Words that are put as others, which may be those of a phrase."""
        return self._spellings.replaced

    def words(self, text: str) -> list[str]:
        """All words and marks, at least an empty one, for a quick look: before one is put as another."""
        folded, _ = _fold(text[: self._limit])
        found = _TOKEN.findall(folded)
        if not _MARKING.isdisjoint(folded):
            return [(_mark(written) or written.replace("'", "")).lower() for written in found] or [""]
        return " ".join(found).lower().replace("'", "").split(" ")

    def among(self, text: str) -> Collection[str]:
        """The same in no order, and maybe more: of a plain text it takes a third of the time."""
        text = text[: self._limit]
        if _PLAIN.fullmatch(text) is None:
            return self.words(text)
        return _SINGLE.intersection(text).union(text.lower().translate(_BETWEEN_WORDS).split())

    def __call__(self, text: str) -> Tokens:
        tokens = self._as_written(text)
        return self._spellings.one_for_all(_as_meant(tokens) if marked(tokens.words) else tokens)

    def _as_written(self, text: str) -> Tokens:
        folded, offsets = _fold(text[: self._limit])
        tokens = Tokens([], [], [])
        line = 0
        for match in _TOKEN.finditer(folded):
            start, end = match.span()
            written = match[0]
            if written[0] in "\n\r":
                wrapped = start - line >= self._wrapped and folded[end:].lstrip()[:1].islower()
                line, written = end, written.replace("\r\n", "\n").replace("\r", "\n")
                if wrapped and written == "\n":
                    continue
            elif written == "." and self._abbreviates(tokens, folded, start):
                continue
            written = _mark(written) or written.replace("'", "")
            tokens.words.append("\n" if written[0] == "\n" else written.lower())
            tokens.written.append(written)
            # What is not seen behind a word, such as its accent, belongs to it.
            place = (
                (start, end) if offsets is None else (offsets[start], max(offsets[end], offsets[end - 1] + 1))
            )
            tokens.spans.append(place)
        return tokens

    def _abbreviates(self, before: Tokens, text: str, at: int) -> bool:
        """Whether the point at this place belongs to the word before it and ends nothing."""
        if not before.words or not text[at - 1 : at].isalnum():
            return False
        word, written = before.words[-1], before.written[-1]
        following = text[at + 1 : at + 3]
        if word in self._before_number:
            return following.strip()[:1].isdigit()
        if len(word) == 1 and word.isalpha() and (following[:1].isalpha() or text[at - 2 : at - 1] == "."):
            return True
        # "Ms. Smith", but "a history of MS."
        return word in self._abbreviations and not (len(word) > 1 and written.isupper())


class _Spellings:
    """Words that mean the same, put as one: "can't" and "not able to" as "cannot"."""

    def __init__(self, rules: Sequence[Sequence[str]]) -> None:
        """`rules`: the words that are kept, before those that they stand for."""
        self._rules: dict[str, list[tuple[list[str], list[str]]]] = {}
        for kept, *others in rules:
            for other in others:
                words = _TOKEN.findall(other.replace("'", "").lower())
                self._rules.setdefault(words[0], []).append((words, kept.split()))
        for same_start in self._rules.values():
            same_start.sort(key=lambda rule: -len(rule[0]))
        self.first_words = frozenset(self._rules)
        self.replaced = [old for same_start in self._rules.values() for old, _ in same_start]

    def one_for_all(self, tokens: Tokens) -> Tokens:
        if self.first_words.isdisjoint(tokens.words):
            return tokens
        # "wasn't able to" is "was not able to", and that is "was cannot".
        return self._replaced(self._replaced(tokens))

    def _replaced(self, tokens: Tokens) -> Tokens:
        words, at, out = tokens.words, 0, Tokens([], [], [])
        for place, word in enumerate(words):
            if place < at or word not in self._rules:
                continue
            for old, new in self._rules[word]:
                end = place + len(old)
                if words[place:end] == old:
                    out.words.extend([*words[at:place], *new])
                    out.written.extend([*tokens.written[at:place], *new])
                    span = (tokens.spans[place][0], tokens.spans[end - 1][1])
                    out.spans.extend([*tokens.spans[at:place], *([span] * len(new))])
                    at = end
                    break
        if not at:
            return tokens
        out.words.extend(words[at:])
        out.written.extend(tokens.written[at:])
        out.spans.extend(tokens.spans[at:])
        return out


def _mark(written: str) -> str:
    """The mark of a form, an arrow, or three points, which stand before an answer as a colon does."""
    if written[0] in "[(" and len(written) > 1:
        held = written.strip("[]() _").lower()
        return f"[{held}]" if held in ("yes", "no", "open") else _IN_BOXES.get(held, TICKED)
    if written.startswith("..."):
        return ":"
    return _MARKS.get(written[0], "")


def _as_meant(tokens: Tokens) -> Tokens:
    """The tokens with the marks of forms as what they mean."""
    out, at = Tokens([], [], []), 0
    for start, end, words in (
        *changes(tokens.words, tokens.attached),
        (len(tokens.words), len(tokens.words), []),
    ):
        out.words.extend([*tokens.words[at:start], *words])
        out.written.extend([*tokens.written[at:start], *words])
        place = (tokens.spans[start][0], tokens.spans[end - 1][1]) if words else (0, 0)
        out.spans.extend([*tokens.spans[at:start], *([place] * len(words))])
        at = end
    return out


def _fold(text: str) -> tuple[str, list[int] | None]:
    """The text without accents; where its characters and its end stood, None when they stand there still."""
    if text.isascii():
        return text, None
    folded: list[str] = []
    offsets: list[int] = []
    for at, character in enumerate(text):
        for plain in character if character.isascii() else _plain(character):
            folded.append(plain)
            offsets.append(at)
    offsets.append(len(text))
    return "".join(folded), offsets


def _plain(character: str) -> str:
    """Without accent; nothing for what is not seen (soft hyphen, joiners)."""
    parts = unicodedata.normalize("NFKD", character.translate(_FOLDED))
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Cf"})
