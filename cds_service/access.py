"""Whether a call may be completed from a FHIR server, and from which: the registered one, or none."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from cds_service.addresses import Place, place
from cds_service.hooks import FhirAuthorization, HookCall
from cds_service.reasons import Reason
from cds_service.scopes import Scopes, scopes
from cds_service.settings import Client, is_loopback

LONGEST_TOKEN = 16_384
"""Characters. Signed tokens reach a few thousand; servers take headers of 8 to 64 KiB."""
_TOKEN = re.compile(r"[A-Za-z0-9\-._~+/]+=*")
"""RFC 6750, section 2.1: no space and no line end, which would begin another header."""


@dataclass(frozen=True, slots=True)
class Access:
    """A server that may be read, and with what."""

    place: Place
    scopes: Scopes
    token: str | None = field(default=None, repr=False)
    ca_file: Path | None = None
    certificate: Path | None = None
    """With its key: how the service shows who it is, where a token is not the way."""
    private_network: bool = True
    """Whether the server's name may lead to a private address."""
    this_machine: bool = False
    """Whether it may lead anywhere, this machine too: in development."""


def access(call: HookCall, client: Client, *, in_production: bool) -> Access | Reason:
    """Where the call's patient may be read, or why nowhere."""
    if not call.fhirServer:
        return Reason.NO_SERVER
    where = _allowed(call.fhirServer, client, in_production=in_production)
    if where is None:
        return Reason.NOT_REGISTERED
    given = call.fhirAuthorization
    if given is None:
        if in_production and not client.open_fhir_server:
            return Reason.NO_TOKEN
        token = None
    elif not _usable(given):
        return Reason.TOKEN_UNUSABLE
    elif given.patient is not None and given.patient != call.context.patientId:
        return Reason.TOKEN_OF_ANOTHER_PATIENT
    else:
        token = given.access_token
    granted = scopes(given.scope if given else None)
    return Access(
        where,
        granted,
        token,
        client.ca_file,
        private_network=client.private_network,
        this_machine=not in_production,
    )


def _allowed(server: str, client: Client, *, in_production: bool) -> Place | None:
    """The place to read from. Compared as registered: scheme, host, port, path, a slash at the end apart."""
    asked = place(server)
    if asked is None:
        return None
    if asked in map(place, client.fhir_servers):
        return asked
    # A tester's server on the same machine; a name is none, whatever it resolves to.
    return asked if not in_production and is_loopback(asked.host) else None


def _usable(given: FhirAuthorization) -> bool:
    return (
        (given.token_type or "").casefold() == "bearer"
        and is_token(given.access_token or "")
        and (given.expires_in is None or given.expires_in > 0)
    )


def is_token(text: str) -> bool:
    """Whether it can stand in a header as a bearer token."""
    return len(text) <= LONGEST_TOKEN and _TOKEN.fullmatch(text) is not None
