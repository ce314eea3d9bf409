"""One look at a chart that is changed: its resources then, and each answer with all that led to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cds_service.answer import Desk
from cds_service.bench.calls import Run
from cds_service.bench.change import parse
from cds_service.bench.changes import apply
from cds_service.bench.charts import Given
from cds_service.bench.fixture_files import AnswerAt, Made
from cds_service.bench.what_if import in_words
from cds_service.explain_json import as_json
from cds_service.explained import Explained, explained
from cds_service.hooks import EXTENSION

Resource = dict[str, Any]


def changed(given: Given, changes: Iterable[str], desk: Desk) -> tuple[Resource, ...]:
    """The resources of the chart with the changes made. Raises `ChangeRefused`."""
    understood = [parse(each) for each in changes]
    return tuple(apply(given.resources, understood, given.moment, desk.evidence, desk.client.zone))


def told(run: Run, desk: Desk, now: datetime) -> Explained | None:
    """What led to an answer, worked out as of the moment that it names; None where the service gave none.

    `now` stands for that moment where no card names one. Raises `ServiceError` as the service would.
    """
    if not run.answered:
        return None
    return explained(run.sent, desk, _as_of(run) or now)


def _as_of(run: Run) -> datetime | None:
    for card in run.cards:
        extension = card.get("extension")
        assessed = extension.get(EXTENSION) if isinstance(extension, dict) else None
        if isinstance(assessed, dict) and isinstance(assessed.get("asOf"), str):
            return datetime.fromisoformat(assessed["asOf"])
    return None


def made(given: Given, changes: Iterable[str], context: dict[str, Any], desk: Desk) -> Made:
    """What a fixture of the changed chart is made of. Raises `ChangeRefused`."""
    texts = list(changes)
    resources = changed(given, texts, desk)
    words = [in_words(each, desk.knowledge) for each in texts]
    return Made(given.source, resources, context, given.moment, words)


def answers(desk: Desk) -> AnswerAt:
    """What the service answers to a call, at whatever moment."""

    def answer_at(body: bytes, as_of: datetime) -> dict[str, Any]:
        return {"cards": as_json(explained(body, desk, as_of), desk.links)["cards"]}

    return answer_at
