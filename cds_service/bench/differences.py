"""What a change of the chart changed in the answer: cards, lines, features, red flags, order of causes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo
from difflib import SequenceMatcher

from cards.card import Card
from cards.facts import Answer as Known
from cards.facts import Fact
from cards.record_text import plain
from cds_service.explained import Explained

SAME, NEW, GONE = "same", "new", "gone"
_RED_FLAG, _DIFFERENTIAL, _INCOMPLETE = "red flag", "causes", "not assessed"
_LEVELS = ("critical", "warning", "info")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a card."""

    text: str
    """Without marks of Markdown; untrusted, to be escaped."""
    how: str
    """``same``, ``new`` or ``gone``."""


@dataclass(frozen=True, slots=True)
class CardChange:
    """One card, before and after."""

    what: str
    """What the card is for: red flag, causes, not assessed."""
    said: str
    """In words: ``added``, ``gone``, ``raised from info to critical``, ``changed``, ``the same``."""
    before: str
    """The level; empty when there was no such card."""
    after: str
    summary: tuple[Line, ...]
    detail: tuple[Line, ...]

    @property
    def changed(self) -> bool:
        return self.said != "the same"


@dataclass(frozen=True, slots=True)
class FeatureChange:
    """A feature of which the chart tells something else."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CauseMove:
    """A cause in the list of possible causes, and where it stood before."""

    label: str
    before: int | None
    """Its place from 1; None when it was not listed."""
    after: int | None

    @property
    def said(self) -> str:
        """``up from 4 to 1``, ``new at 2``, ``no longer listed (was 3)``, ``still 1``."""
        if self.before is None:
            return f"new at {self.after}"
        if self.after is None:
            return f"no longer listed (was {self.before})"
        if self.after == self.before:
            return f"still {self.after}"
        return f"{'up' if self.after < self.before else 'down'} from {self.before} to {self.after}"


@dataclass(frozen=True, slots=True)
class Differences:
    """All that differs between two answers."""

    headline_before: str
    headline_after: str
    level_before: str
    level_after: str
    cards: tuple[CardChange, ...]
    features: tuple[FeatureChange, ...]
    fired: tuple[str, ...]
    """Titles of the rules that fire now and did not."""
    no_longer: tuple[str, ...]
    causes: tuple[CauseMove, ...]
    """In the order after the change, those that are gone last."""

    @property
    def nothing(self) -> bool:
        cards = any(each.changed for each in self.cards)
        moved = any(each.before != each.after for each in self.causes)
        return not (cards or self.features or self.fired or self.no_longer or moved)


def differences(before: Explained, after: Explained, zone: tzinfo) -> Differences:
    """What differs; `zone` is that of the hospital, in which dates are shown."""
    fired_before, fired_after = _fired(before), _fired(after)
    words = after.words(zone)
    return Differences(
        before.headline,
        after.headline,
        before.level,
        after.level,
        tuple(_cards(before, after)),
        tuple(_features(before, after, zone)),
        tuple(words.rule(each) for each in fired_after if each not in fired_before),
        tuple(words.rule(each) for each in fired_before if each not in fired_after),
        tuple(_causes(before, after)),
    )


def _fired(told: Explained) -> tuple[str, ...]:
    return told.done.assessment.fired if told.done.assessment else ()


# -- cards


def _cards(before: Explained, after: Explained) -> Iterable[CardChange]:
    old, new = _by_role(before), _by_role(after)
    for what in (_RED_FLAG, _DIFFERENTIAL, _INCOMPLETE):
        one, other = old.get(what), new.get(what)
        if one or other:
            yield CardChange(
                what,
                _said(one, other),
                one.indicator if one else "",
                other.indicator if other else "",
                _lines([one.summary] if one else [], [other.summary] if other else []),
                _lines(_detail(one), _detail(other)),
            )


def _by_role(told: Explained) -> dict[str, Card]:
    wording = told.knowledge.wording
    roles = {wording["differential_topic"]: _DIFFERENTIAL, wording["incomplete_topic"]: _INCOMPLETE}
    return {roles.get(card.topic, _RED_FLAG): card for card in told.done.cards}


def _said(one: Card | None, other: Card | None) -> str:
    if one is None or other is None:
        return "added" if one is None else "gone"
    if one.indicator != other.indicator:
        higher = _LEVELS.index(other.indicator) < _LEVELS.index(one.indicator)
        return f"{'raised' if higher else 'lowered'} from {one.indicator} to {other.indicator}"
    same = (one.summary, one.detail) == (other.summary, other.detail)
    return "the same" if same else "changed"


def _detail(card: Card | None) -> list[str]:
    lines = card.detail.splitlines() if card else []
    return [text for line in lines if (text := plain(line.replace("**", "")).strip().removeprefix("- "))]


def _lines(old: list[str], new: list[str]) -> tuple[Line, ...]:
    """All lines in their order; where some gave way to others, those that are gone first."""
    found: list[Line] = []
    for how, start, end, other_start, other_end in SequenceMatcher(None, old, new, False).get_opcodes():
        if how == "equal":
            found += [Line(text, SAME) for text in old[start:end]]
        else:
            found += [Line(text, GONE) for text in old[start:end]]
            found += [Line(text, NEW) for text in new[other_start:other_end]]
    return tuple(found)


# -- features and causes


def _features(before: Explained, after: Explained, zone: tzinfo) -> Iterable[FeatureChange]:
    names = dict.fromkeys(fact.feature for told in (after, before) for fact in told.facts)
    for name in names:
        old, new = before.facts.get(name), after.facts.get(name)
        if _gist(old) != _gist(new):
            yield FeatureChange(
                after.words(zone).feature(name), _told(old, before, zone), _told(new, after, zone)
            )


def _gist(fact: Fact) -> tuple[object, ...]:
    """What is compared: not which resources say so."""
    value = round(fact.value, 3) if isinstance(fact.value, float) else fact.value
    return fact.answer, value, fact.comparator, fact.side


def _told(fact: Fact, told: Explained, zone: tzinfo) -> str:
    words = told.words(zone)
    said = ", ".join(filter(None, (words.value(fact), words.side([fact.side]))))
    if fact.answer is Known.PRESENT and said:
        return said
    return fact.answer.value


def _causes(before: Explained, after: Explained) -> Iterable[CauseMove]:
    old, new = _places(before), _places(after)
    for label in [*new, *(each for each in old if each not in new)]:
        yield CauseMove(label, old.get(label), new.get(label))


def _places(told: Explained) -> dict[str, int]:
    listed = told.done.assessment.causes if told.done.assessment else ()
    return {each.cause.label: place for place, each in enumerate(listed, start=1)}
