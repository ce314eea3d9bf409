"""What only the site can say of the service, from its settings (docs/transparency.md): shown to everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from cds_service.transparency import local_results

PARTS: Mapping[str, str] = {
    "developer_name_and_contact": "contact",
    "validity_monitoring": "validity_monitoring",
    "validity_local": "validity_local",
    "fairness_monitoring": "fairness_monitoring",
    "fairness_local": "fairness_local",
    "update_process": "update_process",
    "correction_frequency": "correction_frequency",
}
"""By source attribute the part of it that is the site's."""


def _one_line(value: object) -> object:
    """Broken lines and no-break spaces, as they come from other programs, are spaces."""
    return " ".join(value.split()) if isinstance(value, str) else value


def _plain(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be plain text, without characters that are not seen")
    return value


def _results(value: Path) -> Path:
    local_results.read(value)
    return value


Text = Annotated[
    str, BeforeValidator(_one_line), AfterValidator(_plain), Field(min_length=1, max_length=1000)
]


class LocalEvaluation(BaseModel):
    """What `evaluate --json` said of labelled charts of the site."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[Path, AfterValidator(_results)]
    charts: Text
    by: Text
    on: date


class SiteStatement(BaseModel):
    """Each field is None where the site has not stated it, and the page says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: Text | None = None
    contact: Text | None = None
    safety_contact: Text | None = None
    used_where: Text | None = None
    used_since: date | None = None
    approved_by: Text | None = None
    approved_on: date | None = None
    validity_monitoring: Text | None = None
    validity_local: Text | None = None
    fairness_monitoring: Text | None = None
    fairness_local: Text | None = None
    update_process: Text | None = None
    correction_frequency: Text | None = None
    evaluation: LocalEvaluation | None = None

    @model_validator(mode="after")
    def _approved(self) -> Self:
        if (self.approved_by is None) != (self.approved_on is None):
            raise ValueError("approved_by and approved_on: both or neither")
        return self

    def of(self, key: str) -> str | None:
        """What is stated under the name of a field, as text."""
        value: str | date | None = getattr(self, key)
        return value.isoformat() if isinstance(value, date) else value


KEYS = tuple(name for name in SiteStatement.model_fields if name != "evaluation")
"""What is stated in words or as a day, in the order of the page."""
NOTHING = SiteStatement()
