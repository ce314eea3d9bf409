"""docs/sandbox.md lists today's patients and cards, and its addresses are those of the service."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from cds_service import fixtures, server
from cds_service.app import create_app
from cds_service.demo.sandbox import EXAMPLE, sandbox_address
from cds_service.settings import Settings
from tests.docs.test_docs import README, examples, text
from tests.write_sandbox_docs import BEGIN, PAGE, written_anew

PAGE_TEXT = PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings()).test_client()


def test_the_list_of_patients_is_that_of_the_fixtures() -> None:
    stale = written_anew(PAGE_TEXT) != PAGE_TEXT
    assert not stale, "docs/sandbox.md is stale: run `python -m tests.write_sandbox_docs`"
    listed = re.findall(r"^\| Synthetic \w+ \| `([^`]+)` \| \*{0,2}(\w+)", PAGE_TEXT, re.MULTILINE)
    assert sorted(name for name, _ in listed) == fixtures.names()
    order = [("critical", "warning", "info", "none").index(first) for _, first in listed]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2, 3}


def test_no_patient_is_listed_twice_under_one_name() -> None:
    names = re.findall(r"^\| (Synthetic \w+) \|", PAGE_TEXT, re.MULTILINE)
    assert len(set(names)) == len(names) == len(fixtures.names())


def test_the_list_holds_no_date_that_would_be_wrong_tomorrow() -> None:
    rows = PAGE_TEXT.partition(BEGIN)[2].partition("<!-- end")[0]
    assert not re.search(r"20\d\d|\{\{", rows)


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lost the marks"):
        written_anew("# In the CDS Hooks sandbox")


def test_the_address_with_everything_filled_in_is_the_one_that_the_service_prints(
    client: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    (address,) = examples(PAGE_TEXT)
    assert address == sandbox_address(Settings().base_url)
    server._announce(Settings())
    assert address in capsys.readouterr().out
    (patient,) = parse_qs(urlsplit(address).query)["patientId"]
    assert patient == fixtures.call(EXAMPLE, datetime.now(UTC))["context"]["patientId"]


def test_production_names_no_demo(capsys: pytest.CaptureFixture[str]) -> None:
    ehr = {"name": "ehr", "issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks.json"}
    server._announce(Settings(profile="production", public_base_url="https://cds.example", clients=(ehr,)))
    printed = capsys.readouterr().out
    assert "https://cds.example/cds-services" in printed
    assert "demo" not in printed


def test_every_address_of_the_page_is_answered(client: FlaskClient) -> None:
    named = set(re.findall(r"`(http://127\.0\.0\.1:8000[^`]*)`", PAGE_TEXT))
    assert len(named) >= 3
    for address in named:
        base = address.removesuffix("/demo/fhir")
        path = urlsplit(address).path if base == address else "/demo/fhir/metadata"
        assert client.get(path).status_code == 200, address


def test_the_readme_leads_there() -> None:
    assert "](docs/sandbox.md)" in README
    assert text("sandbox.md") == PAGE_TEXT
