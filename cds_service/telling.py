"""What there is to tell of a chart, and what of it is shown: each card on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any, Protocol, TypeVar

from cards import assessment, card, extension, plain_card
from cards.about import NOT_ASSESSED
from cards.assessment import Assessment
from cards.card import Card
from cards.findings import Chart
from cards.knowledge import Knowledge
from cds_service.site import showing
from cds_service.site.showing import VISIBLE, Showing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to tell: the cards, the assessment behind them, and the same for machines."""

    cards: tuple[Card, ...]
    assessment: Assessment | None
    extension: Mapping[str, Any] | None
    failed: int = 0
    """How many stages had failed by then."""


NOTHING = Told((), None, None)


class Stages(Protocol):
    """What runs each stage, so that one which fails cannot take another with it."""

    failed: list[str]

    def stage(self, name: str, work: Callable[[], T]) -> T | None: ...


def told(run: Stages, chart: Chart, content: Knowledge, *, zone: tzinfo, as_of: datetime) -> Told:
    """The red flags first: nothing later can lose one."""
    flagged = run.stage("red flags", lambda: assessment.find_red_flags(chart, content, as_of))
    assessed = run.stage("differential", lambda: _with_differential(flagged, chart, content)) or flagged
    cards = _write_cards(run, assessed, content, zone)
    readable = run.stage("extension", lambda: _machine_readable(assessed, content))
    return Told(cards, assessed, readable, failed=len(run.failed))


def shown(found: Told, way: Showing, content: Knowledge, tell: Callable[[Knowledge], Told]) -> Told:
    """What goes out. `tell` tells it all with other content.

    Where it cannot be worked out what is left without the topics held back, all goes out: no flag is lost.
    """
    if way.mode != VISIBLE:
        return NOTHING
    if not way.holds_back(found.cards, found.assessment, content):
        return found
    less = tell(showing.without(content, way.held_back))
    if less.failed > found.failed:
        return found
    return replace(less, cards=tuple(each for each in less.cards if each.topic not in way.held_back))


def unless_silent(found: Told, way: Showing) -> Told:
    """What goes out where it cannot be worked out what to hold back."""
    return found if way.mode == VISIBLE else NOTHING


def _with_differential(flagged: Assessment | None, chart: Chart, content: Knowledge) -> Assessment | None:
    return None if flagged is None else assessment.with_differential(flagged, chart, content)


def _machine_readable(assessed: Assessment | None, content: Knowledge) -> Mapping[str, Any] | None:
    return None if assessed is None else extension.machine_readable(assessed, content)


def _write_cards(
    run: Stages, assessed: Assessment | None, content: Knowledge, zone: tzinfo
) -> tuple[Card, ...]:
    """The red flag first, each card on its own, so that one which fails cannot take another with it."""
    cards: list[Card | None] = []
    if assessed is not None:
        cards.append(_red_flag_card(run, assessed, content, zone))
        cards.append(
            run.stage("differential card", lambda: card.write_differential_card(assessed, content, zone))
        )
        alone = not any(cards)
        cards.append(
            run.stage(
                "incomplete card", lambda: card.write_incomplete_card(assessed, content, zone, alone=alone)
            )
        )
    if run.failed and not (cards and cards[-1]):
        cards.append(_failure_card(content))
    return tuple(each for each in cards if each)


def _red_flag_card(run: Stages, assessed: Assessment, content: Knowledge, zone: tzinfo) -> Card | None:
    """Where it cannot be written out of the record, a plain one: no flag is lost with its words."""
    failed = len(run.failed)
    written = run.stage("red flag card", lambda: card.write_red_flag_card(assessed, content, zone))
    if len(run.failed) == failed:
        return written
    return run.stage("plain red flag card", lambda: plain_card.write(assessed, content))


def _failure_card(content: Knowledge) -> Card:
    """What is said when the service itself failed: made of nothing that could fail again."""
    words = content.wording["incomplete"]
    topic = str(content.wording["incomplete_topic"])
    return Card(
        key=topic,
        topic=topic,
        topic_display=str(words["topic_display"]),
        indicator="info",
        summary=str(words["summary_short"]),
        detail=str(words["detail"]).format(items="the service failed while it read or assessed the record"),
        about=(NOT_ASSESSED,),
    )
