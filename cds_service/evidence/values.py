"""The value of an observation, of one of its components, or of an answer, whatever type it has."""

from __future__ import annotations

from dataclasses import dataclass

from msgspec import Raw

from cards.findings import Quantity
from cds_service.evidence.codes import NOTHING, Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import NONE, Part, load, member, number_of, truth_of


@dataclass(frozen=True, slots=True)
class Value:
    """A value, read in every way that it allows."""

    given: bool = False
    answer: Answer = Answer.NONE
    quantity: Quantity | None = None
    coded: Coded = NOTHING
    """Its codes and words."""
    date: Dated | None = None

    @property
    def words(self) -> str:
        """As written, without codes."""
        return self.coded.label if self.coded.words else ""

    @property
    def not_understood(self) -> bool:
        """A coded answer of which neither the code is known nor any word is there."""
        coded = self.coded
        bare = bool(coded.label) and not (coded.words or coded.rows or coded.qualifiers)
        return bare and self.answer is Answer.NONE and self.quantity is None

    @property
    def in_words(self) -> bool:
        """It says more than a number or a plain answer."""
        return bool(self.coded.words) and self.quantity is None and self.answer is Answer.NONE


NO_VALUE = Value()
NO_ANSWER = Value(given=True, answer=Answer.UNKNOWN)


def read_value(opened: OpenResource, part: Part, *, report: bool = False) -> Value:
    """The value of a part; several (which FHIR does not allow) are taken together."""
    raw, coded = _coded_value(opened, part, report=report)
    quantity = _number(opened, part) or opened.chart.codes.score(raw)
    truth = truth_of(part.value_boolean)
    date = _date(opened, part)
    if coded is NOTHING and quantity is None and truth is None and date is None:
        # A value without anything in it is no answer; without any value the name stands for itself.
        return NO_ANSWER if any_value(part) else NO_VALUE
    answer = coded.answer
    if truth is not None:
        answer = Answer.YES if truth else Answer.NO
    return Value(True, answer, quantity and in_range(opened, part, quantity), coded, date)


def in_range(opened: OpenResource, part: Part, quantity: Quantity) -> Quantity:
    """With the reference range, and with its unit where the value has none of its own."""
    if not part.reference_range:
        return quantity
    known, written = opened.chart.decoded.ranges, (bytes(part.reference_range), quantity.unit)
    if written not in known:
        quantities, given = opened.chart.quantities, load(part.reference_range)
        unit = quantity.unit or quantities.unit_of_range(given)
        known[written] = unit, *quantities.reference_range(given, unit)
    unit, low, high = known[written]
    return Quantity(quantity.value, unit, quantity.comparator, low, high)


def any_value(part: Part) -> bool:
    """Whether it has a value of any type."""
    raw = (
        part.value_codeable_concept, part.value_coding, part.value_string, part.value_quantity,
        part.value_integer, part.value_decimal, part.value_range, part.value_period,
    )  # fmt: skip
    return any(raw) or not (part.value_boolean is part.value_date_time is part.value_date is None)


def words_of_value(opened: OpenResource, part: Part, *, report: bool) -> Coded:
    """Its codes and words; NOTHING for a number, a date or a plain yes."""
    return _coded_value(opened, part, report=report)[1]


def _coded_value(opened: OpenResource, part: Part, *, report: bool) -> tuple[Raw, Coded]:
    """The same, and the member in which they stand."""
    for raw in (part.value_codeable_concept, part.value_coding, part.value_string):
        if raw:
            coded = opened.code(raw, report=report)
            if coded != NOTHING or opened.chart.codes.score(raw) is not None:
                return raw, coded
    return NONE, NOTHING


def _number(opened: OpenResource, part: Part) -> Quantity | None:
    quantities = opened.chart.quantities
    if part.value_quantity:
        return quantities.quantity(load(part.value_quantity))
    if part.value_range:
        return quantities.bounded(load(part.value_range))
    for raw in (part.value_integer, part.value_decimal):
        if raw and (value := number_of(load(raw))) is not None:
            return Quantity(value, "")
    return None


def _date(opened: OpenResource, part: Part) -> Dated | None:
    found = opened.date(part.value_date_time) or opened.date(part.value_date)
    if found is None and part.value_period:
        found = opened.date(member(load(part.value_period), "start"))
    return found
