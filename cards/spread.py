"""Weakness that ascends, told by the dates of findings: feet first, then thighs or arms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from cards.facts import Answer, Fact, Facts
from cards.findings import Side
from cards.knowledge import Feature
from cards.statements import Statement, Statements, combined, newest_first


def ascending_by_trend(feature: Feature, statements: Statements, facts: Facts) -> Fact | None:
    """A finding of the feet that was first recorded in the weeks before one of thighs or arms was.

    Both must be present now and new: an old finding of the feet, of whatever kind, is no beginning. What is
    of one side alone is a root, a nerve or the brain; numb feet in a known neuropathy may be of any age.
    """
    trend = statements.knowledge.reading["time"]["ascending_trend"]
    distal = _first(_distal(trend, statements, facts))
    if distal is None:
        return None
    for name in trend["proximal"]:
        later = _first(_standing(name, statements, facts))
        if later is None or not _follows(distal, later, trend):
            continue
        if combined(s.side for s in (distal, later) if s.side) in (Side.LEFT, Side.RIGHT):
            continue
        hint = not (distal.hit.confirmed and later.hit.confirmed)
        findings = (later.finding, distal.finding)
        return Fact(feature.id, Answer.PRESENT, findings, when=later.finding.when, hint_only=hint)
    return None


def _distal(trend: Mapping[str, Any], statements: Statements, facts: Facts) -> list[Statement]:
    """Weak ankles and feet; and numb ones, where no neuropathy was known before."""
    found = [s for name in trend["distal"] for s in _standing(name, statements, facts)]
    if not facts.holds(trend["not_numb_with"]):
        found += [s for name in trend["distal_numb"] for s in _standing(name, statements, facts)]
        found += [
            s
            for name in trend["distal_numb_if_named"]
            for s in _standing(name, statements, facts)
            if _names(s, trend["distal_words"])
        ]
    return found


def _standing(name: str, statements: Statements, facts: Facts) -> list[Statement]:
    """All that was ever said of a feature that is present now."""
    return statements.ever_affirmed(statements.knowledge.features[name]) if facts.holds(name) else []


def _names(statement: Statement, words: Collection[str]) -> bool:
    return not set(words).isdisjoint(re.findall(r"\w+", statement.finding.label.lower()))


def _first(found: Iterable[Statement]) -> Statement | None:
    """The earliest, which is one without a date where there is any: it may be older than all others."""
    return next(reversed(newest_first(found)), None)


def _follows(first: Statement, then: Statement, trend: Mapping[str, Any]) -> bool:
    """Whether the second came on a later day than the first, and surely within the time."""
    one, two = first.finding.when, then.finding.when
    if one is None or two is None or two.earliest <= one.latest:
        return False
    apart = two.middle - one.middle >= timedelta(hours=float(trend["after_hours"]))
    return apart and two.latest - one.earliest <= timedelta(days=float(trend["within_days"]))
