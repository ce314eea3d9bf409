"""Feedback from the cards on the test bench is really sent, and lies in the journal."""

from __future__ import annotations

import json
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from werkzeug.test import TestResponse

from cds_service.app import Service
from tests.pages.conftest import served
from tests.pages.reading import SADDLE, Forms, cards, chart, paste, section, send, words

FEEDBACK = "/bench/feedback"


def stored(bench: Service, card: str) -> list[Any]:
    engine = create_engine(bench.settings.database_url)
    with engine.connect() as connection:
        rows = connection.execute(text("select * from feedback where card = :card"), {"card": card})
        found = [dict(row) for row in rows.mappings()]
    engine.dispose()
    return found


def press(client: FlaskClient, page: TestResponse, outcome: str, **fields: str) -> tuple[str, TestResponse]:
    """The card, and what comes back when its button is pressed; `fields` are those of this card."""
    form = Forms(page, FEEDBACK)
    pressed = next(each for each in form.buttons if each.startswith(outcome))
    card = pressed.partition(" ")[2]
    own = {f"{name}.{card}": value for name, value in fields.items()}
    return card, send(client, FEEDBACK, {**dict(form.fields), **own, "card": pressed})


def test_a_card_that_is_dismissed_with_a_reason_is_found_in_the_journal(
    client: FlaskClient, bench: Service
) -> None:
    page = client.get(f"/?chart={SADDLE}")
    card, answer = press(client, page, "overridden", reason="action-completed", comment="seen at 5 by Ann")
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#cards")
    (row,) = stored(bench, card)
    assert (row["outcome"], row["reason"]) == ("overridden", "action-completed")
    assert "Ann" not in json.dumps(row, default=str)
    after = client.get(answer.headers["Location"].partition("#")[0])
    shown = words(section(after, "cards"))
    assert "Stored in the journal: overridden, Already being assessed or treated." in shown
    assert "keep_comments" in shown
    assert "report feedback" in shown
    assert cards(after) == cards(page)


def test_a_card_that_is_accepted_is_found_too(client: FlaskClient, bench: Service) -> None:
    card, answer = press(client, client.get(f"/?chart={SADDLE}"), "accepted", reason="wrong-time-workflow")
    (row,) = stored(bench, card)
    assert (row["outcome"], row["reason"]) == ("accepted", None)
    assert "Stored in the journal: accepted." in words(client.get(answer.headers["Location"]).text)


def test_the_chart_is_opened_again_as_it_was(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}&ehr=missing&part=reports&moment=2026-01-05T10:00Z")
    _, answer = press(client, page, "overridden")
    for kept in (f"chart={SADDLE}", "ehr=missing", "part=reports", "moment=2026-01-05T10%3A00Z"):
        assert kept in answer.headers["Location"]


def test_a_pasted_chart_is_shown_again_with_what_was_stored(client: FlaskClient, bench: Service) -> None:
    card, answer = press(client, paste(client, json.dumps(chart())), "overridden", reason="need-more-info")
    assert answer.status_code == 200
    assert "Stored in the journal: overridden, More information needed first." in words(answer.text)
    assert cards(answer)[0][0] == "critical"
    assert len(stored(bench, card)) == 1


def test_what_could_not_be_stored_is_said() -> None:
    with served(database_url="none") as service:
        client = service.test_client()
        _, answer = press(client, client.get(f"/?chart={SADDLE}"), "overridden")
        assert "Not stored. This service keeps no journal" in words(section(answer, "cards"))


def test_feedback_for_no_card_is_refused_by_the_service_and_said(client: FlaskClient) -> None:
    answer = send(client, FEEDBACK, {"chart": SADDLE, "card": "overridden nonsense"})
    assert "Not stored. $.feedback[0].card: must be the uuid of a card" in words(answer.text)


def test_an_address_cannot_put_words_of_its_own_on_the_page(client: FlaskClient) -> None:
    page = client.get(f"/?chart={SADDLE}&noted=overridden&noted=All+is+well")
    assert "All is well" not in page.text
    assert "Stored" not in client.get(f"/?chart={SADDLE}&noted=All+is+well").text


def test_enter_in_a_comment_presses_no_button(client: FlaskClient) -> None:
    """A browser presses the first button of a form; a card must not be accepted by writing why it is not."""
    page = client.get(f"/?chart={SADDLE}").text
    form = page[page.index('action="/bench/feedback"') :]
    assert form.index("<button disabled hidden>") < form.index('<button class="button small"')
