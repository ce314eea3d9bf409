"""One team, one folder, one database for the whole walk: each step goes on where the last one ended."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest

from tests.walk.ehr import CANARY
from tests.walk.team import TOP, Team, installed

POSTGRESQL = os.environ.get("LEG_WEAKNESS_TEST_DATABASE_URL", "")


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("hospital")
    assert not folder.is_relative_to(TOP)
    _empty_database()
    playing = Team(folder, installed(tmp_path_factory.mktemp("installed")), POSTGRESQL)
    for each in (playing.etc, playing.state, folder / "charts"):
        each.mkdir()
    with_password = POSTGRESQL.replace("//tests@", f"//tests:{CANARY}-password@")
    (playing.etc / "database-url").write_text(f"{with_password}\n")
    playing.ehr.signer.publish(playing.etc / "ehr-keys.json")
    playing.tester.publish(playing.etc / "test-keys.json")
    playing.tester.keep(folder / "test-client.pem")
    yield playing
    if playing.process:
        playing.pull_the_plug()


def _empty_database() -> None:
    assert POSTGRESQL.endswith("/journal_tests"), "./check walk starts the database; what is in it goes"
    with psycopg.connect(POSTGRESQL.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
