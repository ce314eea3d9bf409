"""The schema: made once, whoever starts at the same time; never touched when it is newer."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from cds_service.errors import JournalUnavailable, SchemaTooNew
from cds_service.journal import engine as engines
from cds_service.journal import opening, schema
from cds_service.journal.engine import open_engine
from cds_service.journal.store import Store
from cds_service.journal.tables import metadata
from cds_service.settings import Settings
from tests.journal.given import DAY, call, rows, shown, uuid


def test_the_revisions_known_are_those_that_are_there() -> None:
    script = ScriptDirectory(str(Path(schema.__file__).parent / "migrations"))
    there = [each.revision for each in script.walk_revisions()]
    assert tuple(reversed(there)) == schema.REVISIONS


def test_the_revisions_make_the_tables_that_the_code_uses(made: Settings) -> None:
    engine = open_engine(made.database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_twice_does_nothing_the_second_time(settings: Settings) -> None:
    assert opening.upgrade(settings)
    assert not opening.upgrade(settings)


def test_cards_of_an_older_journal_stay_and_have_no_mark(settings: Settings) -> None:
    """From 0003, before acknowledgements, as a running installation has it."""
    engine = open_engine(settings.database_url, mode="rwc")
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        old = sa.Table("card", sa.MetaData(), autoload_with=connection)
        assert "mark" not in old.columns
        texts = ("client", "mode", "topic", "indicator", "content_version", "content_digest")
        connection.execute(
            old.insert(), {"card": uuid(1), "day": DAY, "rules": [], **dict.fromkeys(texts, "x")}
        )
    engine.dispose()
    assert opening.upgrade(settings)
    (row,) = rows(settings.database_url, "card")
    assert (row["card"], row["mark"]) == (uuid(1), None)
    Store(settings.database_url).write([call(shown(2))])
    assert len(rows(settings.database_url, "card")) == 2


def upgrade(url: str) -> None:
    opening.upgrade(Settings(database_url=url))


def test_several_replicas_may_start_at_once(settings: Settings) -> None:
    spawn = multiprocessing.get_context("spawn")
    replicas = [spawn.Process(target=upgrade, args=(settings.database_url,)) for _ in range(3)]
    for each in replicas:
        each.start()
    for each in replicas:
        each.join(60)
    assert [each.exitcode for each in replicas] == [0] * 3
    Store(settings.database_url).write([call(shown())])


def made_newer(settings: Settings) -> None:
    engine = open_engine(settings.database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def test_a_schema_newer_than_the_program_is_refused_in_a_sentence(made: Settings) -> None:
    made_newer(made)
    with pytest.raises(SchemaTooNew, match=r"schema 9999, which is newer .* \(it knows up to 0004\)"):
        opening.upgrade(made)
    with pytest.raises(JournalUnavailable, match="newer"):
        Store(made.database_url).write([call()])


def test_a_database_whose_tables_were_not_made_at_start_gets_them_when_it_is_written(
    settings: Settings,
) -> None:
    """As when PostgreSQL was down while the service started, and the volume was full."""
    engine = open_engine(settings.database_url, mode="rwc")
    engine.connect().close()
    engine.dispose()
    Store(settings.database_url).write([call(shown())])
    assert len(rows(settings.database_url, "card")) == 1


def test_a_failed_upgrade_leaves_nothing_behind(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(connection: sa.Connection) -> None:
        connection.execute(sa.text("CREATE TABLE half (a INTEGER)"))
        connection.execute(sa.text("SELECT nothing FROM nowhere"))

    with monkeypatch.context() as patch:
        patch.setattr(schema, "upgrade", breaks)
        with pytest.raises(JournalUnavailable):
            opening.upgrade(settings)
    assert opening.upgrade(settings)
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        assert not sa.inspect(connection).has_table("half")
    engine.dispose()


def test_an_address_without_a_file_is_postgresql() -> None:
    engine = engines.open_engine("postgresql+psycopg://me@127.0.0.1:1/journal")
    assert engine.dialect.name == "postgresql"
