"""What the proxy keeps from the service, and what it lets through."""

from __future__ import annotations

import json
import re
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from pydantic import ValidationError

from cds_service.settings import Settings
from tests.several.calls import Ehr, critical
from tests.several.conftest import Site
from tests.several.machines import NGINX_CONF, TLS, Proxy, until
from tests.wire.calls import SERVICE

pytestmark = pytest.mark.several

SLOW = 60
"""Half-sent bodies: more than both instances have threads for reading."""
SECRET = "canary-4711"


def connected(proxy: Proxy, version: ssl.TLSVersion | None = None) -> ssl.SSLSocket:
    context = ssl.create_default_context(cafile=str(TLS / "certificate.pem"))
    if version is not None:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.set_ciphers("ALL:@SECLEVEL=0")
    raw = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
    return context.wrap_socket(raw, server_hostname="localhost")


def test_the_configuration_is_sound(site: Site) -> None:
    told = site.proxy.check()
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr


def test_its_limits_lie_a_little_above_those_of_the_service() -> None:
    """So that the service's own words reach the caller."""
    text = NGINX_CONF.read_text(encoding="utf-8")
    (size,) = re.findall(r"client_max_body_size (\d+)m;", text)
    (seconds,) = re.findall(r"proxy_read_timeout (\d+)s;", text)
    most = Settings.model_fields["max_body_bytes"].default
    assert most < int(size) * 1024**2 <= most + 1024**2
    with pytest.raises(ValidationError):
        Settings(time_budget=float(seconds))


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_these_versions_of_tls_are_spoken(site: Site, version: ssl.TLSVersion) -> None:
    with connected(site.proxy, version) as connection:
        assert connection.version() == version.name.replace("_", ".")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")  # so old that Python warns of it
def test_older_tls_is_not_spoken(site: Site) -> None:
    with pytest.raises(ssl.SSLError):
        connected(site.proxy, ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/healthz", 200),
        ("/transparency", 200),
        ("/transparency.json", 200),
        ("/explanations/red-flags/rf_stroke", 200),
        ("/", 302),
        ("/cds-services", 401),
        ("/cds-services/leg-weakness", 405),
        ("/metrics", 404),
        ("//metrics", 404),
        ("/metrics/", 404),
        ("/%6detrics", 404),
        ("/cds-services/../metrics", 404),
        ("/cds-services/%2e%2e/metrics", 404),
        ("/readyz", 404),
        ("/demo/fhir/metadata", 404),
        ("/bench", 404),
    ],
)
def test_what_is_let_through(ehr: Ehr, path: str, status: int) -> None:
    assert ehr.ask("GET", path).status == status


def test_headers_for_browsers_come_once(ehr: Ehr) -> None:
    for path in ("/healthz", "/transparency"):
        headers = ehr.ask("GET", path).headers
        for name in (
            "Strict-Transport-Security",
            "Content-Security-Policy",
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cache-Control",
            "X-Request-Id",
        ):
            assert len(headers.get_all(name, [])) == 1, (path, name)
        assert headers.get_all("Server") == ["nginx"]


def test_a_body_that_is_too_large_is_refused_in_the_words_of_the_service(site: Site) -> None:
    with connected(site.proxy) as connection:
        head = f"POST {SERVICE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {40 * 1024**2}\r\n\r\n"
        connection.sendall(head.encode())
        answer = b""
        while not answer.endswith(b"]}") and (got := connection.recv(65536)):
            answer += got
    before, _, body = answer.partition(b"\r\n\r\n")
    assert before.startswith(b"HTTP/1.1 413 ")
    (issue,) = json.loads(body)["issue"]
    assert issue["details"]["coding"] == [{"system": "urn:x-leg-weakness-cds:error", "code": "too-large"}]
    assert issue["diagnostics"].endswith(".")


def test_half_sent_bodies_reach_no_instance_and_others_get_their_cards(site: Site) -> None:
    def ask(_: int) -> bool:
        one = Ehr(site.proxy)
        answer = one.post()
        one.close()
        return answer.status == 200 and bool(critical(answer.body))

    with ExitStack() as open_ones, ThreadPoolExecutor(4) as pool:
        for _ in range(SLOW):
            slow = open_ones.enter_context(connected(site.proxy))
            token = Ehr(site.proxy).token()
            head = (
                f"POST {SERVICE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
                "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
            )
            slow.sendall(head.encode())
        assert all(pool.map(ask, range(12)))


def test_the_log_has_nothing_that_a_caller_wrote(site: Site, ehr: Ehr) -> None:
    token = ehr.token()
    ehr.post(f"{SERVICE}?patient={SECRET}", token=token)
    ehr.ask("GET", f"/Patient/{SECRET}?_id={SECRET}")
    ehr.ask("GET", f"/cds-services/{SECRET}")
    log = site.proxy.folder / "access.log"
    until(lambda: log.read_text().count('"area":"other"') >= 2, "the lines are there")
    text = log.read_text()
    assert SECRET not in text
    assert token[:20] not in text
    assert "127.0.0.1" not in text.replace(site.a.address, "").replace(site.b.address, "")


def test_a_request_is_found_in_the_logs_of_proxy_and_service(site: Site, ehr: Ehr) -> None:
    name = ehr.post().headers["X-Request-Id"]
    line = until(lambda: next((x for x in site.proxy.lines() if x["request"] == name), None), "its line")
    by = {each.address: each for each in site.both}[line["instance"]]
    assert f'"request": "{name}"' in by.said()
