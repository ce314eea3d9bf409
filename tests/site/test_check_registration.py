"""A live deployment is checked from outside, and what is wrong with it is said in plain words."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from cds_service.addresses import place
from cds_service.check_registration import Door
from cds_service.cli import main
from cds_service.site import check_line, check_trust
from cds_service.site.check import CHECKS
from cds_service.site.signing import Signer
from cds_service.site.visit import SERVICE, Visit
from tests.site.deployments import (
    KID,
    App,
    Environ,
    Front,
    answering,
    changing,
    deployed,
    has_token,
    instead,
    only,
    path_of,
    straight,
    with_headers,
)
from tests.wire.ehr import ISSUER, jwk, jwks, rsa_key
from tests.wire.fhir_server import TLS
from tests.wire.serving import free_port, serving

ALWAYS_APART = {"certificate", "plain-http", "buffering"}
"""Not to be had on this machine without TLS."""
NOTHING = json.dumps({"cards": []}).encode()


def is_call(environ: Environ) -> bool:
    return path_of(environ).endswith(SERVICE) and environ["REQUEST_METHOD"] == "POST"


def trusted_call(environ: Environ) -> bool:
    return is_call(environ) and has_token(environ)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check-registration", *arguments])


def test_a_sound_deployment_has_nothing_wrong(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        found = live.check()
    assert {name: each.says for name, each in found.items() if each.outcome == "wrong"} == {}
    assert {name for name, each in found.items() if each.outcome == "not tried"} == ALWAYS_APART
    assert list(found) == list(CHECKS)


def test_without_a_key_what_needs_none_is_checked(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        found = live.check(signer=None)
    assert found["no-token"].outcome == found["cors"].outcome == found["base-path"].outcome == "ok"
    for name in ("token", "discovery", "cards", "tampered", "replayed", "feedback"):
        assert found[name].outcome == "not tried"
        assert "--key" in found[name].do


def shown(**headers: str) -> Front:
    return with_headers(**headers)


def ahead(app: App) -> App:
    """Its clock is ten minutes ahead of each answer, however long the tests have been running."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        late = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
        return shown(Date=late)(app)(environ, start_response)

    return answer


def hook_answer(body: Any) -> Front:
    return only(trusted_call, answering("200 OK", json.dumps(body).encode()))


def swapping_tokens(environ: Environ) -> None:
    """As a proxy would that signs by itself: whatever comes is let in."""
    if has_token(environ):
        path = path_of(environ).removeprefix("/hooks")
        base = f"http://{environ['HTTP_HOST']}/hooks"
        fresh = Signer(rsa_key(), KID, "RS384", ISSUER).token(f"{base}{path}", datetime.now(UTC))
        environ["HTTP_AUTHORIZATION"] = f"Bearer {fresh}"


def slowly(app: App) -> App:
    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        time.sleep(0.3)
        return app(environ, start_response)

    return answer


def large(environ: Environ) -> bool:
    return 1024 * 1024 < int(environ.get("CONTENT_LENGTH") or 0) < 1024**3


def huge(environ: Environ) -> bool:
    return int(environ.get("CONTENT_LENGTH") or 0) > 1024**3


def without_data(environ: Environ) -> bool:
    if not trusted_call(environ) or huge(environ):
        return False
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = io.BytesIO(body)
    return b'"prefetch"' not in body


LOGIN = answering("401 Unauthorized", b"log in", "text/html", WWW_Authenticate='Basic realm="x"')
MOVED = answering("302 Found", b"", Location="https://cds.example/")
CARD = {"uuid": "3d3fd3ab-2a03-4a3f-8a8b-5f7a3f2f1c11", "indicator": "critical", "summary": "s"}


@pytest.mark.parametrize(
    ("front", "check", "words"),
    [
        (instead(MOVED), "redirect", "redirected (302)"),
        (
            instead(answering("200 OK", b"<p>", "text/html")),
            "base-path",
            "something else than this service",
        ),
        (instead(answering("502 Bad Gateway", b"")), "base-path", "not the service (502)"),
        (only(is_call, LOGIN), "no-token", "a login of its own"),
        (only(is_call, answering("403 Forbidden", b"")), "no-token", "in front of the service (403)"),
        (only(is_call, answering("500 Server Error", b"")), "no-token", "in front of the service (500)"),
        (only(is_call, answering("405 Method Not Allowed", b"")), "no-token", "for its method (405)"),
        (only(trusted_call, LOGIN), "token", "a login of its own"),
        (
            changing(lambda environ: environ.pop("HTTP_AUTHORIZATION", None)),
            "token",
            "a signed token is refused",
        ),
        (ahead, "clock", "ahead of this machine's"),
        (shown(Access_Control_Allow_Origin="*"), "cors", "Any page may call"),
        (only(trusted_call, answering("504 Gateway Timeout", b"")), "cards", "given up by the proxy (504)"),
        (hook_answer({"cards": []}), "cards", "gets no card"),
        (hook_answer({"cards": [CARD | {"indicator": "info"}]}), "cards", "no critical one"),
        (
            hook_answer({"cards": [CARD | {"source": {"url": "https://other.example/explanations/a"}}]}),
            "explanations",
            "lead to https://other.example:443",
        ),
        (only(large, answering("413 Too Large", b"")), "large-chart", "as too large (413)"),
        (only(huge, answering("200 OK", NOTHING)), "body-limit", "10 GiB"),
        (only(without_data, answering("200 OK", NOTHING)), "without-data", "as if there were any"),
        (
            only(lambda environ: has_token(environ) and not is_call(environ), answering("200 OK", b"{}")),
            "discovery",
            "does not list leg-weakness",
        ),
        (
            only(lambda environ: path_of(environ).endswith("/feedback"), answering("404 Not Found", b"")),
            "feedback",
            "found nothing at this address (404)",
        ),
        (
            only(lambda environ: "/explanations" in path_of(environ), LOGIN),
            "explanations",
            "a login of its own",
        ),
        (changing(swapping_tokens), "tampered", "is let in"),
        (changing(swapping_tokens), "expired", "is let in"),
        (changing(swapping_tokens), "wrong-audience", "is let in"),
        (changing(swapping_tokens), "replayed", "is let in"),
    ],
)
def test_each_kind_of_wrongness_is_named(front: Front, check: str, words: str, tmp_path: Path) -> None:
    with deployed(tmp_path, front) as live:
        found = live.check()
    assert found[check].outcome == "wrong", live.results
    assert words in found[check].says
    assert found[check].do


def test_a_proxy_that_drops_the_header_is_among_the_likely_reasons(tmp_path: Path) -> None:
    dropping = changing(lambda environ: environ.pop("HTTP_AUTHORIZATION", None))
    with deployed(tmp_path, dropping) as live:
        told = live.check()["token"].do
    assert "a proxy drops or changes the header Authorization" in told
    assert "Look up request" in told
    assert "(no X-Request-Id came)" not in told


def test_another_public_base_url_is_found_by_trying(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        other = live.base.replace("127.0.0.1", "localhost")
        told = live.check(base=other)["token"]
    assert told.outcome == "wrong"
    assert f"A token for {live.base}{SERVICE} is accepted" in told.says
    assert "public_base_url" in told.do


def test_an_issuer_without_its_slash_is_found_by_trying(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        told = live.check(issuer=ISSUER.rstrip("/"))["token"]
    assert f"knows the issuer as {ISSUER}" in told.says


def test_clocks_that_differ_are_the_likely_reason_for_a_refused_token(tmp_path: Path) -> None:
    with deployed(tmp_path, ahead) as live:
        visit = live.visit()
        visit.clock = lambda: datetime.now(UTC) - timedelta(minutes=30)
        check_line.base_path(visit)
        check_trust.good_token(visit)
    assert "the clocks differ" in visit.results[-1].says


def test_a_wrong_path_is_told_from_a_server_that_is_not_there(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        told = live.check(base=f"{live.base}/wrong")["base-path"]
    assert told.outcome == "wrong"
    assert "The service lives at /hooks of this host, and not at /hooks/wrong" in told.says


def test_keys_that_cannot_be_had_are_told_from_a_wrong_token(tmp_path: Path) -> None:
    nowhere = {"jwks_file": None, "jwks_url": f"http://127.0.0.1:{free_port()}/jwks.json"}
    with deployed(tmp_path, client=nowhere) as live:
        told = live.check()["token"]
    assert told.outcome == "wrong"
    assert "cannot have its keys (503)" in told.says


def test_a_journal_without_database_takes_no_feedback_and_sees_no_replay(tmp_path: Path) -> None:
    with deployed(tmp_path, database_url="none") as live:
        found = live.check()
    assert "Feedback cannot be stored" in found["feedback"].says
    assert found["replayed"].outcome == "wrong"


def test_a_fhir_server_that_is_not_registered_is_named(tmp_path: Path) -> None:
    with deployed(tmp_path, client={"fhir_servers": ("https://fhir.example/r4",)}) as live:
        wrong = live.check(fhir_server="https://fhir.example/R4/other")["without-data"]
        right = live.check(fhir_server="https://fhir.example/r4")["without-data"]
    assert wrong.outcome == "wrong"
    assert "https://fhir.example:443 is not registered" in wrong.says
    assert right.outcome == "ok"
    assert "endpoint address differs from the registered one?" in right.says


@pytest.mark.parametrize(
    ("client", "words"),
    [
        ({"mode": "silent"}, "silent for this client"),
        ({"shown_to": ("PractitionerRole/nobody",)}, "the user of the call not in shown_to"),
    ],
)
def test_cards_that_are_held_back_on_purpose_are_told_from_a_defect(
    client: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with deployed(tmp_path, client=client) as live:
        found = live.check()
    assert found["cards"].outcome == "wrong"
    assert words in found["cards"].says + found["cards"].do
    assert found["without-data"].outcome == "not tried"
    assert "no error while no card goes out" in found["without-data"].says
    assert {each.check for each in found.values() if each.outcome == "wrong"} == {"cards"}


def test_a_development_profile_that_is_reached_as_production_is_wrong(tmp_path: Path) -> None:
    with deployed(tmp_path, profile="development") as live:
        found = live.check()
        alone = live.check(signer=None)
    assert found["no-token"].outcome == "wrong"
    assert "anybody may ask" in found["no-token"].says
    assert found["cards"].outcome == "ok"
    assert alone["no-token"].outcome == "ok"
    assert "development profile" in alone["tampered"].says


def test_an_answer_that_takes_too_long_is_named(tmp_path: Path) -> None:
    with deployed(tmp_path, slowly) as live:
        told = live.check(within=0.2)["time"]
    assert told.outcome == "wrong"
    assert "0.2 s are the limit" in told.says


def keeping_bodies(app: App) -> App:
    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        return app(environ, start_response)

    return answer


@pytest.mark.parametrize(("front", "outcome"), [(straight, "wrong"), (keeping_bodies, "ok")])
def test_a_proxy_that_passes_half_bodies_on_is_named(
    front: Front, outcome: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Visit, "on_this_machine", False)
    monkeypatch.setattr(check_line, "_HALF_BODY_WAIT", 0.5)
    with deployed(tmp_path, front) as live:
        visit = live.visit()
        check_line.buffering(visit)
    assert [each.outcome for each in visit.results] == [outcome]


def test_a_server_that_is_not_there_is_named() -> None:
    result = run(f"http://127.0.0.1:{free_port()}", "--insecure-loopback", "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 1
    connection = next(each for each in told["checks"] if each["check"] == "connection")
    assert connection["outcome"] == "wrong"
    assert "Nobody answers" in connection["says"]
    assert told["counts"]["not tried"] == len(CHECKS) - 2


@pytest.mark.parametrize(
    ("url", "words"),
    [("http://cds.example/hooks", "http instead of https"), ("http://127.0.0.1:9", "--insecure-loopback")],
)
def test_nothing_is_sent_without_tls(url: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr(Door, "ask", never)
    result = run(url)
    assert result.exit_code == 1
    assert words in result.stdout


def test_over_tls_the_certificate_counts(tmp_path: Path) -> None:
    with deployed(tmp_path, tls=True) as live:
        stranger = live.check()
        known = live.check(ca_file=TLS / "certificate.pem")
        other_name = live.check(
            base=live.base.replace("localhost", "127.0.0.1"), ca_file=TLS / "certificate.pem"
        )
    assert stranger["certificate"].outcome == other_name["certificate"].outcome == "wrong"
    assert "not trusted: self" in stranger["certificate"].says
    assert "mismatch" in other_name["certificate"].says
    assert known["certificate"].outcome == known["cards"].outcome == known["explanations"].outcome == "ok"


def test_a_certificate_that_ends_soon_is_named(tmp_path: Path) -> None:
    with deployed(tmp_path, tls=True) as live:
        visit = live.visit(ca_file=TLS / "certificate.pem")
        ends = visit.door.certificate_ends()
        visit.clock = lambda: ends - timedelta(days=3)
        check_line.connection(visit)
    told = next(each for each in visit.results if each.check == "certificate")
    assert told.outcome == "wrong"
    assert "ends in 3 days" in told.says


def test_https_where_no_tls_is_spoken_is_named(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        told = live.check(base=live.base.replace("http:", "https:"))["certificate"]
    assert told.outcome == "wrong"
    assert "No TLS connection" in told.says


def echoing(app: App) -> App:
    """Says every token back, in all places that are looked at."""

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not has_token(environ):
            return app(environ, start_response)
        text = environ["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        card = CARD | {"uuid": text, "source": {"url": f"https://{text}/x"}, "links": [{"url": text}]}
        body = {"cards": [card], "services": [{"id": text}], "issue": [{"diagnostics": text}]}
        raw = json.dumps(body).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("X-Request-Id", text),
            ("Content-Length", str(len(raw))),
        ]
        start_response("200 OK", headers)
        return [raw]

    return answer


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_neither_key_nor_token_is_shown_even_if_the_server_says_it_back(
    form: list[str], tmp_path: Path
) -> None:
    with deployed(tmp_path, echoing) as live:
        live.check()
        given = [live.base, "--key", str(live.key_file()), "--kid", KID, "--issuer", ISSUER]
        result = run(*given, "--insecure-loopback", *form)
    assert result.exit_code == 1
    assert live.signer
    assert live.signer.signed
    said = result.output + "".join(each.says + each.do for each in live.results)
    assert "eyJ" not in said
    assert "eyj" not in said
    assert "PRIVATE" not in said
    assert not any(part in said for token in live.signer.signed for part in token.split("."))


def test_the_command_signs_as_the_ehr_and_ends_with_nought(tmp_path: Path) -> None:
    with deployed(tmp_path) as live:
        given = ["--key", str(live.key_file()), "--kid", KID, "--issuer", ISSUER, "--insecure-loopback"]
        for address in (live.base, f"{live.base}/cds-services/", f"{live.base}{SERVICE}"):
            result = run(address, *given)
            assert result.exit_code == 0, result.output
            assert f"with a synthetic chart: {live.base}\n" in result.stdout
            assert ", 0 wrong, " in result.stdout


def public(folder: Path, port: int) -> str:
    """Settings under which links lead to where the service listens."""
    (folder / "keys.json").write_bytes(jwks(jwk(rsa_key(), KID)))
    return f'public_base_url = "http://127.0.0.1:{port}"\n'


@pytest.mark.parametrize("profile", ["development", "production"])
def test_the_served_service_passes_by_its_own_server(profile: str, tmp_path: Path) -> None:
    port = free_port()
    client = f'[[clients]]\nname = "main"\nissuer = "{ISSUER}"\njwks_file = "{tmp_path}/keys.json"\n'
    text = f'{public(tmp_path, port)}profile = "{profile}"\n{client}'
    file = tmp_path / "key.pem"
    file.write_bytes(rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = ["--key", str(file), "--kid", KID, "--issuer", ISSUER] if profile == "production" else []
    with serving(tmp_path, text, f"sqlite:///{tmp_path / 'journal.db'}", port) as served:
        result = run(f"http://127.0.0.1:{served.port}", "--insecure-loopback", *key)
    assert result.exit_code == 0, result.output
    assert "\nok         Critical card: " in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--key", "KEY"], "--issuer"),
        (["--key", "KEY", "--issuer", ISSUER], "--kid"),
        (["--key", "KEY", "--issuer", ISSUER, "--kid", "k", "--alg", "HS256"], "cannot sign with HS256"),
    ],
)
def test_misuse_is_told_before_anything_is_asked(arguments: list[str], words: str, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(rsa_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    result = run("https://cds.example", *[str(file) if each == "KEY" else each for each in arguments])
    assert result.exit_code == 2
    assert words in result.output


@pytest.mark.parametrize(
    "url", ["cds.example", "https://user@cds.example", "https://cds.example/?a", "ftp://a"]
)
def test_an_odd_address_is_misuse(url: str) -> None:
    assert run(url).exit_code == 2


def test_the_synthetic_call_is_marked_as_such() -> None:
    where = place("https://cds.example")
    assert where
    visit = Visit("https://cds.example", Door(where, 1.0), lambda: datetime.now(UTC))
    patient = json.loads(visit.call())["prefetch"]["patient"]
    assert patient["meta"]["security"][0]["code"] == "HTEST"
    assert patient["name"][0]["given"] == ["Synthetic"]
