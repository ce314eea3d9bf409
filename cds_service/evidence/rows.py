"""One row of a record: a name with its value, as they are read before what they say together is known."""

from __future__ import annotations

from dataclasses import dataclass

from cards.findings import Hit
from cds_service.evidence.codes import Coded
from cds_service.evidence.hits import Site
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.thin import Part
from cds_service.evidence.values import Value


@dataclass(frozen=True, slots=True)
class Row:
    """An observation, one of its components, or a question with its answer."""

    opened: OpenResource
    name: Coded
    part: Part
    site: Site
    named: tuple[Hit, ...]
    """What the name says alone."""
    value: Value

    @property
    def label(self) -> str:
        """As a card may quote it."""
        return ": ".join(text for text in (self.name.label, self.value.words) if text)
