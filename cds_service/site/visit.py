"""A visit to a live deployment: what is asked of it, with which token, and what is noted down."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from cds_service import fixtures
from cds_service.addresses import Place, page
from cds_service.check_registration import Door, Fault, NothingCame, Reply
from cds_service.errors import CODE_SYSTEM
from cds_service.hooks import SERVICE_ID
from cds_service.settings import is_loopback
from cds_service.site.sample import SYNTHETIC
from cds_service.site.signing import Signer

Outcome = Literal["ok", "wrong", "not tried"]
SERVICE = f"/cds-services/{SERVICE_ID}"
DISCOVERY = "/cds-services"
FEEDBACK = f"{SERVICE}/feedback"
_LONGEST_HOST = 64
"""Characters; no part of a token is so short."""
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_PADDING = "org.leg-weakness-cds.padding"


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found; `do` is empty where nothing is to be done."""

    check: str
    outcome: Outcome
    says: str
    do: str = ""


@dataclass
class Visit:
    """One deployment, and what was found so far."""

    base: str
    """Without a slash at its end."""
    door: Door
    clock: Callable[[], datetime]
    signer: Signer | None = None
    fhir_server: str | None = None
    insecure_loopback: bool = False
    """Whether http counts for this very machine."""
    within: float = 2.0
    """Seconds in which a call must be answered."""
    results: list[Result] = field(default_factory=list)
    asks_for_tokens: bool = True
    """Whether the service refuses a call without a token, as found."""
    skew: float | None = None
    """Seconds by which its clock is ahead of ours."""
    cards: list[dict[str, Any]] = field(default_factory=list)
    """Of the synthetic chart."""
    shown_nothing: str = ""
    """`silent` or `off`, where discovery says so for this client."""

    @property
    def place(self) -> Place:
        return self.door.place

    @property
    def on_this_machine(self) -> bool:
        return is_loopback(self.place.host) or self.place.host == "localhost"

    @property
    def may_sign(self) -> bool:
        return self.signer is not None and self.asks_for_tokens

    @property
    def can_call(self) -> bool:
        """Whether a call can be made that should be answered."""
        return self.signer is not None or not self.asks_for_tokens

    def ok(self, check: str, says: str) -> None:
        self._note(check, "ok", says, "")

    def wrong(self, check: str, says: str, do: str) -> None:
        self._note(check, "wrong", says, do)

    def not_tried(self, check: str, says: str, do: str = "") -> None:
        self._note(check, "not tried", says, do)

    def _note(self, check: str, outcome: Outcome, says: str, do: str) -> None:
        self.results.append(Result(check, outcome, self._clean(says), self._clean(do)))

    def _clean(self, text: str) -> str:
        """Nothing that was signed leaves, not even if the server said it back to us."""
        for token in self.signer.signed if self.signer else ():
            for part in (token, *token.split(".")):
                text = text.replace(part, "(token)")
        return text

    def address(self, path: str) -> str:
        return f"{self.base}{path}"

    def token(self, path: str) -> str | None:
        """A good one for the path; None where none is asked for, or nobody can sign."""
        if self.signer is None or not self.asks_for_tokens:
            return None
        return self.signer.token(self.address(path), self.clock())

    def get(self, path: str, token: str | None = None) -> Reply:
        """Raises `NothingCame`."""
        return self.door.ask("GET", self.place.path + path, headers=_bearing(token))

    def post(self, path: str, body: bytes, token: str | None = None, **how: Any) -> Reply:
        """Raises `NothingCame`."""
        headers = {"Content-Type": "application/json", **_bearing(token)}
        return self.door.ask("POST", self.place.path + path, body, headers, **how)

    def call(self, *, padding: int = 0) -> bytes:
        """The hook call of a synthetic patient, with an id of its own; `padding` is ignored."""
        asked = fixtures.call(SYNTHETIC, self.clock()) | {"hookInstance": str(uuid4())}
        if padding:
            asked = {"extension": {_PADDING: "x" * padding}, **asked}
        return json.dumps(asked).encode()

    def call_without_data(self) -> bytes:
        asked = fixtures.call(SYNTHETIC, self.clock()) | {"hookInstance": str(uuid4())}
        del asked["prefetch"]
        if self.fhir_server:
            asked["fhirServer"] = self.fhir_server
        return json.dumps(asked).encode()


def _bearing(token: str | None) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def code_of(reply: Reply) -> str | None:
    """The code of our own refusal; None where the answer is another's."""
    match reply.json:
        case {"issue": [{"details": {"coding": [{"system": system, "code": str(code)}, *_]}}, *_]}:
            return code if system == CODE_SYSTEM and re.fullmatch(r"[a-z-]{1,40}", code) else None
    return None


def sentence_of(reply: Reply) -> str:
    """What our refusal says; only to be compared with, as it comes from outside."""
    match reply.json:
        case {"issue": [{"diagnostics": str(said)}, *_]}:
            return said
    return ""


def request_id(reply: Reply) -> str:
    """Under which the log of the service has the call."""
    found = reply.headers.get("x-request-id", "")
    return found if _REQUEST_ID.fullmatch(found) else "(no X-Request-Id came)"


def origin_of(address: object) -> str:
    """Scheme, host and port of an address that somebody else wrote; "elsewhere" where it is odd."""
    found = page(address) if isinstance(address, str) else None
    if found is None or len(found.place.host) > _LONGEST_HOST:
        return "elsewhere"
    return f"{found.place.scheme}://{found.place.host}:{found.place.port}"


NOTHING_CAME: Mapping[Fault, tuple[str, str]] = {
    Fault.NO_SUCH_NAME: ("The name of the host is not known.", "Look at the address and at DNS."),
    Fault.NO_CONNECTION: (
        "Nobody answers at this address and port, or the connection broke off.",
        "Does the proxy run, and do the firewalls let the EHR's servers (and this machine) through?",
    ),
    Fault.TIMEOUT: (
        "No answer came in time.",
        "A firewall that drops packets, a proxy that waits for the service, or a service that is too busy.",
    ),
    Fault.CERTIFICATE: (
        "The certificate is not trusted",
        "Install a certificate for this name with its whole chain; for an authority of your own: --ca-file.",
    ),
    Fault.TLS: (
        "No TLS connection could be made.",
        "Is the port one with TLS, and does the proxy speak TLS 1.2 or later?",
    ),
    Fault.NOT_HTTP: ("What came back is no HTTP, or broke off.", "Look at what listens on this port."),
}


def told(error: NothingCame) -> tuple[str, str]:
    """What happened, and what to do."""
    says, do = NOTHING_CAME[error.fault]
    return (f"{says}: {error.about}." if error.about else says), do
