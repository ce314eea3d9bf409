"""The server of the EHR's keys goes away between two calls."""

from __future__ import annotations

import pytest

from cds_service.trust import key_server
from tests.wire.calls import SERVICE, call, condition, everything
from tests.wire.conftest import one_reader_of_texts, start
from tests.wire.ehr import Started, bearing, jwk, jwks, rsa_key, token
from tests.wire.fhir_server import Fault, FhirServer, answers

__all__ = ["one_reader_of_texts", "start"]

BODY = call(everything(conditions=condition("sudden weakness of right arm and right leg")))
KEYS = jwks(jwk(rsa_key(), "canary-kid-rsa"))


@pytest.mark.parametrize(
    ("fault", "reason"),
    [(answers(503), "http-503"), (lambda request: request.send(b"<html>"), "not-a-key-set")],
    ids=["down", "lying"],
)
def test_red_flags_go_out_by_the_last_good_keys(
    fault: Fault,
    reason: str,
    start: Started,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for seconds in ("FRESH_SECONDS", "OLD_SECONDS"):
        monkeypatch.setattr(key_server, seconds, 0.0)  # each call wants them anew, and waits for them
    with FhirServer() as site:
        site.faults["jwks.json"] = lambda request: request.send(KEYS)
        client = start({"jwks_file": ..., "jwks_url": f"{site.base}/jwks.json"}).test_client()
        assert client.post(SERVICE, json=BODY, headers=bearing(token())).status_code == 200
        site.faults["jwks.json"] = fault
        response = client.post(SERVICE, json=BODY, headers=bearing(token()))
    assert response.get_json()["cards"][0]["indicator"] == "critical"
    said = capfd.readouterr().err
    assert '"event": "keys not read"' in said
    assert reason in said
