"""Opens the database of the journal. Nothing waits on it for long: somebody has a chart open."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import NullPool, QueuePool

from cds_service.journal.address import sqlite_file

PATIENCE = 3
"""Seconds to wait for a lock, a connection or a statement."""
QUICK_PATIENCE = 0.1
RECYCLE_SECONDS = 30


def open_engine(url: str, *, patience: int = PATIENCE, work: int | None = None, mode: str = "rw") -> Engine:
    """Nothing is connected yet.

    `work` is how long a statement may take, in seconds, where that is more than `patience`; in SQLite it is
    without a limit. `mode` is that of SQLite: `ro`, `rw`, or `rwc`, which makes the file.
    """
    if sqlite_file(url) is None:
        return _postgresql(url, patience, work or patience)
    return _sqlite(url, patience, mode)


def open_quick_engine(url: str, *, mode: str = "rw") -> Engine:
    """For a question that a hook call asks: on a connection that stays, and hardly any patience.

    A row that is lost with the machine's power may be lost: SQLite does not wait for the disk. `mode` is that
    of SQLite: `ro` waits for nobody who writes.
    """
    if sqlite_file(url) is None:
        return _postgresql(url, 1, 1)
    return _sqlite(url, QUICK_PATIENCE, mode, stays=True)


def _sqlite(url: str, patience: float, mode: str, *, stays: bool = False) -> Engine:
    """A connection for each transaction, so that a file which was replaced or came back is seen."""
    file = sqlite_file(url)
    assert file is not None  # noqa: S101  (for the type checker: asked above)
    where = f"file:{quote(str(file.absolute()))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        # The driver would begin by itself, and only late: then two that read first could both fail to write.
        connection = sqlite3.connect(
            where, uri=True, timeout=patience, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA secure_delete = ON")  # what is pruned is overwritten
        if stays:
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    pool: dict[str, Any] = {"poolclass": NullPool}
    if stays:  # opened anew now and then, so that a file which was replaced is seen
        pool = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_recycle": RECYCLE_SECONDS}
        pool["pool_timeout"] = patience
    engine = sa.create_engine("sqlite://", creator=connect, hide_parameters=True, **pool)
    begin = "BEGIN" if mode == "ro" else "BEGIN IMMEDIATE"
    event.listen(engine, "begin", lambda connection: _run(connection, begin))
    return engine


def _postgresql(url: str, patience: int, work: int) -> Engine:
    options: dict[str, Any] = {
        "connect_timeout": max(patience, 2),
        "tcp_user_timeout": patience * 1000,
        "application_name": "leg-weakness-cds",
        "prepare_threshold": None,  # a pooler in between may not know them
    }
    engine = sa.create_engine(
        url,
        connect_args=options,
        pool_size=2,
        max_overflow=1,
        pool_timeout=patience,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
    )
    limits = (
        f"SET LOCAL statement_timeout = '{work}s'; SET LOCAL lock_timeout = '{patience}s'; "
        "SET LOCAL TIME ZONE 'UTC'"
    )
    event.listen(engine, "begin", lambda connection: _run(connection, limits))
    return engine


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
