"""Everything that can be asked of the service, good and bad, each time with words that must not come out."""

from __future__ import annotations

import gzip
import json
from typing import Any

from werkzeug.test import encode_multipart

from cds_service import fixtures
from cds_service.journal import engine as engines
from cds_service.recording import MOMENT
from tests.privacy.canaries import BORN, SECRET, Json, Planter, fully_written, headers, secret, token, url
from tests.privacy.defective import OTHERS, PARTS
from tests.privacy.server import Server, until
from tests.wire.calls import SERVICE
from tests.wire.fhir_server import Fault, FhirServer, Request, answers, searchset
from tests.wire.test_commands import free_port

FEEDBACK = f"{SERVICE}/feedback"


def ask_everything(server: Server) -> None:
    good_calls(server)
    refusals(server)
    defects(server)
    with FhirServer() as fhir:
        failures_of_fetching(server, fhir)
    feedbacks(server)
    browsers_and_demo(server)
    the_test_bench(server)
    broken_http(server)
    server.post("a call to end with", a_call())


def a_call(name: str = "sudden-right-sided-weakness", **changes: Any) -> Json:
    return Planter().call(fixtures.call(name, MOMENT), **changes)


def written_in_full() -> Json:
    planter = Planter()
    given = fixtures.call("everything-empty", MOMENT)
    patient = given["context"]["patientId"]
    everything = {"resourceType": "Bundle", "entry": [{"resource": each} for each in fully_written(patient)]}
    given["prefetch"]["conditions"] = everything
    return planter.call(given)


def good_calls(server: Server) -> None:
    for name in fixtures.names():
        assert server.post(name, a_call(name)).status == 200
    assert server.post("written in full", written_in_full()).status == 200


def refusals(server: Server) -> None:
    """Each by its status; what is refused holds words too."""
    call, word = a_call(), secret("refused")
    wrong: dict[str, tuple[int, Any, dict[str, str]]] = {
        "no JSON": (400, json.dumps(call).encode()[:-9], {}),
        "no JSON at all": (400, word.encode(), {}),
        "not UTF-8": (
            400,
            json.dumps(call | {"hook": "?"}).encode().replace(b'"?"', b'"\xff\xfe"'),
            {},
        ),
        "too deep": (400, f'{{"{word}":'.encode() * 600, {}),
        "a member twice": (400, json.dumps(call).encode()[:-1] + f',"hook":"{word}"}}'.encode(), {}),
        "an odd patient": (400, call | {"context": {"patientId": f"{word} / {BORN}"}}, {}),
        "no patient": (400, call | {"context": {"userId": word}}, {}),
        "a context that is none": (400, call | {"context": word}, {}),
        "a prefetch that is none": (400, call | {"prefetch": [word]}, {}),
        "another hook": (400, call | {"hook": word}, {}),
        "no hookInstance": (400, call | {"hookInstance": {word: word}}, {}),
        "a token that is none": (400, call | {"fhirAuthorization": {"access_token": {word: word}}}, {}),
        "no record": (412, call | {"prefetch": None}, {}),
        "an error for a record": (412, call | {"prefetch": {word: _outcome()}}, {}),
        "another type": (415, call, {"Content_Type": f"text/{word}"}),
        "another character set": (415, call, {"Content_Type": f"application/json; charset={word}"}),
        "packed": (415, gzip.compress(word.encode()), {"Content_Encoding": word}),
    }
    got = {what: server.post(what, body, **more).status for what, (_, body, more) in wrong.items()}
    assert got == {what: status for what, (status, *_) in wrong.items()}
    assert server.post("another service", call, path=f"/cds-services/{secret('service')}").status == 404
    assert (
        server.get("no such page", f"/{secret('path')}/Patient/{secret('id')}?name={secret()}").status == 404
    )
    assert server.get("another method", SERVICE, method="DELETE").status == 405
    assert server.get("a method of their own", SERVICE, method=SECRET.upper()).status in {405, 501, 400}


def _outcome() -> Json:
    issue = {"severity": "error", "code": secret("issue"), "diagnostics": secret("diagnostics")}
    return {"resourceType": "OperationOutcome", "issue": [issue | {"details": {"text": secret("details")}}]}


def defects(server: Server) -> None:
    for part in (*PARTS, *OTHERS):
        path = FEEDBACK if part in {"feedback", "storing"} else SERVICE
        body = (
            a_feedback() if path == FEEDBACK else a_call(hookInstance="0d1577c6-dfbe-44ad-ba6d-3e05e953b2ea")
        )
        if part == "one resource":
            # Whose resource it is cannot be told then, so it is named as not assessed: without the strangers.
            body["prefetch"].popitem()
        if part == "fetching":
            del body["prefetch"]["conditions"]
        server.post(f"defect: {part}", body, path=path, X_Defect=part)
    assert {told.status for told in server.asked if told.what.startswith("defect")} >= {200, 500}


def _redirect(request: Request) -> None:
    request.send_json(_outcome(), 302, Location=url("redirect"))


def _no_json(request: Request) -> None:
    request.send(secret("no json").encode(), Content_Type=f"text/{secret('type')}")


def _half(request: Request) -> None:
    request.send(b'{"resourceType":"Bundle","x":"' + secret("half").encode(), Content_Length="9999")
    request.close_connection = True


def _onward(request: Request) -> None:
    request.send_json(searchset([], 5, url("next")))


def _in_a_circle(request: Request) -> None:
    request.send_json(searchset([], 5, f"{request.fhir.origin}{request.path}"))


def _wrong_status_line(request: Request) -> None:
    request.wfile.write(f"{secret('status')} {secret('line')}\r\n\r\n".encode())
    request.close_connection = True


def _long_header(request: Request) -> None:
    request.send_json({}, 200, **{secret("name"): secret("value") * 9000})


def _slow(request: Request) -> None:
    request.send_response(200, secret("phrase"))
    request.end_headers()
    request.write_for_ever(secret("slow").encode(), 0.05)


def _other_patient(request: Request) -> None:
    other = {"resourceType": "Condition", "id": secret("id"), "subject": {"reference": f"Patient/{secret()}"}}
    request.send_json(searchset([other | {"code": {"text": f"weak legs {secret('text')}"}}], 1))


FAULTS: dict[str, Fault] = {
    **{
        f"status {status}": answers(status, X_Said=SECRET)
        for status in (400, 401, 403, 404, 410, 429, 500, 503)
    },
    "an outcome": lambda request: request.send_json(_outcome(), 422),
    "an outcome as an answer": lambda request: request.send_json(_outcome()),
    "redirect": _redirect,
    "no JSON": _no_json,
    "half": _half,
    "the next page elsewhere": _onward,
    "pages in a circle": _in_a_circle,
    "a wrong status line": _wrong_status_line,
    "a long header": _long_header,
    "slow": _slow,
    "held": lambda request: request.hold(),
    "another patient": _other_patient,
}


def failures_of_fetching(server: Server, fhir: FhirServer) -> None:
    def fetching(what: str, **changes: Any) -> None:
        body = a_call(**({"fhirServer": f"{fhir.base}", "fhirAuthorization": token()} | changes))
        for key in ("conditions", "observations"):
            body["prefetch"].pop(key, None)
        assert server.post(f"fetching: {what}", body).status == 200, what

    for what, fault in FAULTS.items():
        fhir.faults = {"Condition": fault, "Observation": fault}
        fetching(what)
    assert fhir.asked, "the server asked the FHIR server"
    assert any(SECRET in each.get("Authorization", "") for each in fhir.headers)
    fhir.faults = {}
    fetching("nobody listens", fhirServer=f"http://127.0.0.1:{free_port()}/{secret('base')}")
    fetching("another server", fhirServer=url("server"))
    fetching("no address", fhirServer=secret("no address"))
    fetching(
        "an address with a password", fhirServer=f"http://{secret('user')}:{secret('pass')}@127.0.0.1/r4"
    )
    fetching("a line break", fhirServer=f"{fhir.base}\r\nX: {secret('split')}")
    fetching("another kind of token", fhirAuthorization=token(token_type=secret("type")))
    fetching("a token with a line break", fhirAuthorization=token(access_token=f"a\r\nX: {secret('split')}"))
    fetching("a token that covers nothing", fhirAuthorization=token(scope=secret("scope")))
    fetching("a token of another patient", fhirAuthorization=token(patient=secret("patient")))
    with FhirServer(tls=True) as other:
        fetching("an unknown certificate", fhirServer=other.base.replace("http:", "https:"))


def a_feedback(card: str = "00000000-0000-0000-0000-000000000001", **changes: Any) -> Json:
    reason = {"code": f"{secret('code')} {BORN}", "system": url("system"), "display": secret("display")}
    item = {
        "card": card,
        "outcome": "overridden",
        "outcomeTimestamp": "2026-11-20T11:00:00Z",
        "overrideReason": {"reason": reason, "userComment": secret("comment")},
        "acceptedSuggestions": [{"id": secret("suggestion")}],
        "extension": {"com.ehr.patient": secret("patient"), secret("vendor"): secret("value")},
        secret("member"): secret("value"),
    }
    return {"feedback": [item | changes], secret("member"): secret()}


def feedbacks(server: Server) -> None:
    cards = json.loads(server.post("for feedback", a_call()).body)["cards"]
    good = a_feedback(cards[0]["uuid"])
    wrong: dict[str, tuple[int, Any]] = {
        "good": (200, good),
        "again": (200, good),
        "of a card that nobody showed": (200, a_feedback()),
        "no card": (400, a_feedback(secret("card"))),
        "an odd outcome": (400, a_feedback(outcome=secret("outcome"))),
        "an odd time": (400, a_feedback(outcomeTimestamp=f"{secret('time')}")),
        "no JSON": (400, f'{{"feedback": "{secret()}'.encode()),
        "no feedback": (400, {secret(): secret()}),
        "a member twice": (400, f'{{"feedback": [], "{SECRET}": 1, "{SECRET}": 2}}'.encode()),
    }
    got = {
        what: server.post(f"feedback: {what}", body, path=FEEDBACK).status
        for what, (_, body) in wrong.items()
    }
    assert got == {what: status for what, (status, _) in wrong.items()}
    until((server.journal / "journal.db").exists, 5)
    engine = engines.open_engine(f"sqlite:///{server.journal / 'journal.db'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE feedback RENAME TO elsewhere")
    assert server.post("feedback: the database refuses", a_feedback(), path=FEEDBACK).status == 503
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO feedback")
    engine.dispose()


def browsers_and_demo(server: Server) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": secret("header")}
    server.send("preflight", "OPTIONS", SERVICE, None, headers() | asking)
    for path in (
        f"/demo/fhir/Patient/{secret('id')}",
        f"/demo/fhir/Patient?name={secret('name')}&birthdate={BORN}",
        f"/demo/fhir/Condition?patient={secret('id')}&code={secret('code')}",
        f"/demo/fhir/{secret('type')}/{secret('id')}",
        f"/demo/fhir/Observation?patient={secret('id')}&_from={secret('page')}",
    ):
        told = server.get(f"demo: {path}", path)
        assert told.status in {200, 400, 404}
        # FHIR, Search: a Bundle says what was asked, to whoever asked. The demo has made-up patients only.
        told.body = json.dumps({name: each for name, each in json.loads(told.body).items() if name != "link"})
    server.get("health", f"/healthz?{secret('q')}")
    assert server.get("ready", f"/readyz?{secret('q')}").status == 200
    server.get("metrics by a caller who says much", f"/metrics?{secret('q')}")
    plain = server.send("metrics", "GET", f"/metrics?{secret('q')}", None, {})
    assert "legweakness_hook_calls_total" in plain.body


def the_test_bench(server: Server) -> None:
    """The page shows a pasted chart to whoever pasted it, and to nobody else: nothing of it is written."""
    document, word = json.dumps(written_in_full()), secret("bench")
    forms: list[tuple[str, dict[str, str]]] = [
        ("/", {"document": document}),
        ("/", {"document": document, "ehr": "fhir"}),
        ("/", {"document": document, "ehr": "error", "part": "conditions"}),
        ("/", {"document": document, "change": f"add:{word}:today"}),
        ("/", {"document": document, "change": f"remove:Condition/{word}", "feature": word, "value": word}),
        ("/", {"document": document, "feature": "Fever", "when": "today"}),
        ("/", {"document": document[:-9]}),
        ("/", {"document": f"<{word}>", "patient": word}),
        ("/", {"chart": word}),
        ("/", {"document": document, "ehr": word}),
        ("/", {"document": document, "moment": word}),
        ("/bench/download", {"document": document, "change": "add:fever:today"}),
        ("/bench/feedback", {"document": document, "card": f"overridden {word}", f"comment.{word}": word}),
    ]
    for number, (path, fields) in enumerate(forms):
        boundary, body = encode_multipart(fields)
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        told = server.send(f"bench {number}", "POST", path, body, kind)
        assert told.status in {200, 303, 400, 404, 422}, (told.what, told.status)
        told.body = ""
    for path in (
        f"/?chart={word}",
        f"/?change={word}&chart=quiet-chart",
        f"/demo/held/{word}/Condition?code={word}",
    ):
        told = server.send(f"bench {path}", "GET", path, None, {})
        told.body = ""
        assert told.status in {200, 404}
    foreign = server.send("bench, elsewhere", "POST", f"/?{word}", b"", {"Origin": f"https://{word}.example"})
    assert foreign.status == 403


def broken_http(server: Server) -> None:
    word = secret("raw").encode()
    server.raw("no HTTP", word + b" " + word + b"\r\n\r\n")
    server.raw("an odd version", b"GET /" + word + b" HTTP/" + word + b"\r\n\r\n")
    server.raw("an odd header", b"POST " + SERVICE.encode() + b" HTTP/1.1\r\n" + word + b"\x00: x\r\n\r\n")
    server.raw("a huge header", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + word * 60_000 + b"\r\n\r\n")
    start = b"POST " + SERVICE.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    server.raw("half a body", start + b"Content-Length: 999\r\n\r\n" + word)
    server.raw("an odd length", start + b"Content-Length: " + word + b"\r\n\r\n" + word)
    assert server.raw("too large", start + b"Content-Length: 99999999\r\n\r\n" + word).status == 413
    server.raw("odd chunks", start + b"Transfer-Encoding: chunked\r\n\r\n" + word + b"\r\n" + word)
