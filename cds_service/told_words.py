"""Puts what is told of an answer into words: labels of the content, dates, values, references.

Plain text: in a terminal and on a page alike what comes from the record is untrusted, and is made safe there.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from cards.facts import Fact, Facts
from cards.findings import Finding, Hit, Side, Stance, Unread, When
from cards.knowledge import Knowledge

_UNITS = {"Cel": "°C", "mm[Hg]": "mmHg", "cm[H2O]": "cmH2O", "m[IU]/L": "mIU/L", "10*9/L": "×10⁹/L"}
_DAY = "d"
_SPANS = (
    ("year", 365.25),
    ("month", 30.44),
    ("week", 7.0),
    ("day", 1.0),
    ("hour", 1 / 24),
    ("minute", 1 / 1440),
)


@dataclass(frozen=True, slots=True)
class Words:
    """Puts the parts of one patient's answer into words."""

    knowledge: Knowledge
    facts: Facts
    patient: str
    zone: tzinfo
    """Of the hospital: in which dates are shown."""

    # -- dates and values

    def moment(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%d %b %Y %H:%M").lstrip("0")

    def date(self, when: When | None) -> str:
        """As exact as it was recorded: a minute, a day, a month, a year, else both ends."""
        if when is None:
            return "no date"
        first, last = when.earliest.astimezone(self.zone), when.latest.astimezone(self.zone)
        if when.span <= timedelta(minutes=1):
            return self.moment(first)
        if first.date() == last.date():
            return _day(first)
        whole_months = first.day == 1 and last.day == monthrange(last.year, last.month)[1]
        if whole_months and (first.year, first.month) == (last.year, last.month):
            return first.strftime("%b %Y")
        if whole_months and first.year == last.year and (first.month, last.month) == (1, 12):
            return str(first.year)
        return f"{_day(first)} to {_day(last)}"

    def since(self, fact: Fact) -> str:
        """When a value was measured; for all else the first date that a resource gives."""
        dates = [each.when for each in fact.findings if each.when]
        if self.value(fact) or not dates:
            return self.date(fact.when) if fact.when else ""
        return f"since {self.date(min(dates, key=lambda when: when.earliest))}"

    def value(self, fact: Fact) -> str:
        """The value with its unit; empty when the feature is a plain yes or no."""
        if fact.shown:
            return with_plain_unit(fact.shown)
        if isinstance(fact.value, str):
            said = str(self.knowledge.wording["values"].get(fact.value, fact.value))
            return "" if fact.side and fact.value == fact.side.value else said
        if fact.value is None:
            return ""
        feature = self.knowledge.features.get(fact.feature)
        unit = feature.unit if feature else ""
        if unit == _DAY:
            return span(float(fact.value))
        return with_plain_unit(
            f"{number(float(fact.value))} {unit}" if unit[:1] not in {"", "{"} else number(float(fact.value))
        )

    def side(self, sides: Iterable[Side | None]) -> str:
        names = dict.fromkeys(str(self.knowledge.wording["sides"][each.value]) for each in sides if each)
        return " and ".join(names)

    # -- what the content calls things

    def feature(self, name: str) -> str:
        """Its label, without the unit, which stands behind the value."""
        feature = self.knowledge.features.get(name)
        if feature is not None:
            return feature.label.removesuffix(f" ({feature.unit})")
        return self.knowledge.derived[name].label

    def said(self, name: str) -> str:
        """A recorded feature with its value and side: ``Post-void residual: 420 mL``."""
        fact = self.facts.get(name)
        value, side = self.value(fact), self.side([fact.side])
        return self.feature(name) + (f": {value}" if value else "") + (f" ({side})" if side else "")

    def rule(self, identity: str) -> str:
        return next((rule.title for rule in self.knowledge.rules if rule.id == identity), identity)

    def concepts(self, finding: Finding) -> str:
        """What a finding names, with the stance where it is not simply affirmed."""
        said = list(dict.fromkeys((self._concept(hit), _mark(hit)) for hit in finding.hits))
        marks = {mark for _, mark in said}
        if len(said) > 1 and len(marks) == 1 and "" not in marks:
            return f"{'; '.join(label for label, _ in said)} (all {marks.pop()})"
        return "; ".join(f"{label} ({mark})" if mark else label for label, mark in said)

    def _concept(self, hit: Hit) -> str:
        concept = self.knowledge.concepts.get(hit.concept)
        return concept.label if concept else hit.concept

    def part(self, unread: Unread) -> str:
        """What was not read; its label says the reason again, after a colon."""
        label = unread.label.removesuffix(f": {unread.why}")
        kind = str(self.knowledge.wording["resource_types"].get(unread.what, ""))
        return label or kind or unread.what

    # -- where it stands

    def grounds(self, *names: str) -> tuple[str, ...]:
        """The resources of features, each once, or the features that they follow from."""
        return tuple(dict.fromkeys(ground for name in names for ground in self._grounds(name)))

    def _grounds(self, name: str) -> tuple[str, ...]:
        because = tuple(f"follows from: {self.feature(each)}" for each in self.facts.get(name).because)
        return self.resources(name) if self._of_the_patient(name) else self.resources(name) + because

    def resources(self, *names: str) -> tuple[str, ...]:
        """The references of the resources that features stand in, each once."""
        return tuple(dict.fromkeys(reference for name in names for reference in self._resources(name)))

    def _resources(self, name: str) -> list[str]:
        if self._of_the_patient(name):
            return [f"Patient/{self.patient}"]
        return [finding.source.reference for finding in self.facts.get(name).findings]

    def _of_the_patient(self, name: str) -> bool:
        feature = self.knowledge.features.get(name)
        return feature is not None and feature.shape == "patient"


def _mark(hit: Hit) -> str:
    marks = [] if hit.stance is Stance.AFFIRMED else [hit.stance.value]
    return ", ".join(marks if hit.confirmed else [*marks, "code not confirmed"])


def with_plain_unit(shown: str) -> str:
    """A recorded value with the UCUM units that nobody says replaced by those that people write."""
    return " ".join(_UNITS.get(word, word) for word in shown.split())


def number(value: float) -> str:
    """Three significant digits, and never fewer than stand before the point."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def span(days: float) -> str:
    """A time in the unit in which people say it: 0.042 days are ``1 hour``, 60 are ``8 weeks``."""
    for name, length in _SPANS:
        count = round(days / length)
        if count >= (2 if name in {"year", "month", "week"} else 1):
            return f"{count} {name}" + ("s" if count != 1 else "")
    return "less than a minute"


def _day(moment: datetime) -> str:
    return moment.strftime("%d %b %Y").lstrip("0")
