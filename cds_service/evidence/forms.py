"""Marks of forms: boxes with and without a tick, answers left open ("yes / no"), labels without a value.

A form that nobody filled in says nothing of the patient: its findings are neither there nor denied. The marks
become words of their own, which ``reading.toml`` lists among the cues.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

EMPTY, TICKED, CROSSED, BLANK = "[ ]", "[x]", "[-]", "__"
"""Marks as the tokeniser writes them; a box that stands before what it is of."""
OPEN, NO, YES = "[open]", "[no]", "[yes]"
"""Marks behind what they are of: not answered, no, yes."""
MARKS = frozenset({EMPTY, TICKED, CROSSED, BLANK})

_BOXES = frozenset({EMPTY, TICKED, CROSSED})
_YES, _NO = frozenset({"yes", "y"}), frozenset({"no", "n"})
_ANSWERS = _YES | _NO
_BETWEEN = frozenset({"/", "|", ",", "or", ":", "(", ")"})
_BEHIND = frozenset({")", ":", "=", "-", "?"})
_ENDS = frozenset({",", ";", "\n", "/", "|"})
_STARTS = frozenset({",", ";", "\n", ":", "."})
_LONGEST_LABEL = 6

Change = tuple[int, int, list[str]]
"""Tokens from the first up to, not including, the second, and the words that take their place."""


def marked(words: Collection[str]) -> bool:
    """Whether a form may be in the text: a quick look."""
    answers = "/" in words and not _ANSWERS.isdisjoint(words)
    return answers or "+" in words or "\n" in words or not MARKS.isdisjoint(words)


def changes(words: Sequence[str], attached: Callable[[int], bool]) -> list[Change]:
    """What the marks of a text mean, from left to right, none overlapping another."""
    taken: set[int] = set()
    found: list[Change] = []
    for change in (*_answers(words), *_boxes(words), *_signs(words, attached), *_empty_labels(words)):
        span = set(range(change[0], change[1]))
        if taken.isdisjoint(span):
            taken |= span
            found.append(change)
    return sorted(found)


def _answers(words: Sequence[str]) -> Iterator[Change]:
    """ "Yes [ ] no [x]", "[x] yes [ ] no", "Y/N", "yes / no: no"."""
    at = 0
    while at < len(words):
        pair = _pair(words, at) if words[at] in _ANSWERS | _BOXES else None
        if pair is None:
            at += 1
            continue
        end, chosen = pair
        yield at, end, [chosen] if chosen else []
        at = end


def _pair(words: Sequence[str], at: int) -> tuple[int, str] | None:
    """Where two answers to choose from end, and the mark for the chosen one; empty when it stands behind."""
    first = _choice(words, at)
    if first is None:
        return None
    here, answer, box = first
    while here < len(words) and words[here] in _BETWEEN:
        here += 1
    second = _choice(words, here) if here > at + 1 or box else None
    if second is None or {answer, second[1]} != {"yes", "no"}:
        return None
    end = second[0]
    if not box and not second[2]:
        return (end, "") if _answered(words, end) else (end, OPEN)
    picked = [each for each, mark in ((answer, box), (second[1], second[2])) if mark in (TICKED, CROSSED)]
    return end, {"yes": YES, "no": NO}[picked[0]] if len(picked) == 1 else OPEN


def _choice(words: Sequence[str], at: int) -> tuple[int, str, str] | None:
    """One answer with its box before or behind it: where it ends, yes or no, the box or nothing."""
    box, end = "", at
    if end < len(words) and words[end] in _BOXES:
        box, end = words[end], end + 1
    if end >= len(words) or words[end] not in _ANSWERS:
        return None
    answer = "yes" if words[end] in _YES else "no"
    end += 1
    if not box and end < len(words) and words[end] in _BOXES:
        box, end = words[end], end + 1
    return end, answer, box


def _answered(words: Sequence[str], at: int) -> bool:
    """Whether the answer stands behind the template: "Y/N: N"."""
    while at < len(words) and words[at] in _BEHIND:
        at += 1
    return at < len(words) and words[at] in _ANSWERS


def _boxes(words: Sequence[str]) -> Iterator[Change]:
    """Boxes stand before what they are of where their line, or the list behind its heading, begins so."""
    for start, end in _lines(words):
        boxes = [at for at in range(start, end) if words[at] in _BOXES]
        if not boxes:
            continue
        before = [word for word in words[start : boxes[0]] if word[0].isalnum()]
        if before and words[boxes[0] - 1] not in (":", "=", "-", ";"):
            behind = {EMPTY: OPEN, TICKED: YES, CROSSED: NO}
            yield from ((at, at + 1, [behind[words[at]]]) for at in boxes)
    yield from ((at, at + 1, [OPEN]) for at, word in enumerate(words) if word == BLANK)


def _signs(words: Sequence[str], attached: Callable[[int], bool]) -> Iterator[Change]:
    """A minus is an answer where a plus is: "numbness -, leg weakness +", "+ leg weakness, - fever"."""
    behind = [at for at, word in enumerate(words) if word == "+" and _ends(words, at)]
    before = [at for at, word in enumerate(words) if word == "+" and _begins(words, at)]
    for at, word in enumerate(words):
        if word != "-":
            continue
        own = at + 1 < len(words) and attached(at + 1) and not attached(at)
        if behind and at and _ends(words, at):
            yield at, at + 1, [NO]
        elif before and not behind and (_begins(words, at) or own):
            yield at, at + 1, [CROSSED]


def _ends(words: Sequence[str], at: int) -> bool:
    return at + 1 == len(words) or words[at + 1] in _ENDS


def _begins(words: Sequence[str], at: int) -> bool:
    first = at == 0 or words[at - 1] in _STARTS
    return first and at + 1 < len(words) and words[at + 1][0].isalpha()


def _empty_labels(words: Sequence[str]) -> Iterator[Change]:
    """Labels without a value, where several follow one another: a form that was not filled in."""
    empty = [
        (start, end, end - start <= _LONGEST_LABEL + 1 and end > start and words[end - 1] == ":")
        for start, end in _lines(words)
    ]
    ends = {end for one, other in pairwise(empty) if one[2] and other[2] for end in (one[1], other[1])}
    yield from ((end - 1, end, [OPEN]) for end in sorted(ends))


def _lines(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in (*(at for at, word in enumerate(words) if word == "\n"), len(words)):
        yield start, at
        start = at + 1
