"""Who calls: every call of the production profile passes here before a byte of its body is read.

A token is taken apart (`token`), its issuer chooses the client (`claims`), the client's keys verify it
(`key_set`, `signatures`), then what it says is checked, and that it was not used before (`replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from cds_service.errors import KeysUnavailable, NotTrusted, ReplayUnchecked
from cds_service.settings import Client, Settings
from cds_service.trust import claims, signatures
from cds_service.trust import token as tokens
from cds_service.trust.key_file import KeyFile
from cds_service.trust.key_server import KeyServer
from cds_service.trust.key_set import KeySet
from cds_service.trust.refusal import Refused, Why
from cds_service.trust.replay import ReplayCheck
from cds_service.trust.token import Token

HOUR_SECONDS = 3600.0

log = structlog.get_logger()


class Keys(Protocol):
    """Where a client's keys come from."""

    def current(self) -> KeySet | None: ...

    def renewed(self) -> KeySet | None: ...

    def held(self) -> KeySet | None: ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, verified."""

    client: Client


class Gate:
    """Of one worker process; asks nobody anything until the first call."""

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime], replay: ReplayCheck | None = None
    ) -> None:
        """Raises `SettingsRefused` for a file of keys that is none. `replay` hands in another, for tests."""
        self._settings = settings
        self._clock = clock
        self.replay = replay or ReplayCheck(settings.database_url, wall=self._seconds)
        kept = settings.keys_kept_hours * HOUR_SECONDS
        self.keys: Mapping[str, Keys] = {
            each.name: KeyFile(each, each.jwks_file) if each.jwks_file else KeyServer(each, kept)
            for each in settings.clients
        }

    def caller(self, authorization: str | None, path: str) -> Caller:
        """Whose token it is. `path` is that of the call, without a slash at its end.

        Raises `NotTrusted`, always in the same words; `KeysUnavailable` or `ReplayUnchecked` where it cannot
        be told.
        """
        found: list[Client] = []
        try:
            token = tokens.read(tokens.of_header(authorization))
            return self._verified(token, path, found)
        except Refused as error:
            # The name is the one that was registered; what the token says of itself is not written down.
            raise NotTrusted(
                "The call must carry a valid signed token (Authorization: Bearer). The log of the service "
                "says why this one was refused, under the id in the X-Request-Id header.",
                reason=error.why.value,
                client=found[0].name if found else None,
            ) from None

    def _verified(self, token: Token, path: str, found: list[Client]) -> Caller:
        try:
            client = claims.client_of(token.claims, self._settings.clients)
            found.append(client)
            if token.key_address not in {None, client.jku or client.jwks_url}:
                raise Refused(Why.WRONG_KEY_ADDRESS)
            key = self._keys(client, token).find(token.key, token.algorithm)
        except Refused:
            signatures.pretend(token)
            raise
        signatures.verify(token, key)
        claims.check(token.claims, client, self._audiences(path), self._seconds())
        self._refuse_replay(token, client)
        return Caller(client)

    def _keys(self, client: Client, token: Token) -> KeySet:
        source = self.keys[client.name]
        found = source.current()
        if found is not None and not found.knows(token.key):
            found = source.renewed()
        if found is None:
            # Not 401: nothing is wrong with the token, and whoever reads the EHR's log should look here.
            log.error("keys unavailable", client=client.name)
            raise KeysUnavailable(
                "The keys of this client cannot be had now, so its tokens cannot be verified. Look at the "
                "log of the service and at the server of the keys."
            )
        return found

    def _seconds(self) -> float:
        return self._clock().timestamp()

    def _audiences(self, path: str) -> set[str]:
        """The address called, as the EHR knows it: our own idea of it, never that of the Host header."""
        address = f"{self._settings.base_url}{path}"
        return {address, f"{address}/"}

    def _refuse_replay(self, token: Token, client: Client) -> None:
        if client.replay_check == "off":
            return
        expires = float(token.claims["exp"]) + claims.LEEWAY
        issuer = client.issuer or ""
        first = self.replay.is_first(client.name, issuer, token.claims["jti"], expires)
        if first is False:
            raise Refused(Why.REPLAYED)
        if first is None and client.replay_check == "required":
            raise ReplayUnchecked(
                "It cannot be told now whether this token was used before, and this client is registered so "
                "that it must be. Send the call again later."
            )
