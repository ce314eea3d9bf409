"""What is lacking of a red flag, in words: what would have to be recorded, and what is instead."""

from __future__ import annotations

from collections.abc import Iterator
from math import isinf

from cards.facts import Answer as Known
from cards.near_misses import Lack
from cards.not_counted import NotCounted, Reason
from cards.spans import Span
from cds_service.told_words import Words, number, span, with_plain_unit

_DAY = "d"
_IN_DAYS_UP_TO = 90
"""Longer ago a time is said in months or years."""
_WHY = {
    Reason.DENIED: "says that it is not there",
    Reason.HYPOTHETICAL: "speaks of it only as something that might be",
    Reason.OTHER_PERSON: "is about another person",
    Reason.OVER: "is recorded as over",
    Reason.LATER: "is dated after this moment",
    Reason.DENIED_SINCE: "is followed by an entry that says no",
    Reason.OTHER: "does not count here: it repeats or follows an older entry, or is of another site",
}


def needed(lack: Lack, words: Words) -> str:
    """Such as ``Post-void residual ≥ 200 mL``; of what is in the way, what is recorded."""
    if lack.held_back:
        return words.said(lack.feature)
    label, named = words.feature(lack.feature), words.knowledge.wording["values"]
    if lack.spans:
        feature = words.knowledge.features[lack.feature]
        ranges = " or ".join(" and ".join(_ends(each, feature.unit)) for each in lack.spans)
        return f"Onset {ranges} ago" if feature.derive == "onset_age" else f"{label} {ranges}"
    codes = [str(named.get(each, each)) for each in lack.needed if isinstance(each, str)]
    return f"{label}: {' or '.join(codes)}" if codes else label


def recorded(lack: Lack, words: Words) -> str:
    """What the chart says instead: a value, that it is absent, or nothing."""
    fact = lack.fact
    if fact.answer is Known.ABSENT:
        return "recorded as absent"
    if fact.answer is Known.NOT_RECORDED:
        return "not recorded"
    value = words.value(fact) or words.side([fact.side])
    if isinstance(fact.value, float):
        measured = _value(fact.value, words.knowledge.features[lack.feature].unit)
        value = measured if not fact.shown or value == measured else f"{measured} (as {value})"
    return f"recorded: {value}" if value else "recorded"


def why_not(each: NotCounted) -> str:
    """What is said behind the words of the record."""
    window = "" if each.window_days is None else f"counts for {_days(each.window_days)}"
    match each.why:
        case Reason.UNUSABLE:
            return f"is not used: {each.finding.unusable}"
        case Reason.TOO_OLD:
            return f"is from {_ago(each.age_days)}; it {window}"
        case Reason.UNDATED:
            return "has no date" + (f"; it {window}" if window else "")
        case Reason.VAGUE:
            return "has a date too vague to be called new" + (f"; it {window}" if window else "")
    return _WHY[each.why]


def _ago(days: float | None) -> str:
    if days is None:
        return "at an unknown time"
    return f"{_days(days) if days <= _IN_DAYS_UP_TO else span(days)} ago"


def _days(days: float) -> str:
    rounded = round(days)
    return f"{rounded} day" + ("s" if rounded != 1 else "")


def _ends(span_: Span, unit: str) -> Iterator[str]:
    if not isinf(span_.low):
        yield f"{'≥' if span_.with_low else '>'} {_value(span_.low, unit)}"
    if not isinf(span_.high):
        yield f"{'≤' if span_.with_high else '<'} {_value(span_.high, unit)}"


def _value(value: float, unit: str) -> str:
    if unit == _DAY:
        return _days(value)
    return with_plain_unit(number(value) if unit[:1] in {"", "{"} else f"{number(value)} {unit}")
