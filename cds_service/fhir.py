"""One bounded request after the other to a FHIR server: in time, in bytes, and nowhere else.

On the standard library's HTTP and not on `requests`, as docs/decisions/0011 says: nothing here follows a
redirect, asks the environment for a proxy or a .netrc for a password, keeps a cookie, or reads an answer
that it did not ask for.
"""

from __future__ import annotations

import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead, RemoteDisconnected
from pathlib import Path

from cds_service.access import Access
from cds_service.reach import Reach, reach
from cds_service.reasons import Reason

CHUNK = 64 * 1024
SHORT = 16 * 1024
"""Bytes of an answer that nobody reads, which are still taken so that its connection can be used again."""
LEAST_WAIT = 0.001
FHIR_JSON = "application/fhir+json"

Clock = Callable[[], float]


class Failed(Exception):
    """A read that did not come to its end."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class Watch:
    """The time and the bytes that all reads of one call share, and the sockets on which they wait.

    A socket's own timeout counts anew with each byte: a server that sends one now and then would hold a
    read for ever. So the end of the time shuts the sockets, whoever waits on them.
    """

    def __init__(self, until: float, clock: Clock, most_bytes: int) -> None:
        self._until = until
        self._clock = clock
        self._bytes_left = most_bytes
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._open: set[socket.socket] = set()

    @property
    def left(self) -> float:
        """Seconds; 0 when the time is over."""
        return 0.0 if self._ended.is_set() else max(0.0, self._until - self._clock())

    def begin_again(self, until: float) -> None:
        """For a line that stays open between its requests; not after `end`."""
        self._until = until

    def pause(self, seconds: float) -> bool:
        """Wait so long, if that leaves time to ask again; whether it did."""
        return seconds < self.left and not self._ended.wait(seconds)

    def spend(self, size: int) -> None:
        """Raises `Failed` when all bytes of the call are spent."""
        with self._lock:
            self._bytes_left -= size
            if self._bytes_left < 0:
                raise Failed(Reason.TOO_LARGE)

    def keep(self, sock: socket.socket) -> socket.socket:
        """A second handle of the socket, to be handed to `drop`: TLS takes the first one over."""
        handle = sock.dup()
        with self._lock:
            self._open.add(handle)
        if not self.left:
            self.end()
        return handle

    def drop(self, handle: socket.socket) -> None:
        with self._lock:
            self._open.discard(handle)
        handle.close()

    def end(self) -> None:
        """Nothing is read any more; whoever waits for a server finds the connection closed."""
        self._ended.set()
        with self._lock:
            for handle in self._open:
                try:
                    handle.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # not connected, or closed by the other side


@dataclass(frozen=True, slots=True)
class Got:
    """An answer; `body` only of a 200 to what was read."""

    status: int
    body: bytes = b""
    retry_after: float | None = None
    """Seconds."""


class Line:
    """One connection to the server, opened when first needed and anew when it broke."""

    def __init__(self, access: Access, watch: Watch, most_bytes: int, accept: str = FHIR_JSON) -> None:
        self.access = access
        self.watch = watch
        self._most_bytes = most_bytes
        self._connection: _Connection | None = None
        self._headers = {
            "Accept": accept,
            "Accept-Encoding": "gzip",
            "User-Agent": "leg-weakness-cds",
        }
        if access.token is not None:
            self._headers["Authorization"] = f"Bearer {access.token}"

    def close(self) -> None:
        if self._connection is not None:
            self._connection.hang_up()
            self._connection = None

    def get(self, target: str) -> Got:
        """Raises `Failed`."""
        return self._ask("GET", target, None)

    def post(self, target: str, body: bytes) -> Got:
        """Whatever is answered beside the status is not kept. Raises `Failed`; it may have come all the same.

        Sent once more where an idle connection turns out to be closed, so it may arrive twice.
        """
        return self._ask("POST", target, body)

    def _ask(self, method: str, target: str, sent: bytes | None) -> Got:
        while True:
            if self._connection is not None and self._connection.sock is None:
                self.close()  # the server said that it would close it
            used = self._connection is not None
            try:
                return self._answer(method, target, sent)
            except Failed as error:
                self.close()
                if not self.watch.left:
                    raise Failed(Reason.TIMEOUT) from None
                # A connection that was used may have been closed meanwhile, which says nothing of the server.
                if not (used and error.reason in {Reason.CUT, Reason.NOT_FHIR}):
                    raise

    def _answer(self, method: str, target: str, sent: bytes | None) -> Got:
        if not self.watch.left:
            raise Failed(Reason.TIMEOUT)
        connection = self._connection or _Connection(self.access, self.watch)
        try:
            if self._connection is None:
                connection.connect()
            self._connection = connection
            connection.wait_at_most(self.watch.left)
            kind = {} if sent is None else {"Content-Type": FHIR_JSON, "Prefer": "return=minimal"}
            connection.request(method, target, sent, self._headers | kind)
            with connection.getresponse() as response:
                got = self._got(response, wanted=sent is None)
        except Failed:
            raise
        except TimeoutError:
            raise Failed(Reason.TIMEOUT) from None
        except (IncompleteRead, RemoteDisconnected, OSError):
            raise Failed(Reason.CUT) from None
        except (HTTPException, zlib.error):
            raise Failed(Reason.NOT_FHIR) from None
        finally:
            if self._connection is not connection:
                connection.hang_up()
        return got

    def _got(self, response: HTTPResponse, *, wanted: bool) -> Got:
        if wanted and response.status == 200:
            return Got(200, b"".join(self._body(response)))
        if not wanted and not self.watch.left:
            raise Failed(Reason.TIMEOUT)  # headers that were cut look like headers that ended
        got = Got(response.status, retry_after=_retry_after(response))
        if response.length is not None and response.length <= SHORT:
            response.read()
        else:
            self.close()
        return got

    def _body(self, response: HTTPResponse) -> Iterator[bytes]:
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"identity", "", "gzip", "x-gzip"}:
            raise Failed(Reason.NOT_FHIR)
        pieces = _raw(response, self.watch)
        size = 0
        for piece in _unzipped(pieces) if "gzip" in encoding else pieces:
            size += len(piece)
            if size > self._most_bytes:
                raise Failed(Reason.TOO_LARGE)
            self.watch.spend(len(piece))
            yield piece


def _raw(response: HTTPResponse, watch: Watch) -> Iterator[bytes]:
    left = response.length  # None in chunks, and to the end of the connection
    while left is None or left > 0:
        if not watch.left:
            raise Failed(Reason.TIMEOUT)
        piece = response.read1(CHUNK if left is None else min(left, CHUNK))
        if not piece:
            if left is not None:
                raise Failed(Reason.CUT)
            if not watch.left:  # then it was the watch that closed the connection
                raise Failed(Reason.TIMEOUT)
            return
        left = None if left is None else left - len(piece)
        yield piece


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """In pieces of bounded size, however small what they are packed in."""
    unpack = zlib.decompressobj(wbits=31)
    for piece in pieces:
        packed = piece
        while packed:
            if unpack.eof:  # a second member of the same stream
                unpack = zlib.decompressobj(wbits=31)
            yield unpack.decompress(packed, CHUNK)
            packed = unpack.unconsumed_tail or unpack.unused_data
    yield unpack.flush()
    if not unpack.eof:
        raise Failed(Reason.CUT)


def _retry_after(response: HTTPResponse) -> float | None:
    """Seconds; the header has them, or a date, which counts from the server's own clock where it tells it."""
    written = (response.headers.get("Retry-After") or "").strip()
    if written.isascii() and written.isdigit():
        return float(written[:9])
    until, now = _date(written), _date(response.headers.get("Date") or "")
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds()) if until else None


def _date(written: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(written)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Connection(HTTPConnection):
    """To the server alone, on a socket that the watch can shut."""

    auto_open = 0

    def __init__(self, access: Access, watch: Watch) -> None:
        super().__init__(access.place.host, access.place.port)
        self._access = access
        self._watch = watch
        self._handle: socket.socket | None = None
        if access.place.scheme == "https":
            self.default_port = 443  # which is then left out of the Host header

    def connect(self) -> None:
        """To the first of its addresses that answers, in a fair share of the time. Raises `Failed`."""
        reason = Reason.NO_CONNECTION
        addresses = self._addresses()
        for number, (family, address) in enumerate(addresses):
            try:
                self.sock = self._connected(family, address, self._watch.left / (len(addresses) - number))
                if self._access.place.scheme == "https":
                    reason = Reason.TLS
                    self.sock = tls(self._access.ca_file, self._access.certificate).wrap_socket(
                        self.sock, server_hostname=self.host
                    )
            except TimeoutError:
                reason = Reason.TIMEOUT
            except OSError:  # among them every ssl.SSLError, which then is the reason
                pass
            else:
                return
            self.hang_up()
        raise Failed(reason)

    def _addresses(self) -> list[tuple[socket.AddressFamily, tuple[object, ...]]]:
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Failed(Reason.NO_CONNECTION) from None
        if any(self._is_forbidden(str(each[4][0])) for each in found):
            raise Failed(Reason.PRIVATE_ADDRESS)
        return [(each[0], each[4]) for each in found]

    def _is_forbidden(self, address: str) -> bool:
        """Whether the name leads where it must not; what is written as an address was registered as such."""
        if address == self.host or self._access.this_machine:
            return False
        far = reach(address)
        return far is Reach.NEVER or (far is Reach.PRIVATE and not self._access.private_network)

    def _connected(
        self, family: socket.AddressFamily, address: tuple[object, ...], seconds: float
    ) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            self._handle = self._watch.keep(sock)
            sock.settimeout(max(seconds, LEAST_WAIT))
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            sock.close()
            raise
        return sock

    def wait_at_most(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(max(seconds, LEAST_WAIT))

    def hang_up(self) -> None:
        """Not in `close`, which is also called when an answer is the last one, and still to be read."""
        self.close()
        self._forget()

    def _forget(self) -> None:
        if self._handle is not None:
            self._watch.drop(self._handle)
            self._handle = None


@lru_cache(maxsize=16)
def tls(ca_file: Path | None, certificate: Path | None = None) -> ssl.SSLContext:
    """The system's authorities, or those of the file alone. Reading them takes longer than many a call.

    `certificate`: with what the service shows who it is, and the key, in one file. Raises `OSError`.
    """
    context = ssl.create_default_context(cafile=ca_file)
    if certificate is not None:
        context.load_cert_chain(certificate, password="")  # else a key with a password would be asked for it
    return context
