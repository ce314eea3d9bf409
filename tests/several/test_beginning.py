"""Both instances come upon an empty database at the same moment. Runs first, by its name."""

from __future__ import annotations

import subprocess
from functools import partial

import pytest
import sqlalchemy as sa

from cds_service.journal import schema
from cds_service.journal.engine import open_engine
from tests.several.conftest import Site
from tests.several.machines import PATIENCE, Database, Instance, command, until

pytestmark = pytest.mark.several


def revision(url: str) -> str | None:
    engine = open_engine(url)
    with engine.connect() as connection:
        found = schema.revision(connection)
    engine.dispose()
    return found


def uses_the_database(instance: Instance) -> bool:
    return instance.numbers()['legweakness_ready{part="database"}'] == 1


def test_two_commands_that_make_the_tables_at_once_do_not_break_each_other(database: Database) -> None:
    url = database.named("two_upgrades")
    engine = sa.create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE two_upgrades"))
    engine.dispose()
    told = [
        subprocess.Popen(
            command("journal", "upgrade"),
            env={"PATH": "/usr/bin", "LEG_WEAKNESS_CDS_DATABASE_URL": url, "PYTHONPATH": "."},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [each.communicate(timeout=PATIENCE)[0] for each in told]
    assert [each.returncode for each in told] == [0, 0], said
    assert revision(url) == schema.REVISIONS[-1]


def test_two_instances_that_start_at_once_on_an_empty_database_make_it_ready_and_answer(
    laid_out: Site,
) -> None:
    assert revision(laid_out.database.url) is None
    for each in laid_out.both:
        each.launch()
    for each in laid_out.both:
        each.await_answers()
        assert "journal not ready" not in each.said()
        until(partial(uses_the_database, each), f"{each.name} uses the database")
    assert revision(laid_out.database.url) == schema.REVISIONS[-1]
