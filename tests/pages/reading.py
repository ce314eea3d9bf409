"""Reads a page of the test bench as somebody who looks at it, and as a browser that sends its forms."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from cds_service import fixtures
from cds_service.demo.records import full_hour

SADDLE = "sciatica-with-saddle-numbness"
QUIET = "quiet-chart"


def words(markup: str) -> str:
    """The text of a page or a part of it, spaces made one."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def section(response: TestResponse, name: str) -> str:
    """The markup of one section of the page."""
    found = re.search(rf'<section id="{name}".*?</section>', response.text, re.DOTALL)
    assert found, response.text
    return found[0]


def cards(response: TestResponse) -> list[tuple[str, str]]:
    """Indicator and summary of each card, as they are shown."""
    found = re.findall(
        r'<article class="card (\w+)".*?<h3[^>]*>(.*?)</h3>', section(response, "cards"), re.DOTALL
    )
    return [(indicator, unescape(summary)) for indicator, summary in found]


def request_of(response: TestResponse) -> dict[str, Any]:
    """The call that was sent, as the page shows it."""
    shown = re.search(r'aria-label="Request as JSON">(.*?)</pre>', response.text, re.DOTALL)
    assert shown
    call: dict[str, Any] = json.loads(unescape(shown[1]))
    return call


def problem(response: TestResponse) -> str:
    found = re.search(
        r'<div class="panel critical" role="alert" id="problem">(.*?)</div>', response.text, re.DOTALL
    )
    assert found, response.text
    return words(found[1])


def paste(client: FlaskClient, document: str | bytes, **fields: Any) -> TestResponse:
    text = document if isinstance(document, str) else document.decode()
    return send(client, "/", {"document": text} | fields)


def upload(client: FlaskClient, content: bytes, name: str = "chart.json", **fields: Any) -> TestResponse:
    return send(client, "/", {"file": FileStorage(io.BytesIO(content), name)} | fields)


def send(client: FlaskClient, path: str, fields: dict[str, Any], **options: Any) -> TestResponse:
    boundary, body = encode_multipart(fields)  # the client itself would write a large one to disk
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(path, data=body, content_type=kind, **options)


def chart(name: str = SADDLE) -> dict[str, Any]:
    return fixtures.chart(name, full_hour(datetime.now(UTC)))


def call(name: str = SADDLE) -> dict[str, Any]:
    return fixtures.call(name, full_hour(datetime.now(UTC)))


def ndjson(*names: str) -> str:
    resources = [entry["resource"] for name in names for entry in chart(name)["entry"]]
    return "\n".join(json.dumps(each) for each in resources)


class Forms(HTMLParser):
    """The fields that a browser would send with the form of an address."""

    def __init__(self, response: TestResponse, action: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.buttons: list[str] = []
        self._action = action
        self._inside = False
        self._text: str | None = None
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action") == self._action
        elif self._inside and tag == "input" and given.get("type") == "hidden":
            self.fields.append((given["name"] or "", given["value"] or ""))
        elif self._inside and tag == "textarea":
            self._text = given["name"]
        elif self._inside and tag == "button" and given.get("name") == "card":
            self.buttons.append(given["value"] or "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self.fields.append((self._text, data.removeprefix("\n")))
            self._text = None

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
