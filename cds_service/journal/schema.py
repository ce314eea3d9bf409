"""The schema of the journal: which revision it has, and bringing it to ours."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection, Engine

from cds_service.errors import SchemaTooNew

REVISIONS = ("0001", "0002", "0003", "0004")
"""All revisions that this program knows, oldest first; a test holds them against migrations/versions."""
_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 5_320_198_451
"""Of PostgreSQL's advisory locks: one replica upgrades at a time. Any number, as long as it stays."""


def revision(connection: Connection) -> str | None:
    """None for a database without our tables. Raises `SchemaTooNew`."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(
            f"database_url: the journal has schema {found}, which is newer than this program "
            f"(it knows up to {REVISIONS[-1]}). Start the newer program, or name another database."
        )
    return None if found is None else str(found)


def ensure(engine: Engine) -> bool:
    """Upgrade if need be; whether anything was done. Raises `SchemaTooNew`, or what the database says."""
    with engine.connect() as connection:
        if revision(connection) == REVISIONS[-1]:
            return False
    with engine.begin() as connection:  # in SQLite an immediate one: the second to come waits
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if revision(connection) == REVISIONS[-1]:
            return False
        upgrade(connection)
    return True


def let_readers_in(engine: Engine) -> None:
    """SQLite: a report can be read while calls are written (WAL); the file keeps it once it is set.

    While somebody else has the file open it cannot be set, and works all the same.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection, suppress(sqlite3.OperationalError):
            connection.cursor().execute("PRAGMA journal_mode = WAL")  # outside of any transaction


def upgrade(connection: Connection) -> None:
    """Run what is missing, in the transaction of the connection."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
