"""Which recorded statements count for a feature at a given moment, and which do not.

The global rules of the clinical specification (S53): windows, "new only", chronic, denied,
historical, ended. Every number is in ``reading.toml`` or on the feature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cards.findings import Finding, Hit, Kind, Side, Stance
from cards.knowledge import Feature, Knowledge

_SAID = frozenset({Kind.CONDITION, Kind.OBSERVATION, Kind.ENCOUNTER, Kind.REPORT})
_KINDS: dict[str, frozenset[Kind]] = {
    "finding": _SAID,
    "words": frozenset({Kind.CONDITION, Kind.OBSERVATION, Kind.ENCOUNTER}),
    "before_onset": _SAID | {Kind.IMMUNIZATION},
    # A reason for an encounter is unconfirmed: it counts for what is asked now, never as a known disease.
    "diagnosis": frozenset({Kind.CONDITION, Kind.ENCOUNTER}),
    "known": frozenset({Kind.CONDITION}),
    "medication": frozenset({Kind.MEDICATION}),
    "procedure": frozenset({Kind.PROCEDURE}),
    "immunization": frozenset({Kind.IMMUNIZATION}),
    "observation_quantity": frozenset({Kind.OBSERVATION, Kind.REPORT}),
    "observation_posneg": frozenset({Kind.OBSERVATION, Kind.REPORT}),
    "report": frozenset({Kind.REPORT, Kind.OBSERVATION, Kind.PROCEDURE}),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One finding, as far as it speaks of one concept."""

    finding: Finding
    hit: Hit
    chronic: bool = False
    """Outside the window of its feature, but an active problem: present, and not new."""

    @property
    def side(self) -> Side | None:
        return self.hit.side

    @property
    def moment(self) -> datetime | None:
        return self.finding.when.middle if self.finding.when else None

    @property
    def day(self) -> date | None:
        return self.finding.when.latest.date() if self.finding.when else None

    def stands_for(self, older: Statement) -> bool:
        """Whether it repeats an older measurement of the same code, side and muscles, or of the leg."""
        if (self.finding.code, self.side) != (older.finding.code, older.side):
            return False
        if self.finding.muscle == older.finding.muscle:
            return True
        one, two = self.finding.when, older.finding.when
        return not self.finding.muscle and bool(one and two and one.earliest > two.latest)

    @property
    def says_yes(self) -> bool:
        return self.hit.stance in (Stance.AFFIRMED, Stance.SUSPECTED, Stance.HISTORICAL)


class Statements:
    """The findings of a chart by concept, with the questions that features ask of them."""

    def __init__(self, findings: Iterable[Finding], knowledge: Knowledge, as_of: datetime) -> None:
        self.as_of = as_of
        self.knowledge = knowledge
        self._time = knowledge.reading["time"]
        self._by_concept: dict[str, list[Statement]] = {}
        for finding in findings:
            for hit in finding.hits:
                self._by_concept.setdefault(hit.concept, []).append(Statement(finding, hit))

    @property
    def concepts(self) -> frozenset[str]:
        return frozenset(self._by_concept)

    def about(self, concepts: Iterable[str], shape: str) -> list[Statement]:
        """All statements about the concepts from records that the shape may use."""
        kinds = _KINDS[shape]
        return [
            statement
            for concept in concepts
            for statement in self._by_concept.get(concept, ())
            if statement.finding.kind in kinds or (shape == "medication" and _coded_use(statement))
        ]

    def days(self, name: str) -> timedelta:
        """A period of ``reading.toml`` [time], given there in days."""
        return timedelta(days=float(self._time[name]))

    def affirmed(self, feature: Feature, concepts: Iterable[str] | None = None) -> list[Statement]:
        """The statements that make the feature present now, before any denial is weighed."""
        wanted = feature.concepts if concepts is None else concepts
        everything = [s for s in self.about(wanted, shape_of(feature)) if s.says_yes]
        counted = [found for s in everything if (found := self._counted(s, feature))]
        if feature.new_only == "first":
            counted = [s for s in counted if not self._repeat(s, everything, feature)]
        return counted

    def ever_affirmed(self, feature: Feature) -> list[Statement]:
        """All statements that ever said yes and are not over, whatever their date."""
        said = [s for s in self.about(feature.concepts, shape_of(feature)) if s.says_yes]
        return [s for s in said if not _over(s) or self.transient(s.finding)]

    def undated(self, feature: Feature) -> list[Statement]:
        """Statements that say yes but whose date is missing or too vague to be called new."""
        return [
            s
            for s in self.ever_affirmed(feature)
            if self.in_window(s.finding, feature.window_days) is None
            and not self._vague_counts(s.finding, feature)
        ]

    def denied(self, feature: Feature) -> list[Statement]:
        wanted = feature.concepts
        if "denied_by" in feature.options:
            wanted += _names(feature, "denied_by")
        return [s for s in self.about(wanted, shape_of(feature)) if s.hit.stance is Stance.DENIED]

    def standing(self, affirmed: list[Statement], denied: list[Statement]) -> list[Statement]:
        """What is left of `affirmed` when newer denials have been heard.

        On the same day the positive wins, unless both are the same Observation code: then the
        later one does. A denial for one side leaves the other side standing.
        """
        return [s for s in affirmed if not any(_beats(no, s) for no in denied)]

    def in_window(self, finding: Finding, window_days: float | None) -> bool | None:
        """Whether its date lies in the window; None when undated or too vague to say."""
        if window_days is None:
            return True
        if finding.when is None:
            return None
        tolerance = self.days("future_tolerance_days")
        return finding.when.within(timedelta(days=window_days) + tolerance, self.as_of + tolerance)

    def transient(self, finding: Finding) -> bool:
        """A weakness that ended within a day of its beginning, less than a week ago."""
        if finding.when is None or not self.in_window(finding, float(self._time["ended_counts_days"])):
            return False
        if any(hit.concept == "words_resolved_within_24h" for hit in finding.hits):
            return True
        # An end before the beginning tells no length.
        if finding.ended is None or finding.ended.latest < finding.when.earliest:
            return False
        within = timedelta(hours=float(self._time["ended_within_hours"]))
        return finding.ended.middle - finding.when.middle <= within

    def _passed(self, finding: Finding) -> bool:
        """Whether the entry calls the weakness transient and over, and so tells of its own days."""
        said = {hit.concept for hit in finding.hits}
        return said.issuperset(self._time["passed_concepts"]) and self.transient(finding)

    def says_new(self, finding: Finding) -> bool:
        """Whether the entry itself says new, worse, acute, sudden or recurrent."""
        words = str(self._time["new_words"])
        return any(hit.concept == words and hit.stance is Stance.AFFIRMED for hit in finding.hits)

    def cancelled(self, statement: Statement, feature: Feature) -> bool:
        """Whether a finding was explained before it began, such as by a neurogenic bladder.

        A neurogenic bladder first recorded in the window in which a retention is new is as new as that.
        """
        mine = statement.moment
        start = self.as_of - timedelta(days=feature.window_days or 0)
        return any(
            other.says_yes
            and other.finding.confirmed
            and (other.moment is None or mine is None or other.moment < min(mine, start))
            for other in self.about(feature.cancelled_by, "diagnosis")
        )

    def _counted(self, statement: Statement, feature: Feature) -> Statement | None:
        finding = statement.finding
        if _over(statement) and not feature.historical_ok and not (feature.tier and self.transient(finding)):
            return None
        if finding.quantity is not None and statement.hit.concept in self.knowledge.measured_concepts:
            return None  # a pain score of 2 is no "yes" to severe pain
        inside = self.in_window(finding, feature.window_days)
        if statement.hit.stance is Stance.HISTORICAL and feature.window_days is not None:
            # "Ex-IVDU": an entry without an onset has the date of its writing, not that of what is over.
            dated = finding.onset_stated or (bool(feature.tier) and self._passed(finding))
            return statement if inside and dated else None
        if inside or (inside is None and self._vague_counts(finding, feature)):
            return statement
        if inside is False and self._still_active(finding, feature):
            return Statement(finding, statement.hit, chronic=True)
        return None

    def _vague_counts(self, finding: Finding, feature: Feature) -> bool:
        if not feature.new_only:
            return True
        return finding.when is not None and finding.when.span <= self.days("vague_days")

    def _still_active(self, finding: Finding, feature: Feature) -> bool:
        if feature.new_only or feature.options.get("recent_only"):
            return False
        return finding.kind is Kind.CONDITION and not finding.historical and not finding.ended

    def _repeat(self, statement: Statement, everything: list[Statement], feature: Feature) -> bool:
        """Whether an entry inside the window only repeats an old problem (S53, `new_only`)."""
        if statement.finding.onset_stated or self.says_new(statement.finding):
            return False
        start = self.as_of - timedelta(days=feature.window_days or 0)
        earlier = [s for s in everything if s.moment is not None and s.moment < start]
        if feature.shape == "diagnosis":
            # What brought somebody to an earlier visit is no record of the disease.
            earlier = [s for s in earlier if s.finding.kind is Kind.CONDITION]
        if any(s.finding.problem_list and not s.finding.historical for s in earlier):
            return True
        since = start - self.days("repeat_days")
        days = {s.day for s in earlier if s.moment is not None and s.moment >= since}
        wanted = 1 if feature.shape == "diagnosis" else int(self._time["repeat_recorded_days"])
        return len(days) >= wanted


def shape_of(feature: Feature) -> str:
    """What kinds of record a feature may use; one that is worked out may use what a finding may."""
    return feature.shape if feature.shape in _KINDS else "finding"


def _over(statement: Statement) -> bool:
    return statement.finding.historical or statement.hit.stance is Stance.HISTORICAL


def _coded_use(statement: Statement) -> bool:
    """Whether a Condition says by its code (Z79.01) that a medicine is taken; words may tell of harm."""
    coded = statement.hit.by_code and statement.hit.stance is Stance.AFFIRMED
    return coded and statement.finding.kind is Kind.CONDITION


def _names(feature: Feature, option: str) -> tuple[str, ...]:
    names = feature.options.get(option, ())
    return tuple(str(name) for name in names) if isinstance(names, tuple | list) else ()


def _beats(no: Statement, yes: Statement) -> bool:
    if no.finding is yes.finding:
        return no.hit.concept == yes.hit.concept and no.hit.side == yes.hit.side
    if no.side in (Side.LEFT, Side.RIGHT) and no.side is not yes.side:
        return False
    if no.day is None or yes.day is None or no.finding.when is None or yes.finding.when is None:
        return False
    same_entry = no.finding.code == yes.finding.code and no.finding.kind is yes.finding.kind
    if same_entry and no.finding.kind is Kind.OBSERVATION:
        return no.finding.when.latest > yes.finding.when.latest
    return no.day > yes.day


def newest_first(statements: Iterable[Statement]) -> list[Statement]:
    """Newest first, the undated last; ties by reference, so that order in the chart is nothing."""
    return sorted(statements, key=_age_key)


def _age_key(statement: Statement) -> tuple[float, str, str]:
    moment, finding = statement.finding.when, statement.finding
    latest = -moment.latest.timestamp() if moment else float("inf")
    return latest, finding.source.reference, finding.label


def findings_of(statements: Iterable[Statement]) -> tuple[Finding, ...]:
    """The findings behind the statements, each once: newest first, reasons for encounters last."""
    unique: dict[str, Finding] = {}
    for statement in newest_first(statements):
        key = statement.finding.source.reference + statement.finding.label
        unique.setdefault(key, statement.finding)
    return tuple(sorted(unique.values(), key=lambda finding: finding.kind is Kind.ENCOUNTER))


def sides_of(statements: Iterable[Statement]) -> Iterator[Side]:
    for statement in statements:
        if statement.side is not None:
            yield statement.side


def combined(sides: Iterable[Side]) -> Side | None:
    """Left and right together are both sides; None when no side is said."""
    found = set(sides)
    if Side.BILATERAL in found or found >= {Side.LEFT, Side.RIGHT}:
        return Side.BILATERAL
    return next(iter(found), None)
