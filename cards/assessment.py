"""From features to an assessment: red flags, ranked causes, and what is missing to rank them better.

Pure: the same findings, content and moment give the same assessment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cards.causes import RankedCause, Ranking, listed, rank
from cards.facts import Facts
from cards.features import read_features, read_from_latest_beginning
from cards.findings import Chart, Finding, Kind, Stance, Unread
from cards.gaps import could_raise_a_flag, missing
from cards.knowledge import Cause, Knowledge, Rule
from cards.measures import Refused


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A rule that fired and is shown."""

    rule: Rule
    critical: bool
    support: tuple[str, ...]
    """The recorded features that make it true, the most telling first."""
    known_since: Finding | None = None
    """The diagnosis on the problem list that lowered it to a warning."""

    @property
    def indicator(self) -> str:
        return "critical" if self.critical else "warning"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What there is to say about one chart at one moment."""

    as_of: datetime
    facts: Facts
    red_flags: tuple[RedFlag, ...] = ()
    """Critical before warning, then in the order of the content; dominated rules are left out."""
    fired: tuple[str, ...] = ()
    """Every rule whose condition was met, before anything was merged."""
    causes: tuple[RankedCause, ...] = ()
    not_enough: tuple[Cause, ...] = ()
    """The baseline differential, when too few causes qualify."""
    do_not_miss: tuple[Cause, ...] = ()
    gaps: tuple[str, ...] = ()
    differential_due: bool = False
    lowered_for_comfort: bool = False
    unread: tuple[Unread, ...] = ()
    data_until: datetime | None = None
    data_until_timed: bool = False

    @property
    def indicator(self) -> str | None:
        """Of the chart as a whole; None when there is nothing to show."""
        if any(flag.critical for flag in self.red_flags):
            return "critical"
        if self.red_flags:
            return "warning"
        return "info" if self.differential_due else None


def assess(chart: Chart, knowledge: Knowledge, as_of: datetime) -> Assessment:
    """Assess a chart as of a moment (UTC): red flags first, then the differential."""
    return with_differential(find_red_flags(chart, knowledge, as_of), chart, knowledge)


def find_red_flags(chart: Chart, knowledge: Knowledge, as_of: datetime) -> Assessment:
    """The first half: features and red flags. Stands by itself, so that nothing later can lose a flag."""
    features, policy = read_features(chart, knowledge, as_of), knowledge.policy
    facts = features.facts
    if facts.holds(policy.no_card_if):
        return Assessment(as_of, facts, data_until=chart.data_until)
    fired = firing(facts, knowledge)
    if not fired and features.weak and (later := read_from_latest_beginning(chart, knowledge, as_of)):
        fired = [replace(flag, critical=False) for flag in firing(later, knowledge)]
        facts = later if fired else facts
    comfort = facts.holds(policy.lower_to_warning_if)
    left = merged(fired, knowledge)
    shown = [_lowered(flag, chart, facts, knowledge, as_of, comfort=comfort) for flag in left]
    shown.sort(key=lambda flag: (not flag.critical, flag.rule.position))
    evidence, stable = facts.holds(policy.evidence), facts.holds(policy.stable)
    return Assessment(
        as_of=as_of,
        facts=facts,
        red_flags=tuple(shown),
        fired=tuple(flag.rule.id for flag in fired),
        differential_due=(evidence or bool(shown)) and not stable,
        lowered_for_comfort=comfort and any(flag.critical for flag in fired),
        unread=chart.unread + tuple(_told(each, facts, knowledge) for each in features.refused),
        data_until=chart.data_until,
        data_until_timed=chart.data_until_timed,
    )


def with_differential(assessment: Assessment, chart: Chart, knowledge: Knowledge) -> Assessment:
    """The second half: causes in order, and what is missing to order them better."""
    if assessment.indicator is None:
        return assessment
    facts, policy = assessment.facts, knowledge.policy
    ranking = rank(chart, facts, knowledge, assessment.as_of)
    critical = [flag.rule for flag in assessment.red_flags if flag.rule.critical]
    causes = listed(ranking, critical, knowledge)
    few = not assessment.red_flags and len(ranking.qualifying) < policy.baseline.fewer_than
    return replace(
        assessment,
        causes=causes,
        not_enough=_baseline(ranking, causes, knowledge) if few else (),
        do_not_miss=_named(policy.baseline.do_not_miss, knowledge) if few else (),
        gaps=missing(facts, ranking, causes, knowledge, critical=critical),
    )


def _told(refused: Refused, facts: Facts, knowledge: Knowledge) -> Unread:
    """A red flag may stand in a refused value only where the value alone would raise one."""
    return replace(refused.unread, could_hold_red_flag=could_raise_a_flag(refused.feature, facts, knowledge))


def firing(facts: Facts, knowledge: Knowledge) -> list[RedFlag]:
    """The red flags of these facts, in the order of the rules.

    Codes that nobody confirmed can add a warning; they neither make a critical flag nor take one away.
    """
    fired = _flags(facts, knowledge)
    if not facts.rests_on_hints:
        return fired
    hinted = {flag.rule.id: replace(flag, critical=False) for flag in fired}
    certain = {flag.rule.id: flag for flag in _flags(facts.without_hints(), knowledge) if flag.critical}
    return sorted((hinted | certain).values(), key=lambda flag: flag.rule.position)


def rules_that_fire(facts: Facts, knowledge: Knowledge) -> frozenset[str]:
    """Those of `firing`, without what they rest on: for answers that are only tried, hundreds at a time."""
    fired = [rule.id for rule, _ in _met(facts, knowledge)]
    if facts.rests_on_hints:
        fired += [rule.id for rule, critical in _met(facts.without_hints(), knowledge) if critical]
    return frozenset(fired)


def _met(facts: Facts, knowledge: Knowledge) -> list[tuple[Rule, bool]]:
    """Rules whose gate and condition are met, each with whether it is critical then.

    A rule that stands back for another (`unless`) does so only where another fires: with none to take
    over it is a warning itself, so that no finding can silence it.
    """
    true = facts.true
    fired, standing_back = [], []
    for rule in knowledge.rules:
        if not facts.holds(rule.gate) or not rule.when.is_met(true):
            continue
        if rule.unless is not None and rule.unless.is_met(true):
            standing_back.append((rule, False))
        else:
            fired.append((rule, rule.critical))
    return fired or standing_back


def _flags(facts: Facts, knowledge: Knowledge) -> list[RedFlag]:
    return [RedFlag(rule, critical, _telling(rule, facts)) for rule, critical in _met(facts, knowledge)]


def _telling(rule: Rule, facts: Facts) -> tuple[str, ...]:
    """What the rule rests on: the features that it names first, in its order, then the others."""
    support = facts.base_features((*(facts.met(rule.when) or ()), rule.gate))
    first = [name for name in rule.lead if name in support]
    return (*first, *(name for name in support if name not in first))


def merged(fired: list[RedFlag], knowledge: Knowledge) -> list[RedFlag]:
    """Without the dominated; a generic rule only when nothing specific fired, and then the first of them."""
    policy = knowledge.policy
    by_id = {flag.rule.id: flag for flag in fired}
    hidden = {
        second
        for first, second in policy.dominates
        if first in by_id and second in by_id and (by_id[first].critical or not by_id[second].critical)
    }
    left = [flag for flag in fired if flag.rule.id not in hidden]
    specific = [flag for flag in left if flag.rule.id not in policy.generic_rules]
    if specific:
        return specific
    return left[:1]


def _lowered(
    flag: RedFlag, chart: Chart, facts: Facts, knowledge: Knowledge, as_of: datetime, *, comfort: bool
) -> RedFlag:
    known = _known_recorded(flag, chart, facts, knowledge, as_of) if flag.critical else None
    if known is None and not (comfort and flag.critical):
        return flag
    return RedFlag(flag.rule, False, flag.support, known)


def _known_recorded(
    flag: RedFlag, chart: Chart, facts: Facts, knowledge: Knowledge, as_of: datetime
) -> Finding | None:
    """The recorded diagnosis of the first suggested cause, a day to four weeks old and nothing newer."""
    rule, policy = flag.rule, knowledge.policy.known_recorded
    if rule.id in policy.never_for or not rule.suggests:
        return None
    codes = knowledge.causes[rule.suggests[0]].known_codes
    newest_allowed = as_of - timedelta(days=policy.after_days)
    oldest_allowed = as_of - timedelta(days=policy.before_days)
    for finding in _recorded(chart, codes):
        when = finding.when
        if when is None or not oldest_allowed <= when.earliest or not when.latest <= newest_allowed:
            continue
        evidence = (f for name in flag.support for f in facts.get(name).findings)
        if not any(f.when is not None and f.when.latest > when.latest for f in evidence):
            return finding
    return None


def _recorded(chart: Chart, concept: str) -> list[Finding]:
    """Current, confirmed conditions that name the concept, not by a code alone that nobody confirmed."""
    return [
        finding
        for finding in chart.findings
        if finding.kind is Kind.CONDITION
        and finding.confirmed
        and not finding.historical
        and any(
            hit.concept == concept and hit.stance is Stance.AFFIRMED and hit.confirmed for hit in finding.hits
        )
    ]


def _baseline(ranking: Ranking, causes: tuple[RankedCause, ...], knowledge: Knowledge) -> tuple[Cause, ...]:
    """The usual causes that are not listed yet and that nothing recorded speaks strongly against."""
    there = {ranked.cause.id for ranked in causes}
    return tuple(
        cause
        for cause in _named(knowledge.policy.baseline.causes, knowledge)
        if cause.id not in there and not ranking.strongly_against(cause)
    )


def _named(names: tuple[str, ...], knowledge: Knowledge) -> tuple[Cause, ...]:
    return tuple(knowledge.causes[name] for name in names)
