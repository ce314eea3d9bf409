"""What is not recorded and would change the order of the causes the most."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from cards.causes import RankedCause, Ranking, Standing, beside, pinned, qualifying
from cards.conditions import Truths
from cards.facts import Answer, Facts
from cards.knowledge import Knowledge, Rule
from cards.touched import Reached, Touched, all_touched


class _Weight(NamedTuple):
    """How much an answer would change, the weightier being the larger."""

    points: float = 0
    """For each cause that would be new on the list or rise in it, and more for a new first one."""
    raises: bool = False
    """A critical red flag that is not there."""
    pull: int = 0
    """How far the first cause would rise or fall."""


class _Change(NamedTuple):
    """What an answer would change."""

    weight: _Weight
    outcome: tuple[str, ...]
    """The red flags that it would raise, else the list as it would be."""


_NO_CHANGE = _Change(_Weight(), ())
_NOTHING: frozenset[str] = frozenset()


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
    recorded.add("")  # features that a card never asks for
    told = {fact.feature for fact in facts if fact.answer is not Answer.NOT_RECORDED}
    now = _Now(facts, ranking, causes, critical, knowledge)
    worth: dict[str, _Change] = {}
    for feature, touched in all_touched(knowledge).items():
        ask = touched.ask
        if ask in recorded or feature in told:
            continue
        change, before = now.worth(touched), worth.setdefault(ask, _NO_CHANGE)
        if change.weight > before.weight:
            worth[ask] = change
    telling = [ask for ask, change in worth.items() if change is not _NO_CHANGE]
    telling.sort(key=lambda ask: worth[ask].weight, reverse=True)
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
        self._true, self._critical, self._knowledge = facts.true, critical, knowledge
        self._scoring = knowledge.policy.scoring
        self._standings, self._able = ranking.standings, ranking.qualifying
        self._true_rows = {id(row) for rows in ranking.true_rows.values() for row in rows}
        self._shown = [ranked.cause.id for ranked in causes]
        self._pinned = pinned(self._standings, critical)
        lowest = self._scoring.list_from
        self._far = {one.cause: 0 if one.on_list else lowest - one.score for one in self._standings.values()}
        """By cause: the points by which it must rise before it can be listed."""
        self._pinnable = {cause for rule in critical for cause in rule.suggests}
        silent = [rule for rule in knowledge.rules if rule.critical and not _fires(rule, facts.true)]
        self._silent = self._thought_of = {rule.id: rule for rule in silent}
        if critical:
            shown = set(self._shown)
            of_listed = [rule for rule in silent if not shown.isdisjoint(rule.suggests)]
            self._thought_of = {rule.id: rule for rule in of_listed}

    def worth(self, touched: Touched) -> _Change:
        """The weightiest change that any answer would make, of those that count."""
        shown, best = self._shown, _NO_CHANGE
        rules = [rule for rule in touched.critical if rule.id in self._thought_of]
        moving = self._moving(touched, pinnable=touched.suggested if rules else _NOTHING)
        for answer in touched.imagined if rules or moving else ():
            after = touched.after(self._true, answer)
            raised = self._raised(rules, touched, after) if rules else []
            changed = self._changed(moving, after)
            if not changed and not raised:
                continue
            there = self._listed(changed, raised)
            points = float(moved(shown, there)) if there != shown else 0.0
            if there[:1] != shown[:1] or (self._critical and raised):
                points += self._scoring.first_cause_gap_points
            if not points and not raised:
                continue
            first = touched.causes.get(shown[0]) if shown else None
            weight = _Weight(points, bool(raised), abs(self._pull(first, after)) if first else 0)
            if weight > best.weight:
                best = _Change(weight, tuple(rule.id for rule in raised) or tuple(there))
        return best

    def _raised(self, rules: list[Rule], touched: Touched, after: Truths) -> list[Rule]:
        """The red flags, not there yet, that would be shown; beside a critical one those of listed causes."""
        if not _any_fires(rules, after):
            return []
        new = [rule for rule in touched.critical if rule.id in self._silent and _fires(rule, after)]
        raised = _not_dominated(new, self._critical, self._knowledge)
        return [rule for rule in raised if rule.id in self._thought_of]

    def _moving(self, touched: Touched, *, pinnable: frozenset[str]) -> list[tuple[Standing, Reached]]:
        """The causes that an answer could move so far that the list is another.

        `pinnable`: those that a red flag could put first, if the answer raises one.
        """
        far, standings, always = self._far, self._standings, self._pinnable
        return [
            (standings[cause], reached)
            for cause, reached in touched.causes.items()
            if far[cause] <= reached.reach or cause in always or cause in pinnable
            if reached.needs or standings[cause].needed
        ]

    def _changed(self, moving: list[tuple[Standing, Reached]], after: Truths) -> dict[str, Standing]:
        """The causes that the answer lets rise or fall."""
        changed: dict[str, Standing] = {}
        for now, reached in moving:
            # An answer can also take away what a cause needs.
            needed = now.on_list or reached.needs(after) if reached.needs else now.needed
            pull = self._pull(reached, after) if needed else 0
            if pull or needed != now.needed:
                changed[now.cause] = Standing(now.lack - pull, now.rarity, now.cause, needed, now.on_list)
        return changed

    def _listed(self, changed: dict[str, Standing], raised: list[Rule]) -> list[str]:
        able, first = self._able, self._pinned
        if changed:
            others = [one for one in able if one.cause not in changed]
            able = qualifying([*others, *changed.values()], self._knowledge)
        if raised or not self._pinnable.isdisjoint(changed):
            pinning = [*self._critical, *raised]
            causes = [cause for rule in pinning for cause in rule.suggests]
            first = pinned({name: changed.get(name, self._standings[name]) for name in causes}, pinning)
        return first + beside(first, able, self._knowledge)

    def _pull(self, reached: Reached, after: Truths) -> int:
        """How far the score of a cause would move; its rows that are true already are known."""
        true_rows, pull = self._true_rows, 0
        for is_met, points, row in reached.rows:
            if is_met(after):
                if row not in true_rows:
                    pull += points
            elif row in true_rows:
                pull -= points
        return pull


def moved(before: Sequence[str], after: Sequence[str]) -> int:
    """How many causes are new on the list, or rise above one that stood above them."""
    place = {cause: number for number, cause in enumerate(before)}
    number, highest_below = 0, len(before)
    for cause in reversed(after):
        old = place.get(cause)
        if old is None or highest_below < old:
            number += 1
        else:
            highest_below = old
    return number


def _not_dominated(new: list[Rule], shown: Sequence[Rule], knowledge: Knowledge) -> list[Rule]:
    """Those that would be shown: beside the rule that dominates it, a rule says nothing more."""
    dominated = _dominated(knowledge)
    hidden = {second for rule in (*shown, *new) for second in dominated.get(rule.id, ())}
    return [rule for rule in new if rule.id not in hidden]


@lru_cache(maxsize=16)
def _dominated(knowledge: Knowledge) -> Mapping[str, list[str]]:
    """The rules that are not shown beside a rule."""
    dominated: dict[str, list[str]] = {}
    for first, second in knowledge.policy.dominates:
        dominated.setdefault(first, []).append(second)
    return dominated


def could_raise_a_flag(name: str, facts: Facts, knowledge: Knowledge) -> bool:
    """Whether some answer to the feature would raise a red flag beside what is recorded."""
    touched = all_touched(knowledge)[name]
    silent = [rule for rule in touched.rules if not _fires(rule, facts.true)]
    imagined = (touched.after(facts.true, answer) for answer in touched.imagined)
    return any(_any_fires(silent, after) for after in imagined)


def _any_fires(rules: Iterable[Rule], true: Truths) -> bool:
    for rule in rules:  # noqa: SIM110  (a generator takes three times as long)
        if _fires(rule, true):
            return True
    return False


def _fires(rule: Rule, true: Truths) -> bool:
    if rule.gate not in true or not rule.when.is_met(true):
        return False
    return rule.unless is None or not rule.unless.is_met(true)
