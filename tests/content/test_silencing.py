"""No exclusion silences: what the search finds and lets pass; it reads conditions as the product does."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from cards import content_check
from cards.assessment import firing
from cards.can_fire import Answer
from cards.conditions import condition
from cards.formula import TRUE, Formula, World, can_be
from cards.knowledge import Knowledge, load
from cards.knowledge_types import MaySilence, Rule
from cards.satisfiable import solution
from cards.silencing import facts_of, hurt_by, needless, red_flags_of, silences


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load()


def rule_of(known: Knowledge, name: str) -> Rule:
    return next(rule for rule in known.rules if rule.id == name)


def only(known: Knowledge, *rules: Rule) -> Knowledge:
    """The content with these red flags alone and no exceptions."""
    return replace(known, rules=rules, policy=replace(known.policy, may_silence=()))


def written(known: Knowledge, when: str, unless: str | None = None) -> Rule:
    """A rule whose gate is open to any explicit weakness."""
    rule = rule_of(known, "rf_potassium_low")
    return replace(rule, when=condition(when), unless=condition(unless) if unless else None)


def silenced_by(known: Knowledge) -> set[str]:
    return {silence.added for silence in silences(known)} - {known.policy.no_card_if}


# ---- what is found


def test_an_exclusion_that_nothing_takes_over_is_found(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever"))
    assert "fever" in silenced_by(unsafe)
    found = next(silence for silence in silences(unsafe) if silence.added == "fever")
    assert red_flags_of(unsafe, found.patient)
    assert red_flags_of(unsafe, {**found.patient, "fever": True}) == ()
    assert "urinary_retention" in found.patient
    assert len(found.patient) <= 3  # as little as makes it true: a weakness, its age, the retention


def test_an_exclusion_behind_a_derived_feature_is_found(known: Knowledge) -> None:
    assert "hemiparesis" in silenced_by(only(known, written(known, "fever and not brain_pattern")))


def test_an_exclusion_that_follows_from_a_measurement_is_found(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever"))
    assert "body_temperature" in silenced_by(unsafe)


def test_an_exclusion_by_a_side_or_a_newer_onset_is_found(known: Knowledge) -> None:
    found = silenced_by(only(known, written(known, "fever and not bilateral")))
    assert {"weakness_laterality", "paraparesis"} <= found
    assert "onset_age_days" in silenced_by(only(known, written(known, "fever and not onset_age_days <= 2")))


def test_an_older_onset_is_no_finding_more(known: Knowledge) -> None:
    older = only(known, written(known, "fever and not onset_age_days > 28"))
    assert silenced_by(older) == set()


def test_another_rule_that_takes_over_is_enough(known: Knowledge) -> None:
    first = written(known, "urinary_retention and not fever")
    second = replace(rule_of(known, "rf_bulbar"), when=condition("fever or dysphagia"), unless=None)
    assert "fever" not in silenced_by(only(known, first, second))


def test_a_rule_that_takes_over_only_sometimes_is_not_enough(known: Knowledge) -> None:
    """Two findings beside the weakness: only a search over more than the smallest patients sees it."""
    first = written(known, "urinary_retention and not fever")
    second = replace(rule_of(known, "rf_bulbar"), when=condition("fever and not dysphagia"), unless=None)
    assert "fever" in silenced_by(only(known, first, second))


def test_what_stands_back_silences_nothing(known: Knowledge) -> None:
    safe = only(known, written(known, "urinary_retention", unless="fever"))
    assert silenced_by(safe) == set()
    patient: dict[str, Answer] = {"leg_weakness": True, "urinary_retention": True, "onset_unknown": True}
    assert [flag.critical for flag in firing(facts_of(safe, patient), safe)] == [True]
    assert [flag.critical for flag in firing(facts_of(safe, {**patient, "fever": True}), safe)] == [False]


def test_what_stands_back_gives_way_to_a_rule_that_fires(known: Knowledge) -> None:
    first = written(known, "urinary_retention", unless="fever")
    second = replace(rule_of(known, "rf_bulbar"), when=condition("fever"), unless=None)
    both = only(known, first, second)
    patient: dict[str, Answer] = {"leg_weakness": True, "urinary_retention": True, "fever": True}
    assert red_flags_of(both, patient) == ("rf_bulbar",)


def test_the_check_refuses_an_unsafe_exclusion_and_says_which(known: Knowledge) -> None:
    rules = tuple(
        replace(rule, when=condition(f"({rule.when.text}) and not fever"))
        if rule.id == "rf_hypoglycaemia"
        else rule
        for rule in known.rules
    )
    problems = [str(problem) for problem in content_check.check(replace(known, rules=rules)).problems]
    assert problems
    assert all(problem.startswith("red_flags.toml: rf_hypoglycaemia.when: ") for problem in problems)
    assert any("fever leaves nothing of rf_hypoglycaemia with " in problem for problem in problems)


@pytest.mark.parametrize(
    "unless", ["urinary_retention and fever and not fever", "leg_weakness or not leg_weakness"]
)
def test_the_check_refuses_an_unless_that_says_nothing(known: Knowledge, unless: str) -> None:
    rules = (replace(known.rules[0], unless=condition(unless)), *known.rules[1:])
    problems = [str(problem) for problem in content_check.check(replace(known, rules=rules)).problems]
    assert any(problem.startswith("red_flags.toml: rf_stroke.unless: ") for problem in problems)


# ---- the exceptions


def allowing(known: Knowledge, **changes: object) -> Knowledge:
    exception = MaySilence(("fever", "body_temperature"), (), None, "because", "S53")
    changed = replace(exception, **changes)  # type: ignore[arg-type]
    return replace(known, policy=replace(known.policy, may_silence=(changed,)))


def test_an_exception_lets_its_findings_pass_and_no_others(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever and not dysphagia"))
    assert silenced_by(allowing(unsafe)) == {"dysphagia"}


def test_an_exception_is_for_its_rules_only(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever"))
    assert silenced_by(allowing(unsafe, rules=("rf_potassium_low",))) == set()
    assert "fever" in silenced_by(allowing(unsafe, rules=("rf_stroke",)))


def test_an_exception_holds_only_when_its_condition_does(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever"))
    when = allowing(unsafe, when=condition("bilateral"))
    found = [silence for silence in silences(when) if silence.added == "fever"]
    assert found
    assert not facts_of(when, {**found[0].patient, "fever": True}).holds("bilateral")


def test_a_needless_finding_or_rule_of_an_exception_is_told(known: Knowledge) -> None:
    unsafe = only(known, written(known, "urinary_retention and not fever"))
    more = allowing(unsafe, added=("fever", "dysphagia"), rules=("rf_potassium_low", "rf_stroke"))
    assert list(needless(more)) == [(0, "dysphagia"), (0, "rf_stroke")]


def test_every_exception_of_the_content_is_needed_and_says_why(known: Knowledge) -> None:
    assert list(needless(known)) == []
    assert all(len(exception.reason) > 20 for exception in known.policy.may_silence)


def test_no_red_flag_of_the_content_is_silenced(known: Knowledge) -> None:
    assert [str(silence) for silence in silences(known)] == []


# ---- the search reads conditions as the product does


def somebody(known: Knowledge, chance: random.Random) -> dict[str, Answer]:
    """Some answers to some features, as a chart could record them."""
    formula = Formula(known)
    names = chance.sample([name for name in known.features if formula.possible(name)], 25)
    return {name: chance.choice(formula.possible(name)) for name in names}


@pytest.mark.parametrize("seed", range(40))
def test_clauses_and_product_agree_on_who_meets_what(known: Knowledge, seed: int) -> None:
    patient = somebody(known, random.Random(seed))
    facts, formula = facts_of(known, patient), Formula(known)
    world = World(formula, {**dict.fromkeys(known.features), **patient})
    for rule in known.rules:
        met = facts.holds(rule.gate) and facts.met(rule.when) is not None
        assert (world.fires(rule) == TRUE) is met, rule.id
        if rule.unless:
            assert (world.meets(rule.unless) == TRUE) is (facts.met(rule.unless) is not None), rule.id


def test_only_rules_behind_a_not_can_be_hurt(known: Knowledge) -> None:
    assert [rule.id for rule in hurt_by("hypoglycaemia", known)] == []
    assert "rf_stroke" in [rule.id for rule in hurt_by("resolved_within_24h", known)]
    assert hurt_by(known.policy.no_card_if, known) == known.rules


@pytest.mark.parametrize("seed", range(30))
def test_a_rule_that_is_not_hurt_by_a_finding_stays(known: Knowledge, seed: int) -> None:
    chance = random.Random(seed)
    patient = somebody(known, chance)
    added = chance.choice([name for name in known.features if name not in patient])
    for answer in Formula(known).possible(added):
        before, after = facts_of(known, patient), facts_of(known, {**patient, added: answer})
        hurt = hurt_by(added, known)
        for rule in known.rules:
            if rule not in hurt and before.holds(rule.gate) and before.met(rule.when) is not None:
                assert after.holds(rule.gate), (rule.id, added)
                assert after.met(rule.when) is not None, (rule.id, added)


def clauses_of(chance: random.Random, variables: int) -> list[list[int]]:
    return [
        [chance.choice((-1, 1)) * chance.randint(1, variables) for _ in range(chance.randint(1, 3))]
        for _ in range(chance.randint(1, 5 * variables))
    ]


def holds(clauses: list[list[int]], true: frozenset[int]) -> bool:
    return all(any((abs(one) in true) == (one > 0) for one in clause) for clause in clauses)


def everybody(variables: int) -> Iterator[frozenset[int]]:
    for bits in product((False, True), repeat=variables):
        yield frozenset(place for place, bit in enumerate(bits, start=1) if bit)


@pytest.mark.parametrize("seed", range(300))
def test_a_solution_is_found_exactly_when_there_is_one(seed: int) -> None:
    chance = random.Random(seed)
    variables = chance.randint(1, 8)
    clauses = clauses_of(chance, variables)
    found = solution(clauses, variables)
    assert (found is not None) == any(holds(clauses, true) for true in everybody(variables))
    assert found is None or holds(clauses, found)


def test_an_empty_clause_has_no_solution() -> None:
    assert solution([[1], []], 1) is None
    assert solution([], 2) == frozenset()


def test_a_rule_can_stand_back_and_can_not(known: Knowledge) -> None:
    rule = written(known, "urinary_retention", unless="fever")
    assert can_be(known, rule, unless=True)
    assert can_be(known, rule, unless=False)
    assert not can_be(known, written(known, "urinary_retention", unless="fever and not fever"), unless=True)
