"""Features that are measured: the latest usable value, converted, with what could not be understood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from cards.facts import Answer, Fact
from cards.findings import Finding, Person, Quantity, Side, Stance, Unread
from cards.knowledge import Feature
from cards.report_values import report_value
from cards.rises import Value, risen_from
from cards.statements import Statement, Statements, combined, findings_of, newest_first
from cards.units import UnitNotUnderstood, canonical
from cards.yes_no import taken

ANY_TIME = timedelta(days=365 * 150)
"""Longer than a life."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A recorded value that could not be used for its feature."""

    feature: str
    unread: Unread


class Measures:
    """Reads the measured features of one chart."""

    def __init__(self, statements: Statements, person: Person) -> None:
        self._statements = statements
        self._knowledge = statements.knowledge
        self._person = person
        self._refused: dict[str, Refused] = {}

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Values that could not be used, where no newer value could."""
        return tuple(self._refused.values())

    def read(self, feature: Feature) -> Fact | None:
        match feature.shape, feature.derive:
            case "patient", "age":
                return self._age(feature)
            case "patient", _:
                return self._deceased(feature)
            case "observation_posneg", _:
                return self._test_outcome(feature)
            case "report", _:
                return report_value(feature, self._statements)
            case _, "lowest_grade":
                return self._lowest_grade(feature)
            case _, "per_kg":
                return self._per_kg(feature)
            case _, "daily_dose":
                return self._daily_dose(feature)
            case _, "fall_pct":
                return self._fall_pct(feature)
            case _, "risen":
                return self._risen(feature)
            case "observation_quantity", _:
                return self._latest(feature)
            case _:
                return None

    def onset_is_explicit(self, entry: Finding) -> bool:
        """A stated onset with a time of day, or words such as "last known well"."""
        words = str(self._knowledge.reading["time"]["stated_onset_words"])
        told = any(hit.concept == words and hit.stance is Stance.AFFIRMED for hit in entry.hits)
        return told or (entry.onset_stated and entry.timed)

    def changed(self, name: str, by: float, within: timedelta) -> tuple[Finding, ...]:
        """The two findings between which a measure changed by at least `by` (its sign tells which way)."""
        feature = self._knowledge.features[name]
        values = [v for v in self._values(feature, within) if v[0].finding.when is not None]
        for later, new in values:
            for earlier, old in values:
                one, two = earlier.finding.when, later.finding.when
                if one is None or two is None or not one.latest < two.earliest:
                    continue
                if later.stands_for(earlier) and two.earliest - one.latest <= within and _by(new - old, by):
                    return (later.finding, earlier.finding)
        return ()

    def history(self, feature: Feature) -> list[Value]:
        """Usable values of any date, newest first, in the canonical unit; none where made of others."""
        return [] if "of" in feature.options else self._values(feature, ANY_TIME)

    def _values(self, feature: Feature, within: timedelta | None = None) -> list[Value]:
        """Usable values in the window, newest first, in the canonical unit."""
        window = within / timedelta(days=1) if within is not None else feature.window_days
        found: list[Value] = []
        about = self._statements.about(feature.concepts, "observation_quantity")
        for statement in newest_first(about + self._scores_in_codes(feature)):
            finding = statement.finding
            if finding.quantity is None or statement.hit.stance is Stance.DENIED:
                continue
            if self._statements.in_window(finding, window) is False or self._elsewhere(finding, feature):
                continue
            if feature.cancelled_by and self._statements.cancelled(statement, feature):
                continue
            value = self._converted(finding.quantity, feature)
            if finding.unusable:
                value = f"sample {finding.unusable}"
            if not isinstance(value, str):
                found.append((statement, value))
            elif value and not found and within is not ANY_TIME:
                self._refuse(finding, finding.quantity, feature, value)
        return found

    def _scores_in_codes(self, feature: Feature) -> list[Statement]:
        """Scores that stand in the code of a diagnosis, such as 12 in ICD-10-CM R29.712."""
        beginning = str(feature.options.get("code_score", "")).partition(":")[2]
        if not beginning:
            return []
        scored = []
        for statement in self._statements.about(feature.concepts, "diagnosis"):
            score = statement.finding.code.rpartition("|")[2].replace(".", "")
            digits = score.removeprefix(beginning.replace(".", ""))
            if digits != score and digits.isdecimal():
                finding = replace(statement.finding, quantity=Quantity(float(digits), ""))
                scored.append(Statement(finding, statement.hit))
        return scored

    def _elsewhere(self, finding: Finding, feature: Feature) -> bool:
        if feature.options.get("site") == "leg":
            return not finding.leg_site
        return bool(feature.options.get("skip_other_site")) and finding.other_site and not finding.leg_site

    def _converted(self, quantity: Quantity, feature: Feature) -> float | str:
        """The value, or why it cannot be used; empty when it belongs to another feature."""
        words = self._knowledge.wording["common"]
        try:
            value = canonical(quantity, feature, self._knowledge)
        except UnitNotUnderstood:
            if self._read_by_another(quantity, feature):
                return ""
            return str(words["unit_not_understood" if quantity.unit else "no_unit"])
        return str(words["not_plausible"]) if value is None else value

    def _refuse(self, finding: Finding, quantity: Quantity, feature: Feature, why: str) -> None:
        reference = finding.source.reference
        name = " ".join(feature.phrase.format(value=quantity.shown, side="").split())
        self._refused[reference] = Refused(feature.id, Unread(reference, why, label=f"{name}: {why}"))

    def _read_by_another(self, quantity: Quantity, feature: Feature) -> bool:
        """Vital capacity in litres, per kilogram and per cent share one concept: one of them suffices."""
        for concept in feature.concepts:
            for name in self._knowledge.features_of_concept.get(concept, ()):
                other = self._knowledge.features[name]
                if other.id == feature.id or other.shape == "finding":
                    continue
                try:
                    canonical(quantity, other, self._knowledge)
                except UnitNotUnderstood:
                    continue
                return True
        return False

    def _fact(self, feature: Feature, chosen: Value, also: Iterable[Statement] = ()) -> Fact:
        statement, value = chosen
        quantity = statement.finding.quantity
        return Fact(
            feature.id,
            Answer.PRESENT,
            (statement.finding, *findings_of(s for s in also if s.finding is not statement.finding)),
            value=value,
            comparator=quantity.comparator if quantity else "",
            shown=quantity.shown if quantity else "",
            side=statement.side,
            when=statement.finding.when,
            hint_only=not statement.hit.confirmed,
        )

    def _latest(self, feature: Feature) -> Fact | None:
        values = self._values(feature)
        if not values:
            return None
        if feature.options.get("pick") == "highest":
            return self._fact(feature, max(values, key=lambda value: value[1]))
        newest = _of_the_same_moment(values)
        if "corrected" in feature.options:
            return self._corrected(feature, newest, values)
        return self._fact(feature, newest)

    def _corrected(self, feature: Feature, newest: Value, values: list[Value]) -> Fact:
        """The value as the laboratory corrected it on the same day, else corrected here, else as measured."""
        wanted, day = feature.options["corrected"], newest[0].day
        for value in values:
            if value[0].day == day and any(hit.concept == wanted for hit in value[0].finding.hits):
                return self._fact(feature, value)
        fact = self._fact(feature, newest)
        other = self._latest(self._knowledge.features[str(feature.options["correct_by"])])
        if other is None or not isinstance(other.value, float) or fact.comparator or other.comparator:
            return fact
        factor, usual = (float(str(feature.options[key])) for key in ("correct_factor", "correct_from"))
        corrected = newest[1] + factor * (usual - other.value)
        return replace(
            fact,
            findings=(*fact.findings, *other.findings),
            value=corrected,
            shown=f"{fact.shown} (corrected {corrected:.2f} {feature.unit})",
        )

    def _lowest_grade(self, feature: Feature) -> Fact | None:
        """The lowest among the latest grade of each muscle group; normal only for the whole leg."""
        latest: list[Value] = []
        for statement, value in self._values(feature):
            if not any(newer.stands_for(statement) for newer, _ in latest):
                latest.append((statement, value))
        normal = float(str(feature.options["normal"]))
        low = [value for value in latest if value[1] < normal]
        counted = low or self._of_whole_legs(latest)
        if not counted:
            return None
        lowest = min(counted, key=lambda value: (value[1], value[0].finding.source.reference))
        fact = self._fact(feature, lowest, [statement for statement, _ in counted])
        side = combined(s.side for s, _ in low if s.side is not None)
        return replace(fact, side=side)

    def _of_whole_legs(self, values: list[Value]) -> list[Value]:
        """Those of each side on which the whole leg was examined; what is of both legs counts for each."""
        found: list[Value] = []
        for side in (Side.LEFT, Side.RIGHT, Side.BILATERAL, None):
            mine = [value for value in values if value[0].side is side]
            of_both = [value for value in values if value[0].side is Side.BILATERAL and side is not None]
            if mine and self._whole_leg([*mine, *of_both]):
                found += mine
        return found

    def _whole_leg(self, values: Iterable[Value]) -> bool:
        """Whether full power was recorded for the leg as a whole, or at hip, knee and ankle."""
        joints: Sequence[Sequence[str]] = self._knowledge.reading["time"]["leg_joints"]
        labels = [f"{statement.finding.label} {statement.finding.muscle}".lower() for statement, _ in values]
        named = [{i for i, words in enumerate(joints) if any(w in label for w in words)} for label in labels]
        if any(not joint for joint in named):
            return True
        return len(set().union(*named)) == len(joints)

    def _per_kg(self, feature: Feature) -> Fact | None:
        """Vital capacity per kilogram of the latest body weight, or as recorded in mL/kg."""
        recorded = self._values(feature)
        if recorded:
            return self._fact(feature, recorded[0])
        litres = self._values(self._knowledge.features[str(feature.options["of"])])
        weights = self._values(self._knowledge.features[str(feature.options["weight"])])
        if not litres or not weights or weights[0][1] <= 0:
            return None
        statement, litre = litres[0]
        value = litre * 1000 / weights[0][1]
        fact = self._fact(feature, (statement, value), [weights[0][0]])
        return replace(fact, shown=f"{fact.shown} = {value:.0f} mL/kg")

    def _daily_dose(self, feature: Feature) -> Fact | None:
        """The highest daily dose of a medicine that is taken, as the equivalent of one substance."""
        equivalents: tuple[tuple[str, str], ...] = feature.options["equivalents"]  # type: ignore[assignment]
        doses = [
            (statement, statement.finding.quantity.value * factor)
            for statement in self._statements.about(feature.concepts, "medication")
            if statement.finding.quantity is not None
            and taken(statement, feature, self._statements)
            and (factor := _equivalent(statement.finding.label, equivalents)) is not None
        ]
        if not doses:
            return None
        return self._fact(feature, max(doses, key=lambda dose: (dose[1], dose[0].finding.source.reference)))

    def _fall_pct(self, feature: Feature) -> Fact | None:
        """From the highest to the latest weight in the window, as a share of the highest."""
        window = timedelta(days=feature.window_days or 0)
        values = self._values(self._knowledge.features[str(feature.options["of"])], window)
        if len(values) < 2:
            return None
        latest, highest = values[0], max(values, key=lambda value: value[1])
        fall = (highest[1] - latest[1]) / highest[1] * 100
        fact = self._fact(feature, (latest[0], fall), [highest[0]])
        return replace(fact, shown=f"{fall:.0f} %")

    def _risen(self, feature: Feature) -> Fact | None:
        """Whether the latest value has risen by so much in a short time, or to so many times the baseline."""
        window = timedelta(days=feature.window_days or 0)
        values = self._values(self._knowledge.features[str(feature.options["of"])], window)
        if not values:
            return None
        latest = _of_the_same_moment(values)
        before = risen_from(latest, values, feature.options)
        if before is None:
            return None
        findings = (latest[0].finding, before.finding)
        hint = not (latest[0].hit.confirmed and before.hit.confirmed)
        return Fact(feature.id, Answer.PRESENT, findings, when=findings[0].when, hint_only=hint)

    def _test_outcome(self, feature: Feature) -> Fact | None:
        wanted = feature.options.get("outcome") != "negative"
        about = newest_first(self._statements.about(feature.concepts, feature.shape))
        for statement in about:
            if self._statements.in_window(statement.finding, feature.window_days) is False:
                continue
            positive = statement.finding.positive
            if positive is None and statement.hit.stance is Stance.DENIED:
                positive = False
            if positive is not None:
                answer = Answer.PRESENT if positive is wanted else Answer.ABSENT
                hint = not statement.hit.confirmed
                return Fact(
                    feature.id, answer, (statement.finding,), when=statement.finding.when, hint_only=hint
                )
        return None

    def _age(self, feature: Feature) -> Fact | None:
        born = self._person.born
        if born is None:
            return None
        years = _whole_years(born.middle, self._statements.as_of)
        return Fact(feature.id, Answer.PRESENT, value=float(years), shown=f"{years} years")

    def _deceased(self, feature: Feature) -> Fact | None:
        died = self._person.died
        if self._person.deceased or (died is not None and died.earliest <= self._statements.as_of):
            return Fact(feature.id, Answer.PRESENT, when=died)
        return None


def _of_the_same_moment(values: list[Value]) -> Value:
    """The latest value; of several of one moment the one given out last (fhir_shapes of the specification).

    Of those that are equal in this too the flagged one, else the lowest, whatever their order.
    """
    when = values[0][0].finding.when
    same = [value for value in values if value[0].finding.when == when]
    issued = [value[0].finding.issued for value in same]
    if all(issued):
        same = [value for value in same if value[0].finding.issued == max(filter(None, issued))]
    return min(same, key=lambda v: (not (v[0].finding.low or v[0].finding.positive is True), v[1]))


def _equivalent(label: str, equivalents: Iterable[tuple[str, str]]) -> float | None:
    """The factor of the substance that a label names; the longest name that fits, as some contain others."""
    named = [(name, factor) for name, factor in equivalents if name in label.lower()]
    return float(max(named, key=lambda each: len(each[0]))[1]) if named else None


def _by(change: float, by: float) -> bool:
    return change >= by if by > 0 else change <= by


def _whole_years(born: datetime, now: datetime) -> int:
    had_birthday = (now.month, now.day) >= (born.month, born.day)
    return now.year - born.year - (0 if had_birthday else 1)
