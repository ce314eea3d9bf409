"""What a condition cannot do without, followed through derived features to recorded ones.

Of the hundreds of conditions of the content a chart can meet a few dozen: the others have no ground in what
is recorded, and need not be asked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from cards.conditions import Condition
from cards.knowledge_types import Knowledge

Ground: TypeAlias = frozenset[str] | None
"""Features of which one must be recorded for a condition to be met; None: it may be without any."""


class Grounds:
    """The recorded features, of which one must be there, for each condition of a content."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._known: dict[str, Ground] = {}
        self._derived: dict[str, Ground] = {}
        for derived in knowledge.derived.values():  # each after those that it uses
            self._derived[derived.id] = self.of(derived.when)

    def of(self, condition: Condition) -> Ground:
        """None: the condition may be met whatever is recorded."""
        try:
            return self._known[condition.text]
        except KeyError:
            ground = self._known[condition.text] = self._follow(condition.ground)
            return ground

    def _follow(self, names: Ground) -> Ground:
        found: set[str] = set()
        for name in names or ():
            ground = self._derived.get(name, frozenset([name]))
            if ground is None:
                return None
            found |= ground
        return None if names is None else frozenset(found)


@lru_cache(maxsize=16)
def grounds(knowledge: Knowledge) -> Grounds:
    """The grounds of a content, found out once."""
    return Grounds(knowledge)
