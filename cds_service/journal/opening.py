"""Makes the journal ready before workers start, and opens it for the commands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from cds_service.errors import JournalUnavailable, SchemaTooNew, SettingsRefused
from cds_service.journal import engine as engines
from cds_service.journal import schema
from cds_service.journal.address import NONE, shown, sqlite_file
from cds_service.journal.store import kind_of
from cds_service.settings import Settings

PATIENCE = 30
"""Seconds that an upgrade may take, and that a command waits for a lock or a connection."""

_NO_RIGHT = "42501"
"""Of PostgreSQL's codes: insufficient privilege."""

log = structlog.get_logger()


def prepare(settings: Settings) -> None:
    """Bring the schema to ours. A database that is not there is said and does not keep cards from going out.

    Nor does one that says nothing: it is waited for no longer than by a worker, which tries again itself. Nor
    one that a newer program brought forward, which nobody here touches: after a step back to the program
    before, red flags count more than the journal.
    """
    if settings.database_url == NONE:
        return
    try:
        upgrade(settings, engines.PATIENCE)
    except (JournalUnavailable, SchemaTooNew) as error:
        log.error(
            "journal not ready",
            problem=f"{error} Hook calls are answered, but not counted, and feedback is refused with 503.",
        )


def upgrade(settings: Settings, wait: int = PATIENCE) -> bool:
    """Whether there was anything to do; `wait` is for a lock or a connection, in seconds.

    Raises `JournalUnavailable` or `SchemaTooNew`.
    """
    with _opened(settings, "rwc", wait) as engine:
        done = schema.ensure(engine)
        schema.let_readers_in(engine)
        return done


@contextmanager
def reading(settings: Settings) -> Iterator[Engine]:
    """The journal, to look at; nothing is locked. Raises `JournalUnavailable` or `SchemaTooNew`."""
    with _opened(settings, "ro") as engine:
        with engine.connect() as connection:
            if schema.revision(connection) is None:
                raise JournalUnavailable(
                    f"{shown(settings.database_url)} holds no journal. "
                    "`leg-weakness-cds journal upgrade` makes it."
                )
        yield engine


@contextmanager
def _opened(settings: Settings, mode: str, wait: int = PATIENCE) -> Iterator[Engine]:
    url = settings.database_url
    if url == NONE:
        raise SettingsRefused("database_url: none, so there is no journal")
    file = sqlite_file(url)
    if file is not None and mode == "ro" and not file.is_file():
        raise JournalUnavailable(
            f"There is no journal at {file.absolute()}. `leg-weakness-cds journal upgrade` makes it; "
            "another place is named by database_url."
        )
    engine = engines.open_engine(url, patience=wait, work=PATIENCE, mode=mode)
    try:
        yield engine
    except SQLAlchemyError as error:
        kind, place = kind_of(error), shown(url)
        where = f" (in {file.absolute().parent})" if file is not None else ""
        raise JournalUnavailable(
            f"database_url: {place}{where} cannot be used: {kind}. {_hint(kind, file)} (docs/journal.md)."
        ) from None
    finally:
        engine.dispose()


def _hint(kind: str, file: Path | None) -> str:
    """What to look at."""
    if kind.endswith(_NO_RIGHT):
        return "Its user may not do that: run `leg-weakness-cds journal upgrade` with one who may make tables"
    if file is None:
        return "Look whether PostgreSQL runs, and whether address, user and database are right"
    if kind.endswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return "The file is damaged or is no journal: move it away, or put a backup in its place"
    if kind.endswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return "Another program keeps it locked: end that, or try again"
    return "Its folder must be there and writable for the service, such as a volume"
