"""Numbers that records write as text: ``<2.5 mmol/L``, ``1,200``, ``4/5``, ``4+``, ``2 = some effort``."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from cards.findings import Quantity
from cards.knowledge import Knowledge
from cards.units import normal_unit
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.thin import listed, member, number_of, text_of

_BRACKETED = re.compile(r"[(\[]\s*([^()\[\]]+?)\s*[)\]]")
_COMPARATORS = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "=<": "<=", "=>": ">=", "≤": "<=", "≥": ">="}
# Thousands may be parted by a comma, a blank or an apostrophe: 1,200, 1 200, 1'200.
_GAP = r"[ \u00a0\u2009\u202f'’]"
_GROUPED = rf"[0-9]{{1,3}}(?:{_GAP}[0-9]{{3}})+(?:\.[0-9]+)?(?![0-9])"
_WRITTEN = rf"[-+−]?\s?(?:{_GROUPED}|[0-9][0-9,]*(?:[.·][0-9]+)?|\.[0-9]+)"
_NUMBER = re.compile(rf"[~≈=*]?\s*(<=|>=|=<|=>|<|>|≤|≥)?\s*({_WRITTEN})\s*(.*)", re.DOTALL)
# A number that stands by itself, with its unit: not the 2 of SpO2, H2O or "L2", nor a date or a time.
_AMONG_WORDS = re.compile(
    rf"(?<![\w.,/:^*])(<=|>=|=<|=>|<|>|≤|≥)?\s*({_WRITTEN})(?![0-9]|[-/:.][0-9])\s?(/?[A-Za-zµμ%°\[][^\s,;:()=]*)?"
)
_NORMAL_RANGE = re.compile(
    r"\s*[(\[]\s*(?:(?:ref|normal|range)\w*[\s:.]*)*(?:[<>≤≥]=?\s*[0-9.,]+|[0-9.,]+\s*(?:-|–|to)\s*[0-9.,]+)[^()\[\]0-9]*[)\]]"
)
_FROM_TO = re.compile(r"[0-9]\s*(?:-|–|to|or)\s*[0-9]")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_GAPS = re.compile(rf"(?<=[0-9]){_GAP}(?=[0-9]{{3}})")
_OUT_OF = re.compile(r"[+-]?\s*(?:/|out of|of)\s*([0-9]{1,3})\s*[+-]?")
_FLAG = re.compile(r"\s*(?:\([^()0-9]*\)|\*+)$")
_UNIT = re.compile(r"/?[A-Za-zµμ%°\[{×*][^\s,;:()=]{0,19}")
_LABELLED = re.compile(r"(?:[^\W\d]+\s+){1,3}([0-9]+(?:\.[0-9]+)?)\s*(?:[=:–-].*|\([^0-9]*\))?", re.DOTALL)
_EXPLAINED = re.compile(r"([0-9]+(?:\.[0-9]+)?)(?:\s*/\s*[0-9]{1,3})?\s*(?:[=:–]|-\s).*", re.DOTALL)
_RANGE = re.compile(r"([0-9.,]+)\s*(?:-|–|to)\s*([0-9.,]+)(?:\s.*)?", re.DOTALL)


class Quantities:
    """Reads numbers in the units and grades that the content knows."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._grade = re.compile(knowledge.reading["values"]["grade_pattern"])
        known = [unit.unit for units in knowledge.units.values() for unit in units]
        self._spellings = knowledge.reading["units"]
        known += [*self._spellings["synonyms"], *self._spellings["dimensionless"]]
        self._plain = {unit: normal_unit(unit, self._spellings) for unit in known}
        # As written in the content, the canonical spelling first.
        self._units = {self._same(unit): unit for unit in reversed(known)}
        values = knowledge.reading["values"]
        self._flags = frozenset(values["flags"])
        self._comparators = {folded(words): sign for words, sign in values["comparators"]}
        self._compared = re.compile(
            rf"(?<!\w)(?:{'|'.join(sorted(self._comparators, key=len, reverse=True))})(?=\s+[-+−]?[0-9])",
            re.IGNORECASE,
        )
        self._other_value = tuple(values["other_value"])
        others = "|".join(map(re.escape, values["of_others"]))
        self._of_others = re.compile(rf"(?<!\w)(?:{others})(?:\s*[:=(]|\s+is)?\s*$", re.IGNORECASE)
        self._of_code = dict(values["unit_of_code"])
        self._in_name = tuple((folded(words), unit) for words, unit in values["unit_in_name"])

    def in_text(self, text: str) -> Quantity | None:
        """The quantity that a text consists of; None when it says more, or something else."""
        text = _FLAG.sub("", _NORMAL_RANGE.sub("", self._with_signs(text.strip())))
        found = _NUMBER.fullmatch(text)
        if found is None:
            return None
        comparator, written, rest = found.groups()
        value = _value(written)
        if value is None:
            return None
        comparator = _COMPARATORS.get(comparator or "", "")
        rest = self._without_flag(rest)
        if not rest:
            return Quantity(value, "", comparator)
        if grade := self._grade.match(text):
            return Quantity(float(grade[1]), "", comparator)
        if (scale := _OUT_OF.fullmatch(rest)) and value <= float(scale[1]):
            return Quantity(value, "", comparator)
        if _UNIT.fullmatch(rest) or self._same(rest) in self._units:
            return Quantity(value, rest, comparator)
        return None

    def grade(self, text: str) -> Quantity | None:
        """The grade of power that a text consists of, also as "M4+"; None when it says more."""
        found = self._grade.match(text)
        return Quantity(float(found[1]), "") if found else None

    def among_words(self, text: str, units: Collection[str]) -> Quantity | None:
        """The number of a measurement in a text that says more: "SpO2 85 % on room air", "450 ml, scan".

        None where it cannot be told which number is meant, or the text speaks of another value (a target).
        """
        if holds_any(folded(text), self._other_value):
            return None
        text = _NORMAL_RANGE.sub(" ", self._with_signs(text))
        if _FROM_TO.search(text):
            return None
        numbers = self.numbers(text)
        fitting = {self._same(unit) for unit in units}
        with_unit = [each for each in numbers if each.unit and self._same(each.unit) in fitting]
        if with_unit:
            same = [each for each in with_unit if self._same(each.unit) == self._same(with_unit[0].unit)]
            return with_unit[0] if len({each.value for each in same}) == 1 else None
        if len(numbers) != 1 or (numbers[0].unit and self._same(numbers[0].unit) in self._units):
            return None
        return replace(numbers[0], unit="")

    def numbers(self, text: str) -> list[Quantity]:
        """The numbers that stand by themselves in a text, each with the word behind it as its unit.

        Not what others have: "0.9 L (predicted 3.9 L)".
        """
        text = self._with_signs(text)
        return [
            Quantity(value, found[3] or "", _COMPARATORS.get(found[1] or "", ""))
            for found in _AMONG_WORDS.finditer(text)
            if (value := _value(found[2])) is not None and not self._of_others.search(text, 0, found.start())
        ]

    def _with_signs(self, text: str) -> str:
        """With a sign for a comparison in words: "greater than 500"."""
        return self._compared.sub(lambda found: self._comparators[folded(found[0])], text)

    def _same(self, unit: str) -> str:
        return self._plain.get(unit) or normal_unit(unit, self._spellings)

    def _without_flag(self, rest: str) -> str:
        """What stands behind a number without the flag of the laboratory; a letter that is a unit stays."""
        *unit, last = rest.split() or [""]
        if last not in self._flags or (not unit and self._same(last) in self._units):
            return rest
        return " ".join(unit)

    def named(self, quantity: Quantity, name: str, key: str) -> Quantity:
        """With the unit that the folded name of the measurement or its code tells, if the value has none."""
        if quantity.unit:
            return quantity
        if key in self._of_code:
            return replace(quantity, unit=self._of_code[key])
        told = next((unit for words, unit in self._in_name if words in name), "")
        # "Power (MRC)" names a scale: no unit that belongs on a card.
        bracketed = (self._units.get(self._same(words), "") for words in _BRACKETED.findall(name))
        bracketed = (unit for unit in bracketed if unit not in self._spellings["dimensionless"])
        return replace(quantity, unit=told or next(filter(None, bracketed), ""))

    def unflagged(self, quantity: Quantity, units: Collection[str]) -> Quantity:
        """Without a unit that cannot be one, but is a flag: potassium "2.1 L" is low, not litres."""
        if quantity.unit not in self._flags or self._same(quantity.unit) in map(self._same, units):
            return quantity
        return replace(quantity, unit="")

    def leading(self, text: str) -> Quantity | None:
        """The number of an answer that tells its meaning too: ``Grade 3``, ``2 = some effort``."""
        text = text.strip()
        found = _LABELLED.fullmatch(text) or _EXPLAINED.fullmatch(text)
        if (
            found is None
            or _FROM_TO.search(text)
            or holds_any(folded(text[: found.start(1)]), self._other_value)
        ):
            return None
        value = _value(found[1])
        return None if value is None else Quantity(value, "")

    def quantity(self, given: object) -> Quantity | None:
        """A FHIR Quantity; also a bare number or a text where one belongs."""
        if isinstance(given, list):
            given = given[0] if given else None
        if not isinstance(given, dict):
            return self.in_text(text_of(given)) if text_of(given) else None
        written = given.get("value")
        value = number_of(written)
        found = Quantity(value, "") if value is not None else self.in_text(text_of(written))
        if found is None:
            return None
        comparator = _COMPARATORS.get(text_of(given.get("comparator")), found.comparator)
        return Quantity(found.value, self._unit(given) or found.unit, comparator)

    def _unit(self, given: dict[str, object]) -> str:
        """The UCUM code, else the unit as written: a code that is unknown, or of another system, is none."""
        code, unit, system = (text_of(given.get(name)) for name in ("code", "unit", "system"))
        ucum = not system or "unitsofmeasure" in system or system.endswith("2.16.840.1.113883.6.8")
        known = not unit or self._same(code) in self._units or self._same(unit) not in self._units
        return code if code and known and (ucum or not unit) else unit

    def bounded(self, given: object) -> Quantity | None:
        """A FHIR Range of which one end is open, as a comparison; None for a range with two ends."""
        low, high = self.quantity(member(given, "low")), self.quantity(member(given, "high"))
        if low and not high:
            return Quantity(low.value, low.unit, ">=")
        if high and not low:
            return Quantity(high.value, high.unit, "<=")
        return low if low and low == high else None

    def reference_range(self, given: object, unit: str) -> tuple[float | None, float | None]:
        """The range for a healthy person, in the unit of the value; None for an end that is not told."""
        for each in listed(given):
            if _special(each):
                continue
            low, high = self.quantity(member(each, "low")), self.quantity(member(each, "high"))
            if low or high:
                return self._end(low, unit), self._end(high, unit)
            return self._range_in_words(text_of(member(each, "text")) or text_of(each))
        return None, None

    def _end(self, end: Quantity | None, unit: str) -> float | None:
        """An end of a range; None when it is told in another unit than the value."""
        if end is None or (end.unit and unit and self._same(end.unit) != self._same(unit)):
            return None
        return end.value

    def unit_of_range(self, given: object) -> str:
        """The unit of a reference range, which is that of the value beside it; empty when it has none."""
        ends = (self.quantity(member(each, end)) for each in listed(given) for end in ("low", "high"))
        return next((end.unit for end in ends if end and end.unit), "")

    def _range_in_words(self, text: str) -> tuple[float | None, float | None]:
        if (found := _RANGE.fullmatch(text.strip(" ()[]"))) is not None:
            return _value(found[1]), _value(found[2])
        bound = self.in_text(text)
        if bound is None or not bound.comparator:
            return None, None
        return (None, bound.value) if bound.comparator.startswith("<") else (bound.value, None)


def _value(written: str) -> float | None:
    written = _GAPS.sub("", written.replace("−", "-").replace("·", ".")).replace(" ", "")
    if _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    elif _DECIMAL_COMMA.fullmatch(written):
        written = written.replace(",", ".")
    return number_of(written)


def _special(given: object) -> bool:
    """Whether a range is not that of a healthy person: of therapy, of a stage, of danger."""
    kind = member(given, "type")
    codes = {text_of(member(coding, "code")).lower() for coding in listed(member(kind, "coding"))}
    return bool(codes - {"", "normal"})
