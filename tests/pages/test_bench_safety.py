"""What a record may not do to the page, and other sites not to the test bench; what is never kept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service, create_app
from cds_service.bench.calls import Run
from cds_service.bench.charts import Given
from cds_service.bench.held import MOST, SECONDS, HeldCharts
from cds_service.bench.shown import shown
from cds_service.pages.markup import block, web_address
from cds_service.settings import Settings
from tests.pages.reading import SADDLE, cards, paste, send
from tests.wire.calls import condition, patient

HOSTILE = (
    "Leg weakness <script>alert(1)</script> [press](javascript:alert(1)) ![x](https://evil.example/x.png) "
    "</textarea></pre><img src=x onerror=alert(1)> {{ 7 * 7 }}"
)


def hostile_chart() -> str:
    person = patient() | {"name": [{"family": HOSTILE, "given": ["<b>Ann</b>"]}]}
    return json.dumps([person, condition(HOSTILE, onset=datetime.now(UTC).isoformat(), id="c<1>")])


@pytest.mark.parametrize("way", ["full", "fhir"])
def test_text_of_a_record_stays_text(client: FlaskClient, way: str) -> None:
    page = paste(client, hostile_chart(), ehr=way)
    assert page.status_code == 200
    assert cards(page)
    assert re.findall(r"<script(?! src=\"/assets/bench\.js)", page.text) == []
    assert "<img src=x" not in page.text
    assert "<b>Ann" not in page.text
    assert 'href="javascript' not in page.text
    assert not re.search(r'(?:src|href)="[^"]*evil', page.text)
    assert "{{ 7 * 7 }}" in page.text


def test_the_policy_for_the_browser_is_strict(client: FlaskClient) -> None:
    page = paste(client, hostile_chart())
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r'style="|\son\w+="', page.text)
    assert page.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("markdown", "never"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "href"),
        ("[x](JaVaScRiPt:alert(1))", "href"),
        ("[x](data:text/html,hi)", "href"),
        ("[x](vbscript:x)", "href"),
        ("<javascript:alert(1)>", "href"),
        ("![x](https://evil.example/x.png)", "<img"),
        ("<a onclick=x href=https://a.example>", "<a "),
        ("[x][r]\n\n[r]: javascript:x", "href"),
    ],
)
def test_markdown_brings_in_nothing_that_acts(markdown: str, never: str) -> None:
    assert never not in block(markdown)


def test_markdown_of_a_card_is_block() -> None:
    html = block("**Why shown**\n- one\n- two\n\n[rule](https://cds.example/rule)")
    assert "<strong>Why shown</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://cds.example/rule" rel="noopener noreferrer">rule</a>' in html


@pytest.mark.parametrize(
    "written", ["javascript:alert(1)", "//evil.example", "/x", "", None, 7, "http://[", "ftp://x/"]
)
def test_only_addresses_of_the_web_are_linked(written: object) -> None:
    assert web_address(written) == ""


def test_an_answer_of_any_shape_is_shown_and_links_lead_to_the_web_only() -> None:
    card: dict[str, Any] = {
        "summary": "<b>x</b>",
        "detail": 5,
        "indicator": "shouting",
        "source": {"label": "us", "url": "javascript:alert(1)", "topic": 7},
        "links": [{"label": "a", "url": "javascript:x"}, {"label": "b", "url": "https://b.example/"}, 7],
        "overrideReasons": [{"code": "c", "display": "d"}, None],
    }
    given = Given("", (), "p1", datetime.now(UTC))
    (told,) = shown(Run(b"{}", 200, body=json.dumps({"cards": [card, 7]})), given).cards
    assert (told.indicator, told.source_address, told.detail) == ("info", "", "")
    assert told.links == (("b", "https://b.example/"),)
    assert told.reasons == (("c", "d"),)


# Other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "localhost"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/bench/feedback"])
def test_what_another_site_sends_is_refused(client: FlaskClient, path: str, headers: dict[str, str]) -> None:
    answer = send(client, path, {"chart": SADDLE}, headers=headers)
    assert answer.status_code == 403
    assert "foreign-request" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_what_the_page_itself_sends_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send(client, "/", {"chart": SADDLE}, headers=headers).status_code == 200


def test_a_link_from_elsewhere_opens_the_page_and_nothing_else_loads_it(client: FlaskClient) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.get("/", headers=elsewhere | {"Sec-Fetch-Mode": "navigate"}).status_code == 200
    assert client.get("/", headers=elsewhere | {"Sec-Fetch-Mode": "no-cors"}).status_code == 403


@pytest.mark.parametrize("path", ["/", f"/?chart={SADDLE}", "/bench/feedback", "/demo/held/x/Condition"])
def test_the_bench_answers_under_names_of_this_machine_only(client: FlaskClient, path: str) -> None:
    """A site may let its own name lead to 127.0.0.1 once its page is open."""
    for name in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[", ""):
        method = client.post if path.endswith("feedback") else client.get
        assert method(path, headers={"Host": name}).status_code == 403, name
    for name in ("localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "127.9.9.9"):
        assert client.get("/", headers={"Host": name}).status_code == 200, name


@pytest.mark.parametrize("path", ["/", "/bench/feedback", "/demo/held/x/Condition"])
def test_no_other_origin_is_let_in_while_the_service_stays_open_to_any(
    client: FlaskClient, path: str
) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.options(path, headers=asked), client.get(path, headers=asked)):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
    for open_path in ("/cds-services", "/cds-services/leg-weakness", "/demo/fhir/metadata", "/benches"):
        assert client.options(open_path, headers=asked).headers["Access-Control-Allow-Origin"] == "*"


def test_production_has_no_bench() -> None:
    ehr = {"name": "ehr", "issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks.json"}
    settings = Settings(
        profile="production", public_base_url="https://cds.example", clients=(ehr,), database_url="none"
    )
    client = create_app(settings).test_client()
    for path in ("/", f"/?chart={SADDLE}"):
        assert client.get(path).location == "/explanations/"
    assert client.get("/demo/held/x/Condition").status_code == 404
    assert client.post("/bench/feedback").status_code == 404
    assert client.post("/bench/download").status_code == 404
    assert client.post("/").status_code == 405


def test_production_loads_nothing_of_the_bench() -> None:
    """Not in the process in which everything else of the tests is loaded, hence in one of its own."""
    code = (
        "import sys\n"
        "from cds_service.app import create_app\n"
        "from cds_service.settings import Settings\n"
        "ehr = {'name': 'ehr', 'issuer': 'https://ehr.example', 'jwks_url': 'https://ehr.example/jwks.json'}\n"
        "settings = Settings(profile='production', public_base_url='https://cds.example', clients=(ehr,),"
        " database_url='none')\n"
        "client = create_app(settings).test_client()\n"
        "assert client.get('/explanations/').status_code == 200\n"
        "print(*(name for name in sys.modules if 'bench' in name or name.endswith('demo_held')))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_below_a_prefix_the_bench_is_found_and_calls_this_machine() -> None:
    client = create_app(Settings(public_base_url="http://127.0.0.1:9/cds", database_url="none")).test_client()
    for path in ("/cds", "/cds/", "/"):
        page = client.get(path)
        assert page.status_code == 200
        assert 'action="/cds/#cards"' in page.text


# What is kept


def test_held_charts_go_after_a_while_and_make_room_for_others() -> None:
    now = [0.0]
    held = HeldCharts(lambda: now[0], 10_000)
    names = [held.keep([patient()], "p1") for _ in range(MOST + 1)]
    assert [held.get(name) is not None for name in names] == [False] + [True] * MOST
    now[0] = SECONDS
    assert [held.get(name) for name in names] == [None] * (MOST + 1)
    held.keep([condition("x" * 9_000)], "p1")
    small = held.keep([condition("x" * 2_000)], "p1")
    assert len(held._kept) == 1
    assert held.get(small)


def test_a_held_chart_is_searched_like_any_and_found_by_its_id_alone(client: FlaskClient) -> None:
    page = paste(client, json.dumps([patient(), condition("Leg weakness") | {"id": 5}]), ehr="fhir")
    server = re.search(r"http://127\.0\.0\.1:\d+(/demo/held/[\w-]+)", page.text)
    assert server
    found = client.get(f"{server[1]}/Condition?patient=p1").get_json()
    assert [entry["resource"]["id"] for entry in found["entry"]] == ["held-2"]
    assert client.get(f"{server[1]}/Patient/p1").get_json()["id"] == "p1"
    assert client.get(f"{server[1]}/Patient/p2").status_code == 404
    assert client.get("/demo/held/other/Condition?patient=p1").status_code == 404


def test_nothing_of_a_pasted_chart_is_logged_or_written(
    client: FlaskClient, bench: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    chart = [patient() | {"name": [{"family": "Snowdrop"}]}, condition("Leg weakness, Snowdrop")]
    for way in ("full", "fhir"):
        assert paste(client, json.dumps(chart), ehr=way).status_code == 200
    assert paste(client, '{"Snowdrop": ').status_code == 400
    captured = capfd.readouterr()
    assert '"event": "hook call"' in captured.err
    assert "Snowdrop" not in captured.err + captured.out
    journal = Path(bench.settings.database_url.removeprefix("sqlite:///"))
    assert all(b"Snowdrop" not in file.read_bytes() for file in journal.parent.iterdir())
