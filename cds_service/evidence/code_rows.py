"""What the codes of an element stand for by the table of the content, and the side that some of them tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from cards.codes import ICD, Code, normal
from cards.findings import Side
from cards.knowledge import Knowledge
from cds_service.evidence.coded import QUALIFIER, both
from cds_service.evidence.elements import Coding
from cds_service.evidence.local_codes import NO_LOCAL_CODES, LocalCodes
from cds_service.evidence.systems import SNOMED, short_name

_PLACES = frozenset(f"{QUALIFIER}{place}" for place in ("left", "right", "bilateral", "lower_limb"))
# SNOMED CT compositional grammar: a concept as an address, with its term, refined by attributes.
_CONCEPT_ID = re.compile(r"(?<![0-9])[1-9][0-9]{5,17}(?![0-9])")
_REFINED = re.compile(r"=\s*([1-9][0-9]{5,17})(?![0-9])")
_SIGNS = ((Side.LEFT, "left"), (Side.RIGHT, "right"), (Side.BILATERAL, "both"))


class Known(Struct, frozen=True, gc=False):
    """A coding with the rows that it stands for; none where the content does not know it."""

    system: str
    """Its short name, else as it was written."""
    code: str
    display: str
    rows: tuple[Code, ...]
    local: str = ""
    """The code as the site writes it, where it says what that means; system and code may then be others."""


class CodeRows:
    """Looks up the codes of one chart."""

    def __init__(
        self, knowledge: Knowledge, systems: Mapping[str, str], local: LocalCodes = NO_LOCAL_CODES
    ) -> None:
        """`systems`: their short names by every name, see `systems_known`."""
        self._lookup = knowledge.codes.lookup
        self._local = local if local.meanings else None
        self._icd_sides = knowledge.reading["icd_sides"]
        self._systems = systems
        self._short: dict[str, str] = {}

    def of(self, coding: Coding) -> Known:
        short = self._short.get(coding.system)
        if short is None:
            short = self._short[coding.system] = short_name(coding.system, self._systems)
        rows = self.standard(short, coding.code) if short and coding.code else ()
        if self._local is not None and short and (meant := self._local.of(short, coding.code)):
            system, code = (meant.system, meant.code) if meant.system else (short, coding.code)
            return Known(system, code, coding.display, (*rows, *meant.rows), coding.code)
        return Known(short or coding.system, coding.code, coding.display, rows)

    def names(self, system: str) -> bool:
        """Whether the site says what codes of this system mean, and the content does not know it."""
        return self._local is not None and short_name(system, self._systems) in self._local.own

    def standard(self, system: str, code: str) -> tuple[Code, ...]:
        """The rows of a code; of a SNOMED CT expression those of its focus, with the places that it adds."""
        if system != SNOMED or code.isdecimal():
            return self._lookup(system, code)
        focus = _CONCEPT_ID.search(code)
        added = (row for concept in _REFINED.findall(code) for row in self._lookup(system, concept))
        qualifiers = (row for row in added if row.concept in _PLACES)
        return (*self._lookup(system, focus[0]), *qualifiers) if focus else ()

    def side(self, codings: Iterable[Known]) -> Side | None:
        """The side that ICD codes tell."""
        return both([self._side_in(each) for each in codings])

    def _side_in(self, coding: Known) -> Side | None:
        """Some ICD codes tell the side by one of their characters."""
        if coding.system not in ICD:
            return None
        code = normal(coding.system, coding.code)
        for rule in self._icd_sides:
            if coding.system not in rule["systems"] or not code.startswith(tuple(rule["prefixes"])):
                continue
            place = int(rule["position"])
            character = code[place : place + 1]
            for side, sign in _SIGNS:
                if character and character in rule[sign]:
                    return side
        return None
