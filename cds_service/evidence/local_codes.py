"""What the codes of a site stand for, as the reader of codes asks for it; `cds_service.site` loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from cards.codes import Code, normal


class Meaning(Struct, frozen=True, gc=False):
    """What one code of a site stands for."""

    rows: tuple[Code, ...]
    """As if they stood in codes.csv; of a weak hint none is `verified`. None where the site says: nothing."""
    system: str = ""
    """Short name and code of the one standard code that it surely stands for; empty where there is none."""
    code: str = ""


@dataclass(frozen=True, slots=True)
class LocalCodes:
    """The codes of a site. They only add: what a code or a text says without them, it still says."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Names of code systems that the content does not know, each for the short name that it has here."""
    own: frozenset[str] = frozenset()
    """Short names of those systems: there codes are compared letter by letter."""
    meanings: Mapping[tuple[str, str], Meaning] = field(default_factory=dict)

    def of(self, short: str, code: str) -> Meaning | None:
        """None where the site says nothing. `short`: the short name of the code's system."""
        return self.meanings.get((short, code if short in self.own else normal(short, code)))


NO_LOCAL_CODES = LocalCodes()
