"""The results of the evaluation that comes with the service, written by tests/write_evaluation.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cards.knowledge import Knowledge
from cds_service.evaluation_measures import NAMES, WITH_INTERVAL

FILE = Path(__file__).parent / "evaluation.json"


@cache
def shipped() -> dict[str, Any]:
    """The file as it is."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read


def of_content(results: Mapping[str, Any], knowledge: Knowledge) -> bool:
    """Whether they were made with this very content; a site's own has not been evaluated."""
    return bool(results["content"]["digest"] == knowledge.digest)


def rows(results: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What is measured, the count, and the share with its interval; empty where none is given."""
    return [(NAMES[key], *_told(results["score"][key], key)) for key in NAMES]


def ways(results: Mapping[str, Any]) -> list[tuple[str, int, str, str, str]]:
    """By how the chart is recorded: charts, sensitivity, specificity and first causes, as counts."""
    return [
        (
            way.capitalize(),
            part["labels"],
            *(_count(part[key]) for key in ("sensitivity", "specificity", "top1")),
        )
        for way, part in results["byRecording"].items()
    ]


def _told(share: Mapping[str, Any], key: str) -> tuple[str, str]:
    if key not in WITH_INTERVAL or not share.get("interval"):
        return _count(share), ""
    low, high = share["interval"]
    return _count(share), f"{share['met'] / share['of']:.1%} (95 % {low:.1%} to {high:.1%})"


def _count(share: Mapping[str, Any]) -> str:
    return f"{share['met']} of {share['of']}" if share["of"] else "none to count"
