"""Features that are present or absent: which statements say so, and which no longer count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from cards.facts import Answer, Fact, Facts
from cards.findings import Finding, Kind, Side, When
from cards.knowledge import Feature
from cards.statements import Statement, Statements, combined, findings_of, newest_first


def yes_or_no(
    feature: Feature,
    statements: Statements,
    facts: Facts,
    entries: set[int] | None = None,
    *,
    not_after: When | None = None,
) -> Fact | None:
    """The answer for a yes-or-no feature; None when nothing is recorded.

    `entries`: for words that describe the weakness, the identities of the findings that carry it.
    `not_after`: for an injury, the onset of the weakness that it must not follow.
    """
    affirmed = _affirmed(feature, statements, facts)
    denied = statements.denied(feature)
    if "denied_by_normal" in feature.options:
        denied += _normal_power(feature, statements, facts)
    if entries is not None and feature.options.get("entry") == "weakness":
        affirmed = [s for s in _words(feature, statements) if id(s.finding) in entries]
        denied = [s for s in denied if id(s.finding) in entries]
    if feature.cancelled_by:
        affirmed = [s for s in affirmed if not statements.cancelled(s, feature)]
    if not_after is not None:
        affirmed = [s for s in affirmed if s.day is None or s.day <= not_after.latest.date()]
    standing = statements.standing(affirmed, denied)
    if "ended_by" in feature.options and _ended_by_value(feature, standing, facts):
        standing = []
    if standing:
        return _present(feature, standing)
    if denied or affirmed:
        return Fact(feature.id, Answer.ABSENT, findings_of(denied))
    return None


def _present(feature: Feature, standing: list[Statement]) -> Fact:
    newest = newest_first(standing)
    side = combined(s.side for s in standing if s.side is not None)
    return Fact(
        feature.id,
        Answer.PRESENT,
        findings_of(standing),
        side=side,
        when=newest[0].finding.when,
        chronic=all(s.chronic for s in standing),
        hint_only=not any(s.hit.confirmed for s in standing),
    )


def _affirmed(feature: Feature, statements: Statements, facts: Facts) -> list[Statement]:
    if feature.shape == "medication":
        return [s for s in statements.about(feature.concepts, "medication") if taken(s, feature, statements)]
    found = statements.affirmed(feature)
    options = feature.options
    if options.get("skip_other_site") or options.get("severe_entry_of"):
        found = [s for s in found if not s.finding.other_site or s.finding.leg_site]
    if "not_code_ending" in options and (endings := _option_names(feature, "not_code_ending")):
        found = [s for s in found if not s.finding.code.endswith(endings)]
    if "onset_with_code_ending" in options and (endings := _option_names(feature, "onset_with_code_ending")):
        found = [s for s in found if s.finding.onset_stated or not s.finding.code.endswith(endings)]
    for option, more in _MORE:
        if option in options:
            found += more(feature, statements, facts)
    return found


def _words(feature: Feature, statements: Statements) -> list[Statement]:
    """Words count in any entry that counts; some only when the entry itself is recent."""
    if feature.options.get("recent_only"):
        return statements.affirmed(feature)
    return statements.ever_affirmed(feature)


def _option_names(feature: Feature, option: str) -> tuple[str, ...]:
    value = feature.options.get(option, ())
    if isinstance(value, str):
        return (value,)
    return tuple(str(name) for name in value) if isinstance(value, tuple | list) else ()


def _scores(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    """Items of a scale that count from a certain score, such as NIHSS facial palsy of 1 or more."""
    at_least = feature.options.get("at_least")
    if not isinstance(at_least, Mapping):
        return []
    return [
        s
        for concept, score in at_least.items()
        for s in statements.about([str(concept)], "observation_quantity")
        if s.finding.quantity is not None
        and s.finding.quantity.value >= float(score)
        and statements.in_window(s.finding, feature.window_days) is not False
        and _newest_of_its_code(s, [str(concept)], statements)
    ]


def _newest_of_its_code(statement: Statement, concepts: list[str], statements: Statements) -> bool:
    """Only the latest value of a measurement counts (S53, `sup_superseded`)."""
    others = [s for s in statements.about(concepts, "observation_quantity") if s.finding.quantity]
    return newest_first(others)[0].finding is statement.finding


def _flagged_low(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    return [
        s
        for s in statements.about(_option_names(feature, "from_low"), "observation_quantity")
        if s.finding.low and statements.in_window(s.finding, feature.window_days) is not False
    ]


def _severe_entries(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    concepts = _option_names(feature, "severe_entry_of")
    if not concepts:
        return []
    return [s for s in statements.affirmed(feature, concepts) if s.finding.severe]


def _unsited(feature: Feature, statements: Statements, facts: Facts) -> list[Statement]:
    """Numbness without a site counts when a weakness was recorded with it, or within a day of it."""
    concepts = _option_names(feature, "unsited")
    if not concepts:
        return []
    hours = timedelta(hours=float(statements.knowledge.reading["time"]["same_encounter_hours"]))
    weak = [f for fact in facts if _tells_weakness(fact, statements) for f in fact.findings]
    return [
        s
        for s in statements.affirmed(feature, concepts)
        if not s.finding.other_site and any(_together(s.finding, w, hours) for w in weak)
    ]


def _tells_weakness(fact: Fact, statements: Statements) -> bool:
    feature = statements.knowledge.features.get(fact.feature)
    return fact.answer is Answer.PRESENT and feature is not None and feature.tier in ("A", "B")


def _together(one: Finding, other: Finding, period: timedelta) -> bool:
    if one.encounter and one.encounter == other.encounter:
        return True
    if one.when is None or other.when is None:
        return False
    return abs(one.when.middle - other.when.middle) <= period


def _stays(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    concepts = _option_names(feature, "stay_of")
    days = feature.options.get("stay_days")
    if not concepts or not isinstance(days, int | float):
        return []
    period = timedelta(days=feature.window_days or 0)
    return [
        s
        for s in statements.about(concepts, "finding")
        if s.finding.kind is Kind.ENCOUNTER
        and (s.finding.days or 0) >= days
        and (s.finding.ended is None or s.finding.ended.within(period, statements.as_of) is not False)
    ]


def _stays_in(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    """Stays in a place such as intensive care, however short, that have begun and lasted into the window."""
    period = timedelta(days=feature.window_days or 0)
    return [
        s
        for s in statements.about(_option_names(feature, "stay_in"), "finding")
        if s.finding.when is not None and s.finding.when.earliest <= statements.as_of
        if s.finding.ended is None or s.finding.ended.within(period, statements.as_of) is not False
    ]


def _both_sides(feature: Feature, statements: Statements, _facts: Facts) -> list[Statement]:
    """Root pain recorded on the left and on the right within a month is root pain in both legs."""
    concepts = _option_names(feature, "both_sides_of")
    if not concepts:
        return []
    found = [s for s in statements.affirmed(feature, concepts) if s.side is not None]
    period = timedelta(days=float(str(feature.options["both_sides_days"])))
    return [
        s
        for s in found
        if combined(o.side for o in found if o.side and _together(s.finding, o.finding, period))
        is Side.BILATERAL
    ]


_MORE: tuple[tuple[str, Callable[[Feature, Statements, Facts], list[Statement]]], ...] = (
    ("at_least", _scores),
    ("from_low", _flagged_low),
    ("severe_entry_of", _severe_entries),
    ("unsited", _unsited),
    ("stay_of", _stays),
    ("stay_in", _stays_in),
    ("both_sides_of", _both_sides),
)
"""What else makes a feature present, by the option that says so: few features have one."""


def taken(statement: Statement, feature: Feature, statements: Statements) -> bool:
    """Whether a medicine is being taken, or was until less than the window ago."""
    finding = statement.finding
    course = feature.options.get("course_days")
    if isinstance(course, int | float) and _course_days(finding, statements) < course:
        return False
    if finding.when is not None and finding.when.earliest > statements.as_of + timedelta(days=1):
        return False
    if finding.ended is None:
        return not finding.historical
    period = timedelta(days=feature.window_days or 0)
    return finding.ended.latest >= statements.as_of - period


def _course_days(finding: Finding, statements: Statements) -> float:
    if finding.days is not None:
        return finding.days
    if finding.when is None:
        return 0.0
    return (statements.as_of - finding.when.earliest) / timedelta(days=1)


def _normal_power(feature: Feature, statements: Statements, facts: Facts) -> list[Statement]:
    """A full power grade of the whole leg denies weakness that was recorded before it.

    Of both legs, examined each by itself, it does so also for weakness of both or of no stated side.
    """
    name = feature.options.get("denied_by_normal")
    measure = statements.knowledge.features.get(str(name)) if name else None
    if measure is None:
        return []
    fact = facts.get(measure.id)
    if fact.value != measure.options.get("normal"):
        return []
    findings = {id(f) for f in fact.findings}
    full = [s for s in statements.about(measure.concepts, measure.shape) if id(s.finding) in findings]
    if {Side.LEFT, Side.RIGHT} <= {s.side for s in full}:
        oldest = newest_first(full)[-1]  # before it one of the legs had not been examined
        full.append(replace(oldest, hit=replace(oldest.hit, side=Side.BILATERAL)))
    return full


def _ended_by_value(feature: Feature, standing: list[Statement], facts: Facts) -> bool:
    """Whether a later value shows that it is over, such as a glucose after a hypoglycaemia."""
    rule = feature.options.get("ended_by")
    if not isinstance(rule, Mapping) or not standing:
        return False
    fact = facts.get(str(rule["feature"]))
    if not isinstance(fact.value, float | int) or fact.value < float(rule["at_least"]) or not fact.when:
        return False
    newest = newest_first(standing)[0].finding.when
    return newest is None or fact.when.latest > newest.latest
