"""The answers about one patient: each feature present, absent or not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cards.conditions import Condition, Support
from cards.findings import Finding, Side, When
from cards.grounds import grounds
from cards.knowledge import Knowledge


class Answer(StrEnum):
    """A missing record is never a normal result."""

    PRESENT = "present"
    ABSENT = "absent"
    NOT_RECORDED = "not recorded"


@dataclass(frozen=True, slots=True)
class Fact:
    """What the chart says about one feature, with the findings that say so."""

    feature: str
    answer: Answer
    findings: tuple[Finding, ...] = ()
    value: float | str | None = None
    """In the canonical unit of the feature, or the code of its value; None for yes and no."""
    comparator: str = ""
    """Of the value: ``<`` means that the true value lies below it."""
    shown: str = ""
    """The value as recorded, for a reader."""
    side: Side | None = None
    when: When | None = None
    chronic: bool = False
    hint_only: bool = False
    """Rests on unconfirmed codes alone: never enough for a critical card."""
    because: tuple[str, ...] = ()
    """Other features that it follows from."""


class Facts:
    """All answers about one patient; answers conditions (see `cards.conditions.Answers`)."""

    def __init__(self, knowledge: Knowledge, facts: Iterable[Fact] = (), *, hints: bool = True) -> None:
        self._knowledge = knowledge
        self._facts: dict[str, Fact] = {}
        self._derived: dict[str, Support | None] = {}
        self._held: dict[str, bool] = {}
        self._hints = hints
        self._grounds = grounds(knowledge)
        self._recorded: frozenset[str] | None = None
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Record an answer; what was derived from the earlier ones is worked out anew."""
        self._facts[fact.feature] = fact
        self._recorded = None
        self._derived.clear()
        self._held.clear()

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def get(self, feature: str) -> Fact:
        return self._facts.get(feature) or Fact(feature, Answer.NOT_RECORDED)

    def tells(self, feature: str) -> bool:
        """Whether the chart says anything of a feature itself: yes, no or a value."""
        fact = self._facts.get(feature)
        return fact is not None and fact.answer is not Answer.NOT_RECORDED

    def met(self, condition: Condition) -> Support | None:
        """`Condition.met`, asked only where it has a ground in what is recorded."""
        ground = self._grounds.of(condition)
        if ground is not None and ground.isdisjoint(self.recorded):
            return None
        return condition.met(self)

    def meets(self, condition: Condition) -> bool:
        """Whether the condition is met, where nobody asks why."""
        ground = self._grounds.of(condition)
        return (ground is None or not ground.isdisjoint(self.recorded)) and condition.is_met(self)

    @property
    def recorded(self) -> frozenset[str]:
        """The features that are present or have a value: a condition with no ground in them is not met."""
        if self._recorded is None:
            self._recorded = frozenset(
                name
                for name, fact in self._facts.items()
                if fact.answer is Answer.PRESENT or fact.value is not None
            )
        return self._recorded

    @property
    def rests_on_hints(self) -> bool:
        """Whether any feature is present by unconfirmed codes alone."""
        return any(fact.hint_only and fact.answer is Answer.PRESENT for fact in self)

    def without_hints(self) -> Facts:
        """The same answers, with those that rest on unconfirmed codes alone not recorded."""
        return Facts(self._knowledge, self, hints=False)

    def imagining(self, fact: Fact, dependents: frozenset[str]) -> Facts:
        """The same answers with one more; only what depends on it is worked out anew."""
        return _Imagined(self._knowledge, self, fact, dependents)

    def holds(self, feature: str) -> bool:
        held = self._held.get(feature)
        if held is None:
            held = self._held[feature] = self._works_out(feature)
        return held

    def _works_out(self, feature: str) -> bool:
        fact = self._facts.get(feature)
        if fact is not None:
            return fact.answer is Answer.PRESENT and self._usable(fact)
        derived = self._knowledge.derived.get(feature)
        return derived is not None and self.meets(derived.when)

    def compares(self, feature: str, operator: str, number: float) -> bool:
        fact = self._facts.get(feature)
        if fact is None or not isinstance(fact.value, float | int) or not self._usable(fact):
            return False
        return _certainly(float(fact.value), fact.comparator, operator, number)

    def is_one_of(self, feature: str, values: tuple[str, ...]) -> bool:
        fact = self._facts.get(feature)
        return fact is not None and fact.value in values and self._usable(fact)

    def base_features(self, support: Iterable[str]) -> tuple[str, ...]:
        """The recorded features behind a support, each once, derived ones followed to their ground."""
        found: dict[str, None] = {}
        self._collect(support, found, set())
        return tuple(found)

    def _collect(self, support: Iterable[str], found: dict[str, None], seen: set[str]) -> None:
        for name in support:
            if name in seen:
                continue
            seen.add(name)
            if name in self._knowledge.derived:
                self._collect(self._why_derived(name) or (), found, seen)
            elif (fact := self._facts.get(name)) is not None:
                if fact.findings or not fact.because:
                    found[name] = None
                self._collect(fact.because, found, seen)

    def _usable(self, fact: Fact) -> bool:
        return self._hints or not fact.hint_only

    def _why_derived(self, name: str) -> Support | None:
        derived = self._knowledge.derived.get(name)
        if derived is None:
            return None
        if name not in self._derived:
            self._derived[name] = self.met(derived.when)
        return self._derived[name]


class _Imagined(Facts):
    """Answers with one more than somebody else's, which are asked for all that cannot depend on it."""

    def __init__(self, knowledge: Knowledge, known: Facts, fact: Fact, dependents: frozenset[str]) -> None:
        super().__init__(knowledge, (fact,))
        self._known = known
        self._imagined = fact.feature
        self._dependents = dependents

    @property
    def recorded(self) -> frozenset[str]:
        if self._recorded is None:
            self._recorded = self._known.recorded | {self._imagined}
        return self._recorded

    def _works_out(self, feature: str) -> bool:
        return super()._works_out(feature) if feature in self._dependents else self._known.holds(feature)

    def compares(self, feature: str, operator: str, number: float) -> bool:
        if feature in self._facts:
            return super().compares(feature, operator, number)
        return self._known.compares(feature, operator, number)

    def is_one_of(self, feature: str, values: tuple[str, ...]) -> bool:
        if feature in self._facts:
            return super().is_one_of(feature, values)
        return self._known.is_one_of(feature, values)


def _certainly(value: float, comparator: str, operator: str, number: float) -> bool:
    """Whether a value recorded as, say, "< 2.5" certainly satisfies "< 2.5"."""
    if not comparator:
        return _holds(value, operator, number)
    below = comparator in ("<", "<=")
    strict = comparator in ("<", ">")
    if below and operator in ("<", "<="):
        return value <= number if operator == "<=" or strict else value < number
    if not below and operator in (">", ">="):
        return value >= number if operator == ">=" or strict else value > number
    return False


def _holds(value: float, operator: str, number: float) -> bool:
    match operator:
        case "<":
            return value < number
        case "<=":
            return value <= number
        case ">":
            return value > number
        case ">=":
            return value >= number
        case _:
            return value == number
