"""What stands in the chart for a feature and does not count, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from cards.findings import Finding, Stance
from cards.knowledge import Feature
from cards.statements import Statement, Statements, newest_first, shape_of


class Reason(StrEnum):
    """Why a finding does not count."""

    UNUSABLE = "unusable"
    DENIED = "denied"
    HYPOTHETICAL = "hypothetical"
    OTHER_PERSON = "other_person"
    OVER = "over"
    TOO_OLD = "too_old"
    LATER = "later"
    """Dated after the moment of assessment."""
    UNDATED = "undated"
    VAGUE = "vague"
    DENIED_SINCE = "denied_since"
    OTHER = "other"
    """By another rule: it repeats an older entry, is explained by an older disease, is of another site."""


_DAY = timedelta(days=1)
_BY_STANCE = {
    Stance.DENIED: Reason.DENIED,
    Stance.HYPOTHETICAL: Reason.HYPOTHETICAL,
    Stance.OTHER_PERSON: Reason.OTHER_PERSON,
}


@dataclass(frozen=True, slots=True)
class NotCounted:
    """A finding of a feature's concept that does not make the feature present."""

    feature: str
    finding: Finding
    why: Reason
    age_days: float | None
    """How long ago, from the latest moment that its date can mean; None without a date."""
    window_days: float | None
    """How long a finding counts; None: at any time."""


def not_counted(feature: Feature, statements: Statements, value: str = "") -> tuple[NotCounted, ...]:
    """The findings that name the feature and do not count for it, each once, newest first.

    `value`: of a feature with coded answers the one that is asked for; it can have a window of its own.
    """
    window = feature.window_by_value.get(value, feature.window_days)
    about = newest_first(statements.about(feature.concepts, shape_of(feature)))
    if value:
        named = f"value_{feature.id}_{value}"
        about = [s for s in about if any(hit.concept == named for hit in s.finding.hits)]
    found: dict[int, NotCounted] = {}
    for statement in about:
        finding = statement.finding
        why = _why(statement, feature, statements, window)
        found.setdefault(id(finding), NotCounted(feature.id, finding, why, _age(finding, statements), window))
    return tuple(found.values())


def _why(statement: Statement, feature: Feature, statements: Statements, window: float | None) -> Reason:
    finding = statement.finding
    over = finding.historical or statement.hit.stance is Stance.HISTORICAL
    if finding.unusable:
        return Reason.UNUSABLE
    if statement.hit.stance in _BY_STANCE:
        return _BY_STANCE[statement.hit.stance]
    if finding.positive is False and feature.options.get("outcome") != "negative":
        return Reason.DENIED
    if finding.when is not None and finding.when.earliest > statements.as_of + _DAY:
        return Reason.LATER
    if feature.shape == "medication":
        return Reason.OVER if finding.ended or over else Reason.OTHER
    inside = statements.in_window(finding, window)
    if inside is False:
        return Reason.TOO_OLD
    if over and not feature.historical_ok:
        return Reason.OVER
    if inside is None:
        return Reason.UNDATED if finding.when is None else Reason.VAGUE
    affirmed = statements.affirmed(feature)
    standing = statements.standing(affirmed, statements.denied(feature))
    return Reason.DENIED_SINCE if statement in affirmed and statement not in standing else Reason.OTHER


def _age(finding: Finding, statements: Statements) -> float | None:
    return None if finding.when is None else (statements.as_of - finding.when.latest) / _DAY
