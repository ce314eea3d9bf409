"""Live deployments for the check: the real service behind a front that lies where a test asks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from werkzeug.serving import WSGIRequestHandler, make_server

from cds_service.addresses import place
from cds_service.app import Service, create_app
from cds_service.check_registration import Door
from cds_service.journal import opening
from cds_service.settings import Client, Settings
from cds_service.site.check import check
from cds_service.site.signing import Signer
from cds_service.site.visit import Result, Visit
from tests.wire.ehr import ISSUER, jwk, jwks, rsa_key
from tests.wire.fhir_server import TLS
from tests.wire.serving import free_port

KID = "canary-kid-rsa"
PATH = "/hooks"
Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]
Front = Callable[[App], App]
"""What stands before the service and may change all that passes."""


def straight(app: App) -> App:
    return app


def answering(status: str, body: bytes, kind: str = "application/json", **headers: str) -> App:
    """Always the same, whatever is asked."""
    named = [("Content-Type", kind), ("Content-Length", str(len(body)))]
    named += [(name.replace("_", "-"), value) for name, value in headers.items()]

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        start_response(status, named)
        return [body]

    return answer


def only(when: Callable[[Environ], bool], then: App) -> Front:
    """`then` where it applies, else the service."""

    def front(app: App) -> App:
        return lambda environ, start: (then if when(environ) else app)(environ, start)

    return front


def changing(change: Callable[[Environ], None]) -> Front:
    """Changes what comes before the service gets it."""

    def front(app: App) -> App:
        def changed(environ: Environ, start_response: Any) -> Iterable[bytes]:
            change(environ)
            return app(environ, start_response)

        return changed

    return front


def with_headers(**headers: str) -> Front:
    """Sets headers of every answer."""

    def front(app: App) -> App:
        def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
            def start(status: str, given: list[tuple[str, str]], *more: Any) -> Any:
                kept = [each for each in given if each[0].replace("-", "_") not in headers]
                added = [(name.replace("_", "-"), value) for name, value in headers.items()]
                return start_response(status, [*kept, *added], *more)

            return app(environ, start)

        return answer

    return front


def instead(answer: App) -> Front:
    """The service is not reached at all."""
    return only(lambda _: True, answer)


def path_of(environ: Environ) -> str:
    return str(environ["PATH_INFO"])


def has_token(environ: Environ) -> bool:
    return "HTTP_AUTHORIZATION" in environ


class _Silent(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        """Nothing."""


@dataclass
class Deployment:
    """A running one; `base` is what the EHR has registered."""

    base: str
    service: Service
    folder: Path
    results: list[Result] = field(default_factory=list)
    signer: Signer | None = None

    def visit(self, **how: Any) -> Visit:
        """With the key of the EHR, unless told otherwise."""
        base = how.pop("base", self.base)
        where = place(base)
        assert where
        if "signer" not in how:
            how["signer"] = Signer(rsa_key(), KID, "RS384", how.pop("issuer", ISSUER))
        self.signer = how["signer"]
        door = Door(where, 20.0, how.pop("ca_file", None))
        return Visit(base, door, lambda: datetime.now(UTC), insecure_loopback=True, **how)

    def check(self, **how: Any) -> dict[str, Result]:
        self.results = check(self.visit(**how))
        return {each.check: each for each in self.results}

    def key_file(self) -> Path:
        file = self.folder / "key.pem"
        pem = rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(pem)
        return file


@contextmanager
def deployed(
    folder: Path, front: Front = straight, *, tls: bool = False, **given: Any
) -> Iterator[Deployment]:
    """In production with one registered EHR, unless `given` says otherwise."""
    port = free_port()
    base = f"https://localhost:{port}{PATH}" if tls else f"http://127.0.0.1:{port}{PATH}"
    keys = folder / "keys.json"
    keys.write_bytes(jwks(jwk(rsa_key(), KID)))
    client = {"name": "main", "issuer": ISSUER, "jwks_file": keys} | given.pop("client", {})
    settings = Settings(
        **{
            "profile": "production",
            "public_base_url": base,
            "database_url": f"sqlite:///{folder / 'journal.db'}",
            "clients": (Client(**{name: value for name, value in client.items() if value is not None}),),
        }
        | given
    )
    if settings.database_url != "none":
        opening.upgrade(settings)
    service = create_app(settings)
    secured = (str(TLS / "certificate.pem"), str(TLS / "key.pem")) if tls else None
    server = make_server(
        "127.0.0.1",
        port,
        front(service.wsgi_app),
        threaded=True,
        request_handler=_Silent,
        ssl_context=secured,
    )
    server.daemon_threads = True  # type: ignore[attr-defined]  # of socketserver; a half-sent body would hold us
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield Deployment(base, service, folder)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        if service.gate:
            service.gate.replay.close()
        service.journal.close()
