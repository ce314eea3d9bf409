"""The machine-readable assessment that travels with the first card, and the content that made each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cards.assessment import Assessment
from cards.causes import RankedCause, Weighed
from cards.knowledge import Knowledge
from cards.words import Words


def machine_readable(assessment: Assessment, knowledge: Knowledge) -> dict[str, Any]:
    """The machine-readable assessment that travels with the first card; empty lists are left out."""
    words = Words(assessment, knowledge)
    whole: dict[str, Any] = {
        "content": content(knowledge),
        "asOf": _instant(assessment.as_of),
        "redFlags": [
            {"id": flag.rule.id, "indicator": flag.indicator, "evidence": words.references(flag.support)}
            for flag in assessment.red_flags
        ],
        "causes": [_cause_extension(ranked, words) for ranked in assessment.causes],
        "notRecorded": list(assessment.gaps),
        "notAssessed": [unread.what for unread in assessment.unread],
    }
    return {key: value for key, value in whole.items() if value}


def content(knowledge: Knowledge) -> dict[str, str]:
    """Which content made a card, and what the site says of its codes, where it does."""
    made = {"version": knowledge.version, "digest": knowledge.digest}
    return made | {"localCodes": knowledge.local_codes} if knowledge.local_codes else made


def _cause_extension(ranked: RankedCause, words: Words) -> dict[str, Any]:
    one: dict[str, Any] = {
        "id": ranked.cause.id,
        "for": _argument_extension(ranked.arguments_for, words),
        "against": _argument_extension(ranked.arguments_against, words),
    }
    return {key: value for key, value in one.items() if value}


def _argument_extension(rows: Iterable[Weighed], words: Words) -> list[dict[str, Any]]:
    """Each recorded feature once, with the references of its findings."""
    features = dict.fromkeys(name for row in rows for name in row.features)
    found = []
    for name in features:
        references = words.references([name])
        found.append({"feature": name, "evidence": references} if references else {"feature": name})
    return found


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
