"""What is not recorded and would change the order of the causes the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from cards.causes import RankedCause, Ranking, chosen, qualifying
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


_NO_CHANGE = _Change()


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
    now = _Now(facts, ranking, causes, critical, knowledge)
    worth: dict[str, _Change] = {}
    for feature in knowledge.features.values():
        if not feature.ask or feature.ask in recorded or facts.tells(feature.id):
            continue
        worth[feature.ask] = max(worth.get(feature.ask, _NO_CHANGE), now.worth(feature))
    telling = [ask for ask in worth if worth[ask].points or worth[ask].raises]
    telling.sort(key=worth.__getitem__, reverse=True)
    firsts = {worth[ask].outcome: ask for ask in reversed(telling)}.values()
    telling.sort(key=lambda ask: ask not in firsts)
    return tuple(telling[: int(knowledge.wording["not_recorded_shown"])])


def _ask(knowledge: Knowledge, feature: str) -> str:
    known = knowledge.features.get(feature)
    return known.ask if known else ""


class _Now:
    """The assessment as it stands, before anything is imagined."""

    def __init__(
        self,
        facts: Facts,
        ranking: Ranking,
        causes: tuple[RankedCause, ...],
        critical: Sequence[Rule],
        knowledge: Knowledge,
    ) -> None:
        self._facts, self._ranking, self._causes = facts, ranking, causes
        self._critical, self._knowledge = critical, knowledge
        self._shown = [ranked.cause.id for ranked in causes]
        self._met = {rule.id for rule in knowledge.rules if _fires(rule, facts)}
        self._by_id = {ranked.cause.id: ranked for ranked in ranking.ranked}
        self._true_rows = {
            ranked.cause.id: frozenset(id(weighed.evidence) for weighed in ranked.weighed)
            for ranked in ranking.ranked
        }

    def worth(self, feature: Feature) -> _Change:
        """The weightiest change that any answer would make."""
        touched, shown, critical = _touched(self._knowledge, feature.id), self._shown, self._critical
        rules = [rule for rule in touched.rules if rule.id not in self._met]
        moving = [
            ranked
            for ranked in map(self._by_id.__getitem__, touched.causes)
            if ranked.needed or ranked.cause.id in touched.needy
        ]
        best = _NO_CHANGE
        for imagined in touched.imagined if rules or moving else ():
            after = self._facts.imagining(imagined, touched.dependents)
            raised = self._raised(rules, after)
            changed = self._changed(moving, touched, after, pins=bool(critical or raised))
            if not changed and not raised:
                continue
            there = [ranked.cause.id for ranked in self._listed(changed, [*critical, *raised])]
            points = float(moved(shown, there))
            if there[:1] != shown[:1] or (critical and raised):
                points += self._knowledge.policy.scoring.first_cause_gap_points
            pull = abs(self._pull(self._causes[0], touched, after)) if shown else 0
            outcome = tuple(rule.id for rule in raised) or tuple(there)
            best = max(best, _Change(points, bool(raised), pull, outcome))
        return best

    def _raised(self, rules: list[Rule], after: Facts) -> list[Rule]:
        """The red flags, not there yet, that would be shown; beside a critical one those of listed causes."""
        able = [rule for rule in rules if after.holds(rule.gate)]
        if self._critical and not any(self._is_of_a_listed(rule) and _fires(rule, after) for rule in able):
            return []
        new = [rule for rule in able if _fires(rule, after)]
        raised = _not_dominated(new, self._critical, self._knowledge) if new else []
        return [rule for rule in raised if self._is_of_a_listed(rule)] if self._critical else raised

    def _is_of_a_listed(self, rule: Rule) -> bool:
        return any(cause in self._shown for cause in rule.suggests)

    def _changed(
        self, moving: list[RankedCause], touched: _Touched, after: Facts, *, pins: bool
    ) -> dict[str, RankedCause]:
        """The causes that the answer lets rise or fall, as far as the list may change.

        `pins`: whether a red flag puts causes first; then the support of all others counts too.
        """
        lowest = self._knowledge.policy.scoring.list_from
        changed: dict[str, RankedCause] = {}
        for ranked in moving:
            needed = _may_be_listed(ranked, touched, after)
            pull = self._pull(ranked, touched, after) if needed else 0
            if needed == ranked.needed and not pull:
                continue
            before = ranked.score if ranked.needed else lowest - 1
            then = ranked.score + pull if needed else lowest - 1
            if pins or ranked.on_list or max(before, then) >= lowest:
                changed[ranked.cause.id] = _moved(ranked, needed=needed, score=ranked.score + pull)
        return changed

    def _listed(self, changed: dict[str, RankedCause], critical: list[Rule]) -> list[RankedCause]:
        able: Sequence[RankedCause] = self._ranking.qualifying
        if changed:
            others = [ranked for ranked in able if ranked.cause.id not in changed]
            able = qualifying([*others, *changed.values()], self._knowledge)
        pinned, rest = chosen(self._by_id | changed, able, critical, self._knowledge)
        return pinned + rest

    def _pull(self, ranked: RankedCause, touched: _Touched, after: Facts) -> int:
        """How far the score of a cause would move; its rows that are true already are known."""
        true_rows = self._true_rows[ranked.cause.id]
        rows = touched.rows.get(ranked.cause.id, ())
        return sum([row.points * (after.meets(row.when) - (id(row) in true_rows)) for row in rows])


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


def _moved(ranked: RankedCause, *, needed: bool, score: int) -> RankedCause:
    return RankedCause(ranked.cause, score, ranked.prior, ranked.weighed, needed, ranked.on_list)


def could_raise_a_flag(name: str, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether some answer to the feature would raise a red flag beside what is recorded."""
    names, touched = dependents(knowledge, name), _touched(knowledge, name)
    rules = [rule for rule in knowledge.rules if _asks(rule, names)]
    imagined = (facts.imagining(fact, names) for fact in touched.imagined)
    return any(_newly(rule, facts, after) for after in imagined for rule in rules)


def _may_be_listed(rival: RankedCause, touched: _Touched, after: Facts) -> bool:
    """Whether the cause has what it needs; an answer can also take that away."""
    if rival.on_list or rival.cause.id not in touched.needy:
        return rival.needed
    return after.meets(rival.cause.needs)


def _newly(rule: Rule, before: Facts, after: Facts) -> bool:
    return _fires(rule, after) and not _fires(rule, before)


def _fires(rule: Rule, facts: Facts) -> bool:
    if not facts.holds(rule.gate) or not facts.meets(rule.when):
        return False
    return rule.unless is None or not facts.meets(rule.unless)


def _asks(rule: Rule, names: frozenset[str]) -> bool:
    """Whether a rule depends on one of the features."""
    asked = rule.when.features | (rule.unless.features if rule.unless else frozenset())
    return rule.gate in names or bool(asked & names)


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
    rules = tuple(rule for rule in knowledge.rules if rule.critical and _asks(rule, names))
    conditions = [derived.when for derived in knowledge.derived.values()]
    conditions += [rule.when for rule in rules] + [rule.unless for rule in rules if rule.unless]
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
