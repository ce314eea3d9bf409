"""What a hook call leaves in the journal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service
from cds_service.journal import entries
from cds_service.journal.store import Store
from cds_service.settings import Settings
from tests.journal.given import DAY, call, rows, shown, shown_to
from tests.wire.calls import bundle, cards, condition, everything, post


def test_each_card_is_kept_with_what_led_to_it(client: FlaskClient, service: Service, made: Settings) -> None:
    red_flag, causes = shown_to(client)
    assert service.journal.writer.flush()
    found = {row["card"]: row for row in rows(made.database_url, "card")}
    assert set(found) == {red_flag, causes}
    content = service.desk.knowledge
    for row in found.values():
        assert (row["day"], row["client"], row["mode"]) == (DAY, "anybody", "visible")
        assert (row["content_version"], row["content_digest"]) == (content.version, content.digest)
    assert found[red_flag]["rules"] == ["rf_stroke"]
    assert (found[red_flag]["topic"], found[red_flag]["indicator"]) == (
        "LegWeaknessRedFlagStroke",
        "critical",
    )
    assert "stroke" in found[causes]["rules"]
    assert len(found[causes]["rules"]) <= 5
    assert found[causes]["topic"] == "LegWeaknessDifferential"


def test_a_card_that_says_that_the_check_is_incomplete_has_no_rules(
    client: FlaskClient, service: Service, made: Settings
) -> None:
    chart = everything(conditions={"resourceType": "OperationOutcome"})
    assert len(cards(client, chart)) == 1
    service.journal.writer.flush()
    (row,) = rows(made.database_url, "card")
    assert (row["topic"], row["rules"]) == ("LegWeaknessIncomplete", [])


def test_a_call_without_a_card_counts_and_leaves_nothing_else(
    client: FlaskClient, service: Service, made: Settings
) -> None:
    assert cards(client, everything(conditions=bundle(condition("hay fever")))) == []
    shown_to(client)
    service.journal.writer.flush()
    (tally,) = rows(made.database_url, "tally")
    assert (tally["day"], tally["client"]) == (DAY, "anybody")
    assert (tally["calls"], tally["calls_with_card"]) == (2, 1)


def test_a_call_that_is_refused_does_not_count(client: FlaskClient, service: Service, made: Settings) -> None:
    assert post(client, b"{}").status_code == 400
    service.journal.writer.flush()
    assert rows(made.database_url, "tally") == []


def test_a_repeated_call_repeats_its_cards(client: FlaskClient, service: Service, made: Settings) -> None:
    assert shown_to(client) == shown_to(client)
    service.journal.writer.flush()
    assert len(rows(made.database_url, "card")) == 2


def test_a_defect_of_the_journal_loses_no_card(
    client: FlaskClient, service: Service, made: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(entries, "of_call", breaks)
    assert len(shown_to(client)) == 2
    assert service.journal.writer.flush()
    assert rows(made.database_url, "card") == []


def test_what_is_too_old_goes_by_itself(client: FlaskClient, service: Service, made: Settings) -> None:
    store, old = Store(made.database_url), DAY - timedelta(days=made.retention_days + 1)
    store.write([call(shown(1), day=old), call(shown(2), day=old + timedelta(days=1))])
    shown_to(client)
    assert service.journal.writer.flush()
    assert [row["day"] for row in rows(made.database_url, "tally")] == [old + timedelta(days=1), DAY]


def test_a_long_name_of_a_client_is_no_fault(made: Settings) -> None:
    Store(made.database_url).write([call(shown(1), client="x" * 1000)])
    assert rows(made.database_url, "card")[0]["client"] == "x" * 1000
