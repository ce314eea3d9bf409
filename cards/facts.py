"""The answers about one patient: each feature present, absent or not recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from cards.conditions import Condition, Support, Truths
from cards.findings import Finding, Side, When
from cards.knowledge import Knowledge
from cards.truths import vocabulary


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
    """All answers about one patient, and with that what is true of them."""

    def __init__(self, knowledge: Knowledge, facts: Iterable[Fact] = (), *, hints: bool = True) -> None:
        self._knowledge = knowledge
        self._vocabulary = vocabulary(knowledge)
        self._facts: dict[str, Fact] = {}
        self._hints = hints
        self._stated: set[str] = set()
        """What the answers say by themselves, without what is derived from them."""
        self._true: set[str] | None = None
        self._behind: dict[str, tuple[str, ...]] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Record an answer; what was derived from the earlier ones is worked out anew."""
        feature, stated = fact.feature, self._stated
        if feature in self._facts and not stated.isdisjoint(about := self._vocabulary.about(feature)):
            stated -= about
            self._true = None
        self._facts[feature] = fact
        self._behind.clear()
        if self._hints or not fact.hint_only:
            if fact.answer is Answer.PRESENT:
                stated.add(feature)
                self._true = None
            if compared := self._vocabulary.stated(feature, fact.value, fact.comparator):
                stated |= compared
                self._true = None

    def copy(self) -> Facts:
        """The same answers, to be changed."""
        other = Facts(self._knowledge, hints=self._hints)
        other._facts, other._stated, other._true = dict(self._facts), set(self._stated), self._true
        return other

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def get(self, feature: str) -> Fact:
        return self._facts.get(feature) or Fact(feature, Answer.NOT_RECORDED)

    def tells(self, feature: str) -> bool:
        """Whether the chart says anything of a feature itself: yes, no or a value."""
        fact = self._facts.get(feature)
        return fact is not None and fact.answer is not Answer.NOT_RECORDED

    @property
    def true(self) -> Truths:
        """All that is true of the patient: to be asked, not to be changed."""
        if self._true is None:
            self._true = true = set(self._stated)
            for name, is_met in self._vocabulary.derived:
                if is_met(true):
                    true.add(name)
        return self._true

    def met(self, condition: Condition) -> Support | None:
        """Why a condition of the content is met; None when it is not."""
        if not condition.comparisons <= self._vocabulary.comparisons:
            raise ValueError(f"compares what no condition of the content does: {condition.text}")
        return condition.met(self.true)

    @property
    def recorded(self) -> frozenset[str]:
        """The features that are present or have a value: a condition with no ground in them is not met."""
        return frozenset(
            name
            for name, fact in self._facts.items()
            if fact.answer is Answer.PRESENT or fact.value is not None
        )

    @property
    def rests_on_hints(self) -> bool:
        """Whether any feature is present by unconfirmed codes alone."""
        return any(fact.hint_only and fact.answer is Answer.PRESENT for fact in self)

    def without_hints(self) -> Facts:
        """The same answers, with those that rest on unconfirmed codes alone not recorded."""
        return Facts(self._knowledge, self, hints=False)

    def holds(self, feature: str) -> bool:
        """Whether the feature is present; of a derived one, whether its condition is met."""
        if feature in self._knowledge.derived:
            return feature in self.true
        return feature in self._stated

    def base_features(self, support: Iterable[str]) -> tuple[str, ...]:
        """The recorded features behind a support, each once, derived ones followed to their ground."""
        return tuple(dict.fromkeys(base for name in support for base in self._base(name)))

    def _base(self, name: str) -> tuple[str, ...]:
        behind = self._behind.get(name)
        if behind is None:
            behind = self._behind[name] = self._works_out(name)
        return behind

    def _works_out(self, name: str) -> tuple[str, ...]:
        derived = self._knowledge.derived.get(name)
        if derived is not None:
            return self.base_features(derived.when.met(self.true) or ())
        fact = self._facts.get(name)
        if fact is None:
            return ()
        itself = (name,) if fact.findings or not fact.because else ()
        return (*itself, *self.base_features(fact.because))
