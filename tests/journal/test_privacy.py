"""Nothing of a patient, a user or a token gets into the journal or the log of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from cds_service.journal import engine as engines
from cds_service.journal.address import sqlite_file
from cds_service.journal.tables import metadata
from cds_service.settings import Settings
from tests.journal.given import Serve, item, post, rows, uuid
from tests.wire.calls import bundle, call, condition, everything, patient
from tests.wire.calls import post as post_call

PATIENT = "canary-patient-4711"
HOOK_INSTANCE = "c4a4a4c4-0000-4000-8000-00000ca4a4ca"
CANARIES = [
    PATIENT,
    HOOK_INSTANCE,
    "Snowdrop",
    "4711",
    "c4a4a4c4",
    "1960-05-01",
    "eyJ0b2tlbg",
    "dr1",
    "hemiparesis",
]


def a_call() -> dict[str, Any]:
    weak = condition("Snowdrop's sudden right hemiparesis", subject={"reference": f"Patient/{PATIENT}"})
    who = patient(PATIENT) | {"name": [{"family": "Snowdrop"}]}
    token = {"access_token": "eyJ0b2tlbg", "token_type": "Bearer", "scope": "x", "subject": "Snowdrop"}
    return call(
        everything(patient=who, conditions=bundle(weak)),
        hookInstance=HOOK_INSTANCE,
        context={"patientId": PATIENT, "userId": "Practitioner/dr1"},
        fhirAuthorization=token,
    )


def a_feedback(card: str) -> dict[str, Any]:
    return item(
        card,
        overrideReason={
            "reason": {
                "code": "Snowdrop is 4711",
                "system": "http://x.example/?p=4711",
                "display": "Snowdrop",
            },
            "userComment": "Snowdrop was seen",
        },
        acceptedSuggestions=[{"id": "Snowdrop"}],
        extension={"com.ehr.patient": PATIENT, "com.ehr.reason": "Snowdrop"},
        user="Practitioner/dr1",
        hookInstance=HOOK_INSTANCE,
    )


def everything_kept(settings: Settings) -> bytes:
    """All bytes of the files; in PostgreSQL all rows."""
    file = sqlite_file(settings.database_url)
    if file is None:
        engine = engines.open_engine(settings.database_url)
        with engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            kept = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]
        engine.dispose()
        return repr(kept).encode()
    return b"".join(each.read_bytes() for each in sorted(file.parent.iterdir()))


def test_no_canary_gets_into_the_files_or_the_log(
    made: Settings, serve: Serve, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = serve(made)
    client = app.test_client()
    cards = [card["uuid"] for card in post_call(client, a_call()).get_json()["cards"]]
    assert len(cards) == 2
    assert app.journal.writer.flush()
    answers = [
        post(client, [a_feedback(cards[0])], headers={"Authorization": "Bearer eyJ0b2tlbg"}),
        post(client, [a_feedback(cards[1]), item("Snowdrop")]),
        post(client, b'{"feedback": "Snowdrop"}'),
    ]
    assert [each.status_code for each in answers] == [200, 400, 400]
    kept = everything_kept(made)
    assert cards[0].encode() in kept
    # The same with a database that refuses: what it says quotes rows.
    monkeypatch.setattr(engines, "PATIENCE", 0)
    break_it(made)
    assert post(client, [a_feedback(uuid(3))]).status_code == 503
    post_call(client, a_call())
    app.journal.close()
    logged = capfd.readouterr().err
    assert "feedback not stored" in logged
    assert "journal not written" in logged
    kept += everything_kept(made)
    said = b"".join(each.data for each in answers)
    for canary in CANARIES:
        assert canary.encode() not in kept, canary
        assert canary.encode() not in said, canary
        if canary not in {HOOK_INSTANCE, "c4a4a4c4"}:  # the one id that the log of a call may name
            assert canary not in logged, canary


def break_it(settings: Settings) -> None:
    engine = engines.open_engine(settings.database_url)
    with engine.begin() as connection:
        for table in ("card", "feedback"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    engine.dispose()


def test_a_hook_instance_cannot_be_told_from_a_card(made: Settings, serve: Serve) -> None:
    """Two calls that differ in their hookInstance alone have nothing in common but the day."""
    app = serve(made)
    for instance in ("a", "b"):
        post_call(app.test_client(), a_call() | {"hookInstance": instance})
    app.journal.close()
    kept = rows(made.database_url, "card")
    assert len({row["card"] for row in kept}) == 4
    assert {key for row in kept for key in row} == {column.name for column in metadata.tables["card"].columns}


def test_pruned_rows_are_overwritten(made: Settings, serve: Serve, tmp_path: Path) -> None:
    file = sqlite_file(made.database_url)
    if file is None:
        pytest.skip("PostgreSQL leaves it to its vacuum")
    app = serve(made.model_copy(update={"keep_comments": True}))
    commented = item(uuid(1), overrideReason={"reason": {"code": "seen"}, "userComment": "Snowdrop was seen"})
    post(app.test_client(), [commented])
    app.journal.close()
    assert b"Snowdrop" in everything_kept(made)
    engine = engines.open_engine(made.database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM feedback")
    engine.dispose()
    assert b"Snowdrop" not in everything_kept(made)


def test_settings_do_not_show_the_password_of_the_database() -> None:
    settings = Settings(database_url="postgresql+psycopg://me:Snowdrop@db.example/journal")
    assert "Snowdrop" not in repr(settings)
    assert json.dumps(str(settings)).count("Snowdrop") == 0
