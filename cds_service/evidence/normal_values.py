"""Values that tell nothing wrong, or nothing at all, of the finding that their name is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from cards.knowledge import Knowledge
from cds_service.evidence.folding import any_of, folded

_NOT_MARKS = re.compile(r"[^\s,;.:/()&|]")
"""Anything but the marks that part normal words; a question mark is no such mark."""

_KINDS = ("beside", "left", "right", "empty", "unchanged", "every")
_SAYING = frozenset({"every", "normal", "unchanged", "unclear", "empty"})


class Told(StrEnum):
    """What a value tells of the finding that its name is."""

    THERE = "there"
    """The finding is there, though a word that denies stands in it."""
    NORMAL = "normal"
    """The finding is not there."""
    NOTHING = "nothing"
    """Neither that it is new nor that it is not there."""
    OTHER = ""
    """Something else: to be read as text."""


def told_of(concept: str, words: str, knowledge: Knowledge) -> Told:
    """What the words of a value tell of a concept; OTHER as soon as one word is none of the content's."""
    kinds, known = _known(concept, knowledge)
    written = folded(words).replace("-", " ")
    if _NOT_MARKS.search(known.sub(" ", written)):
        return Told.OTHER
    # The longest phrase of any kind is the one meant: "no change from baseline", "without difficulty".
    found = {kinds[each[0]] for each in known.finditer(written)}
    if "there" in found:
        return Told.THERE
    if found & {"every", "normal"} and "unchanged" not in found and ("left" in found) == ("right" in found):
        return Told.NORMAL  # of one side alone it says nothing of the other
    return Told.NOTHING if found & _SAYING else Told.OTHER


@lru_cache(maxsize=4096)
def _known(concept: str, knowledge: Knowledge) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """The phrases that tell something of a concept, each with its kind, and what finds them."""
    rules = knowledge.reading["normal_values"]
    kinds = {folded(phrase): kind for kind in _KINDS for phrase in rules[kind]}
    for rule in rules["of"]:
        if concept in rule["concepts"]:
            kinds.update((folded(phrase), str(rule["tells"])) for phrase in rule["words"])
    return kinds, any_of(tuple(kinds))
