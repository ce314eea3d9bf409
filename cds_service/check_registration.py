"""One bounded request after the other to a live deployment, as an EHR sends them; nowhere else.

No redirect is followed, no proxy of the environment is used, nothing of an answer is kept but what is
returned. A token goes only over TLS, or to this very machine.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from time import perf_counter
from typing import Any

from cds_service.addresses import Place

MOST_BYTES = 4 * 1024 * 1024
"""Of an answer."""
_CHUNK = 64 * 1024


class Fault(Enum):
    """Why nothing came back."""

    NO_SUCH_NAME = "no such name"
    NO_CONNECTION = "no connection"
    TIMEOUT = "timeout"
    CERTIFICATE = "certificate"
    TLS = "tls"
    NOT_HTTP = "not HTTP"


class NothingCame(Exception):
    """`about`: of a certificate, what is wrong with it, in the words of the TLS library."""

    def __init__(self, fault: Fault, about: str = "") -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.about = about


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By names in small letters."""
    body: bytes = field(repr=False)
    seconds: float
    """From the connection to the last byte."""
    at: datetime
    """When it came, by the clock here."""

    @property
    def json(self) -> Any:
        """None where it is no JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Door:
    """A way to one server."""

    place: Place
    seconds: float
    """For a whole request."""
    ca_file: Path | None = None

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        announced: int | None = None,
        patience: float | None = None,
    ) -> Reply:
        """Raises `NothingCame`. `announced`: says that the body is so long, and sends no more than it is.

        `patience`: in seconds, in place of the usual time.
        """
        limit = self.seconds if patience is None else patience
        start = perf_counter()
        try:
            with closing(self._connection(limit)) as connection:
                sent = dict(headers or {})
                if announced is not None:
                    sent["Content-Length"] = str(announced)
                _send(connection, method, path, body, sent)
                with closing(connection.getresponse()) as response:
                    came = _body(response, start + limit)
                    names = {name.casefold(): value for name, value in response.getheaders()}
                    return Reply(response.status, names, came, perf_counter() - start, datetime.now(UTC))
        except ssl.SSLCertVerificationError as error:
            raise NothingCame(Fault.CERTIFICATE, error.verify_message) from None
        except socket.gaierror:
            raise NothingCame(Fault.NO_SUCH_NAME) from None
        except TimeoutError:
            raise NothingCame(Fault.TIMEOUT) from None
        except ssl.SSLError:
            raise NothingCame(Fault.TLS) from None
        except HTTPException:
            raise NothingCame(Fault.NOT_HTTP) from None
        except OSError:
            raise NothingCame(Fault.NO_CONNECTION) from None

    def certificate_ends(self) -> datetime:
        """When the certificate of the server expires. Raises `NothingCame`."""
        try:
            with (
                socket.create_connection((self.place.host, self.place.port), self.seconds) as plain,
                self._context().wrap_socket(plain, server_hostname=self.place.host) as secured,
            ):
                certificate = secured.getpeercert() or {}
        except ssl.SSLCertVerificationError as error:
            raise NothingCame(Fault.CERTIFICATE, error.verify_message) from None
        except socket.gaierror:
            raise NothingCame(Fault.NO_SUCH_NAME) from None
        except TimeoutError:
            raise NothingCame(Fault.TIMEOUT) from None
        except ssl.SSLError:
            raise NothingCame(Fault.TLS) from None
        except OSError:
            raise NothingCame(Fault.NO_CONNECTION) from None
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)

    def _connection(self, limit: float) -> HTTPConnection:
        host, port = self.place.host, self.place.port
        if self.place.scheme == "http":
            return HTTPConnection(host, port, timeout=limit)
        return HTTPSConnection(host, port, timeout=limit, context=self._context())

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _send(
    connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
) -> None:
    """Whoever refuses a call before its body was sent may hang up; the refusal is there to be read."""
    connection.connect()
    with suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        connection.request(method, path, body, dict(headers))


def _body(response: Any, until: float) -> bytes:
    """At most so many bytes, and no longer than that: a socket's own time-out begins anew with each byte."""
    came = b""
    while len(came) <= MOST_BYTES:
        if perf_counter() > until:
            raise TimeoutError
        piece = response.read1(_CHUNK)
        if not piece:
            return came
        came += piece
    raise HTTPException
