"""What a site may set in the content, how far, and the content as it is then.

The limits stand in `tunable.toml`. Red flags cannot be widened or removed: a warning can be narrowed by an
option that the content offers, as a further condition, and a critical rule not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from cards.conditions import Condition, condition
from cards.content_files import Table
from cards.knowledge_types import Knowledge, Narrowing, Policy, Rule, Tunable, TunableNumber

SITE = "+site"
"""At the end of the version of a content that a site tuned."""
_SETS = ("scoring.max_listed", "scoring.list_from", "baseline.fewer_than")


class TuningRefused(ValueError):
    """The content does not offer it, or not so far; the message names what it offers."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """What a site sets: numbers by name, and pairs of rule and option."""

    numbers: Mapping[str, float]
    narrowings: tuple[tuple[str, str], ...] = ()


def read_tunable(table: Table, policy: Policy, rules: Iterable[Rule]) -> Tunable:
    """Raises `ContentError` for limits that do not hold their default, and options of critical rules."""
    by_id = {rule.id: rule for rule in rules}
    numbers = [_number(part, policy) for part in table.tables("number")]
    narrowings = [_narrowing(part, by_id) for part in table.tables("narrowing")]
    table.done()
    names = [each.id for each in numbers]
    keys = [(each.rule, each.option) for each in narrowings]
    for found, key in ((names, "number"), (keys, "narrowing")):
        if len(set(found)) != len(found):
            raise table.fail(key, "one of them stands there twice")
    return Tunable(
        MappingProxyType(dict(zip(names, numbers, strict=True))),
        MappingProxyType(dict(zip(keys, narrowings, strict=True))),
    )


def _number(table: Table, policy: Policy) -> TunableNumber:
    number = TunableNumber(
        id=table.text("id"),
        sets=table.choice("sets", _SETS),
        what=table.text("what"),
        default=table.integer("default"),
        least=table.integer("min"),
        most=table.integer("max"),
        why=table.text("why"),
        source=table.text("source"),
    )
    table.done()
    part, name = number.sets.split(".")
    if getattr(getattr(policy, part), name) != number.default:
        raise table.fail("default", f"is not what policy.toml has for {number.sets}")
    if not number.least <= number.default <= number.most:
        raise table.fail("default", "is not between min and max")
    return number


def _narrowing(table: Table, rules: Mapping[str, Rule]) -> Narrowing:
    narrowing = Narrowing(
        rule=table.choice("rule", rules),
        option=table.text("option"),
        what=table.text("what"),
        only_if=table.condition("only_if"),
        why=table.text("why"),
        source=table.text("source"),
    )
    table.done()
    if rules[narrowing.rule].critical:
        raise table.fail("rule", f"{narrowing.rule} is critical, and cannot be narrowed")
    return narrowing


def tuned(knowledge: Knowledge, tuning: Tuning) -> Knowledge:
    """The content as the site has it, with a version and digest of its own. Raises `TuningRefused`."""
    policy = knowledge.policy
    for name, value in tuning.numbers.items():
        policy = _with_number(policy, _allowed(name, value, knowledge.tunable), int(value))
    rules = {rule.id: rule for rule in knowledge.rules}
    for name, option in tuning.narrowings:
        narrowing = _offered(name, option, knowledge)
        rules[name] = _narrowed(rules[name], narrowing)
    if not tuning.numbers and not tuning.narrowings:
        return knowledge
    return replace(
        knowledge,
        version=f"{knowledge.version}{SITE}",
        digest=_digest(knowledge.digest, tuning),
        policy=policy,
        rules=tuple(rules.values()),
    )


def _allowed(name: str, value: float, tunable: Tunable) -> TunableNumber:
    number = tunable.numbers.get(name)
    if number is None:
        offered = ", ".join(tunable.numbers)
        raise TuningRefused(f"{name}: the content lets nobody set this; it offers {offered}")
    if not number.least <= value <= number.most or value != int(value):  # infinite: refused by the first
        safe = f"a whole number from {number.least} to {number.most}"
        raise TuningRefused(f"{name}: {value:g} is outside the safe range: {safe}")
    return number


def _with_number(policy: Policy, number: TunableNumber, value: int) -> Policy:
    scoring = policy.scoring
    match number.sets:
        case "scoring.max_listed":
            return replace(policy, scoring=replace(scoring, max_listed=value))
        case "scoring.list_from":
            return replace(policy, scoring=replace(scoring, list_from=value))
        case _:
            return replace(policy, baseline=replace(policy.baseline, fewer_than=value))


def _offered(rule: str, option: str, knowledge: Knowledge) -> Narrowing:
    offered = knowledge.tunable.narrowings
    found = offered.get((rule, option))
    if found is None:
        options = ", ".join(" by ".join(key) for key in offered)
        raise TuningRefused(f"{rule}: cannot be narrowed by {option}; the content offers {options}")
    return found


def _narrowed(rule: Rule, narrowing: Narrowing) -> Rule:
    """Both conditions: whatever the option says, the rule can only fire on fewer charts."""
    return replace(
        rule,
        when=_both(rule.when, narrowing.only_if),
        windows=f"{rule.windows} At this site {narrowing.what}.",
    )


def _both(first: Condition, second: Condition) -> Condition:
    return condition(f"({first.text}) and ({second.text})")


def _digest(before: str, tuning: Tuning) -> str:
    numbers = [f"{name}={int(value)}" for name, value in sorted(tuning.numbers.items())]
    options = [f"{rule}/{option}" for rule, option in sorted(tuning.narrowings)]
    return f"sha256:{hashlib.sha256('|'.join([before, *numbers, *options]).encode()).hexdigest()}"
