"""The journal is saved and put back as docs/upgrading.md says, and the service goes on with it."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from cds_service.errors import JournalUnavailable
from cds_service.journal.address import sqlite_file
from cds_service.journal.store import Store
from cds_service.settings import Settings
from tests.journal.conftest import POSTGRESQL
from tests.journal.given import Serve, call, item, post, rows, shown, shown_to
from tests.journal.test_schema import made_newer


def save(url: str, copy: Path, *, into: bool = False) -> None:
    """What `sqlite3 FILE ".backup COPY"` does, or VACUUM INTO; in PostgreSQL the very command."""
    file = sqlite_file(url)
    if file is None:
        run("pg_dump", "--format=custom", f"--file={copy}", libpq(url))
        return
    with closing(sqlite3.connect(file)) as journal:
        if into:
            journal.execute("VACUUM INTO ?", (str(copy),))
            return
        with closing(sqlite3.connect(copy)) as target:
            journal.backup(target)


def put_back(url: str, copy: Path) -> None:
    """Where nothing is, or something else."""
    file = sqlite_file(url)
    if file is None:
        run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            f"--dbname={libpq(url)}",
            copy,
        )
        return
    for part in file.parent.glob(f"{file.name}*"):
        part.unlink()
    copy.rename(file)


def lose(url: str) -> None:
    file = sqlite_file(url)
    if file is not None:
        file.write_bytes(b"not a journal" * 1000)
        return
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("DROP TABLE card, alembic_version"))
    engine.dispose()


def libpq(url: str) -> str:
    return url.replace("+psycopg", "")


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True, timeout=60)


@pytest.mark.parametrize("into", [False] if POSTGRESQL else [False, True])
def test_a_journal_is_saved_while_it_is_written_and_put_back(
    made: Settings, serve: Serve, tmp_path: Path, into: bool
) -> None:
    service = serve(made)
    client, copy = service.test_client(), tmp_path / "copy"
    red_flag, _ = shown_to(client)
    assert service.journal.writer.flush()
    before = rows(made.database_url, "card")
    assert len(before) == 2
    save(made.database_url, copy, into=into)
    service.journal.close()
    lose(made.database_url)

    put_back(made.database_url, copy)
    again = serve(made)
    assert rows(made.database_url, "card") == before
    answer = post(again.test_client(), [item(red_flag)])
    assert (answer.status_code, answer.get_json()) == (200, {"stored": 1})


@pytest.mark.skipif(bool(POSTGRESQL), reason="one file, in SQLite alone")
def test_a_copy_of_the_file_alone_lacks_what_was_just_written(made: Settings, tmp_path: Path) -> None:
    """Why docs/upgrading.md says not to."""
    file = sqlite_file(made.database_url)
    assert file
    with closing(sqlite3.connect(file)):
        # Somebody has it open, as the service has: what is written stays in the -wal.
        Store(made.database_url).write([call(shown())])
        reader = sqlite3.connect(file)
        reader.execute("SELECT * FROM card").fetchall()
        Store(made.database_url).write([call(shown(2))])
        (tmp_path / "copy").write_bytes(file.read_bytes())
        reader.close()
    with closing(sqlite3.connect(tmp_path / "copy")) as copy:
        assert copy.execute("SELECT count(*) FROM card").fetchone() < (2,)


def test_who_runs_while_the_schema_is_upgraded_goes_on_writing_and_who_starts_does_not(
    made: Settings,
) -> None:
    """Tables are only added to, so that replicas of two versions share a journal while they are replaced."""
    running = Store(made.database_url)
    running.write([call(shown(1))])
    made_newer(made)
    running.write([call(shown(2))])
    assert len(rows(made.database_url, "card")) == 2
    with pytest.raises(JournalUnavailable, match="schema-newer"):
        Store(made.database_url).write([call(shown(3))])
