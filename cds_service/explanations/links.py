"""Where the names in an explanation lead: the same words on pages and in documents, with other links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from cards.knowledge import Cause, Knowledge, Rule
from cds_service.explanations import addresses


class Links(Protocol):
    """The target of a link by what it names; empty where the name is plain text."""

    def red_flag(self, rule: Rule) -> str: ...

    def cause(self, cause: Cause) -> str: ...

    def feature(self, name: str) -> str: ...

    def source(self, name: str) -> str: ...

    @property
    def lowered(self) -> str:
        """Where it says how a critical flag becomes a warning."""


LOWERED = "shown-as-a-warning"
"""The part of the page of red flags that says so."""


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Links between the explanation pages of a service."""

    knowledge: Knowledge
    prefix: str
    """The path of the service's base address, without a slash at its end."""

    def red_flag(self, rule: Rule) -> str:
        return self.prefix + addresses.red_flag(rule.id)

    def cause(self, cause: Cause) -> str:
        return self.prefix + addresses.cause(cause.id)

    def feature(self, name: str) -> str:
        return self.prefix + addresses.feature(name, self.knowledge)

    def source(self, name: str) -> str:
        return self.prefix + addresses.source(name)

    @property
    def lowered(self) -> str:
        return f"{self.prefix}{addresses.RED_FLAGS}#{LOWERED}"
