"""What the coded elements of a chart say: CodeableConcepts, codings and plain texts in their place.

A code counts by the table of the content. The words of an element are read where they add to its codes:
its text always, the display of a coding when its code says nothing; of a known code only side and site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter

from msgspec import Raw

from cards.codes import ICD, Code, normal
from cards.findings import Quantity, Side
from cards.knowledge import Knowledge
from cards.statements import combined
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.memory import Memory, RememberingReader
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.text import Answer, Reading
from cds_service.evidence.thin import listed, load, member, number_of, text_of

MOST_CHARACTERS = 20_000
"""Of one text; coded fields are short, and a whole note in one must not hold up the answer."""
QUALIFIER = "cs_q_"
SNOMED = "sct"
"""Its short name in systems.toml."""
_PLACES = frozenset(f"{QUALIFIER}{place}" for place in ("left", "right", "bilateral", "lower_limb"))
_NOTHING_SAID = (Answer.UNKNOWN, Answer.NONE)
# SNOMED CT URI standard: an edition, and a version of it, are addresses below that of the code system.
_EDITION = re.compile(r"(?:/[0-9]+(?:/.*)?|/version/.*|[|?].*)$")
_ADDRESS = re.compile(r"^https?://(?:www\.)?")
_SEPARATORS = re.compile(r"[^a-z0-9]")
# SNOMED CT compositional grammar: a concept as an address, with its term, refined by attributes.
_CONCEPT_ID = re.compile(r"(?<![0-9])[1-9][0-9]{5,17}(?![0-9])")
_REFINED = re.compile(r"=\s*([1-9][0-9]{5,17})(?![0-9])")
# http://hl7.org/fhir/R4/extension-ordinalvalue.html; the second is its name in R5.
_ORDINAL = ("/ordinalValue", "/itemWeight")


@dataclass(frozen=True, slots=True)
class Coded:
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
    score: Quantity | None = None
    """The weight that a coded answer carries."""
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


NOTHING = Coded()
_content = attrgetter(*[field.name for field in fields(Coded)[3:]])


def _said_as(coded: Coded, label: str, key: str, words: str) -> Coded:
    """The same element in other words, which are its first fields: `replace` takes three times as long."""
    return Coded(label, key, words, *_content(coded))


@dataclass(frozen=True, slots=True)
class Gist:
    """What the content says of a coded element, without a word of the record: fit to be remembered."""

    coded: Coded
    """Without label, words and key."""
    names_nothing: bool
    """As a name it says nothing, whatever number stands beside it."""
    unreadable: bool
    """There is something, but neither a code nor a word in it."""


_NO_GIST = Gist(NOTHING, names_nothing=True, unreadable=False)
LONGEST_REMEMBERED = 1000
"""In bytes of JSON; what is longer does not repeat."""


@dataclass(frozen=True, slots=True)
class _Coding:
    system: str
    code: str
    display: str
    rows: tuple[Code, ...]


class CodeReader:
    """Reads the coded elements of one chart, each different one once."""

    def __init__(
        self,
        knowledge: Knowledge,
        texts: RememberingReader,
        quantities: Quantities,
        systems: Mapping[str, str],
        *,
        memory: Memory[Gist],
        names_nothing: Callable[[Coded], bool],
    ) -> None:
        self._knowledge = knowledge
        self._memory = memory
        self._names_nothing = names_nothing
        self._texts = texts
        self._quantities = quantities
        self._systems = systems
        self._power = re.compile(knowledge.reading["values"]["power_pattern"])
        self._answer_scores = {
            code: float(score) for code, score in knowledge.reading["values"]["answer_scores"]
        }
        self._no_answers = frozenset(knowledge.reading["values"]["no_answers"])
        self._read: dict[tuple[bytes, bool, bool], Coded] = {}
        self._gists: dict[tuple[bytes, bool, bool], Gist] = {}
        self._worded: dict[tuple[str, bool, bool], Coded] = {}
        self._short: dict[str, str] = {}

    def read(self, raw: Raw, *, name: bool = False, report: bool = False) -> Coded:
        """One element. `name`: that of an Observation, which is one clause and may be put as a question."""
        if not raw:
            return NOTHING
        key = (bytes(raw), name, report)
        found = self._read.get(key)
        if found is None:
            gist = self.look(raw, name=name, report=report)
            found = self._read.get(key)  # read in full to get its gist
            if found is None:
                found = self._read[key] = self._with_words(gist.coded, load(raw))
        return found

    def look(self, raw: Raw, *, name: bool = False, report: bool = False) -> Gist:
        """What the content says of an element; that is known already of most."""
        if not raw:
            return _NO_GIST
        written = bytes(raw)
        key = (written, name, report)
        found = self._gists.get(key)
        if found is None:
            found = self._gists[key] = self._gist(written, name=name, report=report)
        return found

    def _gist(self, written: bytes, *, name: bool, report: bool) -> Gist:
        digest = self._memory.name(written, bytes((name, report)))
        known = self._memory.get(digest)
        if known is not None:
            return known
        element = load(Raw(written))
        coded = self._read[written, name, report] = self.of(element, name=name, report=report)
        content = _said_as(coded, "", "", "")
        gist = Gist(content, self._names_nothing(coded), _unreadable(element))
        if coded.score is None and len(written) <= LONGEST_REMEMBERED:
            self._memory.keep(digest, gist)  # the unit of a score may be any word of the record
        return gist

    def _with_words(self, coded: Coded, element: object) -> Coded:
        elements = listed(element)
        codings = [self._coding(each) for one in elements for each in _codings(one)]
        return _said_as(coded, *_said(codings, [text for one in elements for text in _texts(one)]))

    def text(self, text: str, *, name: bool = False, report: bool = False) -> Coded:
        """Words that stand alone."""
        key = (text, name, report)
        found = self._worded.get(key)
        if found is None:
            found = self._worded[key] = self.of(text, name=name, report=report)
        return found

    def of(self, element: object, *, name: bool = False, report: bool = False) -> Coded:
        """An element that is decoded already; a list where one belongs counts as one with all its codings."""
        elements = listed(element)
        codings = [self._coding(each) for one in elements for each in _codings(one)]
        texts = [text for one in elements for text in _texts(one)]
        spoken = list(
            dict.fromkeys(texts + [each.display for each in codings if not each.rows and each.display])
        )
        asks = name and any(text.endswith("?") for text in spoken)
        readings = [self._reading(text, name=name, report=report) for text in spoken]
        told = _beside(codings)
        beside = [self._reading(text, name=True) for text in told]
        rows = tuple(dict.fromkeys(row for each in codings for row in each.rows))
        qualifiers = frozenset(row.concept for row in rows if row.concept.startswith(QUALIFIER))
        shown = texts + [each.display for each in codings if each.display]
        sited = readings + beside
        label, key, words = _said(codings, texts)
        return Coded(
            label=label,
            key=key,
            rows=tuple(row for row in rows if not row.concept.startswith(QUALIFIER)),
            qualifiers=qualifiers,
            readings=tuple(readings),
            words=words,
            code_side=_side_of(qualifiers) or self._icd_side(codings) or both([each.side for each in beside]),
            side=both([each.side for each in readings]),
            leg_site=f"{QUALIFIER}lower_limb" in qualifiers or any(each.leg_site for each in sited),
            other_site=any(each.other_site for each in sited) and not self._names_own_site((*spoken, *told)),
            answer=self._answer(qualifiers, readings, codings, spoken),
            score=None if name else self._score(elements, shown),
            asks=asks,
            silent=not rows and not any(each.mentions for each in readings),
            cut=any(len(text) > MOST_CHARACTERS for text in spoken),
            graded=self._power.search(words) is not None,
        )

    def _names_own_site(self, texts: Iterable[str]) -> bool:
        """Whether the low back stands in it too: "thoracic or lumbosacral neuritis"."""
        own = tuple(self._knowledge.reading["sites"]["own"])
        return any(holds_any(folded(text[:MOST_CHARACTERS]), own) for text in texts)

    def _coding(self, coding: object) -> _Coding:
        system = text_of(member(coding, "system"))
        short = self._short.get(system)
        if short is None:
            short = self._systems.get(_plain(system)) or self._systems.get(_without_edition(system), "")
            self._short[system] = short
        code = text_of(member(coding, "code"))
        rows = self._rows(short, code) if short and code else ()
        return _Coding(short or system, code, text_of(member(coding, "display")), rows)

    def _rows(self, system: str, code: str) -> tuple[Code, ...]:
        """The rows of a code; of a SNOMED CT expression those of its focus, with the places that it adds."""
        lookup = self._knowledge.codes.lookup
        if system != SNOMED or code.isdecimal():
            return lookup(system, code)
        focus = _CONCEPT_ID.search(code)
        added = (row for concept in _REFINED.findall(code) for row in lookup(system, concept))
        qualifiers = (row for row in added if row.concept in _PLACES)
        return (*lookup(system, focus[0]), *qualifiers) if focus else ()

    def _reading(self, text: str, *, name: bool, report: bool = False) -> Reading:
        text = text[:MOST_CHARACTERS]
        return self._texts.read(text.rstrip(" ?") if name else text, one_clause=name, report=report)

    def _icd_side(self, codings: Iterable[_Coding]) -> Side | None:
        return both([self._side_in_code(each) for each in codings])

    def _side_in_code(self, coding: _Coding) -> Side | None:
        """Some ICD codes tell the side by one of their characters."""
        if coding.system not in ICD:
            return None
        code = normal(coding.system, coding.code)
        for rule in self._knowledge.reading["icd_sides"]:
            if coding.system not in rule["systems"] or not code.startswith(tuple(rule["prefixes"])):
                continue
            place = int(rule["position"])
            character = code[place : place + 1]
            for side, sign in ((Side.LEFT, "left"), (Side.RIGHT, "right"), (Side.BILATERAL, "both")):
                if character and character in rule[sign]:
                    return side
        return None

    def _answer(
        self, qualifiers: frozenset[str], readings: list[Reading], codings: list[_Coding], spoken: list[str]
    ) -> Answer:
        if f"{QUALIFIER}absent" in qualifiers:
            return Answer.NO
        if f"{QUALIFIER}present" in qualifiers:
            return Answer.YES
        if any(each.code in self._no_answers for each in codings):
            return Answer.UNKNOWN
        # An answer may be a bare code without words: "yes", "N".
        bare = [] if spoken else [self._texts.read(_yes_or_no(each.code)) for each in codings if each.code]
        said = [reading.answer for reading in (*readings, *bare)]
        return next((answer for answer in said if answer not in _NOTHING_SAID), None) or next(
            (answer for answer in said if answer is Answer.UNKNOWN), Answer.NONE
        )

    def _score(self, elements: list[object], shown: list[str]) -> Quantity | None:
        for part in (each for one in elements for each in (*_codings(one), one)):
            weights = [_weight(extension) for extension in listed(member(part, "extension"))]
            for value in (*weights, self._answer_scores.get(text_of(member(part, "code")))):
                if value is not None:
                    return Quantity(value, "")
        numbers = (self._quantities.in_text(text) or self._quantities.leading(text) for text in shown)
        return next((number for number in numbers if number), None)


def systems_known(knowledge: Knowledge, site: Mapping[str, str]) -> dict[str, str]:
    """The short name of each code system by every name under which it may come, folded as `_plain` does.

    `site`: further names at this site, each for a short name or for an address that the content knows.
    """
    known = {_plain(name): short for name, short in knowledge.systems.items()}
    known |= {_plain(short): short for short in knowledge.system_urls}
    return known | {_plain(name): known.get(_plain(meant), meant) for name, meant in site.items()}


def both(sides: Iterable[Side | None]) -> Side | None:
    """`combined`, of sides that may not be said."""
    said = [side for side in sides if side]
    return combined(said) if said else None


def _weight(extension: object) -> float | None:
    """The weight of a coded answer; None for any other extension."""
    if not text_of(member(extension, "url")).endswith(_ORDINAL):
        return None
    values = (number_of(member(extension, name)) for name in ("valueDecimal", "valueInteger", "valueString"))
    return next((value for value in values if value is not None), None)


def _plain(system: str) -> str:
    """A name of a system as it is compared: an address without http and www, a word without separators."""
    name = _ADDRESS.sub("", system.strip().lower()).rstrip("/")
    return name if "." in name or ":" in name else _SEPARATORS.sub("", name)


def _without_edition(system: str) -> str:
    """A system as `_plain` writes it, without the edition or version that its address may name."""
    return _EDITION.sub("", _plain(system.partition("|")[0]))


def _codings(element: object) -> list[object]:
    """The codings of a CodeableConcept; the element itself where it is a bare Coding."""
    given = listed(member(element, "coding"))
    if not given and isinstance(element, dict) and ("code" in element or "display" in element):
        return [element]
    return [each if isinstance(each, dict) else {"display": each} for each in given]


def _texts(element: object) -> list[str]:
    """The text of an element, also where it is a list of texts."""
    given = [element, *listed(member(element, "text"))]
    return [text for each in given if (text := text_of(each))]


def _unreadable(element: object) -> bool:
    """Whether something stands where a CodeableConcept belongs, but no code and no word can be got out of it.

    An element that is empty, or only says why (an extension), is no such thing.
    """
    if isinstance(element, dict) and not element.keys() & {"coding", "text", "code", "display"}:
        return False
    words = [each for one in listed(element) for each in (one, *listed(member(one, "text")))]
    for coding in (each for one in listed(element) for each in _codings(one)):
        words += [member(coding, "display"), member(coding, "code")]
        if text_of(member(coding, "system")):
            words.append(text_of(member(coding, "code")))
    there = [word for word in words if word is not None and word != {}]
    return bool(there) and not any(isinstance(word, str) and word.strip() for word in there)


def _beside(codings: Iterable[_Coding]) -> list[str]:
    """Words beside known codes: what the record shows, else what the content calls them."""
    return list(dict.fromkeys(each.display or each.rows[0].display for each in codings if each.rows))


def _said(codings: list[_Coding], texts: list[str]) -> tuple[str, str, str]:
    """Label, key and folded words of an element."""
    shown = texts + [each.display for each in codings if each.display]
    label = next(iter(shown), "") or next((each.code for each in codings if each.code), "")
    return label, _key(codings, shown), folded(" | ".join(shown)[:MOST_CHARACTERS])


def _key(codings: list[_Coding], shown: list[str]) -> str:
    for each in codings:
        if each.code:
            code = normal(each.system, each.code)
            return f"{each.system}|{code.replace('.', '') if each.system in ICD else code}"
    return folded(shown[0])[:200] if shown else ""


def _side_of(qualifiers: frozenset[str]) -> Side | None:
    if not qualifiers:
        return None
    return both(side for side in Side if f"{QUALIFIER}{side.value}" in qualifiers)


def _yes_or_no(code: str) -> str:
    """HL7 v2 table 0136 writes yes and no by their first letters."""
    return {"Y": "yes", "N": "no"}.get(code.upper(), code)
