"""Counts how often the answers are what the labels expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from cards.assessment import Assessment
from cards.facts import Answer
from cards.findings import Finding
from cds_service.evaluation_labels import Label
from cds_service.share import Share


class Way(StrEnum):
    """How it is recorded what stands behind the first red flag, else the first cause, else all that counts.

    So a chart with findings and no card counts with the way in which these are recorded.
    """

    CODE = "by code"
    WORDS = "by words"
    BOTH = "both"
    NOTHING = "nothing named"


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled chart with what came."""

    label: Label
    as_of: datetime
    level: str
    """`critical`, `warning`, `info`, `incomplete` or `no card`."""
    critical: bool
    """A critical card came."""
    red_flags: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    way: Way = Way.NOTHING
    failed_stages: tuple[str, ...] = ()

    @property
    def missed_card(self) -> bool:
        """A card that merely says that the check is incomplete is not the one that was expected."""
        return self.label.card_required and self.level in ("incomplete", "no card")

    @property
    def false_card(self) -> bool:
        return not self.label.card_allowed and self.level != "no card"

    @property
    def missed_critical(self) -> bool:
        return self.label.critical_required and not self.critical

    @property
    def false_critical(self) -> bool:
        return not self.label.critical_allowed and self.critical

    def named_within(self, places: int) -> bool:
        return self.label.top_cause in self.causes[:places]

    @property
    def wrong(self) -> tuple[str, ...]:
        """In words what is not as the label says; empty when it is met."""
        said = {
            "missed critical card": self.missed_critical,
            "false critical card": self.false_critical,
            "missed card": self.missed_card,
            "false card": self.false_card,
            f"{self.label.top_cause} not first": bool(self.label.top_cause) and not self.named_within(1),
        }
        said |= {f"failed: {stage}": True for stage in self.failed_stages}
        return tuple(what for what, is_so in said.items() if is_so)


@dataclass(frozen=True, slots=True)
class Score:
    """Of some cases."""

    cases: tuple[Case, ...]

    @property
    def sensitivity(self) -> Share:
        """Of critical cards, where one is required."""
        return self._share(lambda each: each.label.critical_required, lambda each: each.critical)

    @property
    def specificity(self) -> Share:
        """Of critical cards, where none is allowed."""
        return self._share(lambda each: not each.label.critical_allowed, lambda each: not each.critical)

    @property
    def missed_cards(self) -> Share:
        return self._share(lambda each: each.label.card_required, lambda each: each.missed_card)

    @property
    def false_cards(self) -> Share:
        return self._share(lambda each: not each.label.card_allowed, lambda each: each.false_card)

    @property
    def quiet(self) -> Share:
        """Charts without any card."""
        return self._share(lambda _: True, lambda each: each.level == "no card")

    def named_within(self, places: int) -> Share:
        return self._share(lambda each: bool(each.label.top_cause), lambda each: each.named_within(places))

    def _share(self, counts: Callable[[Case], bool], met: Callable[[Case], bool]) -> Share:
        counted = [each for each in self.cases if counts(each)]
        return Share(sum(map(met, counted)), len(counted))

    def by_cause(self) -> dict[str, Score]:
        """By the cause that the label names."""
        named = sorted({each.label.top_cause for each in self.cases} - {""})
        return {name: Score(tuple(c for c in self.cases if c.label.top_cause == name)) for name in named}

    def by_way(self) -> dict[Way, Score]:
        """By how it is recorded; only the ways that occur."""
        parts = {way: tuple(each for each in self.cases if each.way is way) for way in Way}
        return {way: Score(cases) for way, cases in parts.items() if cases}


def way_of(assessed: Assessment | None) -> Way:
    """A finding with a code counts as coded, whatever its words add."""
    findings = [*_behind(assessed)] or [*_counting(assessed)]
    coded = {any(hit.by_code for hit in finding.hits) for finding in findings}
    if not coded:
        return Way.NOTHING
    return Way.BOTH if len(coded) > 1 else Way.CODE if True in coded else Way.WORDS


def _counting(assessed: Assessment | None) -> Iterable[Finding]:
    """All findings that make a feature present."""
    facts = assessed.facts if assessed else ()
    return chain.from_iterable(fact.findings for fact in facts if fact.answer is Answer.PRESENT)


def _behind(assessed: Assessment | None) -> Iterable[Finding]:
    if assessed is None:
        return ()
    if assessed.red_flags:
        features: Iterable[str] = assessed.red_flags[0].support
        named: tuple[Finding, ...] = ()
    elif assessed.causes:
        first = assessed.causes[0]
        features = chain.from_iterable(row.features for row in first.arguments_for)
        named = (first.on_list,) if first.on_list else ()
    else:
        return ()
    return chain(named, *(assessed.facts.get(feature).findings for feature in features))
