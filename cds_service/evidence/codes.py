"""What the coded elements of a chart say: CodeableConcepts, codings and plain texts in their place.

A code counts by the table of the content. The words of an element are read where they add to its codes:
its text always, the display of a coding when its code says nothing; of a known code only side and site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from msgspec import Raw

from cards.codes import ICD, normal
from cards.findings import Quantity
from cards.knowledge import Knowledge
from cds_service.evidence.code_rows import CodeRows, Known
from cds_service.evidence.coded import NOTHING, QUALIFIER, Coded, Gist, both, side_of
from cds_service.evidence.elements import Coding, Element, element_in, element_of, weight_of
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.grades import Grades
from cds_service.evidence.local_codes import NO_LOCAL_CODES, LocalCodes
from cds_service.evidence.memory import Memory, RememberingReader
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.text import Answer, Reading
from cds_service.evidence.thin import load

__all__ = ["MOST_CHARACTERS", "NOTHING", "QUALIFIER", "CodeReader", "Coded", "Gist", "both"]

MOST_CHARACTERS = 20_000
"""Of one text; coded fields are short, and a whole note in one must not hold up the answer."""
LONGEST_REMEMBERED = 1000
"""In bytes of JSON; what is longer does not repeat."""
_NOTHING_SAID = (Answer.UNKNOWN, Answer.NONE)
_LOWER_LIMB = f"{QUALIFIER}lower_limb"
_DIGIT = re.compile("[0-9]")
_NO_GIST = Gist(NOTHING, names_nothing=True)
_SILENT, _SILENT_UNREADABLE = Gist(None, names_nothing=True), Gist(None, names_nothing=True, unreadable=True)


class CodeReader:
    """Reads the coded elements of one chart, each different one once."""

    def __init__(
        self,
        knowledge: Knowledge,
        texts: RememberingReader,
        quantities: Quantities,
        systems: Mapping[str, str],
        *,
        grades: Grades,
        memory: Memory[Gist],
        names_nothing: Callable[[Coded], bool],
        local: LocalCodes = NO_LOCAL_CODES,
    ) -> None:
        """`names_nothing`: whether an element says nothing as a name, whatever stands beside it.

        `memory` is for readers with the same content and the same local codes.
        """
        values = knowledge.reading["values"]
        self._codes = CodeRows(knowledge, systems, local)
        self.knows_system = self._codes.names
        self._memory = memory
        self._names_nothing = names_nothing
        self._texts = texts
        self._quantities = quantities
        self._grades = grades
        self._answer_scores = {code: float(score) for code, score in values["answer_scores"]}
        self._no_answers = frozenset(values["no_answers"])
        self._own_sites = tuple(knowledge.reading["sites"]["own"])
        self._read: dict[tuple[bytes, bool, bool], Coded] = {}
        self._gists: dict[tuple[bytes, bool, bool], Gist] = {}
        self._worded: dict[tuple[str, bool, bool], Coded] = {}

    def read(self, raw: Raw, *, name: bool = False, report: bool = False) -> Coded:
        """One element. `name`: that of an Observation, which is one clause and may be put as a question."""
        if not raw:
            return NOTHING
        key = (bytes(raw), name, report)
        found = self._read.get(key)
        if found is None:
            found = self._read[key] = self._in_full(*key)
        return found

    def _in_full(self, written: bytes, name: bool, report: bool) -> Coded:
        digest = self._memory.name(written, bytes((name, report)))
        known = self._memory.get(digest)
        element = element_in(written)
        if known is not None and known.coded is not None:
            codings = list(map(self._codes.of, element.codings))
            return known.coded.said_as(*_said(codings, element))
        coded = self._coded(element, name=name, report=report)
        gist = Gist(coded.said_as("", "", ""), self._names_nothing(coded), element.unreadable)
        self._gists[written, name, report] = gist
        if len(written) <= LONGEST_REMEMBERED:
            self._memory.keep(digest, gist)
        return coded

    def look(self, raw: Raw, *, name: bool = False, report: bool = False) -> Gist:
        """What the content says of an element; that is known already of most."""
        if not raw:
            return _NO_GIST
        key = (bytes(raw), name, report)
        found = self._gists.get(key)
        if found is None:
            found = self._gists[key] = self._gist(*key)
        return found

    def _gist(self, written: bytes, name: bool, report: bool) -> Gist:
        digest = self._memory.name(written, bytes((name, report)))
        known = self._memory.get(digest)
        if known is not None:
            return known
        element = element_in(written)
        if self._is_silent(element, report=report):
            gist = _SILENT_UNREADABLE if element.unreadable else _SILENT
        else:
            coded = self._read[written, name, report] = self._coded(element, name=name, report=report)
            gist = Gist(coded.said_as("", "", ""), self._names_nothing(coded), element.unreadable)
        if len(written) <= LONGEST_REMEMBERED:
            self._memory.keep(digest, gist)
        return gist

    def _is_silent(self, element: Element, *, report: bool) -> bool:
        """Whether it is plain at a quick look that nothing in it names anything; False in doubt."""
        codings = list(map(self._codes.of, element.codings))
        if any(each.rows for each in codings):
            return False
        shown = element.shown
        for text in shown:
            if len(text) > MOST_CHARACTERS or self._texts.may_name_something(text, report=report):
                return False
        label, words = _label(codings, shown), _words(shown)
        return self._names_nothing(Coded(label, words=words, graded=self._grades.stand_in(words)))

    def text(self, text: str, *, name: bool = False, report: bool = False) -> Coded:
        """Words that stand alone."""
        key = (text, name, report)
        found = self._worded.get(key)
        if found is None:
            found = self._worded[key] = self.of(text, name=name, report=report)
        return found

    def of(self, element: object, *, name: bool = False, report: bool = False) -> Coded:
        """An element that is decoded already."""
        if element is None:
            return NOTHING
        return self._coded(element_of(element), name=name, report=report)

    def _coded(self, element: Element, *, name: bool, report: bool) -> Coded:
        codings = list(map(self._codes.of, element.codings))
        # What a site says of its code only adds to what its words say: they are read all the same.
        displays = [each.display for each in codings if each.display and (each.local or not each.rows)]
        spoken = list(dict.fromkeys(element.texts + displays))
        readings = [self._reading(text, name=name, report=report) for text in spoken]
        told = _beside(codings)
        beside = [self._reading(text, name=True) for text in told]
        rows = tuple(dict.fromkeys([row for each in codings for row in each.rows]))
        qualifiers = frozenset([row.concept for row in rows if row.concept.startswith(QUALIFIER)])
        sited = readings + beside
        # The plural of a code's name is no side beside one that the text tells: "Left leg heaviness".
        told_side = both([each.side for each in readings])
        sure = [each.side for each in beside if not (each.plural and told_side)]
        label, key, words = _said(codings, element)
        return Coded(
            label=label,
            key=key,
            rows=tuple([row for row in rows if row.concept not in qualifiers]),
            qualifiers=qualifiers,
            readings=tuple(readings),
            words=words,
            code_side=side_of(qualifiers)
            or (self._codes.side(codings) if codings else None)
            or (both(sure) if sure else None),
            side=told_side,
            leg_site=_LOWER_LIMB in qualifiers or True in [each.leg_site for each in sited],
            other_site=True in [each.other_site for each in sited]
            and not self._names_own_site((*spoken, *told)),
            answer=self._answer(qualifiers, readings, codings, spoken),
            asks=name and any(text.endswith("?") for text in spoken),
            silent=not (rows or any(each.mentions for each in readings)),
            cut=bool(spoken) and len(max(spoken, key=len)) > MOST_CHARACTERS,
            graded=self._grades.stand_in(words),
        )

    def _names_own_site(self, texts: Iterable[str]) -> bool:
        """Whether the low back stands in it too: "thoracic or lumbosacral neuritis"."""
        return any(holds_any(folded(text[:MOST_CHARACTERS]), self._own_sites) for text in texts)

    def _reading(self, text: str, *, name: bool, report: bool = False) -> Reading:
        text = text[:MOST_CHARACTERS]
        return self._texts.read(text.rstrip(" ?") if name else text, one_clause=name, report=report)

    def _answer(
        self, qualifiers: frozenset[str], readings: list[Reading], codings: list[Known], spoken: list[str]
    ) -> Answer:
        if qualifiers:
            if f"{QUALIFIER}absent" in qualifiers:
                return Answer.NO
            if f"{QUALIFIER}present" in qualifiers:
                return Answer.YES
        if codings and any(each.code in self._no_answers for each in codings):
            return Answer.UNKNOWN
        # An answer may be a bare code without words: "yes", "N".
        bare = [] if spoken else [self._texts.read(_yes_or_no(each.code)) for each in codings if each.code]
        said = [reading.answer for reading in (*readings, *bare)]
        plain = [answer for answer in said if answer not in _NOTHING_SAID]
        if plain:
            return plain[0]
        return Answer.UNKNOWN if Answer.UNKNOWN in said else Answer.NONE

    def known(self, system: str, code: str, display: str = "") -> Known:
        """What a single coding stands for, by its code alone."""
        return self._codes.of(Coding(system, code, display))

    def score(self, raw: Raw) -> Quantity | None:
        """The number that a coded answer carries: its weight, else the number in its words."""
        if not raw:
            return None
        element = load(raw)
        weight = weight_of(element, self._answer_scores)
        if weight is None:
            meant = (self._codes.of(each).code for each in element_of(element).codings)
            weight = next((self._answer_scores[code] for code in meant if code in self._answer_scores), None)
        if weight is not None:
            return Quantity(weight, "")
        shown = [text for text in element_of(element).shown if _DIGIT.search(text)]
        numbers = (self._quantities.in_text(text) or self._quantities.leading(text) for text in shown)
        return next((number for number in numbers if number), None)


def _beside(codings: Iterable[Known]) -> list[str]:
    """Words beside known codes: what the record shows, else what the content calls them."""
    return list(dict.fromkeys(each.display or each.rows[0].display for each in codings if each.rows))


def _said(codings: list[Known], element: Element) -> tuple[str, str, str]:
    """Label, key and folded words of an element."""
    shown = element.shown
    return _label(codings, shown), _key(codings, shown), _words(shown)


def _label(codings: list[Known], shown: list[str]) -> str:
    return shown[0] if shown else next((each.local or each.code for each in codings if each.code), "")


def _words(shown: list[str]) -> str:
    return folded(" | ".join(shown)[:MOST_CHARACTERS])


def _key(codings: list[Known], shown: list[str]) -> str:
    for each in codings:
        if each.code:
            code = normal(each.system, each.code)
            return f"{each.system}|{code.replace('.', '') if each.system in ICD else code}"
    return folded(shown[0])[:200] if shown else ""


def _yes_or_no(code: str) -> str:
    """HL7 v2 table 0136 writes yes and no by their first letters."""
    return {"Y": "yes", "N": "no"}.get(code.upper(), code)
