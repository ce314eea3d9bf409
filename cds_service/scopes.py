"""SMART scopes, versions 1 and 2: what the EHR's token may read.

Version 1 is ``patient/Observation.read``, version 2 ``patient/Observation.rs?category=laboratory``. Whether a
scope is the patient's, the user's or the system's makes no difference here: the token is for this call.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

_SCOPE = re.compile(
    r"(?:patient|user|system)/(?P<type>\*|[A-Za-z]+)\.(?P<may>\*|read|write|[cruds]+)(?:\?(?P<only>\S*))?"
)
_VERSION_1 = {"*": "cruds", "read": "rs", "write": "cud"}

READ = "r"
SEARCH = "s"

Restriction = tuple[tuple[str, str], ...]
"""The search parameters to which a scope is restricted; empty for a scope without restriction."""


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a token may read; `everything` when its scope says nothing of resources."""

    granted: Mapping[tuple[str, str], frozenset[Restriction]]
    """Per resource type and right; the type may be ``*``."""
    everything: bool

    def restrictions(self, resource_type: str, right: str) -> frozenset[Restriction]:
        """Each restriction under which it may be read: none of them when not at all.

        A right without restriction swallows those with one.
        """
        if self.everything:
            return frozenset({()})
        found = frozenset[Restriction]().union(
            *(self.granted.get((each, right), frozenset()) for each in (resource_type, "*"))
        )
        return frozenset({()}) if () in found else found


def scopes(written: str | None) -> Scopes:
    """The scopes of a token. Without one about resources the server itself has to say what it gives."""
    granted: dict[tuple[str, str], set[Restriction]] = {}
    about_resources = False
    for each in (written or "").split():
        if not (found := _SCOPE.fullmatch(each)):
            continue
        about_resources = True
        only: Restriction = tuple(parse_qsl(found["only"] or "", keep_blank_values=True))
        if found["only"] and not only:
            continue  # a restriction that cannot be read restricts to nothing known
        for right in _VERSION_1.get(found["may"], found["may"]):
            granted.setdefault((found["type"], right), set()).add(only)
    return Scopes({key: frozenset(only) for key, only in granted.items()}, not about_resources)


def asked_under(parameters: Mapping[str, str], only: Restriction) -> tuple[dict[str, str], bool] | None:
    """The search to send under a restriction, and whether that is all that was asked for.

    None when search and restriction have nothing in common, such as another category.
    """
    asked = dict(parameters)
    whole = True
    for name, value in only:
        if name not in asked:
            asked[name] = value
            whole = False
            continue
        wanted = _codes(asked[name])
        common = [each for each in value.split(",") if _codes(each) <= wanted]
        if not common:
            return None
        if _codes(",".join(common)) != wanted:
            asked[name] = ",".join(common)
            whole = False
    return asked, whole


def _codes(value: str) -> set[str]:
    """The codes of a token parameter, without their systems."""
    return {each.rpartition("|")[2] for each in value.split(",")}
