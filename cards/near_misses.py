"""How near the red flags are that did not fire: the fewest answers that would have to be others.

A single answer is found by trying each one; two together by walking the conditions. Either way what is told
has been tried: with these answers the rule fires, before rules are merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from itertools import product

from cards.assessment import Assessment, firing, merged, rules_that_fire
from cards.can_fire import Answer as Imagined
from cards.facts import Answer, Fact, Facts
from cards.findings import Chart, Finding
from cards.formula import onset_features
from cards.knowledge import Knowledge, Rule
from cards.lacking import Way, Ways, reach
from cards.not_counted import NotCounted, not_counted
from cards.spans import Span
from cards.statements import Statements
from cards.tried import by_themselves, with_answers
from cards.units import UnitNotUnderstood, canonical

_TOGETHER = 2
"""Answers that may be lacking at once: with more of them another patient would be spoken of."""


@dataclass(frozen=True, slots=True)
class Lack:
    """A feature whose answer would have to be another one."""

    feature: str
    needed: tuple[Imagined, ...]
    """The answers of which any would do, of those that the red flags tell apart; None: not present."""
    fact: Fact
    """What the chart says instead."""
    spans: tuple[Span, ...] = ()
    """Of a measured feature the values that would do."""
    not_counted: tuple[NotCounted, ...] = ()
    """What stands in the chart for it and does not count."""

    @property
    def held_back(self) -> bool:
        """Whether something is recorded that would have to be otherwise, instead of something missing."""
        return None in self.needed


@dataclass(frozen=True, slots=True)
class Step:
    """Answers that are lacking together, and what the chart has of the rule already."""

    lacks: tuple[Lack, ...]
    holds: tuple[str, ...]
    """The recorded features that the rule's own condition would rest on besides."""
    specific: tuple[str, ...]
    """Those that tell more than that there is weakness, and since when."""

    @property
    def in_chart(self) -> bool:
        """Whether the chart says something of what is lacking: otherwise, or in a way that does not count."""
        return any(lack.not_counted or lack.fact.answer is not Answer.NOT_RECORDED for lack in self.lacks)


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A red flag that did not fire, with the ways in which it would, the most telling first."""

    rule: Rule
    steps: tuple[Step, ...]
    shown: bool
    """Whether it would stand on the card; rules that fire are merged (policy.toml)."""

    @property
    def distance(self) -> int:
        """How many answers are lacking."""
        return len(self.steps[0].lacks)


def near_misses(assessed: Assessment, chart: Chart, knowledge: Knowledge) -> tuple[NearMiss, ...]:
    """The rules that one other answer would raise, or two where the chart has something of the rule.

    The nearest first. Of those equally near come first the ones whose missing answer the chart gives
    otherwise, or in a way that does not count; then those of which it has more than the weakness; then in the
    order of the rules. None where the policy says that no card is shown at all.
    """
    if assessed.facts.holds(knowledge.policy.no_card_if):
        return ()
    return tuple(sorted(_Search(assessed, chart, knowledge).near(), key=_nearness))


def uncounted_evidence(assessed: Assessment, chart: Chart, knowledge: Knowledge) -> tuple[NotCounted, ...]:
    """What the chart has of leg weakness where nothing of it counts, newest first; none where some does."""
    if assessed.facts.holds(knowledge.policy.evidence):
        return ()
    there = _Search(assessed, chart, knowledge).evidence()
    each = {one.finding.source.reference: one for one in there}
    return tuple(sorted(each.values(), key=_age))


def _age(each: NotCounted) -> tuple[float, str]:
    return float("inf") if each.age_days is None else each.age_days, each.finding.source.reference


def _nearness(miss: NearMiss) -> tuple[int, bool, bool, bool, int]:
    step = miss.steps[0]
    return miss.distance, not miss.shown, not step.in_chart, not step.specific, miss.rule.position


class _Search:
    def __init__(self, assessed: Assessment, chart: Chart, knowledge: Knowledge) -> None:
        self._facts, self._knowledge = assessed.facts, knowledge
        self._alone = by_themselves(assessed.facts, knowledge)
        self._statements = Statements(chart.findings, knowledge, assessed.as_of)
        self._ways = Ways(assessed.facts, knowledge, _TOGETHER)
        self._silent = [rule for rule in knowledge.rules if rule.id not in assessed.fired]

    def near(self) -> Iterator[NearMiss]:
        one = self._by_one_answer()
        for rule in self._silent:
            ways = one.get(rule.id, {})
            steps = [self._step(rule, {name: tuple(answers)}) for name, answers in ways.items()]
            if not self._facts.holds(rule.gate):
                steps = [step for step in steps if self._has_something(step) or step.in_chart]
            if not ways and any(map(self._is_own, reach(rule, self._knowledge))):
                steps = [step for step in self._by_two(rule) if self._has_something(step)]
            if steps:
                steps.sort(key=lambda step: (not step.in_chart, -len(step.holds)))
                yield NearMiss(rule, tuple(steps), self._shown(rule, steps[0]))

    def evidence(self) -> Iterator[NotCounted]:
        """What does not count of each feature that alone would be evidence of weakness."""
        for feature in self._knowledge.features.values():
            answers = self._ways.others(feature) if feature.tier else ()
            able = tuple(answer for answer in answers if self._is_evidence(feature.id, answer))
            yield from self._lack(feature.id, able).not_counted if able else ()

    def _is_evidence(self, feature: str, answer: Imagined) -> bool:
        facts = with_answers(self._alone, {feature: answer}, self._knowledge)
        return facts.holds(self._knowledge.policy.evidence)

    def _has_something(self, step: Step) -> bool:
        return any(map(self._is_own, step.holds))

    def _is_own(self, name: str) -> bool:
        """Whether the chart has found something of the patient; everybody is of some age."""
        return self._facts.tells(name) and self._knowledge.features[name].shape != "patient"

    def _by_one_answer(self) -> Mapping[str, Mapping[str, list[Imagined]]]:
        """By rule and feature the answers that would make the rule fire."""
        found: dict[str, dict[str, list[Imagined]]] = {}
        for feature in self._knowledge.features.values():
            for answer in self._ways.others(feature):
                for rule in self._fired(with_answers(self._alone, {feature.id: answer}, self._knowledge)):
                    found.setdefault(rule, {}).setdefault(feature.id, []).append(answer)
        return found

    def _fired(self, facts: Facts) -> Set[str]:
        if facts.holds(self._knowledge.policy.no_card_if):
            return frozenset()
        return rules_that_fire(facts, self._knowledge)

    def _by_two(self, rule: Rule) -> list[Step]:
        ways = self._ways.to(rule.gate, rule.when)
        if rule.unless is not None:
            ways += self._ways.to(rule.gate, rule.when, rule.unless)
        steps: dict[tuple[str, ...], Step] = {}
        for way in ways:
            names = tuple(sorted(way))
            if len(way) == _TOGETHER and names not in steps and (able := self._able(rule, way)):
                steps[names] = self._step(rule, able)
        return list(steps.values())

    def _able(self, rule: Rule, way: Way) -> Way | None:
        """The answers of a way with which the rule does fire: any of one with any of the other."""
        every = list(product(*way.values()))
        fire = [answers for answers in every if self._fires(rule, way, answers)]
        if len(fire) == len(every):
            return way
        return {name: (answer,) for name, answer in zip(way, fire[0], strict=True)} if fire else None

    def _fires(self, rule: Rule, names: Iterable[str], answers: Iterable[Imagined]) -> bool:
        changed = with_answers(self._alone, dict(zip(names, answers, strict=True)), self._knowledge)
        return rule.id in self._fired(changed)

    def _step(self, rule: Rule, way: Way) -> Step:
        changed = with_answers(self._alone, {name: each[0] for name, each in way.items()}, self._knowledge)
        support = changed.base_features(changed.met(rule.when) or ())
        holds = tuple(name for name in support if name not in way and self._facts.tells(name))
        weakness = {*changed.base_features([rule.gate]), *onset_features(self._knowledge)}
        specific = tuple(name for name in holds if name not in weakness)
        return Step(tuple(self._lack(name, needed) for name, needed in way.items()), holds, specific)

    def _shown(self, rule: Rule, step: Step) -> bool:
        answers = {lack.feature: lack.needed[0] for lack in step.lacks}
        fired = firing(with_answers(self._alone, answers, self._knowledge), self._knowledge)
        return any(flag.rule is rule for flag in merged(fired, self._knowledge))

    def _lack(self, name: str, needed: tuple[Imagined, ...]) -> Lack:
        feature, fact = self._knowledge.features[name], self._facts.get(name)
        if None in needed:
            return Lack(name, needed, fact)
        ranges = self._ways.spans(name, needed)
        codes = [each for each in needed if isinstance(each, str)]
        there = (each for code in codes or [""] for each in not_counted(feature, self._statements, code))
        counted = {id(finding) for finding in fact.findings if self._facts.holds(name)}
        other = (each for each in there if id(each.finding) not in counted)
        told = tuple(each for each in other if self._would_answer(each.finding, fact, ranges))
        return Lack(name, needed, fact, ranges, told)

    def _would_answer(self, finding: Finding, fact: Fact, ranges: tuple[Span, ...]) -> bool:
        """Of a measured value whether it is one that is needed, and no newer one stands in its place."""
        feature = self._knowledge.features[fact.feature]
        if not feature.is_quantity:
            return True
        if finding.quantity is None or fact.value is not None:
            return False
        try:
            value = canonical(finding.quantity, feature, self._knowledge)
        except UnitNotUnderstood:
            return True
        return value is None or any(value in each for each in ranges)
