"""Where audit events go: to a FHIR server of the site, or to a file that another program picks up."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from cds_service.access import Access, is_token
from cds_service.addresses import page
from cds_service.errors import AuditUnavailable, EntryNotTaken, EntryRefused, SettingsRefused
from cds_service.fhir import Failed, Line, Watch, tls
from cds_service.scopes import scopes
from cds_service.settings import Audit
from cds_service.watch.labels import FHIR_SINK, FILE_SINK

POST_SECONDS = 3.0
"""For one event, connecting included."""
IDLE_SECONDS = 30.0
"""After which a connection is not used again: a firewall may have forgotten it."""
REFUSED = {400, 413, 422}
"""The event itself is refused, and would be again. All else may be mended, and is tried again."""
OWN = 0o600
OTHERS = 0o037
"""What a file's group may not do but read, and others nothing."""
LOCK_SECONDS = 2.0


class FhirSink:
    """POST [base]/AuditEvent, one after the other over a connection that stays open (IHE ATNA, ITI-20)."""

    name = FHIR_SINK
    batch = 1
    """What came of a batch that failed in the middle would come again."""

    def __init__(
        self, audit: Audit, url: str, *, in_production: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Raises `SettingsRefused` where a file that it needs cannot be what it should be."""
        where = page(f"{url}/AuditEvent")
        assert where is not None  # noqa: S101  (for the type checker: the settings have asked)
        self._target = where.target
        self._place = where.place
        self._audit = audit
        self._in_production = in_production
        self._clock = clock
        self._token: str | None = None
        self._open: tuple[Line, Watch] | None = None
        self._used = 0.0
        _try_files(audit)

    def write(self, events: Sequence[bytes]) -> None:
        """Raises `AuditUnavailable` or `EntryRefused`; with more than one, some may have come before."""
        for event in events:
            status = self._post(event)
            if status in REFUSED:
                raise EntryRefused(f"http-{status}")
            if not 200 <= status < 300:
                raise EntryNotTaken(f"http-{status}")

    def close(self) -> None:
        if self._open is not None:
            line, watch = self._open
            line.close()
            watch.end()
            self._open = None

    def _post(self, event: bytes) -> int:
        line, watch = self._ready()
        # A server that answers a byte now and then would else hold the thread, and with it all later events.
        end = Timer(POST_SECONDS, watch.end)
        end.daemon = True
        end.start()
        try:
            return line.post(self._target, event).status
        except Failed as error:
            self.close()
            raise AuditUnavailable(error.reason.value) from None
        finally:
            end.cancel()

    def _ready(self) -> tuple[Line, Watch]:
        """The open line, or a new one: after a pause, and with a new token."""
        now, token = self._clock(), self._read_token()
        if now - self._used > IDLE_SECONDS or token != self._token:
            self.close()
        self._used, self._token = now, token
        until = time.monotonic() + POST_SECONDS
        if self._open is None:
            watch = Watch(until, time.monotonic, 0)
            self._open = (Line(self._access(token), watch, 0), watch)
        self._open[1].begin_again(until)
        return self._open

    def _access(self, token: str | None) -> Access:
        audit = self._audit
        return Access(
            self._place,
            scopes(None),
            token,
            audit.ca_file,
            audit.certificate_file,
            private_network=audit.private_network,
            this_machine=not self._in_production,
        )

    def _read_token(self) -> str | None:
        """Anew for each event, as it is renewed by others. Raises `AuditUnavailable`."""
        if self._audit.token_file is None:
            return None
        token = _token(self._audit.token_file)
        if token is None:
            raise AuditUnavailable("token-unusable")
        return token


def _try_files(audit: Audit) -> None:
    """Raises `SettingsRefused`."""
    if audit.token_file is not None and _token(audit.token_file) is None:
        raise SettingsRefused("audit.token_file: holds no bearer token that can be sent")
    tls.cache_clear()  # so that a renewed certificate counts from SIGHUP on
    try:
        tls(audit.ca_file, audit.certificate_file)
    except OSError:  # among them every ssl.SSLError
        raise SettingsRefused(
            "audit.certificate_file, audit.ca_file: must be PEM; the first with a certificate and its key, "
            "which needs no password"
        ) from None


def _token(file: Path) -> str | None:
    """None when it cannot be read, or sent."""
    try:
        text = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if is_token(text) else None


class FileSink:
    """A line of JSON for each event, added at the end of a file that no other user can read."""

    name = FILE_SINK
    batch = 500

    def __init__(self, file: Path) -> None:
        """Makes the file. Raises `SettingsRefused`."""
        self._file = file
        try:
            with self._opened():
                pass
        except AuditUnavailable as error:
            raise SettingsRefused(
                f"audit.file: {file} cannot be written: {error}. It must be a file and no link, in a folder "
                "that is there; its group may at most read it, and others not even that (chmod 640)"
            ) from None

    def write(self, events: Sequence[bytes]) -> None:
        """All or none. Raises `AuditUnavailable`."""
        with self._opened() as file, _faults_told():
            size = os.fstat(file).st_size
            # A process that was killed may have left half a line, which must not spoil the next.
            torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
            left = memoryview((b"\n" if torn else b"") + b"".join(event + b"\n" for event in events))
            try:
                while left:
                    left = left[os.write(file, left) :]
                os.fdatasync(file)
            except OSError:
                with suppress(OSError):
                    os.ftruncate(file, size)
                raise

    def close(self) -> None:
        """It is opened for each writing: a file that was moved away is made anew."""

    @contextmanager
    def _opened(self) -> Iterator[int]:
        """Locked against the other workers. Raises `AuditUnavailable`."""
        with _faults_told():
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            file = os.open(self._file, flags, OWN)
        try:
            mode = os.fstat(file).st_mode
            if not stat.S_ISREG(mode):
                raise AuditUnavailable("no-file")
            if mode & OTHERS:
                raise AuditUnavailable("open-to-others")
            _lock(file)
            yield file
        finally:
            os.close(file)  # which unlocks it


def _lock(file: int) -> None:
    end = time.monotonic() + LOCK_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > end:
            raise AuditUnavailable("locked")
        time.sleep(0.01)


@contextmanager
def _faults_told() -> Iterator[None]:
    """By their class and the system's code, such as `OSError ENOSPC`."""
    try:
        yield
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, "")
        raise AuditUnavailable(f"{type(error).__name__} {code}".strip()) from None
