"""Acknowledgements over HTTP, with the database that the service runs on."""

from __future__ import annotations

import pytest

from cds_service.hooks import REASON_SYSTEM
from cds_service.settings import Client, Settings
from tests.journal.given import Serve, item, post, rows
from tests.wire.calls import bundle, cards, condition, everything

CHART = everything(
    conditions=bundle(
        condition("progressive leg weakness", onset="2026-11-15"),
        condition("foot drop", "c2", onset="2026-11-15"),
    )
)


def test_what_was_put_aside_is_not_shown_again(
    made: Settings, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.site.acknowledgement.WAIT_SECONDS", 30.0)
    on = {"by": "Dr A. Example", "reason": "decided"}
    changes = {"clients": (Client(name="ehr", acknowledgement=on),), "acknowledgement_secret": "s" * 32}
    service = serve(made.model_copy(update=changes))
    client = service.test_client()
    found = cards(client, CHART, hookInstance="one")
    assert len(found) == 2
    assert len(cards(client, CHART, hookInstance="two")) == 2
    why = {"reason": {"system": REASON_SYSTEM, "code": "patient-ineligible"}}
    assert post(client, [item(card["uuid"], overrideReason=why) for card in found]).status_code == 200
    assert service.journal.writer.flush()
    assert cards(client, CHART, hookInstance="three") == []
    assert service.journal.writer.flush()
    counted = {row["name"] for row in rows(made.database_url, "call_part") if row["part"] == "acknowledged"}
    assert len(counted) == 2
    assert service.acknowledgements.counts.answered == 3
