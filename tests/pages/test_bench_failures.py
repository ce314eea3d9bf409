"""Where something of the test bench fails: the cards that the service answered are seen all the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import explained as making
from cds_service.app import Service
from cds_service.bench import calls, explanation, trial
from cds_service.errors import RecordUnavailable
from cds_service.explained import Explained
from tests.pages.conftest import served
from tests.pages.reading import SADDLE, Forms, cards, section, send, words

FAILS = "How these cards came about cannot be told."
UNLIKE = "What follows does not explain the cards above."


def break_down(*_: Any, **__: Any) -> Any:
    raise ZeroDivisionError("Snowdrop")


@pytest.mark.parametrize("part", ["why", "timeline", "body", "what_if", "differences"])
def test_a_mistake_in_an_explanation_takes_no_card_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], part: str
) -> None:
    monkeypatch.setattr(explanation, part, break_down)
    page = client.get(f"/?chart={SADDLE}&change=add:fever:today")
    assert page.status_code == 500
    assert cards(page)[0][0] == "critical"
    assert FAILS in words(page.text)
    assert section(page, "json")
    log = capfd.readouterr().err
    assert '"event": "request failed"' in log
    assert "Snowdrop" not in log + page.text


def test_an_explanation_that_the_service_refuses_takes_no_card_away(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise RecordUnavailable("The server that was asked a second time does not answer.")

    monkeypatch.setattr(trial, "explained", refuse)
    page = client.get(f"/?chart={SADDLE}")
    assert page.status_code == 200
    assert cards(page)
    assert FAILS in words(page.text)
    assert "asked a second time" in words(page.text)


def test_a_mistake_before_the_service_was_asked_is_said_on_the_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "call", break_down)
    page = client.get(f"/?chart={SADDLE}")
    assert page.status_code == 500
    assert "a mistake of its own" in words(page.text)
    assert "No card" not in section_of_cards(page.text)


def section_of_cards(text: str) -> str:
    return text.partition('<section id="cards"')[2].partition("</section>")[0]


@pytest.mark.parametrize("way", ["full", "missing", "error", "fhir"])
@pytest.mark.parametrize("moment", ["", "&moment=2026-01-01T00:00Z"])
def test_what_is_explained_is_the_answer_that_came(client: FlaskClient, way: str, moment: str) -> None:
    for chart in (SADDLE, "quiet-chart", "messy-chart"):
        page = client.get(f"/?chart={chart}&ehr={way}&part=observations{moment}")
        assert page.status_code == 200
        assert section(page, "why")
        assert UNLIKE not in words(page.text), chart


def test_an_explanation_of_another_answer_says_so(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another(*given: Any) -> Explained:
        told = making.explained(*given)
        return replace(told, done=replace(told.done, found=replace(told.done.found, cards=())))

    monkeypatch.setattr(trial, "explained", another)
    page = client.get(f"/?chart={SADDLE}")
    assert cards(page)
    assert UNLIKE in words(page.text)


# The service itself


class _Nonsense(BaseHTTPRequestHandler):
    """Another program at the port."""

    answer = b""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n<html>hello</html>",
        b"HTTP/1.0 200 OK\r\nContent-Length: 99\r\n\r\n{",
        b'HTTP/1.0 200 OK\r\n\r\n{"cards": 7}',
        b"HTTP/1.0 200 OK\r\n\r\n[]",
        b"HTTP/1.0 204 No Content\r\n\r\n",
        b"HTTP/1.0 500 \xff\r\n\r\n\xff\xfe",
        b'HTTP/1.0 400 x\r\n\r\n{"resourceType": "OperationOutcome", "issue": [7, {"diagnostics": "<b>"}]}',
    ],
)
def test_what_another_program_answers_is_no_quiet_chart(
    client: FlaskClient, bench: Service, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    monkeypatch.setattr(_Nonsense, "answer", answer)
    with HTTPServer(("127.0.0.1", 0), _Nonsense) as other:
        Thread(target=other.serve_forever, daemon=True).start()
        monkeypatch.setattr(calls, "_place", lambda _: ("127.0.0.1", other.server_port))
        page = client.get(f"/?chart={SADDLE}")
        other.shutdown()
    assert page.status_code == 200
    said = words(section(page, "cards"))
    assert "No answer." in said or "The service refused this call" in said
    assert "as if there were nothing to say" in said


def test_a_journal_that_is_not_there_is_never_said_to_hold_feedback() -> None:
    with served(database_url="none") as service:
        client = service.test_client()
        form = Forms(client.get(f"/?chart={SADDLE}"), "/bench/feedback")
        page = send(client, "/bench/feedback", {"chart": SADDLE, "card": form.buttons[0]})
    assert "Not stored." in words(section(page, "cards"))
    assert "Stored in the journal" not in page.text


def test_a_journal_that_is_locked_is_never_said_to_hold_feedback(client: FlaskClient, bench: Service) -> None:
    file = Path(bench.settings.database_url.removeprefix("sqlite:///"))
    form = Forms(client.get(f"/?chart={SADDLE}"), "/bench/feedback")
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        page = send(client, "/bench/feedback", {"chart": SADDLE, "card": form.buttons[0]})
        other.execute("ROLLBACK")
    assert "Not stored." in words(section(page, "cards"))
    assert "Stored in the journal" not in page.text
