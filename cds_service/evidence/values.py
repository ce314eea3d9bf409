"""The value of an observation, of one of its components, or of an answer, whatever type it has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cards.findings import Quantity
from cds_service.evidence.codes import NOTHING, Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.open_chart import Record
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part, load, member, number_of, truth_of


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
    def in_words(self) -> bool:
        """It says more than a number or a plain answer."""
        return bool(self.coded.words) and self.quantity is None and self.answer is Answer.NONE


NO_VALUE = Value()


def read_value(record: Record, part: Part, *, report: bool = False) -> Value:
    """The value of a part; several (which FHIR does not allow) are taken together."""
    coded = _words(record, part, report=report)
    quantity = _number(record, part) or coded.score
    truth = truth_of(part.value_boolean)
    date = _date(record, part)
    if coded is NOTHING and quantity is None and truth is None and date is None:
        return NO_VALUE
    answer = coded.answer
    if truth is not None:
        answer = Answer.YES if truth else Answer.NO
    if quantity is not None and part.reference_range:
        low, high = record.chart.quantities.reference_range(load(part.reference_range), quantity.unit)
        quantity = replace(quantity, low=low, high=high)
    return Value(True, answer, quantity, coded, date)


def _words(record: Record, part: Part, *, report: bool) -> Coded:
    for raw in (part.value_codeable_concept, part.value_coding, part.value_string):
        if raw and (coded := record.code(raw, report=report)) != NOTHING:
            return coded
    return NOTHING


def _number(record: Record, part: Part) -> Quantity | None:
    quantities = record.chart.quantities
    if part.value_quantity:
        return quantities.quantity(load(part.value_quantity))
    if part.value_range:
        return quantities.bounded(load(part.value_range))
    for raw in (part.value_integer, part.value_decimal):
        if raw and (value := number_of(load(raw))) is not None:
            return Quantity(value, "")
    return None


def _date(record: Record, part: Part) -> Dated | None:
    found = record.date(part.value_date_time) or record.date(part.value_date)
    if found is None and part.value_period:
        found = record.date(member(load(part.value_period), "start"))
    return found
