"""Tables of the settings with which a site decides what is shown (docs/modes.md)."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
FOR_ONE_MOMENT = ("wrong-time-workflow", "inappropriate-recipient")
"""Reasons that speak of who looks and when, and not of the patient: they hide a card from nobody else."""


def _counts(code: str) -> str:
    if code.rpartition("|")[2] in FOR_ONE_MOMENT:
        raise ValueError(f"{code} says that the card is for later, or for somebody else: it is shown again")
    return code


class SilentTopic(BaseModel):
    """A topic whose cards are assessed and counted, and not shown: never without a name and a reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Text
    by: Text
    reason: Text


class Acknowledging(BaseModel):
    """That a client's cards are not shown again once they were put aside (docs/acknowledgement.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: Annotated[int, Field(ge=1, le=30)] = 7
    """From the day on which the card was shown."""
    codes: Annotated[tuple[Annotated[str, AfterValidator(_counts)], ...], Field(min_length=1)] = (
        "action-completed",
        "patient-ineligible",
    )
    """Reasons for which a card is put aside for all: a code of ours, or `system|code`."""
    by: Text
    reason: Text


class Tuned(BaseModel):
    """A number of the content that the site sets, within the range that the content names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    value: float
    by: Text
    reason: Text
    on: date


class Narrowed(BaseModel):
    """A warning that the site narrows, by an option that the content offers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rule: Text
    option: Text
    by: Text
    reason: Text
    on: date


class GoLive(BaseModel):
    """What a silent phase must show before `report silent` says go (docs/modes.md has where each is from)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    critical_per_1000: Annotated[float, Field(ge=0, le=1000)] = 5.0
    cards_per_1000: Annotated[float, Field(ge=0, le=1000)] | None = None
    not_assessed_percent: Annotated[float, Field(ge=0, le=100)] = 10.0
    p95_ms: Annotated[int, Field(ge=1)] = 500
    calls: Annotated[int, Field(ge=1)] = 1000
    days: Annotated[int, Field(ge=1, le=366)] = 7
