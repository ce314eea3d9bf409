"""Conditions are asked quickly, of a set of truths; a slow walk through their text gives the same answers."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from operator import eq, ge, gt, le, lt
from random import Random

import pytest

from cards.conditions import Condition, NotACondition, Support, condition
from cards.facts import Answer, Fact, Facts
from cards.grounds import grounds
from cards.knowledge import Feature, Knowledge, load
from cards.touched import all_touched
from cards.truths import conditions_of

KNOWLEDGE: Knowledge = load()
CONDITIONS = {each.text: each for each in conditions_of(KNOWLEDGE)}
COMPARES = {ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge, ast.Eq: eq}


def why(text: str, facts: Facts) -> Support | None:
    """What makes a condition true, found by following its text through all that it names."""
    return _why(ast.parse(text, mode="eval").body, facts)


def _why(node: ast.expr, facts: Facts) -> Support | None:
    match node:
        case ast.UnaryOp(operand=operand):
            return () if _why(operand, facts) is None else None
        case ast.BoolOp(op=op, values=values):
            found = [support for value in values if (support := _why(value, facts)) is not None]
            enough = len(values) if isinstance(op, ast.And) else 1
            names = (name for support in found for name in support)
            return tuple(dict.fromkeys(names)) if len(found) >= enough else None
        case ast.Name(id=name):
            return (name,) if _is_present(name, facts) else None
        case ast.Compare(left=ast.Name(id=name)):
            return (name,) if _compares(node, facts.get(name), facts) else None
    raise TypeError(ast.unparse(node))


def _is_present(name: str, facts: Facts) -> bool:
    if name in KNOWLEDGE.derived:
        return why(KNOWLEDGE.derived[name].when.text, facts) is not None
    fact = facts.get(name)
    return fact.answer is Answer.PRESENT and _counts(fact, facts)


def _compares(node: ast.Compare, fact: Fact, facts: Facts) -> bool:
    wanted = ast.literal_eval(node.comparators[0])
    if isinstance(node.ops[0], ast.In):
        return fact.value in wanted and _counts(fact, facts)
    if not isinstance(fact.value, float) or not _counts(fact, facts):
        return False
    return all(COMPARES[type(node.ops[0])](value, wanted) for value in _could_be(fact.value, fact.comparator))


def _could_be(value: float, comparator: str) -> list[float]:
    """Values that are meant by "< 5": just beside it and far from it."""
    far, near = (-1e6, -1e-6) if "<" in comparator else (1e6, 1e-6)
    beside = [] if comparator in ("<", ">") else [value]
    return beside + ([value + near, value + far] if comparator else [])


def _counts(fact: Fact, facts: Facts) -> bool:
    return bool(vars(facts)["_hints"]) or not fact.hint_only


def some_fact(feature: Feature, chance: Random) -> Fact:
    answer = chance.choice([Answer.PRESENT, Answer.PRESENT, Answer.ABSENT, Answer.NOT_RECORDED])
    value: float | str | None = None
    comparator = ""
    if feature.values:
        value = chance.choice(feature.values)
    elif feature.unit:
        value = chance.choice([0.0, 1.0, 2.4, 2.5, 5.0, 6.0, 40.0, 400.0])
        comparator = chance.choice(["", "", "", "<", "<=", ">", ">="])
    return Fact(feature.id, answer, value=value, comparator=comparator, hint_only=chance.random() < 0.2)


def some_facts(seed: int) -> Facts:
    chance = Random(seed)
    features = chance.sample(list(KNOWLEDGE.features.values()), chance.choice([0, 1, 3, 10, 40]))
    return Facts(KNOWLEDGE, [some_fact(feature, chance) for feature in features], hints=chance.random() < 0.8)


@pytest.mark.parametrize("seed", range(40))
def test_a_condition_is_met_by_what_its_text_says(seed: int) -> None:
    facts = some_facts(seed)
    for each in CONDITIONS.values():
        support = why(each.text, facts)
        assert facts.met(each) == support, each.text
        assert each.is_met(facts.true) is (support is not None), each.text


@pytest.mark.parametrize("seed", range(40))
def test_what_has_no_ground_is_not_met(seed: int) -> None:
    facts = some_facts(seed)
    for each in CONDITIONS.values():
        ground = grounds(KNOWLEDGE).of(each)
        assert ground is None or ground & facts.recorded or facts.met(each) is None, each.text


@pytest.mark.parametrize("seed", range(10))
def test_an_answer_counts_from_the_moment_it_is_added(seed: int) -> None:
    chance, facts = Random(seed), some_facts(seed)
    for feature in chance.sample(list(KNOWLEDGE.features.values()), 10):
        facts.add(some_fact(feature, chance))
        assert facts.true == Facts(KNOWLEDGE, facts, hints=vars(facts)["_hints"]).true


@pytest.mark.parametrize("seed", range(10))
def test_an_imagined_answer_is_answered_as_if_it_were_recorded(seed: int) -> None:
    facts, chance = some_facts(seed), Random(seed)
    unknown = [feature for feature in KNOWLEDGE.features.values() if not facts.tells(feature.id)]
    for feature in chance.sample(unknown, 20):
        touched = all_touched(KNOWLEDGE)[feature.id]
        for answer in touched.imagined:
            recorded = Facts(KNOWLEDGE, [*facts, answer.fact], hints=vars(facts)["_hints"])
            assert touched.after(facts.true, answer) == recorded.true, (feature.id, answer)


def test_every_condition_of_the_content_can_be_asked() -> None:
    """A new place for conditions must be named in `conditions_of`, or its comparisons would never be true."""
    assert {each.text for each in _conditions_in(KNOWLEDGE, set())} == CONDITIONS.keys()


def _conditions_in(thing: object, seen: set[int]) -> Iterator[Condition]:
    """Every condition, wherever in the content it stands."""
    if isinstance(thing, Condition):
        yield thing
    elif id(thing) not in seen:
        seen.add(id(thing))
        inside: Iterable[object] = ()
        if is_dataclass(thing):
            inside = [getattr(thing, each.name) for each in fields(thing)]
        elif isinstance(thing, Mapping):
            inside = thing.values()
        elif isinstance(thing, tuple | list):
            inside = thing
        for each in inside:
            yield from _conditions_in(each, seen)


def test_a_comparison_that_no_condition_of_the_content_makes_is_refused() -> None:
    """Nobody has looked whether it is true; "not true" would be a guess."""
    with pytest.raises(ValueError, match="compares what no condition"):
        Facts(KNOWLEDGE).met(condition("potassium < 2.34567"))


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("falls", {"falls"}),
        ("falls and gait_difficulty and stumbles", {"falls"}),
        ("falls or stumbles", {"falls", "stumbles"}),
        ("not falls", None),
        ("not falls and potassium < 2.5", {"potassium"}),
        ("falls or not stumbles", None),
        ('mri_spine_result in ["cord_compression"] and (falls or stumbles)', {"mri_spine_result"}),
    ],
)
def test_the_ground_of_a_condition(text: str, ground: set[str] | None) -> None:
    found = condition(text).ground
    assert found == (None if ground is None else frozenset(ground))


def test_derived_features_are_followed_to_recorded_ones() -> None:
    of = grounds(KNOWLEDGE).of
    for derived in KNOWLEDGE.derived.values():
        assert not (of(condition(derived.id)) or frozenset()) & KNOWLEDGE.derived.keys()


def test_most_conditions_have_a_ground() -> None:
    without = [each for each in CONDITIONS.values() if grounds(KNOWLEDGE).of(each) is None]
    assert len(without) < len(CONDITIONS) / 10


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').getcwd()",
        "falls.real",
        "falls + stumbles",
        "-falls",
        "falls < stumbles",
        "2.5 > potassium",
        "1 < potassium < 3",
        "potassium < True",
        "mri_spine_result in [1]",
        "(true := falls)",
        "[falls for falls in stumbles]",
        "lambda: falls",
        "True",
        "'falls'",
    ],
)
def test_nothing_else_is_a_condition(text: str) -> None:
    """What is run is built from what was understood: nothing else of the text of a content gets there."""
    with pytest.raises(NotACondition):
        condition(text)
