"""What stands on the time line: the dated findings of a chart by lane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from cards.assessment import RedFlag
from cards.facts import Answer, Fact
from cards.findings import Finding, Hit, Kind, Stance, When
from cards.knowledge import Feature
from cds_service.bench.picture_words import phrase, sentence
from cds_service.explained import Explained
from cds_service.told_words import Words, with_plain_unit

OTHER = "context"
"""The lane of a finding that belongs to no feature, such as a disease that is only a cause."""
_SAID = (Stance.AFFIRMED, Stance.SUSPECTED)
_LASTING = (Kind.CONDITION, Kind.MEDICATION)
_ALONE = 2
"""So many findings of one sort stand side by side; of more, one mark tells the newest and how many."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding in one lane, or several of the same sort."""

    lane: str
    label: str
    """As the record says it, or what the content calls it; untrusted text."""
    look: str
    """``present``, ``absent``, or ``aside``: over, imagined, or of another person."""
    flag: str
    """``critical`` or ``warning`` where a red flag that is shown rests on it; else empty."""
    findings: tuple[Finding, ...]
    """Newest first; all have a date."""
    sort: str
    """The feature and the side that it is about: equal for repeats."""

    @property
    def newest(self) -> Finding:
        return self.findings[0]

    @property
    def spans(self) -> tuple[When, ...]:
        return tuple(finding.when for finding in self.findings if finding.when)

    def until(self, now: datetime) -> datetime | None:
        """How long a problem or a medicine lasted, or lasts; None for what was only seen at its date."""
        if self.goes_on:
            return now
        ends = [min(finding.ended.latest, now) for finding in self.findings if finding.ended]
        return max(ends, default=None)

    @property
    def goes_on(self) -> bool:
        """A problem or a medicine of which no end is recorded."""
        return self.look == "present" and any(
            finding.kind in _LASTING and not finding.historical and finding.ended is None
            for finding in self.findings
        )


def lanes(told: Explained) -> dict[str, str]:
    """The titles of the lanes, in their order."""
    return {name: str(title) for name, title in told.knowledge.wording["feature_groups"].items()}


def marks(told: Explained, words: Words) -> list[Mark]:
    """Every finding that has a date, in each lane that it says something for; repeats are put together."""
    reading = _Reading(told, words)
    found = [mark for finding in told.done.chart.findings if finding.when for mark in reading.marks(finding)]
    return _together(found)


class _Reading:
    def __init__(self, told: Explained, words: Words) -> None:
        self.knowledge = told.knowledge
        self.words = words
        self.features: dict[tuple[str, str], list[str]] = {}
        """The features that rest on a finding."""
        self.flags: dict[tuple[str, str, str], str] = {}
        """The level of the red flag that rests on a finding in a lane, the critical before the warning."""
        for fact in told.facts:
            for finding in fact.findings:
                self.features.setdefault(_key(finding), []).append(fact.feature)
        shown = told.done.assessment.red_flags if told.done.assessment else ()
        for flag in shown:
            for name in _with_grounds(flag, told):
                for finding in told.facts.get(name).findings:
                    lane = told.knowledge.features[name].group
                    self.flags.setdefault((*_key(finding), lane), flag.indicator)

    def marks(self, finding: Finding) -> Iterator[Mark]:
        by_lane: dict[str, list[tuple[Hit, Feature]]] = {}
        for hit in finding.hits:
            for feature in self._about(hit, finding):
                by_lane.setdefault(feature.group, []).append((hit, feature))
        if not by_lane:
            yield self._mark(OTHER, finding, [], alone=True)
        for lane, said in by_lane.items():
            yes = [(hit, feature) for hit, feature in said if hit.stance in _SAID]
            yield self._mark(lane, finding, yes or said, alone=len(by_lane) == 1)

    def _about(self, hit: Hit, finding: Finding) -> list[Feature]:
        """The features that a concept speaks for: those that rest on it, else all that it could have set."""
        features = self.knowledge.features
        using = [features[name] for name in self.knowledge.features_of_concept.get(hit.concept, ())]
        own = [each for each in using if hit.concept in each.concepts or each.shape == "report"]
        resting = self.features.get(_key(finding), ())
        for those in (own, using):
            if found := [feature for feature in those if feature.id in resting]:
                return found
        return own[:1]

    def _mark(self, lane: str, finding: Finding, said: list[tuple[Hit, Feature]], *, alone: bool) -> Mark:
        hits = tuple(dict.fromkeys(hit for hit, _ in said)) or finding.hits
        flag = self.flags.get((*_key(finding), lane), "")
        look = _look(finding, hits)
        label = self._label(finding, said, look, alone=alone)
        if look == "aside" and flag:
            look = "present"  # over, and yet a red flag rests on it: an infection before the weakness
        about = said[0][1].id if said else finding.label
        sides = sorted({hit.side.value for hit in hits if hit.side})
        return Mark(lane, label, look, flag, (finding,), f"{about} {look} {' '.join(sides)}")

    def _label(self, finding: Finding, said: list[tuple[Hit, Feature]], look: str, *, alone: bool) -> str:
        named = self._named(said, finding) or finding.label
        if look == "absent":
            return f"no {_small(named)}"
        values = [self._value(hit) for hit in finding.hits if hit.concept.startswith("value_")]
        if any(values):
            named = f"{finding.label}: {', '.join(filter(None, values))}"
        elif alone:
            named = finding.label
            if finding.quantity is not None and f"{finding.quantity.value:g}" not in named:
                named = f"{named} {with_plain_unit(finding.quantity.shown)}"
        return named + _mark_of(finding, tuple(hit for hit, _ in said) or finding.hits)

    def _named(self, said: list[tuple[Hit, Feature]], finding: Finding) -> str:
        """The features as a card says them, without one whose words another has too."""
        value = finding.quantity.shown if finding.quantity else None
        phrases = [
            phrase(feature, self.words, Fact(feature.id, Answer.PRESENT, side=hit.side, shown=value or ""))
            for hit, feature in said
        ]
        told = [set(each.split()) for each in phrases]
        kept = [each for each, mine in zip(phrases, told, strict=True) if not any(mine < one for one in told)]
        return sentence(", ".join(dict.fromkeys(kept)))

    def _value(self, hit: Hit) -> str:
        values = self.knowledge.wording["values"]
        said = next((str(text) for name, text in values.items() if hit.concept.endswith(f"_{name}")), "")
        return f"no {said}" if said and hit.stance is Stance.DENIED else said


def _key(finding: Finding) -> tuple[str, str]:
    return finding.source.reference, finding.label


def _look(finding: Finding, hits: tuple[Hit, ...]) -> str:
    stances = {hit.stance for hit in hits}
    if stances == {Stance.DENIED} or (finding.positive is False and finding.quantity is None):
        return "absent"
    aside = {Stance.HISTORICAL, Stance.HYPOTHETICAL, Stance.OTHER_PERSON}
    return "aside" if stances <= aside or finding.historical else "present"


def _mark_of(finding: Finding, hits: tuple[Hit, ...]) -> str:
    stances = {hit.stance for hit in hits}
    said = next((s.value for s in stances), "") if len(stances) == 1 and stances != {Stance.AFFIRMED} else ""
    return f" ({said})" if said else " (over)" if finding.historical else ""


def _small(text: str) -> str:
    """With a small first letter, but for an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _with_grounds(flag: RedFlag, told: Explained) -> Iterator[str]:
    """The features of a red flag, and what those without a finding of their own follow from."""
    for name in flag.support:
        fact = told.facts.get(name)
        yield name
        if not fact.findings:
            yield from told.facts.base_features(fact.because)


def _together(found: list[Mark]) -> list[Mark]:
    """One mark for findings of the same words of one day, and for more than two of one sort."""
    sorts: dict[tuple[str, str, str], list[Mark]] = {}
    for mark in found:
        sorts.setdefault((mark.lane, mark.sort, mark.flag), []).append(mark)
    return [mark for same in sorts.values() for mark in _merged(same)]


def _merged(same: list[Mark]) -> list[Mark]:
    days = {(mark.label, when.latest.date()) for mark in same for when in mark.spans}
    if len(same) <= _ALONE and len(days) == len(same):
        return same
    findings = sorted((mark.newest for mark in same), key=age)
    newest = next(mark for mark in same if mark.newest is findings[0])
    return [replace(newest, label=f"{newest.label} ×{len(same)}", findings=tuple(findings))]


def age(finding: Finding) -> tuple[float, str]:
    """To sort by: the newest first."""
    return -finding.when.latest.timestamp() if finding.when else 0.0, finding.source.reference
