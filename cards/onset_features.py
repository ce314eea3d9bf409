"""Features that are measured from the beginning of the weakness: known before it, just before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import product

from cards.facts import Answer, Fact, Facts
from cards.findings import Finding, When
from cards.knowledge import Feature, Knowledge
from cards.measures import Measures
from cards.statements import Statement, Statements, findings_of, newest_first


def known(feature: Feature, statements: Statements, facts: Facts, *, before: When | None) -> Fact | None:
    """A confirmed disease that was recorded before the present episode began, or is long established.

    `before`: the onset of the episode; None when there is none yet to compare with. An undated
    entry of a problem list counts as known.
    """
    found = [s for s in statements.affirmed(feature) if s.finding.confirmed]
    if feature.options.get("before_episode") and before is not None:
        established = statements.as_of - statements.days("established_days")
        end = max(before.earliest, established)
        found = [s for s in found if s.finding.when is None or s.finding.when.latest < end]
    found += _aged(feature, statements, facts)
    standing = statements.standing(found, statements.denied(feature))
    if not standing:
        return None
    return Fact(
        feature.id,
        Answer.PRESENT,
        findings_of(standing),
        when=newest_first(standing)[0].finding.when,
        hint_only=not any(s.hit.confirmed for s in standing),
    )


def _aged(feature: Feature, statements: Statements, facts: Facts) -> list[Statement]:
    """An acute diagnosis that is no longer acute, such as a stroke of more than a week ago."""
    rule = feature.options.get("aged")
    if not isinstance(rule, Mapping):
        return []
    if "unless" in rule and facts.holds(str(rule["unless"])):
        return []
    limit = statements.as_of - timedelta(days=float(rule["older_than_days"]))
    return [
        s
        for s in statements.affirmed(feature, [str(concept) for concept in rule["concepts"]])
        if s.finding.confirmed and s.finding.when is not None and s.finding.when.latest < limit
        if s.hit.by_code or "in_words" not in rule or _names(s.finding, str(rule["in_words"]))
    ]


def _names(finding: Finding, concept: str) -> bool:
    return any(hit.concept == concept for hit in finding.hits)


def explained_before(cause: str, facts: Facts, knowledge: Knowledge, moment: datetime) -> bool:
    """Whether a known chronic disease that fits the weakness was recorded before `moment`.

    `cause`: the derived feature that says which known disease fits which weakness.
    """
    return any(
        finding.when is None or finding.when.earliest < moment
        for name in facts.base_features([cause])
        if knowledge.features[name].shape == "known"
        for finding in facts.get(name).findings
    )


def before_onset(feature: Feature, statements: Statements, onset: When | None) -> Fact | None:
    """Something that happened in the days before the weakness began, such as an infection.

    Measured from the onset; from the moment of assessment when no onset is known.
    """
    days = feature.options.get("before_onset_days")
    if not isinstance(days, int | float):
        return None
    end = onset.latest if onset else statements.as_of
    start = (onset.earliest if onset else statements.as_of) - timedelta(days=days)
    found = [
        s
        for s in statements.about(feature.concepts, feature.shape)
        if s.hit.stance.value in ("affirmed", "suspected", "historical") and _falls(s, start, end, feature)
    ]
    if not found:
        return None
    return Fact(
        feature.id,
        Answer.PRESENT,
        findings_of(found),
        when=newest_first(found)[0].finding.when,
        hint_only=not any(s.hit.confirmed for s in found),
    )


def _falls(statement: Statement, start: datetime, end: datetime, feature: Feature) -> bool:
    when = statement.finding.when
    if when is None:
        return feature.options.get("undated_with") == "symptom" and len(statement.finding.hits) > 1
    return when.latest >= start and when.earliest <= end


def worsening_by_trend(
    feature: Feature, statements: Statements, facts: Facts, measures: Measures
) -> Fact | None:
    """Worsening that nobody wrote down: falling power, a rising NIHSS, or walking lost."""
    time = statements.knowledge.reading["time"]
    for rule in time["worsening_trends"]:
        trend = measures.changed(
            str(rule["feature"]), float(rule["by"]), timedelta(days=float(rule["within_days"]))
        )
        if trend:
            return Fact(feature.id, Answer.PRESENT, trend, when=trend[0].when)
    lost = time["walking_lost"]
    first, then = facts.get(str(lost["first"])), facts.get(str(lost["then"]))
    if first.answer is not Answer.PRESENT or then.answer is not Answer.PRESENT:
        return None
    period = timedelta(days=float(lost["within_days"]))
    for before, after in product(first.findings, then.findings):
        if before.when is None or after.when is None:
            continue
        if timedelta(0) < after.when.earliest - before.when.latest <= period:
            return Fact(feature.id, Answer.PRESENT, (after, before), when=after.when)
    return None
