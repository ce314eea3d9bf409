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
from cards.features import follow_from_others
from cards.formula import TRUE, Formula, World, onset_features
from cards.knowledge_types import Knowledge, MaySilence, Rule
from cards.satisfiable import solution

Patient = Mapping[str, Answer]
"""What is recorded of somebody, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A patient for whom red flags fire, and none any more when one finding is added."""

    fired: tuple[str, ...]
    patient: Patient
    added: str
    answer: Answer

    def __str__(self) -> str:
        patient = ", ".join(_said(name, answer) for name, answer in sorted(self.patient.items()))
        return f"{_said(self.added, self.answer)} leaves nothing of {', '.join(self.fired)} with {patient}"


def silences(knowledge: Knowledge) -> Iterator[Silence]:
    """For each rule and each finding that can leave nothing of it, one such patient, as small as can be."""
    for added in knowledge.features:
        for rule in hurt_by(added, knowledge):
            found = next(_silences(knowledge, added, [rule], knowledge.policy.may_silence), None)
            if found is not None:
                yield found


def needless(knowledge: Knowledge) -> Iterator[str]:
    """Exceptions without which nothing would be found, each with its place, and the finding or rule in it."""
    exceptions = knowledge.policy.may_silence
    for place, exception in enumerate(exceptions):
        for added in exception.added:
            rest = _without(exceptions, place, added=added)
            rules = [r for r in hurt_by(added, knowledge) if not exception.rules or r.id in exception.rules]
            if next(_silences(knowledge, added, rules, rest), None) is None:
                yield f"may_silence {place + 1}.added: {added} silences none of the rules"
        for name in exception.rules:
            rest = _without(exceptions, place, rule=name)
            found = (
                silence
                for added in exception.added
                for rule in hurt_by(added, knowledge)
                if rule.id == name
                for silence in _silences(knowledge, added, [rule], rest)
            )
            if next(found, None) is None:
                yield f"may_silence {place + 1}.rules: {name} is silenced by none of the findings"


def _without(
    exceptions: tuple[MaySilence, ...], place: int, *, added: str = "", rule: str = ""
) -> tuple[MaySilence, ...]:
    """The exceptions with one finding or one rule fewer in one of them."""
    one = exceptions[place]
    less = replace(
        one,
        added=tuple(name for name in one.added if name != added),
        rules=tuple(name for name in one.rules if name != rule),
    )
    return (*exceptions[:place], less, *exceptions[place + 1 :])


def _silences(
    knowledge: Knowledge, added: str, rules: Iterable[Rule], exceptions: Iterable[MaySilence]
) -> Iterator[Silence]:
    """With each answer to the feature for which there is one, a patient for whom one of the rules fired."""
    rules = list(rules)
    for answer in Formula(knowledge).possible(added):
        patient = _patient(knowledge, added, answer, rules, exceptions)
        if patient is not None:
            yield _smallest(knowledge, patient, added, answer, exceptions)


def _patient(
    knowledge: Knowledge, added: str, answer: Answer, rules: list[Rule], exceptions: Iterable[MaySilence]
) -> Patient | None:
    formula = Formula(knowledge)
    age, unknown, _ = onset_features(knowledge)
    if added == unknown:
        return None  # that nobody knows is no finding
    before: dict[str, Answer] = {added: None}
    after: dict[str, Answer] = {added: answer}
    ages = formula.answers(age)
    if knowledge.features[added].derive == "weakness_laterality":
        before = {}  # left becomes both when the right leg is weak too
        other = {value: literal for value, literal in formula.answers(added).items() if not _says_more(answer, value)}
        formula.clauses += [[-literal] for literal in other.values()]
    if added == age:
        before = {}
        formula.clauses.append([literal for value, literal in ages.items() if _is_older(value, answer)])
    both = World(formula)
    apart = dependents(knowledge, tuple(after))
    was = World(formula, before, same_as=both, apart=apart)
    is_now = World(formula, after, same_as=both, apart=apart)
    excused = {rule.id: _excused(rule, added, exceptions, is_now) for rule in rules}
    fired = [formula.all_of((was.fires(rule), *(-one for one in excused[rule.id]))) for rule in rules]
    formula.clauses.append([formula.any_of(fired)])
    for gate in {rule.gate for rule in knowledge.rules}:
        # What a gate asks for has a date or none: its age is known, or known to be unknown.
        formula.clauses.append([-was.holds(gate), *ages.values(), formula.answers(unknown)[True]])
    formula.clauses.append([-was.holds(knowledge.policy.no_card_if)])
    silent = formula.any_of(is_now.fires(rule) for rule in knowledge.rules)
    stopped = is_now.holds(knowledge.policy.no_card_if)
    formula.clauses.append([-silent, stopped])
    found = solution(formula.clauses, formula.variables)
    return None if found is None else formula.patient(found)


def _says_more(side: Answer, than: Answer) -> bool:
    """Of two sides of the weakness."""
    order = ("unspecified", "left", "right", "bilateral")
    return than == "unspecified" != side or (side == "bilateral" != than)


def _is_older(value: Answer, than: Answer) -> bool:
    return isinstance(value, float) and isinstance(than, float) and value > than


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
        if added in exception.added and (exception.when is None or exception.when.met(facts) is not None)
    ]
    left = tuple(rule for rule in fired if not any(not one.rules or rule in one.rules for one in excused))
    return Silence(left, patient, added, answer) if left else None


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
def dependents(knowledge: Knowledge, names: tuple[str, ...]) -> frozenset[str]:
    """The features themselves and all that can follow from them."""
    found = set(names)
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
