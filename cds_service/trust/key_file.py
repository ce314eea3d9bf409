"""The EHR's keys from a file (`jwks_file`), read again when it has changed."""

from __future__ import annotations

from pathlib import Path
from threading import Lock

import structlog

from cds_service.errors import SettingsRefused
from cds_service.settings import Client
from cds_service.trust import key_set
from cds_service.trust.key_set import KeySet, NotAKeySet

log = structlog.get_logger()

_Look = tuple[int, int, int]


class KeyFile:
    """Of one client. While what is written cannot be read, the last good keys are held."""

    def __init__(self, client: Client, file: Path) -> None:
        """Raises `SettingsRefused` when there are no keys to begin with."""
        self._client = client
        self._file = file
        self._lock = Lock()
        self._seen: _Look | None = None
        self._keys: KeySet | None = None
        if self.current() is None:
            raise SettingsRefused(
                f"clients.{client.name}.jwks_file: {file} is no JWK set that can be read; it is a JSON "
                'object {"keys": [...]}.'
            )

    def current(self) -> KeySet | None:
        with self._lock:
            seen = self._look()
            if seen != self._seen:
                self._seen = seen
                self._read_again()
            return self._keys

    def renewed(self) -> KeySet | None:
        return self.current()

    def held(self) -> KeySet | None:
        """What a token would be verified with now."""
        return self.current()

    def _look(self) -> _Look | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read_again(self) -> None:
        try:
            self._keys = key_set.read(self._file.read_bytes(), self._client.algorithms, self._client.name)
        except (OSError, NotAKeySet) as error:
            held = len(self._keys.keys) if self._keys else 0
            log.error("keys not read", client=self._client.name, reason=type(error).__name__, count=held)
