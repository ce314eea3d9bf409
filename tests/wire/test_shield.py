"""What stands before every page: the limit of calls, room for bodies, headers, proxies."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest
from flask import g
from flask.testing import FlaskClient

from cds_service import load
from cds_service.app import Service, create_app
from cds_service.errors import Overloaded, SettingsRefused
from cds_service.forwarded import caller, plain_path
from cds_service.load import LARGEST_AT_A_TIME, LOG_EVERY, READING, Load, Refusals
from cds_service.settings import Settings
from cds_service.settings import load as load_settings
from tests.wire.calls import SERVICE, call, post, refusal

EHR = {"name": "ehr", "issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks.json"}
FEEDBACK = f"{SERVICE}/feedback"


def service(**settings: Any) -> Service:
    return create_app(Settings(database_url="none", **settings))


def production(**settings: Any) -> FlaskClient:
    given: dict[str, Any] = {
        "profile": "production",
        "public_base_url": "https://cds.example",
        "clients": [EHR],
    }
    return service(**(given | settings)).test_client()


def logged(captured: pytest.CaptureFixture[str], event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in captured.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["event"] == event]


# The limit of calls


def statuses(client: FlaskClient, times: int, **options: Any) -> list[int]:
    return [post(client, call(), **options).status_code for _ in range(times)]


def from_address(address: str) -> dict[str, Any]:
    return {"environ_base": {"REMOTE_ADDR": address}}


def test_who_sends_more_than_the_limit_is_told_when_to_come_again() -> None:
    client = service(rate_limit="2 per 7 seconds").test_client()
    assert statuses(client, 2) == [200, 200]
    response = post(client, call())
    said = refusal(response)
    assert (said["status"], said["code"]) == (429, "rate-limited")
    assert response.headers["Retry-After"] == "7"
    assert response.headers["X-Request-Id"]


def test_others_are_answered_meanwhile() -> None:
    client = service(rate_limit="2 per minute").test_client()
    assert statuses(client, 3, **from_address("10.0.0.1"))[-1] == 429
    assert statuses(client, 2, **from_address("10.0.0.2")) == [200, 200]


def test_a_client_that_is_verified_is_counted_by_its_name_wherever_it_calls_from() -> None:
    app = service(rate_limit="2 per minute")
    name = ["a"]
    app.before_request(lambda: setattr(g, "client_name", name[0]))
    client = app.test_client()
    assert statuses(client, 1, **from_address("10.0.0.1")) == [200]
    assert statuses(client, 2, **from_address("10.0.0.2")) == [200, 429]
    name[0] = "b"
    assert statuses(client, 2, **from_address("10.0.0.2")) == [200, 200]


def test_health_and_preflights_and_other_addresses_of_the_service_have_no_part_in_it() -> None:
    client = service(rate_limit="1 per minute").test_client()
    assert statuses(client, 2) == [200, 429]
    assert [client.get("/healthz").status_code for _ in range(5)] == [200] * 5
    preflight = {"Origin": "https://sandbox.example", "Access-Control-Request-Method": "POST"}
    assert [client.options(SERVICE, headers=preflight).status_code for _ in range(5)] == [200] * 5
    assert client.post(FEEDBACK, json={"feedback": []}).status_code != 429
    assert [client.get("/cds-services").status_code for _ in range(2)] == [200, 429]


def test_without_a_limit_nobody_is_refused() -> None:
    assert set(statuses(service(rate_limit="none").test_client(), 20)) == {200}


def test_a_day_of_one_ward_in_ten_seconds_is_no_abuse() -> None:
    """The default: a large hospital opens some hundred charts a second, on all workers together."""
    assert set(statuses(service().test_client(), 200)) == {200}


def test_when_the_storage_of_the_counts_is_down_calls_go_on(capfd: pytest.CaptureFixture[str]) -> None:
    client = service(rate_limit="3 per minute", rate_limit_storage="redis://127.0.0.1:1/0").test_client()
    assert statuses(client, 4) == [200, 200, 200, 429]  # counted in memory meanwhile
    (line,) = logged(capfd, "rate limit storage unreachable, counting in memory")
    assert (line["level"], line["error"]) == ("warning", "ConnectionError")


def test_refusals_are_counted_and_a_storm_of_them_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    app = service(rate_limit="1 per minute")
    statuses(app.test_client(), 30)
    assert app.shield.refusals.counts == {"rate-limited": 29}
    (line,) = logged(capfd, "calls refused")
    assert (line["error"], line["count"]) == ("rate-limited", 1)
    assert "127.0.0.1" not in json.dumps(line)


def test_the_next_line_says_how_many_there_were() -> None:
    moment = [0.0]
    refusals = Refusals(lambda: moment[0])
    assert [refusals.count("overloaded") for _ in range(5)] == [1, None, None, None, None]
    moment[0] = LOG_EVERY
    assert refusals.count("overloaded") == 5
    assert refusals.count("rate-limited") == 1


def test_a_storm_without_trust_is_told_to_wait_and_is_not_written_down_call_by_call(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cds_service.shield.STRANGERS", "3 per minute")
    client = production()
    stranger, other = from_address("10.0.0.1"), from_address("10.0.0.2")
    assert statuses(client, 20, **stranger) == [401] * 3 + [429] * 17
    assert statuses(client, 1, **other) == [401]
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    events = Counter(line["event"] for line in lines)
    assert events == {"not trusted": 4, "refused": 4, "calls refused": 1}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("rate_limit", "many"),
        ("rate_limit", "1 per second; 5 per minute"),
        ("rate_limit", ""),
        ("rate_limit_storage", "memcached://somebody:pw@host"),
        ("rate_limit_storage", "redis://somebody:pw@host:port/x"),
        ("trusted_proxies", ["proxy.example"]),
        ("trusted_proxies", ["10.0.0.1/8"]),
        ("trusted_proxies", ["0.0.0.0/0"]),
        ("trusted_proxies", ["::/0"]),
        ("max_memory_mb", 10),
    ],
)
def test_what_cannot_work_is_refused_by_name(setting: str, value: Any) -> None:
    with pytest.raises(SettingsRefused) as refused:
        create_app(load_settings(**{setting: value}))
    assert setting in str(refused.value)
    assert "pw" not in str(refused.value)


# Room

MIB = 1024 * 1024


def room(**changes: Any) -> Load:
    given: dict[str, Any] = {"max_body_bytes": 8 * MIB, "max_memory_bytes": None}
    return Load(**(given | changes))


def refuses(load: Load, announced: int) -> bool:
    try:
        load.enter(announced).leave()
    except Overloaded:
        return True
    return False


def test_large_bodies_share_a_budget_and_calls_of_usual_size_have_their_own() -> None:
    full = room()
    stays = [full.enter(8 * MIB) for _ in range(LARGEST_AT_A_TIME)]
    assert refuses(full, 8 * MIB)
    assert refuses(full, MIB + 1)
    assert not refuses(full, MIB)
    assert not refuses(full, 0)
    stays.pop().leave()
    assert not refuses(full, 8 * MIB)


def test_a_body_that_does_not_say_its_size_is_counted_as_it_comes() -> None:
    full = room()
    stays = [full.enter(8 * MIB) for _ in range(LARGEST_AT_A_TIME)]
    small, large = full.enter(0), full.enter(0)
    assert len(small.read(io.BytesIO(b" " * MIB), 8 * MIB)) == MIB
    with pytest.raises(Overloaded):
        large.read(io.BytesIO(b" " * 2 * MIB), 8 * MIB)
    for each in (*stays, small):
        each.leave()
    assert len(large.read(io.BytesIO(b" " * 8 * MIB), 8 * MIB)) == 8 * MIB
    stays = [full.enter(8 * MIB) for _ in range(LARGEST_AT_A_TIME - 1)]
    assert refuses(full, 8 * MIB)
    large.leave()
    assert not refuses(full, 8 * MIB)


def test_nothing_stays_counted_after_calls_good_and_bad() -> None:
    app = service(max_body_bytes=8 * MIB)
    client = app.test_client()
    for body in (json.dumps(call()).encode(), b" " * 7 * MIB, b"{", b" " * 9 * MIB):
        for _ in range(LARGEST_AT_A_TIME + 1):
            assert post(client, body).status_code in {200, 400, 413}
    assert (app.shield.load._large_bytes, app.shield.load._calls) == (0, 0)


def test_a_call_that_does_not_fit_is_refused_before_its_body_is_read() -> None:
    app = service(max_body_bytes=8 * MIB)
    stays = [app.shield.load.enter(8 * MIB) for _ in range(LARGEST_AT_A_TIME)]
    body = io.BytesIO(b" " * 4 * MIB)
    response = app.test_client().post(
        SERVICE, input_stream=body, content_type="application/json", content_length=4 * MIB
    )
    said = refusal(response)
    assert (said["status"], said["code"]) == (503, "overloaded")
    assert response.headers["Retry-After"] == "2"
    assert body.tell() == 0
    assert app.shield.refusals.counts == {"overloaded": 1}
    assert post(app.test_client(), call()).status_code == 200
    for each in stays:
        each.leave()


def test_above_the_ceiling_of_memory_calls_of_usual_size_are_answered_one_at_a_time() -> None:
    memory = [100 * MIB]
    load = room(max_memory_bytes=200 * MIB, memory=lambda: memory[0])
    one = load.enter(10)
    assert not refuses(load, 10)
    memory[0] = 300 * MIB
    assert refuses(load, 10)
    one.leave()
    assert not refuses(load, 10)
    assert refuses(load, 8 * MIB)
    memory[0] = 100 * MIB
    assert not refuses(load, 8 * MIB)


def test_where_the_system_does_not_tell_its_memory_there_is_no_ceiling() -> None:
    assert not refuses(room(max_memory_bytes=1, memory=lambda: None), 8 * MIB)


def test_the_memory_of_this_process_is_read() -> None:
    used = load.resident_bytes()
    assert used is None or 10 * MIB < used < 100_000 * MIB


def test_bodies_that_nobody_sends_leave_threads_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "READING_WITHIN", 0.01)
    full = room()
    reading = [full.reading() for _ in range(READING)]
    for each in reading:
        each.__enter__()
    with pytest.raises(Overloaded), full.reading():
        pass
    reading.pop().__exit__(None, None, None)
    with full.reading():
        pass


# Headers

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "leg-weakness-cds",
}


def test_every_answer_keeps_browsers_from_mischief(client: FlaskClient) -> None:
    answers = [
        client.get("/cds-services"),
        client.get("/healthz"),
        post(client, call()),
        post(client, b"x"),
        client.get("/nowhere"),
        client.put(SERVICE),
        client.options(SERVICE),
        client.get("/demo/fhir/metadata"),
    ]
    for answer in answers:
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert "Strict-Transport-Security" not in answer.headers
        assert len(answer.headers.getlist("Server")) == 1


def test_production_on_https_says_that_it_stays_there() -> None:
    assert production().get("/healthz").headers["Strict-Transport-Security"].startswith("max-age=")
    on_loopback = production(public_base_url="http://127.0.0.1:8000")
    assert "Strict-Transport-Security" not in on_loopback.get("/healthz").headers


# Proxies

PROXIES = Settings(trusted_proxies=["10.0.0.0/24", "fd00::1"]).trusted_proxies


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("192.0.2.9", "", "192.0.2.9"),
        ("192.0.2.9", "198.51.100.1", "192.0.2.9"),  # no proxy of ours wrote that
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # what the caller made up stands first
        ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1,10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
        ("10.0.0.1", "198.51.100.1, ", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8:1:2:3::4]:99", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:aaaa::1", "", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "", "fe80::/64"),
        ("", "198.51.100.1", "unknown"),
        ("10.0.0.1", ",".join(["10.0.0.2"] * 5000), "10.0.0.2"),
    ],
)
def test_the_address_to_count_by_is_the_nearest_that_is_no_trusted_proxy(
    peer: str, forwarded: str, counted: str
) -> None:
    assert caller(peer, forwarded, PROXIES) == counted


def test_behind_a_trusted_proxy_each_caller_has_a_limit_of_its_own() -> None:
    client = service(rate_limit="1 per minute", trusted_proxies=["127.0.0.1"]).test_client()
    assert statuses(client, 2, headers={"X-Forwarded-For": "198.51.100.1"}) == [200, 429]
    assert statuses(client, 1, headers={"X-Forwarded-For": "198.51.100.2"}) == [200]


def test_nobody_else_gets_another_limit_by_saying_so() -> None:
    client = service(rate_limit="1 per minute").test_client()
    assert statuses(client, 1, headers={"X-Forwarded-For": "198.51.100.1"}) == [200]
    assert statuses(client, 1, headers={"X-Forwarded-For": "198.51.100.2"}) == [429]


@pytest.mark.parametrize("prefix", ["", "/cds", "/apps/leg weakness", "/cds-services"])
@pytest.mark.parametrize("stripped", [True, False])
def test_with_a_prefix_both_ways_of_a_proxy_are_answered(prefix: str, *, stripped: bool) -> None:
    client = service(public_base_url=f"https://cds.example{prefix}").test_client()
    before = "" if stripped else prefix
    assert client.get(f"{before}/cds-services").status_code == 200
    assert client.get(f"{before}/healthz").status_code == 200
    assert client.post(f"{before}{SERVICE}", json=call()).status_code == 200
    assert client.post(f"{before}/elsewhere").status_code == 404
    assert client.get("/other/cds-services").status_code == 404


def test_a_prefix_is_taken_off_once_and_only_whole() -> None:
    plain = plain_path("https://cds.example/cds")
    assert plain("/cds/cds/healthz") == "/cds/cds/healthz"
    assert plain("/cdshealthz") == "/cdshealthz"
    assert plain("//cds//cds-services//leg-weakness/") == SERVICE


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host", "Forwarded", "X-Forwarded-Prefix"])
def test_no_header_says_where_the_service_lives(name: str) -> None:
    client = service(public_base_url="https://cds.example").test_client()
    answer = client.get("/demo/fhir/Condition?patient=lw-hemi", headers={name: "evil.example"})
    assert answer.status_code == 200
    assert "https://cds.example/demo/fhir" in answer.text
    assert "evil.example" not in answer.text + str(answer.headers)
