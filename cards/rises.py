"""Whether a measured value has risen: by an amount in a short time, or to a multiple of its baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from cards.statements import Statement

Value = tuple[Statement, float]
"""A usable value in the canonical unit of its feature, with the statement that tells it."""


def risen_from(latest: Value, values: Iterable[Value], limits: Mapping[str, object]) -> Statement | None:
    """The earlier value from which the latest has risen enough; None when it has not, or nobody can tell.

    `limits`: `rise_by` within `rise_days`, or `rise_times` the baseline, which is the lowest value of the
    `baseline_days` before, else the lowest of `values`. A value "< 50" is no number to reckon with.
    """
    moment = latest[0].moment
    if moment is None or not _exact(latest[0]):
        return None
    earlier = [value for value in values if _exact(value[0]) and _before(value[0], latest[0])]
    close = _lowest(_since(moment, earlier, _number(limits, "rise_days")))
    if close is not None and latest[1] - close[1] >= _number(limits, "rise_by"):
        return close[0]
    baseline = _lowest(_since(moment, earlier, _number(limits, "baseline_days"))) or _lowest(earlier)
    if baseline is not None and latest[1] >= _number(limits, "rise_times") * baseline[1]:
        return baseline[0]
    return None


def _number(limits: Mapping[str, object], name: str) -> float:
    return float(str(limits[name]))


def _exact(statement: Statement) -> bool:
    return statement.finding.quantity is not None and not statement.finding.quantity.comparator


def _before(one: Statement, other: Statement) -> bool:
    first, second = one.finding.when, other.finding.when
    return first is not None and second is not None and first.latest < second.earliest


def _since(moment: datetime, values: Iterable[Value], days: float) -> list[Value]:
    start = moment - timedelta(days=days)
    return [value for value in values if value[0].moment is not None and value[0].moment >= start]


def _lowest(values: Iterable[Value]) -> Value | None:
    return min(values, key=lambda value: (value[1], value[0].finding.source.reference), default=None)
