"""No exclusion silences: a finding more may change which red flag fires, but never leave a patient with none.

Searched for over all patients whom the content can tell apart: somebody for whom a red flag fires, and
who has none left once one more finding is recorded. What the search finds is asked of the assessment
itself before it is told. The exceptions are those of ``policy.toml`` [[may_silence]], and no others.

A later normal value, a denial and an older date are no findings more; of the onset only a newer one is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from cards.assessment import firing
from cards.can_fire import Answer
from cards.conditions import Condition
from cards.facts import Answer as Recorded
from cards.facts import Fact, Facts
from cards.followers import follow_from_others
from cards.formula import TRUE, Formula, World, onset_features
from cards.knowledge_types import Knowledge, MaySilence, Rule
from cards.satisfiable import solution

Patient = Mapping[str, Answer]
"""What is recorded of somebody, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A patient for whom red flags fire, and none any more when one finding is added."""

    rule: str
    """The rule that was looked at; others may have fired with it."""
    fired: tuple[str, ...]
    patient: Patient
    added: str
    answer: Answer

    def __str__(self) -> str:
        patient = ", ".join(_said(name, answer) for name, answer in sorted(self.patient.items()))
        return f"{_said(self.added, self.answer)} leaves nothing of {', '.join(self.fired)} with {patient}"


def silences(knowledge: Knowledge) -> Iterator[Silence]:
    """For each rule and each finding that can leave nothing of it, one such patient, as small as can be."""
    search = _Search(knowledge)
    exceptions = knowledge.policy.may_silence
    for added in knowledge.features:
        rules = hurt_by(added, knowledge)
        for rule in rules if search.silence(added, rules, exceptions) else ():
            found = search.silence(added, [rule], exceptions)
            if found is not None:
                yield replace(found, rule=rule.id)


def needless(knowledge: Knowledge) -> Iterator[tuple[int, str]]:
    """What stands in an exception though nothing needs it: its place, from 0, and the finding or rule."""
    search = _Search(knowledge)
    exceptions = knowledge.policy.may_silence
    for place, exception in enumerate(exceptions):
        rest = (*exceptions[:place], *exceptions[place + 1 :])
        unused = set(exception.rules)
        for added in exception.added:
            rules = [r for r in hurt_by(added, knowledge) if not exception.rules or r.id in exception.rules]
            if search.silence(added, rules, rest) is None:
                yield place, added
                continue
            for rule in rules:
                if rule.id in unused and search.silence(added, [rule], rest):
                    unused.remove(rule.id)
        for rule_id in sorted(unused):
            yield place, rule_id


class _Search:
    """Looks for silenced patients; one for a whole content, as it keeps what all questions share."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._age, self._unknown, _ = onset_features(knowledge)
        self._formula = Formula(knowledge)
        self._anybody = World(self._formula)
        for rule in knowledge.rules:
            self._anybody.fires(rule)
        ages, unknown = self._formula.answers(self._age), self._formula.answers(self._unknown)
        for gate in {rule.gate for rule in knowledge.rules}:
            # What a gate asks for has a date or none: its age is known, or known to be unknown.
            self._formula.clauses.append([-self._anybody.holds(gate), *ages.values(), *unknown.values()])

    def silence(self, added: str, rules: Iterable[Rule], exceptions: Iterable[MaySilence]) -> Silence | None:
        """Somebody for whom one of the rules fired, before an answer to the feature was added."""
        rules = list(rules)
        if not rules or added == self._unknown:  # that nobody knows is no finding
            return None
        for answer in self._formula.possible(added):
            patient = self._patient(added, answer, rules, exceptions)
            if patient is not None:
                return _smallest(self._knowledge, patient, added, answer, exceptions)
        return None

    def _patient(
        self, added: str, answer: Answer, rules: list[Rule], exceptions: Iterable[MaySilence]
    ) -> Patient | None:
        formula = self._formula.copy()
        was, apart = self._anybody.copied_to(formula), dependents(self._knowledge, added)
        answers = formula.answers(added)
        less_said = [value for value in answers if self._replaces(added, answer, value)]
        formula.clauses += [[-answers[value]] for value in answers if value not in less_said]
        if added == self._age:
            formula.clauses.append([answers[value] for value in less_said])
        is_now = World(formula, {added: answer}, same_as=was, apart=apart)
        fired = [
            formula.all_of((was.fires(rule), *(-one for one in _excused(rule, added, exceptions, is_now))))
            for rule in rules
        ]
        stop = self._knowledge.policy.no_card_if
        still = formula.any_of(is_now.fires(rule) for rule in self._knowledge.rules)
        formula.clauses += [[formula.any_of(fired)], [-was.holds(stop)], [-still, is_now.holds(stop)]]
        found = solution(formula.clauses, formula.variables)
        return None if found is None else formula.patient(found)

    def _replaces(self, added: str, answer: Answer, value: Answer) -> bool:
        """Whether a finding more can put one answer in the place of another: newer onset, further side."""
        if added == self._age:
            return isinstance(value, float) and isinstance(answer, float) and value > answer
        if self._knowledge.features[added].derive == "weakness_laterality":
            return value == "unspecified" != answer or answer == "bilateral" != value
        return False


def _excused(rule: Rule, added: str, exceptions: Iterable[MaySilence], world: World) -> list[int]:
    return [
        world.meets(exception.when) if exception.when else TRUE
        for exception in exceptions
        if added in exception.added and (not exception.rules or rule.id in exception.rules)
    ]


def _smallest(
    knowledge: Knowledge, patient: Patient, added: str, answer: Answer, exceptions: Iterable[MaySilence]
) -> Silence:
    """The same with as little recorded as leaves it true, by the assessment's own judgement."""
    found = _judged(knowledge, patient, added, answer, exceptions)
    if found is None:
        raise AssertionError(f"the search and the assessment disagree: {added} = {answer} with {patient}")
    for name in patient:
        less = {other: value for other, value in found.patient.items() if other != name}
        if name in onset_features(knowledge):
            continue  # a weakness is of some age, or of an unknown one
        found = _judged(knowledge, less, added, answer, exceptions) or found
    return found


def _judged(
    knowledge: Knowledge, patient: Patient, added: str, answer: Answer, exceptions: Iterable[MaySilence]
) -> Silence | None:
    """None when no red flag fires that may not fall silent, or one still fires with the finding more."""
    fired, now = red_flags_of(knowledge, patient), {**patient, added: answer}
    if not fired or red_flags_of(knowledge, now):
        return None
    facts = facts_of(knowledge, now)
    excused = [
        exception
        for exception in exceptions
        if added in exception.added and (exception.when is None or exception.when.is_met(facts.true))
    ]
    left = tuple(rule for rule in fired if not any(not one.rules or rule in one.rules for one in excused))
    return Silence(left[0], left, patient, added, answer) if left else None


def red_flags_of(knowledge: Knowledge, patient: Patient) -> tuple[str, ...]:
    """The rules that fire for somebody of whom this is recorded."""
    facts = facts_of(knowledge, patient)
    if facts.holds(knowledge.policy.no_card_if):
        return ()
    return tuple(flag.rule.id for flag in firing(facts, knowledge))


def facts_of(knowledge: Knowledge, patient: Patient) -> Facts:
    facts = Facts(knowledge, (_fact(name, value) for name, value in patient.items()))
    follow_from_others(facts, knowledge)
    return facts


def _fact(name: str, answer: Answer) -> Fact:
    return Fact(name, Recorded.PRESENT, value=None if isinstance(answer, bool) else answer)


@lru_cache(maxsize=1024)
def dependents(knowledge: Knowledge, feature: str) -> frozenset[str]:
    """The feature itself and all that can follow from it."""
    found = {feature}
    while True:
        more = {name for name, when in _conclusions(knowledge) if when.features & found} - found
        if not more:
            return frozenset(found)
        found |= more


@lru_cache(maxsize=1024)
def hurt_by(added: str, knowledge: Knowledge) -> tuple[Rule, ...]:
    """The rules that a finding more can make false: somewhere behind them stands a `not` of it.

    All others can only be made true; they need no search.
    """
    signs: dict[str, set[bool]] = {added: {True}}
    if added == onset_features(knowledge)[0]:
        signs[added].add(False)  # another age makes some comparisons true and others false
    open_ends = True
    while open_ends:
        open_ends = False
        for name, when in _conclusions(knowledge):
            more = _signs_in(when, signs) - signs.get(name, set())
            if more:
                signs.setdefault(name, set()).update(more)
                open_ends = True
    stopped = False in signs.get(knowledge.policy.no_card_if, {False}) or added == knowledge.policy.no_card_if
    return tuple(
        rule
        for rule in knowledge.rules
        if False in _signs_in(rule.when, signs) | signs.get(rule.gate, set())
        or (stopped and knowledge.policy.no_card_if in signs)
    )


def _signs_in(when: Condition, signs: Mapping[str, set[bool]]) -> set[bool]:
    return {sign != use.negated for use in when.uses for sign in signs.get(use.feature, ())}


def _conclusions(knowledge: Knowledge) -> Iterator[tuple[str, Condition]]:
    """What follows from other features, with its condition."""
    for derived in knowledge.derived.values():
        yield derived.id, derived.when
    for feature in knowledge.features.values():
        if feature.or_when:
            yield feature.id, feature.or_when


def _said(name: str, answer: Answer) -> str:
    if isinstance(answer, bool):
        return name
    return f"{name} = {answer:g}" if isinstance(answer, float) else f"{name} = {answer}"
