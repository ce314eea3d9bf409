"""What is publicly known of each EHR as a client of CDS Hooks, from ehrs.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct

from cds_service.settings import Client

Ehr = Literal["epic", "oracle", "generic", "sandbox"]
EHRS: tuple[str, ...] = get_args(Ehr)
FILE = Path(__file__).with_name("ehrs.toml")


class Fact(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One thing that an integration analyst has to know."""

    about: str
    says: str
    do: str
    source: str
    unverified: bool = False
    """Told by others, old, or by one copy alone: the site has to look for itself."""


class TokenFacts(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What an EHR puts into its tokens."""

    iss: str
    aud: str
    sub: str
    alg: str
    life: str
    source: str
    unverified: bool = False


class Subtype(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A kind of resource for which the EHR has a scope of its own; `key` of the prefetch, "" for none."""

    resource: str
    name: str
    key: str


class Known(Struct, frozen=True, forbid_unknown_fields=True):
    """One EHR."""

    title: str
    with_prefetch: bool
    """Whether the searches of the prefetch can be entered there."""
    client: str
    """What is proposed for the settings, as TOML; "" where no client is registered."""
    needed: tuple[str, ...]
    """What its client should have besides what every production client must."""
    token: TokenFacts
    facts: tuple[Fact, ...]
    subtypes: tuple[Subtype, ...] = ()

    @property
    def proposed(self) -> Client | None:
        """The client of the proposal, with its example addresses."""
        given = tomllib.loads(self.client).get("clients", [])
        return Client(**given[0]) if given else None


class Firing(Struct, frozen=True, forbid_unknown_fields=True):
    """When the EHR should call."""

    never: str
    source: str
    criteria: tuple[str, ...]


class Ehrs(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    sources: dict[str, str]
    firing: Firing
    epic: Known
    oracle: Known
    generic: Known
    sandbox: Known

    def of(self, ehr: Ehr) -> Known:
        found: Known = getattr(self, ehr)
        return found


@cache
def known() -> Ehrs:
    read: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return msgspec.convert(read, Ehrs)
