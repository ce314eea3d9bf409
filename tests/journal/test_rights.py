"""A user of PostgreSQL who may not make tables, as docs/journal.md says how to have one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from cds_service.errors import JournalUnavailable
from cds_service.journal import opening, schema
from cds_service.journal.engine import open_engine
from cds_service.journal.journal import Journal
from cds_service.journal.probe import Probe
from cds_service.journal.store import Store
from cds_service.settings import Settings
from tests.journal.conftest import POSTGRESQL
from tests.journal.given import DAY, NOON, call, rows, said, shown
from tests.journal.test_upgrades import bring_to

pytestmark = pytest.mark.skipif(not POSTGRESQL, reason="needs PostgreSQL (./check postgres)")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "journal.md"
OWNER, USER, DATABASE = "cds_owner", "cds", "journal_of_two"


def typed_by_the_administrator() -> tuple[str, str]:
    """What is said before and after `\\connect journal`, with a database of this test in its place."""
    (block,) = re.findall(r"^    CREATE ROLE cds_owner .*?\n\n", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    before, after = block.split("\\connect journal\n")
    return before.replace("DATABASE journal ", f"DATABASE {DATABASE} "), after


def administrator(address: str, statements: str) -> None:
    engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        for statement in filter(None, map(str.strip, statements.split(";"))):
            connection.exec_driver_sql(statement)


@pytest.fixture
def two() -> Iterator[tuple[Settings, Settings]]:
    """The service as the tables' owner, and as the user whom it comes as; no tables yet."""
    own = POSTGRESQL.rpartition("/")[0] + f"/{DATABASE}"
    gone = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE); DROP ROLE IF EXISTS {USER}, {OWNER}"
    before, after = typed_by_the_administrator()
    administrator(POSTGRESQL, gone)
    administrator(POSTGRESQL, before)
    administrator(own, after)
    owner, user = (own.replace("//tests@", f"//{name}@") for name in (OWNER, USER))
    yield Settings(database_url=owner), Settings(database_url=user)
    administrator(POSTGRESQL, gone)


def test_the_users_rights_are_enough_for_all_that_the_service_does(two: tuple[Settings, Settings]) -> None:
    owner, user = two
    assert opening.upgrade(owner)
    assert not opening.upgrade(user), "so that serve has nothing to do"
    store = Store(user.database_url)
    for _ in range(2):
        store.write([call(shown())])
    assert store.add_feedback([said()]).new == 1
    assert store.first_use("ehr", "0" * 64, 1)
    assert store.last_words("ehr", ["mark"], DAY) == {}
    assert store.forget_marks({}) == 0
    assert store.forget_tokens(2) == 1
    with opening.reading(user):
        pass
    probe = Probe(user.database_url)
    assert probe.answers()
    probe.close()
    assert store.prune(DAY.replace(year=DAY.year + 1))["card"] == 1
    store.close()


def test_the_user_may_make_no_table(two: tuple[Settings, Settings]) -> None:
    owner, user = two
    with pytest.raises(
        JournalUnavailable, match=r"InsufficientPrivilege 42501\. .* `leg-weakness-cds journal"
    ):
        opening.upgrade(user)
    assert opening.upgrade(owner)
    engine = open_engine(user.database_url)
    for statement in ("CREATE TABLE more (a int)", "ALTER TABLE card ADD more int", "DROP TABLE card"):
        with pytest.raises(sa.exc.ProgrammingError, match="InsufficientPrivilege"), engine.begin() as asked:
            asked.execute(sa.text(statement))
    engine.dispose()


def test_before_the_owner_brought_the_journal_forward_cards_go_out_and_afterwards_all_is_written(
    two: tuple[Settings, Settings],
) -> None:
    owner, user = two
    engine = open_engine(owner.database_url)
    with engine.begin() as connection:
        bring_to(connection, schema.REVISIONS[-2])
    engine.dispose()
    opening.prepare(user)
    journal = Journal(user, lambda: NOON)
    journal.keep(call(shown()))
    assert not journal.writer.flush()
    assert not journal.is_reachable()
    opening.upgrade(owner)
    assert journal.writer.flush()
    assert journal.is_reachable()
    journal.close()
    assert len(rows(user.database_url, "card")) == 1
