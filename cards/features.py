"""From findings to features: present, absent or not recorded, each with the findings that say so.

The order matters and is told in `read_features`: what can be read by itself, then when the weakness
began, then what is measured from that beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cards.episode import Episode, onset_age_days, present_episode
from cards.facts import Answer, Fact, Facts
from cards.findings import Chart, Finding, Side, Unread
from cards.followers import follow_from_others
from cards.knowledge import Feature, Knowledge
from cards.measures import Measures, Refused
from cards.onset_features import before_onset, explained_before, known, worsening_by_trend
from cards.spread import ascending_by_trend
from cards.statements import Statement, Statements, combined, findings_of, newest_first, sides_of
from cards.yes_no import yes_or_no

_BY_ITSELF = ("finding", "diagnosis", "procedure", "immunization", "medication")
_MEASURED = ("observation_quantity", "observation_posneg", "report", "derived", "patient")


@dataclass(frozen=True, slots=True)
class Features:
    """What a chart tells of the features."""

    facts: Facts
    refused: tuple[Refused, ...]
    """What was recorded but could not be used."""
    weak: bool
    """Weakness of any tier was there when its beginning was looked for; without it none can begin later."""


def read_features(chart: Chart, knowledge: Knowledge, as_of: datetime) -> Features:
    """Every feature that the chart tells of."""
    reading = _FeatureReading(chart, knowledge, as_of)
    reading.read_what_stands_alone()
    reading.read_words_of_the_weakness()
    reading.find_the_beginning()
    weak = any(reading.facts.holds(tier) for tier in reading.tiers)
    reading.read_what_depends_on_the_beginning()
    follow_from_others(reading.facts, knowledge)
    return Features(reading.facts, reading.refused(), weak)


def read_from_latest_beginning(chart: Chart, knowledge: Knowledge, as_of: datetime) -> Facts | None:
    """The same, with the weakness begun when the latest of its entries says; None when that is no later.

    Explicit weakness of years does not make a new inability to walk old, nor does an entry of last week
    a weakness that is said to have begun today.
    """
    reading = _FeatureReading(chart, knowledge, as_of)
    reading.read_what_stands_alone()
    reading.read_words_of_the_weakness()
    reading.find_the_beginning()
    if not reading.begins_later():
        return None
    reading.read_what_depends_on_the_beginning()
    follow_from_others(reading.facts, knowledge)
    return reading.facts


class _FeatureReading:
    def __init__(self, chart: Chart, knowledge: Knowledge, as_of: datetime) -> None:
        self.knowledge = knowledge
        self.as_of = as_of
        self.statements = Statements(chart.findings, knowledge, as_of)
        self.measures = Measures(self.statements, chart.person)
        self.facts = Facts(knowledge)
        self.episode = Episode()
        self._wanted = self._features_in_the_chart()
        self._said: dict[tuple[str, ...], tuple[list[Statement], list[Statement]]] = {}

    def _features_in_the_chart(self) -> list[Feature]:
        """Features that some finding could set, and those that need no finding; the rest stay silent."""
        ids = {
            feature
            for concept in self.statements.concepts
            for feature in self.knowledge.features_of_concept.get(concept, ())
        }
        ids |= _derived(self.knowledge)
        return [feature for name, feature in self.knowledge.features.items() if name in ids]

    def read_what_stands_alone(self) -> None:
        for feature in self._wanted:
            if feature.shape in _MEASURED or feature.derive == "lowest_grade":
                self._keep(self.measures.read(feature))
        for feature in self._wanted:
            if feature.shape in _BY_ITSELF and not feature.options.get("not_after_weakness"):
                self._keep(yes_or_no(feature, self.statements, self.facts))
        follow_from_others(self.facts, self.knowledge)

    def read_words_of_the_weakness(self) -> None:
        entries = {id(finding) for finding in self._weakness_entries()}
        for feature in self._wanted:
            if feature.shape == "words":
                fact = yes_or_no(feature, self.statements, self.facts, entries)
                if feature.derive == "worsening" and (fact is None or fact.answer is not Answer.PRESENT):
                    fact = worsening_by_trend(feature, self.statements, self.facts, self.measures) or fact
                self._keep(fact)

    def find_the_beginning(self) -> None:
        for feature in self._wanted:
            if feature.shape == "known":
                self._keep(known(feature, self.statements, self.facts, before=None))
        affirmed, denied = self._statements_of(self._tier_features())
        self.episode = self._episode(affirmed, denied, self.statements.days("new_episode_days"))
        self._keep_onset()
        self._keep_side(affirmed, denied)

    def begins_later(self) -> bool:
        """Begin with the latest onset that any weakness states; False when it is no later than it was.

        Of what is new by definition, such as not being able to walk, the record is as good as a stated onset.
        """
        at_once = timedelta(hours=float(self.knowledge.reading["time"]["same_encounter_hours"]))
        found, latest = None, self.episode.onset
        for tier in self.tiers:
            if not self.facts.holds(tier):
                continue
            features = self._features_behind(tier)
            affirmed, denied = self._statements_of(features)
            episode = self._episode(affirmed, denied, at_once)
            first, onset = episode.first, episode.onset
            if first is None or onset is None or latest is None or onset.earliest <= latest.latest + at_once:
                continue
            new = (f for f in features if f.new_only and first in self.facts.get(f.id).findings)
            if first.onset_stated or next(new, None):
                found, latest = (episode, affirmed, denied), onset
        if found is None:
            return False
        self.episode, affirmed, denied = found
        self._keep_onset()
        self._keep_side(affirmed, denied)
        return True

    def _episode(self, affirmed: list[Statement], denied: list[Statement], anew_after: timedelta) -> Episode:
        cause = str(self.knowledge.reading["time"]["known_cause"])
        explained = self.facts.holds(cause)
        return present_episode(
            self.statements,
            affirmed,
            denied,
            lambda moment: explained and explained_before(cause, self.facts, self.knowledge, moment),
            anew_after=anew_after,
        )

    def read_what_depends_on_the_beginning(self) -> None:
        onset = self.episode.onset
        for feature in self._wanted:
            if feature.shape == "known":
                self.facts.add(
                    known(feature, self.statements, self.facts, before=onset)
                    or Fact(feature.id, Answer.NOT_RECORDED)
                )
            elif feature.shape == "before_onset":
                self._keep(before_onset(feature, self.statements, onset))
            elif feature.options.get("not_after_weakness"):
                self._keep(yes_or_no(feature, self.statements, self.facts, not_after=onset))
            elif feature.derive == "resolved_within":
                self._keep(self._resolved(feature))
        for feature in self._wanted:
            if feature.derive == "ascending" and not self.facts.holds(feature.id):
                self._keep(ascending_by_trend(feature, self.statements, self.facts))

    def refused(self) -> tuple[Refused, ...]:
        """Values that could not be used, and findings that mean "new" but have no date to prove it."""
        undated = [
            Refused(feature.id, _undated(statement.finding, feature))
            for feature in self._wanted
            if feature.new_only and not self.facts.holds(feature.id)
            for statement in self.statements.undated(feature)
        ]
        return (*self.measures.refused, *undated)

    def _keep(self, fact: Fact | None) -> None:
        if fact is not None:
            self.facts.add(fact)

    def _tier_features(self) -> list[Feature]:
        """The features that give the evidence: the best tier that is there, else numbness or root pain."""
        time = self.knowledge.reading["time"]
        for tier in (*time["episode_tiers"], *time["episode_else"]):
            if self.facts.holds(tier):
                return self._features_behind(tier)
        return []

    def _features_behind(self, tier: str) -> list[Feature]:
        return [self.knowledge.features[name] for name in self.facts.base_features([tier])]

    def _weakness_entries(self) -> list[Finding]:
        """All entries that set any weakness feature, whatever its tier."""
        time = self.knowledge.reading["time"]
        tiers = [tier for tier in time["episode_tiers"] if self.facts.holds(tier)]
        names = self.facts.base_features(tiers or [t for t in time["episode_else"] if self.facts.holds(t)])
        return [finding for name in names for finding in self.facts.get(name).findings]

    def _statements_of(self, features: list[Feature]) -> tuple[list[Statement], list[Statement]]:
        """What ever affirmed the features and what denied them, whatever was found out in between."""
        names = tuple(feature.id for feature in features)
        if names not in self._said:
            self._said[names] = self._heard(features)
        affirmed, denied = self._said[names]
        return list(affirmed), list(denied)

    def _heard(self, features: list[Feature]) -> tuple[list[Statement], list[Statement]]:
        affirmed: list[Statement] = []
        denied: list[Statement] = []
        for feature in features:
            if feature.shape == "finding":
                affirmed += self.statements.ever_affirmed(feature)
                denied += self.statements.denied(feature)
            else:
                weak, normal = self._measured_weakness(feature)
                affirmed += weak
                denied += normal
        return affirmed, denied

    def _measured_weakness(self, feature: Feature) -> tuple[list[Statement], list[Statement]]:
        """The values of any date that are weakness by themselves, and those that end it.

        Full power of one muscle group is no end of the weakness of another, nor of the same on that day.
        """
        weak: list[Statement] = []
        normal: list[Statement] = []
        for statement, value in self.measures.history(feature):
            alone = Facts(self.knowledge, [Fact(feature.id, Answer.PRESENT, value=value)])
            (weak if any(alone.holds(tier) for tier in self.tiers) else normal).append(statement)
        days = {statement.day for statement in weak}
        ends = [s for s in normal if s.day not in days and any(s.stands_for(earlier) for earlier in weak)]
        return weak, ends

    @property
    def tiers(self) -> tuple[str, ...]:
        """The kinds of weakness that make an episode, the best evidence first."""
        return tuple(self.knowledge.reading["time"]["episode_tiers"])

    def _keep_onset(self) -> None:
        features = _derivations(self.knowledge)
        episode, sudden = self.episode, self.facts.holds("onset_sudden")
        for derived in ("onset_age", "onset_is_explicit", "onset_unknown"):
            self.facts.add(Fact(features[derived].id, Answer.NOT_RECORDED))
        if not episode.entries:
            return
        age = onset_age_days(episode, self.statements, sudden=sudden)
        if age is None or episode.first is None:
            unknown = features["onset_unknown"].id
            self.facts.add(Fact(unknown, Answer.PRESENT, episode.entries))
            return
        first = (episode.first,)
        self.facts.add(Fact(features["onset_age"].id, Answer.PRESENT, first, value=age, when=episode.onset))
        if self.measures.onset_is_explicit(episode.first):
            self.facts.add(Fact(features["onset_is_explicit"].id, Answer.PRESENT, first))

    def _keep_side(self, affirmed: list[Statement], denied: list[Statement]) -> None:
        feature = _derivations(self.knowledge)["weakness_laterality"]
        if not affirmed:
            return
        entries = {id(finding) for finding in self.episode.entries}
        mine = [s for s in affirmed if id(s.finding) in entries]
        mine += self._of_the_other_side(self.statements.standing(affirmed, denied))
        side = combined(sides_of(mine))
        if self._is_crossed(side, feature):
            side = None
        sided = findings_of(s for s in mine if s.side is not None) or findings_of(mine)
        value = side.value if side else "unspecified"
        self.facts.add(Fact(feature.id, Answer.PRESENT, sided[:4], value=value, side=side))

    def _of_the_other_side(self, standing: list[Statement]) -> list[Statement]:
        """Weakness of the other leg that goes on and was recorded only days before this episode."""
        entries = {id(finding) for finding in self.episode.other_side}
        return [
            s for s in standing if id(s.finding) in entries and not (s.finding.historical or s.finding.ended)
        ]

    def _is_crossed(self, side: Side | None, feature: Feature) -> bool:
        """Whether the arm is weak on the other side: "weakness of left arm and right leg"."""
        arm = self.facts.get(str(feature.options.get("crossed_by"))).side
        return {side, arm} == {Side.LEFT, Side.RIGHT}

    def _resolved(self, feature: Feature) -> Fact | None:
        """Whether the latest weakness was over within a day; false when it has come back."""
        affirmed = newest_first(self._statements_of(self._tier_features())[0])
        over = [s for s in affirmed if self.statements.transient(s.finding)]
        if not over or any(not self.statements.transient(s.finding) for s in affirmed[:1]):
            return None
        current = [s for s in affirmed if not self.statements.transient(s.finding)]
        if any(not s.finding.historical and not s.chronic and s.finding.when is None for s in current):
            return None
        return Fact(feature.id, Answer.PRESENT, findings_of(over))


@lru_cache(maxsize=16)
def _derived(knowledge: Knowledge) -> frozenset[str]:
    """The features that need no finding of their own."""
    return frozenset(feature.id for feature in knowledge.features.values() if feature.derive)


@lru_cache(maxsize=16)
def _derivations(knowledge: Knowledge) -> Mapping[str, Feature]:
    """The features that are worked out, the last of each derivation."""
    return {feature.derive: feature for feature in knowledge.features.values() if feature.derive}


def _undated(finding: Finding, feature: Feature) -> Unread:
    name = " ".join(feature.phrase.format(side="", value="").split())
    return Unread(finding.source.reference, "no usable date", label=f"{name}: no usable date")
