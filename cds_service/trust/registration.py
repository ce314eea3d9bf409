"""Whether tokens can be told apart and verified, as the clients are registered; asked by the settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from cds_service.trust.sandbox import HOST, is_sandbox

if TYPE_CHECKING:
    from cds_service.settings import Client


def wrong(clients: Sequence[Client], *, has_journal: bool) -> Iterator[str]:
    """What keeps the production profile from starting, each in a sentence that names the setting."""
    for client in clients:
        here = f"clients.{client.name}"
        if not client.issuer:
            yield f"{here}.issuer: missing; it is the `iss` of the EHR's tokens"
        if (client.jwks_url is None) == (client.jwks_file is None):
            yield f"{here}: give either jwks_url or jwks_file, where the EHR's keys are"
        for name in ("issuer", "jwks_url", "jku"):
            if is_sandbox(getattr(client, name) or ""):
                yield f"{here}.{name}: {HOST} has a private key that everybody can read; never in production"
        if client.replay_check == "required" and not has_journal:
            yield f"{here}.replay_check: required, but database_url is none"
    for one, other in combinations(clients, 2):
        if one.issuer and one.issuer == other.issuer and not _apart(one, other):
            yield (
                f"clients.{one.name}, clients.{other.name}: the same issuer; give both a subject, or both a "
                "tenant, that differ"
            )


def _apart(one: Client, other: Client) -> bool:
    """Whether no token can be from both."""
    pairs = ((one.subject, other.subject), (one.tenant, other.tenant))
    return any(mine and theirs and mine != theirs for mine, theirs in pairs)
