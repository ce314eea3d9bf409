"""Where the journal is, as `database_url` says. Nothing is opened here, and no library is needed."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

SQLITE = "sqlite:///"
POSTGRESQL = "postgresql+psycopg://"
NONE = "none"


def checked(url: str) -> str:
    """The address itself. Raises `ValueError` that says what is wrong, and nothing of a password."""
    file = sqlite_file(url)
    if file is not None and (str(file) in {".", ":memory:"} or "?" in url):
        raise ValueError("must name a file, such as sqlite:///journal.db: a journal in memory is none")
    if file is None and url != NONE:
        _check_postgresql(url)
    return url


def _check_postgresql(url: str) -> None:
    if not url.startswith(POSTGRESQL):
        raise ValueError(
            "must be sqlite:///FILE, or postgresql+psycopg://USER@HOST/DATABASE, or none for no journal"
        )
    parts = urlsplit(url)
    try:
        _ = parts.port
    except ValueError:
        raise ValueError(
            "the port after the host must be a number; a / in a password is written %2F"
        ) from None
    if not parts.path.strip("/"):
        raise ValueError("must name a database after the host, such as .../journal")


def sqlite_file(url: str) -> Path | None:
    """The file, relative to the working directory unless absolute (four slashes); None for others."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


def shown(url: str) -> str:
    """The address without user, password and options, for people and logs."""
    if sqlite_file(url) is not None or url == NONE:
        return url
    parts = urlsplit(url)
    return f"{POSTGRESQL}{parts.netloc.rpartition('@')[2]}{parts.path}"
