"""Why a chart led to its cards, as the test bench shows it, and which red flags came near."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from cards.assessment import Assessment
from cards.facts import Answer as Known
from cards.facts import Fact
from cards.findings import Unread
from cards.near_misses import near_misses, uncounted_evidence
from cards.words import Words as CardWords
from cds_service.bench.why_lines import (
    CauseLine,
    Fired,
    Merged,
    Near,
    Ref,
    Uncounted,
    cause,
    fired,
    merged,
    near,
    refs,
    uncounted,
)
from cds_service.explained import Explained
from cds_service.told_chart import ToldFinding, known_facts, patterns, told_findings
from cds_service.told_words import Words

NEAR_SHOWN = 6
"""So many near misses are shown at once, of those that rest on something of the chart."""


@dataclass(frozen=True, slots=True)
class Named:
    """Something of the content by its name."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding, with the resource that it stands in."""

    told: ToldFinding
    ref: Ref


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """One feature that the chart answers."""

    id: str
    label: str
    present: bool
    value: str
    side: str
    since: str
    unconfirmed: bool
    """Rests on codes that no terminology source confirmed."""
    follows_from: tuple[str, ...]
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class FeatureGroup:
    """A file of features: what is present, what is absent, what is not recorded."""

    id: str
    title: str
    known: tuple[FeatureLine, ...]
    not_recorded: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A part of the record that was not read or not assessed."""

    part: str
    why: str
    what: str
    """Its reference, where the part does not say it; else empty."""
    could_hold_red_flag: bool


@dataclass(frozen=True, slots=True)
class Why:
    """All that the section shows. Text of the record stands in it as it came: untrusted."""

    level: str
    headline: str
    reasons: tuple[str, ...]
    """Why no card is shown, or no red flag; empty where the cards say enough."""
    uncounted: tuple[Uncounted, ...]
    """What the chart has of leg weakness where nothing of it counts."""
    fired: tuple[Fired, ...]
    merged: tuple[Merged, ...]
    near: tuple[Near, ...]
    further: tuple[Near, ...]
    """Near misses beyond those shown at once."""
    causes: tuple[CauseLine, ...]
    not_enough: tuple[Named, ...]
    do_not_miss: tuple[Named, ...]
    gaps: tuple[str, ...]
    groups: tuple[FeatureGroup, ...]
    patterns: tuple[Named, ...]
    findings: tuple[FindingLine, ...]
    unread: tuple[UnreadLine, ...]
    failed_stages: tuple[str, ...]
    as_of: str
    content: str

    @property
    def present(self) -> int:
        return sum(line.present for group in self.groups for line in group.known)

    @property
    def absent(self) -> int:
        return sum(not line.present for group in self.groups for line in group.known)

    @property
    def not_recorded(self) -> int:
        return sum(len(group.not_recorded) for group in self.groups)

    @property
    def red_flag_unread(self) -> int:
        """Parts not assessed in which a red flag may stand."""
        return sum(each.could_hold_red_flag for each in self.unread) + len(self.failed_stages)


def why(told: Explained, zone: tzinfo) -> Why:
    """The whole chain of one answer; dates are those of the zone."""
    words, chart = told.words(zone), told.done.chart
    assessed = told.done.assessment or Assessment(
        told.as_of, told.facts
    )  # a failed one has concluded nothing
    card = CardWords(assessed, told.knowledge, zone)
    missed = near_misses(assessed, chart, told.knowledge) if told.done.assessment else ()
    told_of = [each for each in missed if each.steps[0].holds or each.steps[0].in_chart][:NEAR_SHOWN]
    evidence = uncounted_evidence(assessed, chart, told.knowledge)
    ranked = assessed.causes if assessed.indicator is not None else ()
    return Why(
        level=told.level,
        headline=told.headline,
        reasons=tuple(_reasons(told, words)),
        uncounted=tuple(uncounted(each, words) for each in evidence),
        fired=tuple(fired(flag, assessed, card, words) for flag in assessed.red_flags),
        merged=merged(assessed, words),
        near=tuple(near(each, card, words) for each in told_of),
        further=tuple(near(each, card, words) for each in missed if each not in told_of),
        causes=tuple(cause(each, place, card, words) for place, each in enumerate(ranked, start=1)),
        not_enough=tuple(Named(each.id, each.short) for each in assessed.not_enough),
        do_not_miss=tuple(Named(each.id, each.short) for each in assessed.do_not_miss),
        gaps=assessed.gaps,
        groups=tuple(_groups(words)),
        patterns=tuple(Named(each, words.feature(each)) for each in patterns(words)),
        findings=tuple(
            FindingLine(each, Ref.to(each.reference)) for each in told_findings(chart.findings, words)
        ),
        unread=tuple(_unread(each, words) for each in told.unread),
        failed_stages=told.done.failed_stages,
        as_of=f"{words.moment(told.as_of)} {told.as_of.astimezone(zone):%Z}",
        content=told.knowledge.version,
    )


def _reasons(told: Explained, words: Words) -> list[str]:
    """Why there is no red flag, and why no card at all."""
    facts, policy, assessed = told.facts, told.knowledge.policy, told.done.assessment
    if assessed is None:
        return ["The record could not be assessed."]
    if assessed.red_flags or facts.holds(policy.no_card_if):
        return []
    if facts.holds(policy.stable):
        return [f"{words.feature(policy.stable)}."]
    if facts.holds(policy.evidence):
        return ["Leg weakness is recorded, and no red-flag rule is met."]
    return ["No current evidence of leg weakness, which every card but that for cauda equina needs."]


def _groups(words: Words) -> list[FeatureGroup]:
    known: dict[str, list[FeatureLine]] = {}
    told = set()
    for fact in known_facts(words):
        told.add(fact.feature)
        known.setdefault(words.knowledge.features[fact.feature].group, []).append(_feature(fact, words))
    open_: dict[str, list[Named]] = {}
    for name, feature in words.knowledge.features.items():
        if name not in told:
            open_.setdefault(feature.group, []).append(Named(name, words.feature(name)))
    titles = words.knowledge.wording["feature_groups"].items()
    return [
        FeatureGroup(group, str(title), tuple(known.get(group, ())), tuple(open_.get(group, ())))
        for group, title in titles
    ]


def _feature(fact: Fact, words: Words) -> FeatureLine:
    return FeatureLine(
        id=fact.feature,
        label=words.feature(fact.feature),
        present=fact.answer is Known.PRESENT,
        value=words.value(fact),
        side=words.side([fact.side]),
        since=words.since(fact),
        unconfirmed=fact.hint_only,
        follows_from=tuple(words.feature(each) for each in fact.because),
        refs=refs(words.resources(fact.feature)),
    )


def _unread(unread: Unread, words: Words) -> UnreadLine:
    part = words.part(unread)
    what = "" if part == unread.what else unread.what
    return UnreadLine(part, unread.why, what, unread.could_hold_red_flag)
