"""The lines of the why section: rules that fired, near misses, causes, each with its resources."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cards.assessment import Assessment, RedFlag
from cards.causes import RankedCause, Weighed
from cards.near_misses import Lack, NearMiss, Step
from cards.not_counted import NotCounted
from cards.words import Words as CardWords
from cds_service import told_reasons
from cds_service.bench import lacking_words
from cds_service.bench.anchors import anchor
from cds_service.told_words import Words

_WORD = re.compile(r"\w+")
WAYS_SHOWN = 8
"""So many other ways to a near miss are told."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A resource of the chart, with its place on the page."""

    reference: str
    anchor: str

    @classmethod
    def to(cls, reference: str) -> Ref:
        return cls(reference, anchor(reference))


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Something said of a rule or a cause; `ref` is None where it rests on no resource of its own."""

    text: str
    ref: Ref | None


@dataclass(frozen=True, slots=True)
class Chip:
    """One recorded feature in few words."""

    feature: str
    said: str
    since: str
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class Fired:
    """A red flag on the card."""

    id: str
    title: str
    indicator: str
    matters: str
    """What it may mean, in the words of the card."""
    notes: tuple[NoteLine, ...]
    """Why it is lowered."""
    chips: tuple[Chip, ...]
    """What it rests on, as its card says it: the most telling first."""
    also: tuple[Chip, ...]
    """What it rests on besides, such as a general word for the same weakness."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A rule that fired too, with the reason why it is not shown."""

    id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class Uncounted:
    """An entry of the chart that names what is lacking and does not count."""

    said: str
    why: str
    when: str
    ref: Ref


@dataclass(frozen=True, slots=True)
class LackLine:
    """One answer that would have to be another one."""

    feature: str
    needed: str
    held_back: bool
    """It is recorded and stands in the way."""
    recorded: str
    refs: tuple[Ref, ...]
    uncounted: tuple[Uncounted, ...]


@dataclass(frozen=True, slots=True)
class StepLine:
    """Answers that are lacking together, and what the rule has already."""

    lacks: tuple[LackLine, ...]
    holds: tuple[Chip, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A red flag that did not fire, with the ways in which it would."""

    id: str
    title: str
    indicator: str
    distance: int
    shown: bool
    first: StepLine
    others: tuple[StepLine, ...]
    untold: int
    """How many further ways there are."""


@dataclass(frozen=True, slots=True)
class ArgumentLine:
    """What speaks for or against a cause."""

    strength: str
    said: str
    source: str
    source_short: str
    basis: str
    """What the source says; empty where its name says it."""
    refs: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class CauseLine:
    """A cause in its place."""

    id: str
    label: str
    place: int
    notes: tuple[NoteLine, ...]
    arguments_for: tuple[ArgumentLine, ...]
    arguments_against: tuple[ArgumentLine, ...]


def refs(references: Iterable[str]) -> tuple[Ref, ...]:
    return tuple(Ref.to(each) for each in references)


def fired(flag: RedFlag, assessed: Assessment, card: CardWords, words: Words) -> Fired:
    said = _telling(flag.support, card)
    return Fired(
        id=flag.rule.id,
        title=flag.rule.title,
        indicator=flag.indicator,
        matters=flag.rule.matters,
        notes=tuple(_note(each) for each in told_reasons.lowered(flag, assessed, words)),
        chips=_chips(said, words),
        also=_chips((name for name in flag.support if name not in said), words),
    )


def _telling(features: Iterable[str], card: CardWords) -> list[str]:
    """Those that a card would say, as few as it would; all where it would say none."""
    every = list(features)
    said = card.without_implied(card.said(every)) or every
    return said[: int(card.wording["facts_shown"])]


def merged(assessed: Assessment, words: Words) -> tuple[Merged, ...]:
    """The rules that fired and are not shown."""
    return tuple(
        Merged(name, words.rule(name), told_reasons.why_not_shown(name, assessed, words))
        for name in told_reasons.not_shown(assessed)
    )


def near(miss: NearMiss, card: CardWords, words: Words) -> Near:
    first, *others = (_step(each, card, words) for each in miss.steps[: WAYS_SHOWN + 1])
    rule = miss.rule
    indicator = "critical" if rule.critical else "warning"
    untold = len(miss.steps) - 1 - len(others)
    return Near(rule.id, rule.title, indicator, miss.distance, miss.shown, first, tuple(others), untold)


def _step(step: Step, card: CardWords, words: Words) -> StepLine:
    return StepLine(
        tuple(_lack(each, words) for each in step.lacks), _chips(_telling(step.holds, card), words)
    )


def _lack(lack: Lack, words: Words) -> LackLine:
    return LackLine(
        lack.feature,
        lacking_words.needed(lack, words),
        lack.held_back,
        lacking_words.recorded(lack, words),
        refs(words.resources(lack.feature)),
        tuple(uncounted(each, words) for each in lack.not_counted),
    )


def uncounted(each: NotCounted, words: Words) -> Uncounted:
    finding = each.finding
    return Uncounted(
        finding.label, lacking_words.why_not(each), words.date(finding.when), Ref.to(finding.source.reference)
    )


def cause(ranked: RankedCause, place: int, card: CardWords, words: Words) -> CauseLine:
    return CauseLine(
        ranked.cause.id,
        ranked.cause.label,
        place,
        tuple(_note(each) for each in told_reasons.marks(ranked, words)),
        tuple(_argument(row, card, words) for row in ranked.arguments_for),
        tuple(_argument(row, card, words) for row in ranked.arguments_against),
    )


def _argument(row: Weighed, card: CardWords, words: Words) -> ArgumentLine:
    told, features = told_reasons.argument(row, words), _telling(row.features, card)
    short = words.knowledge.sources[told.source].short
    return ArgumentLine(
        strength=told.strength,
        said="; ".join(map(words.short, features)) or told.said,
        source=told.source,
        source_short=short,
        basis="" if told.basis.casefold() == short.casefold() else _with_names(told.basis, words),
        refs=refs(words.resources(*row.features)),
    )


def _with_names(basis: str, words: Words) -> str:
    """What a source says, with other sources in it by their names, as nobody knows their keys by heart."""
    sources = words.knowledge.sources
    return _WORD.sub(lambda found: sources[found[0]].short if found[0] in sources else found[0], basis)


def _note(note: told_reasons.Note) -> NoteLine:
    text = f"{note.text} {note.date}".strip()
    return NoteLine(text, Ref.to(note.reference) if note.reference else None)


def _chips(features: Iterable[str], words: Words) -> tuple[Chip, ...]:
    return tuple(
        Chip(name, words.short(name), _since(name, words), refs(words.resources(name))) for name in features
    )


def _since(name: str, words: Words) -> str:
    """Empty for what is a date itself."""
    feature = words.knowledge.features.get(name)
    return "" if feature and feature.derive == "onset_age" else words.since(words.facts.get(name))
