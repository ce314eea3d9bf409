"""A journal that an older program wrote is upgraded with all that is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from cds_service.journal import opening, schema
from cds_service.journal.engine import open_engine
from cds_service.journal.store import Store
from cds_service.settings import Settings
from tests.journal.given import DAY, call, rows, shown, uuid

CARD = {
    "card": uuid(1),
    "day": DAY,
    "client": "ehr",
    "mode": "visible",
    "topic": "TopicA",
    "indicator": "critical",
    "rules": ["rf_a"],
    "content_version": "1.0.0",
    "content_digest": "sha256:0",
}


def bring_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_what_an_older_program_wrote_is_there_after_the_upgrade(settings: Settings, revision: str) -> None:
    engine = open_engine(settings.database_url, mode="rwc")
    with engine.begin() as connection:
        bring_to(connection, revision)
        connection.execute(sa.Table("card", sa.MetaData(), autoload_with=connection).insert(), CARD)
    engine.dispose()

    assert opening.upgrade(settings)
    (kept,) = rows(settings.database_url, "card")
    assert kept.items() >= CARD.items()
    Store(settings.database_url).write([call(shown(2))])
    assert len(rows(settings.database_url, "card")) == 2
