"""What is not recorded and would change the order of the causes the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from cards.causes import RankedCause, Ranking, listed, qualifying
from cards.conditions import Condition
from cards.facts import Answer, Fact, Facts
from cards.knowledge import Evidence, Feature, Knowledge, Rule


@dataclass(frozen=True, slots=True, order=True)
class _Change:
    """What an answer would change, the weightier being the larger."""

    points: float = 0
    """For each cause that would be new on the list or rise in it, and more for a new first one."""
    raises: bool = False
    """A critical red flag that is not there."""
    pull: int = 0
    """How far the first cause would rise or fall."""
    outcome: tuple[str, ...] = field(default=(), compare=False)
    """The red flags that it would raise, else the list as it would be."""


def missing(
    facts: Facts,
    ranking: Ranking,
    causes: tuple[RankedCause, ...],
    knowledge: Knowledge,
    *,
    critical: Sequence[Rule],
) -> tuple[str, ...]:
    """What to ask or examine, in the words of the content, the most telling first.

    Each feature that is not recorded is imagined present, and the list of causes made anew. What counts is
    how many causes would be new on it or rise, and above all whether another one would stand first; a
    critical red flag that the answer raises puts its cause there. Beside a critical one that is shown, only
    a further one about a listed cause is thought of, such as failing breath in Guillain-Barré syndrome, and
    counts as much. What would change nothing of this is not asked for. A second question with the same
    outcome comes after the first ones of all others: its answer would tell less.
    """
    recorded = {_ask(knowledge, fact.feature) for fact in facts if fact.findings}
    worth: dict[str, _Change] = {}
    for feature in knowledge.features.values():
        if not feature.ask or feature.ask in recorded:
            continue
        if facts.get(feature.id).answer is not Answer.NOT_RECORDED:
            continue
        change = _worth(feature, facts, ranking, causes, knowledge, critical=critical)
        worth[feature.ask] = max(worth.get(feature.ask, _Change()), change)
    telling = [ask for ask in worth if worth[ask].points or worth[ask].raises]
    telling.sort(key=worth.__getitem__, reverse=True)
    firsts = {worth[ask].outcome: ask for ask in reversed(telling)}.values()
    telling.sort(key=lambda ask: ask not in firsts)
    return tuple(telling[: int(knowledge.wording["not_recorded_shown"])])


def _ask(knowledge: Knowledge, feature: str) -> str:
    known = knowledge.features.get(feature)
    return known.ask if known else ""


def _worth(
    feature: Feature,
    facts: Facts,
    ranking: Ranking,
    causes: tuple[RankedCause, ...],
    knowledge: Knowledge,
    *,
    critical: Sequence[Rule],
) -> _Change:
    """The weightiest change that any answer would make."""
    touched = _touched(knowledge, feature.id)
    shown = [ranked.cause.id for ranked in causes]
    best = _Change()
    for imagined in touched.imagined:
        after = facts.imagining(imagined, touched.dependents)
        new = [rule for rule in touched.rules if _newly(rule, facts, after)]
        raised = _not_dominated(new, critical, knowledge)
        if critical:
            raised = [rule for rule in raised if not set(rule.suggests).isdisjoint(shown)]
        changed = _ranking_after(touched, after, ranking, knowledge, pins=bool(critical or raised))
        if changed is None and not raised:
            continue
        there = [one.cause.id for one in listed(changed or ranking, [*critical, *raised], knowledge)]
        points = float(moved(shown, there))
        if there[:1] != shown[:1] or (critical and raised):
            points += knowledge.policy.scoring.first_cause_gap_points
        pull = abs(_pull(touched.rows.get(shown[0], ()), causes[0], after)) if shown else 0
        outcome = tuple(rule.id for rule in raised) or tuple(there)
        best = max(best, _Change(points, bool(raised), pull, outcome))
    return best


def moved(before: Sequence[str], after: Sequence[str]) -> int:
    """How many causes are new on the list, or rise above one that stood above them."""
    place = {cause: number for number, cause in enumerate(before)}
    number = 0
    for at, cause in enumerate(after):
        old = place.get(cause)
        number += old is None or any(place.get(below, old) < old for below in after[at + 1 :])
    return number


def _not_dominated(new: list[Rule], shown: Sequence[Rule], knowledge: Knowledge) -> list[Rule]:
    """Those that would be shown: beside the rule that dominates it, a rule says nothing more."""
    there = {rule.id for rule in (*shown, *new)}
    hidden = {second for first, second in knowledge.policy.dominates if first in there}
    return [rule for rule in new if rule.id not in hidden]


def _ranking_after(
    touched: _Touched, after: Facts, ranking: Ranking, knowledge: Knowledge, *, pins: bool
) -> Ranking | None:
    """The ranking with the answer, as far as `listed` asks for it; None when the list stays as it is.

    `pins`: whether a red flag puts causes first; then the support of those that are not listed counts too.
    """
    lowest = knowledge.policy.scoring.list_from
    changed: dict[str, RankedCause] = {}
    for ranked in ranking.ranked:
        cause = ranked.cause.id
        if cause not in touched.causes or not (ranked.needed or cause in touched.needy):
            continue
        needed = _may_be_listed(ranked, touched, after)
        pull = _pull(touched.rows.get(cause, ()), ranked, after) if needed else 0
        if needed == ranked.needed and not pull:
            continue
        best = max(
            ranked.score if ranked.needed else lowest - 1, ranked.score + pull if needed else lowest - 1
        )
        if pins or ranked.on_list or best >= lowest:
            changed[cause] = _moved(ranked, needed=needed, score=ranked.score + pull)
    if not changed:
        return None
    others = [ranked for ranked in ranking.qualifying if ranked.cause.id not in changed]
    everything = ranking.ranked
    if pins:
        everything = tuple(changed.get(ranked.cause.id, ranked) for ranked in everything)
    return Ranking(everything, qualifying([*others, *changed.values()], knowledge))


def _moved(ranked: RankedCause, *, needed: bool, score: int) -> RankedCause:
    return RankedCause(ranked.cause, score, ranked.prior, ranked.weighed, needed, ranked.on_list)


def could_raise_a_flag(name: str, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether some answer to the feature would raise a red flag beside what is recorded."""
    names, touched = dependents(knowledge, name), _touched(knowledge, name)
    rules = [r for r in knowledge.rules if r.when.features & names or r.gate in names]
    imagined = (facts.imagining(fact, names) for fact in touched.imagined)
    return any(_newly(rule, facts, after) for after in imagined for rule in rules)


def _pull(rows: Iterable[Evidence], rival: RankedCause, after: Facts) -> int:
    """How far the score of a cause would move; its rows that are true already are known."""
    change = 0
    for row in rows:
        was = any(weighed.evidence is row for weighed in rival.weighed)
        change += row.points * ((after.met(row.when) is not None) - was)
    return change


def _may_be_listed(rival: RankedCause, touched: _Touched, after: Facts) -> bool:
    """Whether the cause has what it needs; an answer can also take that away."""
    if rival.on_list or rival.cause.id not in touched.needy:
        return rival.needed
    return after.met(rival.cause.needs) is not None


def _newly(rule: Rule, before: Facts, after: Facts) -> bool:
    return _fires(rule, after) and not _fires(rule, before)


def _fires(rule: Rule, facts: Facts) -> bool:
    if not facts.holds(rule.gate) or facts.met(rule.when) is None:
        return False
    return rule.unless is None or facts.met(rule.unless) is None


@dataclass(frozen=True, slots=True)
class _Touched:
    """What the answer to one feature can change."""

    rows: Mapping[str, tuple[Evidence, ...]]
    causes: frozenset[str]
    """Those that could rise, fall, or be listed or not."""
    needy: frozenset[str]
    """Those whose needs it could meet, or undo."""
    rules: tuple[Rule, ...]
    dependents: frozenset[str]
    imagined: tuple[Fact, ...]


@lru_cache(maxsize=2048)
def _touched(knowledge: Knowledge, feature: str) -> _Touched:
    names = dependents(knowledge, feature)
    rows = {
        cause.id: tuple(row for row in cause.evidence if row.when.features & names)
        for cause in knowledge.causes.values()
    }
    rules = tuple(
        rule
        for rule in knowledge.rules
        if rule.critical and (rule.when.features & names or rule.gate in names)
    )
    conditions = [derived.when for derived in knowledge.derived.values()]
    conditions += [rule.when for rule in rules]
    conditions += [row.when for group in rows.values() for row in group]
    needy = {cause.id for cause in knowledge.causes.values() if cause.needs.features & names}
    return _Touched(
        needy=frozenset(needy),
        causes=frozenset(needy | {name for name, group in rows.items() if group}),
        rows={name: group for name, group in rows.items() if group},
        rules=rules,
        dependents=names,
        imagined=tuple(_imagined(knowledge.features[feature], conditions)),
    )


def answers_to(feature: Feature, knowledge: Knowledge) -> tuple[Fact, ...]:
    """The answers that are imagined for a feature that is not recorded."""
    return _touched(knowledge, feature.id).imagined


@lru_cache(maxsize=2048)
def dependents(knowledge: Knowledge, feature: str) -> frozenset[str]:
    """The feature itself and every derived one whose condition can depend on it."""
    names = {feature}
    for derived in knowledge.derived.values():
        if derived.when.features & names:
            names.add(derived.id)
    return frozenset(names)


def _imagined(feature: Feature, conditions: Iterable[Condition]) -> list[Fact]:
    """The answers worth imagining: yes, each value, or a number on each side of each threshold."""
    if feature.values:
        return [Fact(feature.id, Answer.PRESENT, value=value) for value in feature.values]
    if not feature.unit:
        return [Fact(feature.id, Answer.PRESENT)]
    uses = (use for when in conditions for use in when.uses if use.feature == feature.id)
    bounds = sorted({number for use in uses for number in use.numbers})
    if not bounds:
        return []
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    numbers = [bounds[0] * 0.99, *between, bounds[-1] * 1.01]
    return [Fact(feature.id, Answer.PRESENT, value=number) for number in numbers]
