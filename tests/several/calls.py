"""Calls of an EHR through the proxy: signed, each with its own token and hookInstance; or many at a time."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from cds_service import fixtures
from cds_service.site.signing import Signer
from tests.several.machines import PATIENCE, TLS, Proxy, until
from tests.wire.calls import SERVICE
from tests.wire.ehr import ec_key
from tests.wire.serving import Answer

ISSUER = "https://ehr.example/fhir"
FEEDBACK = f"{SERVICE}/feedback"
AT_A_TIME = 6
PAUSE_SECONDS = 0.05
"""Between two calls of one connection: an EHR, and no storm in which nothing can start on two cores."""
SIGNER = Signer(ec_key(), "of-tests", "ES384", ISSUER)
STROKE = "LegWeaknessRedFlagStroke"


def stroke_call() -> bytes:
    made = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    return json.dumps(made | {"hookInstance": str(uuid4())}).encode()


class Ehr:
    """One connection to the proxy, opened anew when it was closed."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        context = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
        self._connection = http.client.HTTPSConnection(
            "localhost", proxy.port, timeout=PATIENCE, context=context
        )

    def token(self, path: str = SERVICE) -> str:
        return SIGNER.token(f"{self.proxy.base}{path}", datetime.now(UTC))

    def post(self, path: str = SERVICE, body: Any = None, token: str | None = None) -> Answer:
        content = (
            stroke_call() if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        )
        return self.ask("POST", path, content, token or self.token(path))

    def ask(self, method: str, path: str, body: bytes | None = None, token: str | None = None) -> Answer:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        text = response.read()
        is_json = response.headers.get_content_type() == "application/json"
        return Answer(response.status, response.headers, json.loads(text) if is_json else text.decode())

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True)
class Outcome:
    """Of one call; `status` 0 where no answer came."""

    status: int
    detail: str
    """Of the critical card; else whatever came."""
    began: float
    ended: float

    @property
    def good(self) -> bool:
        return self.status == 200 and self.detail.startswith("**Why shown**")


@dataclass
class Load:
    """Calls one after the other on `AT_A_TIME` connections."""

    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def lost(self) -> list[Outcome]:
        return [each for each in self.outcomes if not each.good]

    def more(self, count: int = 2 * AT_A_TIME) -> None:
        """Goes on until so many calls that begin from now on are answered."""
        now = time.monotonic()

        def come() -> bool:
            return sum(each.began >= now for each in list(self.outcomes)) >= count

        until(come, f"{count} more calls; {self.lost[:3]}")


@contextmanager
def load(proxy: Proxy) -> Iterator[Load]:
    made, over = Load(), Event()

    def call() -> None:
        ehr = Ehr(proxy)
        while not over.is_set():
            made.outcomes.append(_outcome(ehr))
            over.wait(PAUSE_SECONDS)
        ehr.close()

    threads = [Thread(target=call) for _ in range(AT_A_TIME)]
    for each in threads:
        each.start()
    try:
        made.more()
        yield made
    finally:
        over.set()
        for each in threads:
            each.join()


def _outcome(ehr: Ehr) -> Outcome:
    began = time.monotonic()
    try:
        status, _, body = ehr.post()
    except (OSError, http.client.HTTPException) as error:
        ehr.close()
        return Outcome(0, repr(error), began, time.monotonic())
    return Outcome(status, critical(body) or str(body), began, time.monotonic())


def critical(body: Any) -> str:
    """The detail of the card for the stroke that each call holds; empty without it."""
    cards: Sequence[dict[str, Any]] = body.get("cards", []) if isinstance(body, dict) else []
    return next(
        (
            card["detail"]
            for card in cards
            if card["indicator"] == "critical" and card["source"]["topic"]["code"] == STROKE
        ),
        "",
    )
