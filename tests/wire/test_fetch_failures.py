"""Whatever the EHR's server does: what came counts, the rest is named, and nobody waits for it."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import fetching
from cds_service.answer import Desk, answer
from cds_service.app import create_app
from cds_service.fetching import Fetcher
from cds_service.hooks import open_call
from cds_service.query_profiles import SEARCHES
from cds_service.reasons import WORDS, Reason
from cds_service.settings import Settings
from tests.wire.calls import bundle, call, condition, everything, outcome, patient, post, refusal
from tests.wire.fhir_server import FHIR, Fault, FhirServer, Request, answers, in_turn, searchset

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKEN = "canary-token-4711"
CANARY = "Snowdrop"
WEAK = condition("sudden weakness of right arm and right leg", "weak", "2026-11-22T10:00:00Z")
LATER = condition("facial droop", "droop", "2026-11-22T10:00:00Z")
AUTHORISATION = {
    "access_token": TOKEN,
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "patient/*.rs",
    "subject": "cds",
}
LONG, SHORT = 30.0, 0.5


def client_with(**settings: Any) -> FlaskClient:
    return create_app(Settings(**settings), lambda: NOW).test_client()


@pytest.fixture(scope="module")
def patient_client() -> FlaskClient:
    """With time for everything."""
    return client_with(time_budget=LONG)


@pytest.fixture(scope="module")
def hasty_client() -> FlaskClient:
    return client_with(time_budget=SHORT)


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    with FhirServer([patient(), WEAK, LATER]) as server:
        yield server


def at(fhir: FhirServer, prefetch: Any = None, **changes: Any) -> dict[str, Any]:
    """A call that lacks the Conditions alone, unless it is told another prefetch."""
    given = {key: value for key, value in everything().items() if key != "conditions"}
    authorised = {"fhirServer": fhir.base, "fhirAuthorization": AUTHORISATION}
    return call(given if prefetch is None else prefetch, **(authorised | changes))


Cards = list[dict[str, Any]]


def answered(client: FlaskClient, body: Any) -> Cards:
    response = post(client, body)
    assert response.status_code == 200, response.text
    found: Cards = response.get_json()["cards"]
    assert CANARY not in response.text
    assert TOKEN not in response.text
    return found


class Log:
    """What the service wrote down since the last look."""

    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd
        self.all = ""

    def lines(self) -> list[dict[str, Any]]:
        out, err = self._capfd.readouterr()
        self.all += out + err
        return [json.loads(line) for line in err.splitlines() if line.startswith("{")]

    @property
    def fetched(self) -> dict[str, str]:
        found: dict[str, str] = [line for line in self.lines() if line["event"] == "hook call"][-1]["fetched"]
        return found


@pytest.fixture(autouse=True)
def log(capfd: pytest.CaptureFixture[str]) -> Iterator[Log]:
    """Nothing of the patient, of the token or of the server's address is ever in it."""
    log = Log(capfd)
    yield log
    log.lines()
    assert CANARY not in log.all
    assert TOKEN not in log.all
    assert "/r4" not in log.all
    assert "127.0.0.1" not in log.all


def assert_named(cards: Cards, log: Log, reason: Reason, *keys: str) -> None:
    """By its code in the log, for each key; and on the cards, with the reason where there is room for it."""
    fetched = log.fetched
    assert {key: fetched[key] for key in keys} == dict.fromkeys(keys, reason.value)
    assert cards[0]["extension"]["org.leg-weakness-cds.assessment"]["notAssessed"]
    if cards[0]["source"]["topic"]["code"] == "LegWeaknessIncomplete":
        assert WORDS[reason].card in cards[0]["detail"]
    else:
        assert "**Not assessed:**" in cards[0]["detail"]


def assert_complete(cards: Cards, log: Log) -> None:
    assert cards[0]["indicator"] == "critical"
    assert set(log.fetched.values()) == {"complete"}
    assert "notAssessed" not in cards[0]["extension"]["org.leg-weakness-cds.assessment"]


def garbage(body: bytes, content_type: str = FHIR) -> Fault:
    return lambda request: request.send(body, Content_Type=content_type)


def says(resource: Any) -> Fault:
    return lambda request: request.send_json(resource)


def deep(request: Request) -> None:
    request.send(b'{"resourceType": "Bundle", "entry": ' + b"[" * 5000 + b"]" * 5000 + b"}")


def too_short(request: Request) -> None:
    """Says more bytes than it sends."""
    request.send(json.dumps(bundle(WEAK)).encode(), Content_Length="100000")
    request.close_connection = True


def too_long(request: Request) -> None:
    """Says fewer bytes than it sends."""
    request.send(json.dumps(bundle(WEAK)).encode(), Content_Length="40")


def cut_in_chunks(request: Request) -> None:
    request.send_response(200)
    request.send_header("Transfer-Encoding", "chunked")
    request.end_headers()
    request.wfile.write(b"40\r\n{")
    request.close_connection = True


def no_http(request: Request) -> None:
    request.wfile.write(b"Snowdrop was here\r\n\r\n")
    request.close_connection = True


def says_nothing(request: Request) -> None:
    request.close_connection = True


def bomb(request: Request) -> None:
    packed = gzip.compress(b'{"resourceType": "Bundle", "x": "' + b" " * 40_000_000 + b'"}')
    assert len(packed) < 100_000
    request.send(packed, Content_Encoding="gzip")


def cut_gzip(request: Request) -> None:
    packed = gzip.compress(json.dumps(bundle(WEAK)).encode())[:-12]
    request.send(packed, Content_Encoding="gzip")


def elsewhere(request: Request) -> None:
    request.send(b"", 302, Location="http://127.0.0.1:9/Snowdrop")


FAULTS: list[tuple[str, Fault, Reason]] = [
    ("401", answers(401), Reason.UNAUTHORISED),
    ("403", answers(403), Reason.FORBIDDEN),
    ("404", answers(404), Reason.NOT_FOUND),
    ("400", answers(400), Reason.REFUSED),
    ("405", answers(405), Reason.REFUSED),
    ("422", answers(422), Reason.REFUSED),
    ("429", answers(429), Reason.TOO_MANY_REQUESTS),
    ("429 for longer than there is time", answers(429, Retry_After="3600"), Reason.TOO_MANY_REQUESTS),
    ("429 again", answers(429, Retry_After="0"), Reason.TOO_MANY_REQUESTS),
    ("500", answers(500), Reason.SERVER_ERROR),
    ("503", answers(503), Reason.SERVER_ERROR),
    ("503 for long", answers(503, Retry_After="3600"), Reason.SERVER_ERROR),
    ("204", lambda request: request.send(b"", 204), Reason.NOT_FHIR),
    ("redirect", elsewhere, Reason.REDIRECT),
    ("HTML", garbage(b"<html>Snowdrop</html>", "text/html"), Reason.NOT_FHIR),
    ("nothing", garbage(b""), Reason.NOT_FHIR),
    ("a list", garbage(b"[]"), Reason.NOT_FHIR),
    ("NaN", garbage(b'{"resourceType": "Bundle", "total": NaN}'), Reason.NOT_FHIR),
    ("deep", deep, Reason.NOT_FHIR),
    ("outcome", says(outcome()), Reason.OUTCOME),
    ("outcome inside", says(bundle(outcome(), mode="outcome")), Reason.OUTCOME),
    ("another type", says(patient()), Reason.WRONG_TYPE),
    ("other types", says(bundle({"resourceType": "Goal", "id": "g"})), Reason.WRONG_TYPE),
    ("fewer than total", says(bundle(total=3)), Reason.FEWER_THAN_TOTAL),
    ("cut", too_short, Reason.CUT),
    ("cut in chunks", cut_in_chunks, Reason.CUT),
    ("cut gzip", cut_gzip, Reason.CUT),
    ("longer than it says", too_long, Reason.NOT_FHIR),
    ("no HTTP", no_http, Reason.NOT_FHIR),
    ("hangs up", says_nothing, Reason.CUT),
    ("not gzip", lambda request: request.send(b"{}", Content_Encoding="gzip"), Reason.NOT_FHIR),
    ("brotli", lambda request: request.send(b"{}", Content_Encoding="br"), Reason.NOT_FHIR),
    ("bomb", bomb, Reason.TOO_LARGE),
]


@pytest.mark.parametrize(("fault", "reason"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_a_failure_is_named_and_takes_nothing_with_it(
    patient_client: FlaskClient, fhir: FhirServer, log: Log, fault: Fault, reason: Reason
) -> None:
    """The quiet chart says that it is incomplete; one with a red flag keeps it, whatever else fails."""
    fhir.faults["Condition"] = fault
    assert_named(answered(patient_client, at(fhir)), log, reason, "conditions")

    given = {"patient": patient(), "conditions": bundle(WEAK)}
    fhir.faults = dict.fromkeys(("Observation", "Encounter", "DiagnosticReport"), fault)
    cards = answered(patient_client, at(fhir, given))
    assert cards[0]["indicator"] == "critical"
    assert_named(cards, log, reason, "observations", "encounters", "reports")


def test_what_failed_is_in_the_log_by_its_code(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    fhir.faults["Condition"] = answers(403)
    post(patient_client, at(fhir, {"patient": patient()}))
    (line,) = [each for each in log.lines() if each["event"] == "hook call"]
    assert line["fetched"]["conditions"] == "forbidden"
    assert line["fetched"]["observations"] == "complete"
    assert line["states"]["Condition"] == "failed"


@pytest.mark.parametrize("retry_after", ["0", format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)])
def test_a_server_with_too_many_requests_is_asked_again_when_it_says_so(
    patient_client: FlaskClient, fhir: FhirServer, log: Log, retry_after: str
) -> None:
    fhir.faults["Condition"] = in_turn(answers(429, Retry_After=retry_after), None)
    assert_complete(answered(patient_client, at(fhir)), log)
    assert len(fhir.asked_for("Condition")) == 2


def test_a_server_that_failed_once_is_asked_again(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    fhir.faults["Condition"] = in_turn(answers(500), None)
    assert_complete(answered(patient_client, at(fhir)), log)


def test_a_connection_that_was_closed_between_two_answers_is_opened_again(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    def last(request: Request) -> None:
        request.send_json(request.fhir.found(request.path))
        request.close_connection = True

    fhir.page_size = 1
    fhir.faults["Condition"] = last
    assert_complete(answered(patient_client, at(fhir)), log)
    assert len(fhir.asked_for("Condition")) == 2


def test_a_search_that_is_refused_is_sent_once_more_without_sort_and_count(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    def picky(request: Request) -> None:
        if request.parameters.keys() & {"_sort", "_count"}:
            answers(400)(request)
        else:
            request.send_json(request.fhir.found(request.path))

    fhir.faults["Condition"] = picky
    assert_complete(answered(patient_client, at(fhir)), log)


def test_an_empty_search_with_a_remark_is_empty(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    """As Epic answers: `total` 0, and one entry with an OperationOutcome that says so."""
    fhir.faults["Condition"] = says(bundle(outcome("warning"), mode="outcome", total=0))
    assert answered(patient_client, at(fhir)) == []
    assert log.fetched == {"conditions": "complete"}


def test_packed_answers_are_read(patient_client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    def packed(request: Request) -> None:
        first, second = map(gzip.compress, (b'{"resourceType": "Bundle", "entry": [', b'{"resource": '))
        rest = gzip.compress(json.dumps(WEAK).encode() + b"}]}")
        request.send(first + second + rest, Content_Encoding="gzip")

    fhir.faults["Condition"] = packed
    assert_complete(answered(patient_client, at(fhir)), log)


def test_the_server_is_asked_as_fhir_says_with_the_token_and_nothing_else(
    patient_client: FlaskClient, fhir: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    answered(patient_client, at(fhir))
    (asked,) = fhir.asked_for("Condition")
    assert asked == "/r4/Condition?patient=p1&_count=500"
    (headers,) = fhir.headers
    assert headers == {
        "Host": fhir.origin.removeprefix("http://"),
        "Accept": "application/fhir+json",
        "Accept-Encoding": "gzip",
        "User-Agent": "leg-weakness-cds",
        "Authorization": f"Bearer {TOKEN}",
    }


# Time


def slow_headers(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    request.fhir.holding.set()
    request.write_for_ever(b"X-Wait: longer\r\n", 0.02)


def slow_line(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Wait: ")
    request.fhir.holding.set()
    request.write_for_ever(b"x", 0.02)


def slow_continue(request: Request) -> None:
    request.fhir.holding.set()
    request.write_for_ever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.02)


def slow_body(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    request.fhir.holding.set()
    request.write_for_ever(b" ", 0.02)


def slow_last_body(request: Request) -> None:
    """The server says that it will close the connection, and does not."""
    request.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    request.fhir.holding.set()
    request.write_for_ever(b" ", 0.02)


def slow_chunks(request: Request) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    request.fhir.holding.set()
    request.write_for_ever(b"1\r\n \r\n", 0.02)


def holds(request: Request) -> None:
    request.hold()


SLOW = [slow_headers, slow_line, slow_continue, slow_body, slow_last_body, slow_chunks, holds]


@pytest.mark.parametrize("fault", SLOW)
def test_the_answer_does_not_wait_for_a_slow_server(
    hasty_client: FlaskClient, fhir: FhirServer, log: Log, fault: Fault
) -> None:
    """It comes while the server still holds: that is let go only after the answer."""
    fhir.faults = dict.fromkeys(("Observation", "Encounter"), fault)
    cards = answered(hasty_client, at(fhir, {"patient": patient(), "conditions": bundle(WEAK)}))
    assert fhir.holding.is_set()
    assert not fhir.over.is_set()
    assert cards[0]["indicator"] == "critical"
    assert_named(cards, log, Reason.TIMEOUT, "observations", "encounters")


@pytest.mark.parametrize("fault", [slow_line, slow_continue, slow_body, slow_last_body, slow_chunks])
def test_nobody_goes_on_waiting_once_the_time_is_over(
    hasty_client: FlaskClient, fhir: FhirServer, fault: Fault
) -> None:
    """The server sees the connection closed, though it sent something all the while."""
    fhir.faults["Condition"] = fault
    answered(hasty_client, at(fhir))
    assert fhir.hung_up.wait(10)


def test_threads_that_waited_are_free_again(fhir: FhirServer) -> None:
    """More calls ran out of time than there are threads for, and the next one reads all the same."""
    settings = Settings(time_budget=LONG)
    desk = Desk.ready(settings, fetching=True)
    body = open_call(json.dumps(at(fhir, {"patient": patient(), "immunizations": None})).encode())
    fhir.faults = dict.fromkeys(SEARCHES, slow_line)
    nearly_over = LONG * (1 - fetching.FOR_THE_ANSWER) - 0.2
    for _ in range(fetching.FETCHING_CALLS + 1):
        late = answer(body, desk, NOW, started=desk.now() - nearly_over)
        assert late.record is not None
        assert set(late.record.fetched.values()) == {"timeout"}
    fhir.faults.clear()
    done = answer(body, desk, NOW)
    assert done.cards[0].indicator == "critical"
    assert done.record is not None
    assert set(done.record.fetched.values()) == {"complete"}


def test_an_answer_without_end_is_not_read_to_its_end(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    def endless(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        request.write_for_ever(b" " * 1_000_000, 0)

    fhir.faults["Condition"] = endless
    assert_named(answered(patient_client, at(fhir)), log, Reason.TOO_LARGE, "conditions")
    assert fhir.hung_up.wait(10)


def test_an_endless_refusal_is_not_read(patient_client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    def endless(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 302 Found\r\nLocation: /r4/x\r\nConnection: close\r\n\r\n")
        request.write_for_ever(b" " * 1_000_000, 0)

    fhir.faults["Condition"] = endless
    assert_named(answered(patient_client, at(fhir)), log, Reason.REDIRECT, "conditions")
    assert fhir.hung_up.wait(10)


def test_all_answers_of_a_call_share_their_bytes(fhir: FhirServer, log: Log) -> None:
    """Two that fit each, and not together."""
    for kind in ("Condition", "Observation", "Encounter"):
        fhir.faults[kind] = says(bundle(WEAK | {"resourceType": kind, "note": [{"text": "x" * 60_000}]}))
    small = client_with(time_budget=LONG, max_answer_bytes=100_000, max_fetch_bytes=100_000)
    answered(small, at(fhir, {"patient": patient(), "procedures": None}))
    fetched = log.fetched
    reasons = [fetched[key] for key in ("conditions", "observations", "encounters")]
    assert sorted(reasons) == ["complete", Reason.TOO_LARGE.value, Reason.TOO_LARGE.value]


def test_pages_that_came_in_time_count(hasty_client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    fhir.page_size = 1
    fhir.faults["Condition"] = in_turn(None, holds)
    cards = answered(hasty_client, at(fhir))
    assert cards[0]["indicator"] == "critical"
    assert_named(cards, log, Reason.TIMEOUT, "conditions")


def test_when_nothing_clinical_can_be_had_the_refusal_says_what_went_wrong(
    patient_client: FlaskClient, fhir: FhirServer
) -> None:
    fhir.faults = dict.fromkeys(SEARCHES, answers(401))
    said = refusal(post(patient_client, at(fhir, {})))
    assert said["status"] == 412
    assert "the FHIR server refused the token (401)" in said["says"]


def test_a_server_that_is_not_there_is_named(patient_client: FlaskClient, log: Log) -> None:
    with FhirServer() as gone:
        base = gone.base
    body = call({key: value for key, value in everything().items() if key != "conditions"}, fhirServer=base)
    assert_named(answered(patient_client, body), log, Reason.NO_CONNECTION, "conditions")


def test_a_server_without_tls_where_tls_was_registered_is_named(fhir: FhirServer, log: Log) -> None:
    secure = fhir.base.replace("http:", "https:")
    registered = client_with(time_budget=LONG, clients=[{"name": "ehr", "fhir_servers": [secure]}])
    assert_named(answered(registered, at(fhir, fhirServer=secure)), log, Reason.TLS, "conditions")
    assert fhir.asked == []


def test_the_budget_counts_from_the_start_of_the_call(fhir: FhirServer, log: Log) -> None:
    """Nine tenths of it are for fetching; a call that took so long to come in asks for nothing."""
    settings = Settings(time_budget=2)
    desk = Desk.ready(settings, fetching=True)
    desk = replace(desk, fetcher=Fetcher(settings, desk.client, clock=lambda: 100.0))
    body = open_call(json.dumps(at(fhir)).encode())
    assert answer(body, desk, NOW, started=98.3).cards[0].indicator == "critical"
    (asked,) = fhir.asked
    late = answer(body, desk, NOW, started=98.1)
    assert fhir.asked == [asked]
    assert late.record is not None
    assert late.record.fetched == {"conditions": "timeout"}


# Pages


def next_to(url: str) -> Fault:
    return lambda request: request.send_json(searchset([WEAK], 1, url))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/r4/Condition?page=2",
        "https://ehr.example/r4/Condition?page=2",
        "{origin}/other/Condition?page=2",
        "{origin}/r4x/Condition?page=2",
        "{origin}/r4/../admin",
        "{origin}/r4/%2e%2E/admin",
        "{origin}/r4/..%2fadmin",
        "{origin}/r4/%2e%2e%5Cadmin",
        "{origin}/r4/..;/admin",
        "{origin}/r4%2f../admin",
        "../../admin",
        "//ehr.example/r4/Condition",
        "http://user@{host}/r4/Condition?page=2",
        "http://{host}@ehr.example/r4/Condition?page=2",
        "http://{host}\\@ehr.example/r4/Condition",
        "file:///etc/passwd",
        "{origin}/r4/Condition?page=2\r\nX-Evil: 1",
        "http://[/r4",
        "http://127.0.0.1:99999/r4",
    ],
)
def test_a_next_page_elsewhere_is_not_asked_for(
    patient_client: FlaskClient, fhir: FhirServer, log: Log, url: str
) -> None:
    host = fhir.origin.removeprefix("http://")
    fhir.faults["Condition"] = next_to(url.format(origin=fhir.origin, host=host))
    cards = answered(patient_client, at(fhir))
    assert cards[0]["indicator"] == "critical", "the page that came counts"
    assert_named(cards, log, Reason.NEXT_ELSEWHERE, "conditions")
    assert len(fhir.asked) == 1


@pytest.mark.parametrize("url", ["Condition?page=2", "/r4/Condition?page=2", "?page=2", "{base}?_getpages=7"])
def test_a_next_page_on_the_same_server_is_followed(
    patient_client: FlaskClient, fhir: FhirServer, log: Log, url: str
) -> None:
    pages = in_turn(next_to(url.format(base=fhir.base)), says(searchset([LATER], 2)))
    fhir.faults = {"Condition": pages, "": pages, "/r4": pages}
    assert_complete(answered(patient_client, at(fhir)), log)
    assert len(fhir.asked) == 2


def test_pages_in_a_circle_are_left(patient_client: FlaskClient, fhir: FhirServer, log: Log) -> None:
    fhir.faults["Condition"] = next_to("?page=2")
    cards = answered(patient_client, at(fhir))
    assert len(fhir.asked) == 2
    assert_named(cards, log, Reason.PAGES_IN_A_CIRCLE, "conditions")


def test_pages_without_end_are_left(fhir: FhirServer, log: Log) -> None:
    counted = iter(range(1, 100))

    def more(request: Request) -> None:
        request.send_json(searchset([WEAK], 1, f"?page={next(counted)}"))

    fhir.faults["Condition"] = more
    cards = answered(client_with(time_budget=LONG, max_pages=3), at(fhir))
    assert_named(cards, log, Reason.TOO_MANY_PAGES, "conditions")
    assert len(fhir.asked) == 3


def test_the_next_page_of_the_prefetch_is_asked_for_and_not_what_came(
    patient_client: FlaskClient, fhir: FhirServer
) -> None:
    fhir.page_size = 1
    first = fhir.found("/r4/Condition?patient=p1")
    cards = answered(patient_client, at(fhir, everything(conditions=first)))
    assert cards[0]["indicator"] == "critical"
    assert fhir.asked == ["/r4/Condition?patient=p1&_from=1"]


@pytest.mark.parametrize("url", ["https://ehr.example/r4/Condition?page=2", "", None, 7])
def test_a_next_page_of_the_prefetch_that_lies_elsewhere_means_a_search_anew(
    patient_client: FlaskClient, fhir: FhirServer, url: Any
) -> None:
    first = bundle(LATER, total=2, link=[{"relation": "next", "url": url}])
    answered(patient_client, at(fhir, everything(conditions=first)))
    assert fhir.asked == ["/r4/Condition?patient=p1&_count=500"]


def test_a_next_page_of_the_prefetch_that_is_gone_means_a_search_anew(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    first = bundle(LATER, total=2, link=[{"relation": "next", "url": f"{fhir.base}/Condition?cursor=x"}])
    fhir.faults["Condition"] = in_turn(answers(410), None)
    cards = answered(patient_client, at(fhir, everything(conditions=first)))
    assert_complete(cards, log)
    assert len(fhir.asked) == 2


def test_other_peoples_resources_in_an_answer_do_not_count(
    patient_client: FlaskClient, fhir: FhirServer
) -> None:
    fhir.resources = [WEAK | {"subject": {"reference": "Patient/p2"}}]
    assert all(card["indicator"] != "critical" for card in answered(patient_client, at(fhir)))


@pytest.mark.parametrize("value", [None, {"resourceType": "Bundle", "total": 0}, bundle(LATER)])
def test_what_the_ehr_looked_for_is_not_asked_for_again(
    patient_client: FlaskClient, fhir: FhirServer, value: Any
) -> None:
    answered(patient_client, at(fhir, everything(conditions=value)))
    assert fhir.asked == []


# Many calls


def test_one_more_call_than_may_wait_is_answered_at_once(
    patient_client: FlaskClient, fhir: FhirServer, log: Log
) -> None:
    """As many as may wait wait; one more is assessed from its prefetch, and says so."""
    from cds_service import server

    assert server.THREADS >= 2 * fetching.FETCHING_CALLS
    all_held = threading.Semaphore(0)

    def held(request: Request) -> None:
        all_held.release()
        request.fhir.over.wait(30)
        request.send_json(request.fhir.found(request.path))

    fhir.faults["Condition"] = held
    waiting = [
        threading.Thread(target=post, args=[patient_client.application.test_client(), at(fhir)])
        for _ in range(fetching.FETCHING_CALLS)
    ]
    for each in waiting:
        each.start()
    for _ in waiting:
        assert all_held.acquire(timeout=20)
    cards = answered(patient_client, at(fhir, {"patient": patient(), "observations": None}))
    assert all(each.is_alive() for each in waiting)
    codes = [line["fetched"] for line in log.lines() if line["event"] == "hook call"]
    assert [each["conditions"] for each in codes] == [Reason.BUSY.value]
    assert WORDS[Reason.BUSY].card in cards[0]["detail"]
    fhir.over.set()
    for each in waiting:
        each.join(20)
    fhir.faults.clear()
    assert_complete(answered(patient_client, at(fhir)), log)


def test_a_defect_of_fetching_loses_nothing_that_came(
    patient_client: FlaskClient, fhir: FhirServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cds_service import fhir_pages

    def breaks(*_: Any) -> None:
        raise KeyError(f"{CANARY} {TOKEN}")

    monkeypatch.setattr(fhir_pages, "_answered", breaks)
    cards = answered(patient_client, at(fhir, {"patient": patient(), "conditions": bundle(WEAK)}))
    assert cards[0]["indicator"] == "critical"
    assert any(card["source"]["topic"]["code"] == "LegWeaknessIncomplete" for card in cards)
