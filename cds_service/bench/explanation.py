"""How the answers on the test bench came about: all that a page tells besides the cards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from cds_service import hooks
from cds_service.answer import Desk
from cds_service.bench import trial
from cds_service.bench.body import body
from cds_service.bench.calls import Run
from cds_service.bench.charts import Given
from cds_service.bench.differences import differences
from cds_service.bench.feedback import Noted
from cds_service.bench.state import State
from cds_service.bench.timeline import timeline
from cds_service.bench.what_if import what_if
from cds_service.bench.why import why
from cds_service.explained import Explained


@dataclass(frozen=True, slots=True)
class Seen:
    """A chart that was looked at, with the real answers."""

    chosen: State
    given: Given
    run: Run
    after: Run
    """For the changed chart; the same run where nothing is changed."""
    resources: tuple[dict[str, Any], ...]
    """Those of the chart that `after` was asked about."""
    notice: Noted | None


def explanation(
    seen: Seen, desk: Desk, now: datetime, *, problem: str, typed: Mapping[str, str] | None
) -> dict[str, Any]:
    """The parts of the page, by name. Raises `ServiceError` where the answer cannot be made again.

    `problem`: why a change was not made, and `typed` what was typed for it.
    """
    zone = desk.client.zone
    was = trial.told(seen.run, desk, now)
    became = was if seen.after is seen.run else trial.told(seen.after, desk, now)
    if became is None:
        return {}
    told = [(seen.run, was), (seen.after, became)]
    return {
        "unlike": not all(each is None or _is_the_answer(each, run, desk) for run, each in told),
        "differences": differences(was, became, zone) if was and became is not was else None,
        "why": why(became, zone),
        "timeline": timeline(became, zone),
        "body": body(became),
        "what_if": what_if(
            became, seen.resources, seen.chosen.changes, desk.evidence, zone, problem=problem, typed=typed
        ),
    }


def _is_the_answer(told: Explained, run: Run, desk: Desk) -> bool:
    """Whether the answer, made again to be explained, is the one that came.

    It may be another where data is fetched: the server is asked twice, and need not say the same.
    """
    again = hooks.response(
        told.call.hookInstance, told.done.cards, told.done.extension, desk.knowledge, desk.links
    )
    return bool(json.loads(msgspec.json.encode(again))["cards"] == run.cards)
