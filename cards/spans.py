"""The ranges of numbers for which a few tried values stand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers between two ends; an end may be infinite."""

    low: float = -inf
    high: float = inf
    with_low: bool = True
    with_high: bool = True

    def __contains__(self, value: float) -> bool:
        above = self.low < value or (self.with_low and value == self.low)
        return above and (value < self.high or (self.with_high and value == self.high))


def spans(
    chosen: Collection[float], tried: Sequence[float], thresholds: Collection[float]
) -> tuple[Span, ...]:
    """What the chosen of the tried values stand for.

    `tried`: in ascending order every threshold, and a value below, between and above them.
    """
    return tuple(_span(run, tried, thresholds) for run in _runs(chosen, tried))


def _runs(chosen: Collection[float], tried: Sequence[float]) -> Iterator[list[int]]:
    run: list[int] = []
    for place, value in enumerate(tried):
        if value in chosen:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _span(run: list[int], tried: Sequence[float], thresholds: Collection[float]) -> Span:
    """A value that is no threshold stands for all between the thresholds beside it."""
    first, last = run[0], run[-1]
    low, with_low = (-inf, True) if first == 0 else (tried[first], True)
    high, with_high = (inf, True) if last == len(tried) - 1 else (tried[last], True)
    if first > 0 and low not in thresholds:
        low, with_low = tried[first - 1], False
    if last < len(tried) - 1 and high not in thresholds:
        high, with_high = tried[last + 1], False
    return Span(low, high, with_low, with_high)
