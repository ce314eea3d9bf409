"""Who looks at the chart, as far as a hook call says it: `context.userId`, such as `PractitionerRole/77`."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

Kind = Literal["Practitioner", "PractitionerRole", "Patient", "RelatedPerson"]
"""CDS Hooks, patient-view: what `userId` may name."""
NOT_FOR: tuple[Kind, ...] = ("Patient", "RelatedPerson")
"""Cards are written for clinicians (docs/safety/intended-use.md): nobody else is shown one."""
UNKNOWN = "unknown"
_USER = re.compile(
    r"(?:.*/)?(Practitioner|PractitionerRole|Patient|RelatedPerson)/([A-Za-z0-9\-.]{1,64})", re.ASCII
)


class User(NamedTuple):
    """One user, without the server."""

    kind: Kind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}"


def user(said: str | None) -> User | None:
    """None where it is not said, or not in a way that can be told."""
    found = _USER.fullmatch(said) if said else None
    return User(cast("Kind", found[1]), found[2]) if found else None


def may_see(said: str | None, shown_to: tuple[str, ...]) -> bool:
    """Whether the cards of a visible client are for this user; `shown_to`: nobody else, unless it is empty.

    Who is not known is no reason to hold a card back.
    """
    who = user(said)
    if who is None:
        return True
    return who.kind not in NOT_FOR and (not shown_to or str(who) in shown_to)


def listed(said: str) -> str:
    """A user as a setting may name one. Raises `ValueError`."""
    who = user(said)
    if who is None or str(who) != said or who.kind in NOT_FOR:
        raise ValueError('must be a user as the EHR sends it, such as "PractitionerRole/77"')
    return said
