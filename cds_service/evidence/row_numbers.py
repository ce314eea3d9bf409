"""The number of a row that measures something, or why there is none."""

from __future__ import annotations

from cards.findings import Hit, Quantity
from cds_service.evidence.asked import fits
from cds_service.evidence.folding import folded
from cds_service.evidence.rows import Row


def has_no_number(row: Row) -> bool:
    """Whether a measurement has a value that is not understood: the "LO" of a meter, "2.2 or 3.2"."""
    uses = row.opened.chart.uses
    if row.value.quantity or not row.named or not row.value.words:
        return False
    if row.value.coded.graded:  # "5/5 bilaterally": see written_power
        return False
    values, words = row.opened.chart.knowledge.reading["values"], folded(row.value.words)
    if any(hit.concept not in uses.only_measured for hit in row.named):
        return False
    of_numbers = any(hit.concept in uses.units for hit in row.named)
    return words in values["no_number"] or (of_numbers and any(map(str.isdigit, words)))


def fits_several(row: Row, quantity: Quantity, hit: Hit) -> bool:
    """Whether a number without a unit fits several measures: 3.8 litres, or per cent."""
    features = row.opened.chart.uses.quantities.get(hit.concept, ())
    if quantity.unit or len({feature.unit for feature in features}) < 2:
        return False
    return sum(fits(quantity, feature, row.opened.chart.knowledge) for feature in features) > 1


def quantity_of(row: Row, hits: tuple[Hit, ...]) -> Quantity | None:
    """The number, with the unit that the name tells and without the flag that only looks like one."""
    quantity, chart = row.value.quantity, row.opened.chart
    if quantity is None:
        return None
    units = [unit for hit in hits for unit in chart.uses.units.get(hit.concept, ())]
    return chart.quantities.unflagged(chart.quantities.named(quantity, row.name.words, row.name.key), units)
