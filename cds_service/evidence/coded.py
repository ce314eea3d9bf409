"""What a coded element was read to say."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct

from cards.codes import Code
from cards.findings import Side
from cards.statements import combined
from cds_service.evidence.text import Answer, Reading

QUALIFIER = "cs_q_"


class Coded(Struct, frozen=True, gc=False):
    """One coded element, read: its codes and words, not yet weighed against each other."""

    label: str = ""
    """Its text, else its first display, else its first code."""
    key: str = ""
    """Equal for equal elements: system and code, or its words."""
    words: str = ""
    """All its words, folded."""
    rows: tuple[Code, ...] = ()
    qualifiers: frozenset[str] = frozenset()
    readings: tuple[Reading, ...] = ()
    code_side: Side | None = None
    side: Side | None = None
    leg_site: bool = False
    other_site: bool = False
    answer: Answer = Answer.NONE
    asks: bool = False
    """Its words end in a question mark."""
    cut: bool = False
    """It was too long to be read to its end."""
    graded: bool = False
    """A grade of power stands in its words."""
    silent: bool = True
    """Nothing in it names a concept."""

    @property
    def names_no_finding(self) -> bool:
        """Nothing but words that describe one ("paralysis", "sudden") stands in it."""
        return self.silent or not (
            self.rows
            or any(not m.concept.startswith("words_") for each in self.readings for m in each.mentions)
        )

    @property
    def about_family(self) -> bool:
        return f"{QUALIFIER}family_history" in self.qualifiers or any(each.family for each in self.readings)

    @property
    def not_the_patients(self) -> bool:
        """It tells of relatives, or of what might come, as a whole."""
        return self.about_family or any(reading.hypothetical for reading in self.readings)

    def said_as(self, label: str, key: str, words: str) -> Coded:
        """The same element in other words, which are its first fields."""
        return Coded(label, key, words, *_content(self))


NOTHING = Coded()
_content = attrgetter(*Coded.__struct_fields__[3:])


class Gist(Struct, frozen=True, gc=False):
    """What the content says of a coded element, without a word of the record: fit to be remembered."""

    coded: Coded | None
    """Without label, words and key; None of what names nothing, as long as nobody wants to know more."""
    names_nothing: bool
    """As a name it says nothing, whatever number stands beside it."""
    unreadable: bool = False
    """There is something, but neither a code nor a word in it."""

    @property
    def passes(self) -> bool:
        """Nobody needs to look at it again: it names nothing, and was read to its end."""
        return self.names_nothing and not (self.unreadable or (self.coded is not None and self.coded.cut))


def both(sides: Iterable[Side | None]) -> Side | None:
    """`combined`, of sides that may not be said."""
    said = [side for side in sides if side]
    return combined(said) if said else None


def side_of(qualifiers: frozenset[str]) -> Side | None:
    """The side that qualifiers among the codes tell."""
    if not qualifiers:
        return None
    return both(side for side in Side if f"{QUALIFIER}{side.value}" in qualifiers)
