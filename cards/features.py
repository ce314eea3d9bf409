"""From findings to features: present, absent or not recorded, each with the findings that say so.

The order matters and is told in `read_features`: what can be read by itself, then when the weakness
began, then what is measured from that beginning.
"""

from __future__ import annotations

from datetime import datetime

from cards.episode import Episode, onset_age_days, present_episode
from cards.facts import Answer, Fact, Facts
from cards.findings import Chart, Finding, Side, Unread
from cards.knowledge import Feature, Knowledge
from cards.measures import Measures, Refused
from cards.onset_features import before_onset, explained_before, known, worsening_by_trend
from cards.statements import Statement, Statements, combined, findings_of, newest_first, sides_of
from cards.yes_no import yes_or_no

_BY_ITSELF = ("finding", "diagnosis", "procedure", "immunization", "medication")
_MEASURED = ("observation_quantity", "observation_posneg", "report", "derived", "patient")


def read_features(chart: Chart, knowledge: Knowledge, as_of: datetime) -> tuple[Facts, tuple[Refused, ...]]:
    """Every feature that the chart tells of, and what was recorded of others but could not be used."""
    reading = _FeatureReading(chart, knowledge, as_of)
    reading.read_what_stands_alone()
    reading.read_words_of_the_weakness()
    reading.find_the_beginning()
    reading.read_what_depends_on_the_beginning()
    reading.follow_from_others()
    return reading.facts, reading.refused()


class _FeatureReading:
    def __init__(self, chart: Chart, knowledge: Knowledge, as_of: datetime) -> None:
        self.knowledge = knowledge
        self.as_of = as_of
        self.statements = Statements(chart.findings, knowledge, as_of)
        self.measures = Measures(self.statements, chart.person)
        self.facts = Facts(knowledge)
        self.episode = Episode()
        self._wanted = self._features_in_the_chart()

    def _features_in_the_chart(self) -> list[Feature]:
        """Features that some finding could set, and those that need no finding; the rest stay silent."""
        ids = {
            feature
            for concept in self.statements.concepts
            for feature in self.knowledge.features_of_concept.get(concept, ())
        }
        return [f for f in self.knowledge.features.values() if f.id in ids or f.derive]

    def read_what_stands_alone(self) -> None:
        for feature in self._wanted:
            if feature.shape in _MEASURED or feature.derive == "lowest_grade":
                self._keep(self.measures.read(feature))
        for feature in self._wanted:
            if feature.shape in _BY_ITSELF and not feature.options.get("not_after_weakness"):
                self._keep(yes_or_no(feature, self.statements, self.facts))
        self.follow_from_others()

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
        affirmed, denied = self._statements_of_the_weakness()
        cause = str(self.knowledge.reading["time"]["known_cause"])
        explained = self.facts.holds(cause)
        self.episode = present_episode(
            self.statements,
            affirmed,
            denied,
            lambda moment: explained and explained_before(cause, self.facts, self.knowledge, moment),
        )
        self._keep_onset()
        self._keep_side(affirmed)

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

    def follow_from_others(self) -> None:
        """Features that also follow from others, such as fever from a measured temperature."""
        for feature in self.knowledge.features.values():
            if feature.or_when is None or self.facts.holds(feature.id):
                continue
            support = feature.or_when.met(self.facts)
            if support is not None:
                old = self.facts.get(feature.id)
                side = next(
                    (self.facts.get(name).side for name in support if self.facts.get(name).side), None
                )
                self.facts.add(
                    Fact(feature.id, Answer.PRESENT, old.findings, side=side, because=support)
                    if old.answer is Answer.PRESENT
                    else Fact(feature.id, Answer.PRESENT, side=side, because=support)
                )

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
                names = self.facts.base_features([tier])
                return [self.knowledge.features[name] for name in names]
        return []

    def _weakness_entries(self) -> list[Finding]:
        """All entries that set any weakness feature, whatever its tier."""
        time = self.knowledge.reading["time"]
        tiers = [tier for tier in time["episode_tiers"] if self.facts.holds(tier)]
        names = self.facts.base_features(tiers or [t for t in time["episode_else"] if self.facts.holds(t)])
        return [finding for name in names for finding in self.facts.get(name).findings]

    def _statements_of_the_weakness(self) -> tuple[list[Statement], list[Statement]]:
        affirmed: list[Statement] = []
        denied: list[Statement] = []
        for feature in self._tier_features():
            if feature.shape == "finding":
                ever = self.statements.ever_affirmed(feature)
                affirmed.extend(ever)
                denied.extend(self.statements.denied(feature))
            else:
                findings = {id(f) for f in self.facts.get(feature.id).findings}
                about = self.statements.about(feature.concepts, "observation_quantity")
                affirmed.extend(s for s in about if id(s.finding) in findings)
        return affirmed, denied

    def _keep_onset(self) -> None:
        features = {f.derive: f for f in self.knowledge.features.values() if f.derive}
        episode, sudden = self.episode, self.facts.holds("onset_sudden")
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

    def _keep_side(self, affirmed: list[Statement]) -> None:
        feature = next(f for f in self.knowledge.features.values() if f.derive == "weakness_laterality")
        if not affirmed:
            return
        entries = {id(finding) for finding in self.episode.entries}
        mine = [s for s in affirmed if id(s.finding) in entries]
        side = combined(sides_of(mine))
        if self._is_crossed(side, feature):
            side = None
        sided = findings_of(s for s in mine if s.side is not None) or findings_of(mine)
        value = side.value if side else "unspecified"
        self.facts.add(Fact(feature.id, Answer.PRESENT, sided[:4], value=value, side=side))

    def _is_crossed(self, side: Side | None, feature: Feature) -> bool:
        """Whether the arm is weak on the other side: "weakness of left arm and right leg"."""
        arm = self.facts.get(str(feature.options.get("crossed_by"))).side
        return {side, arm} == {Side.LEFT, Side.RIGHT}

    def _resolved(self, feature: Feature) -> Fact | None:
        """Whether the latest weakness was over within a day; false when it has come back."""
        affirmed = newest_first(self._statements_of_the_weakness()[0])
        over = [s for s in affirmed if self.statements.transient(s.finding)]
        if not over or any(not self.statements.transient(s.finding) for s in affirmed[:1]):
            return None
        current = [s for s in affirmed if not self.statements.transient(s.finding)]
        if any(not s.finding.historical and not s.chronic and s.finding.when is None for s in current):
            return None
        return Fact(feature.id, Answer.PRESENT, findings_of(over))


def _undated(finding: Finding, feature: Feature) -> Unread:
    name = " ".join(feature.phrase.format(side="", value="").split())
    return Unread(finding.source.reference, "no usable date", label=f"{name}: no usable date")
