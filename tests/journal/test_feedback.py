"""The feedback endpoint: the standard's shape, those that EHRs send, and what is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from cds_service import feedback
from cds_service.app import Service, create_app
from cds_service.hooks import REASON_SYSTEM
from cds_service.settings import Settings
from tests.journal.given import FEEDBACK, Serve, item, post, rows, shown_to, uuid
from tests.wire.calls import empty_members, refusal
from tests.wire.test_browsers import ORIGIN, PREFLIGHT
from tests.wire.test_settings import PRODUCTION

CARD = uuid(7)
OURS = ("need-more-info", REASON_SYSTEM)
VENDOR = ("SEEN-1", "urn:oid:1.2.840.1")
CODING = {"code": VENDOR[0], "system": VENDOR[1]}


@pytest.fixture
def kept(made: Settings) -> Any:
    return lambda: rows(made.database_url, "feedback")


def test_what_a_clinician_did_with_shown_cards_is_stored(
    client: FlaskClient, service: Service, kept: Any
) -> None:
    red_flag, causes = shown_to(client)
    service.journal.writer.flush()
    suggestion = uuid(5)
    body = [
        item(
            red_flag,
            overrideReason={"reason": {"code": "need-more-info", "system": REASON_SYSTEM, "display": "x"}},
        ),
        item(causes, outcome="accepted", acceptedSuggestions=[{"id": suggestion}]),
    ]
    response = post(client, {"feedback": body})
    assert (response.status_code, response.get_json()) == (200, {"stored": 2})
    found = {row["card"]: row for row in kept()}
    assert (found[red_flag]["outcome"], found[red_flag]["reason"]) == ("overridden", "need-more-info")
    assert (found[causes]["outcome"], found[causes]["suggestions"]) == ("accepted", [suggestion])


def test_a_repeat_is_said_and_changes_nothing(client: FlaskClient, kept: Any) -> None:
    assert post(client, [item(CARD)]).get_json() == {"stored": 1, "unknownCards": 1}
    again = post(client, [item(CARD), item(CARD)])
    assert (again.status_code, again.get_json()) == (200, {"stored": 0, "repeated": 2, "unknownCards": 1})
    assert len(kept()) == 1


def test_the_answer_has_no_empty_member(client: FlaskClient) -> None:
    for body in ([], [item(CARD)]):
        assert list(empty_members(post(client, body).get_json())) == []


@pytest.mark.parametrize(
    "body",
    [
        {"feedback": [item(CARD)]},
        {"feedback": item(CARD)},
        [item(CARD)],
        item(CARD),
        {"feedback": [item(CARD, colour="blue", extension={"com.ehr.user": {"code": "Snowdrop"}})], "id": 3},
        {"feedback": [item(f"urn:uuid:{CARD.upper()}", outcome=" Overridden ")]},
        {"feedback": [item(CARD, overrideReason=None, acceptedSuggestions=None)]},
        {"feedback": [item(CARD, overrideReason={})]},
        {"feedback": [item(CARD, acceptedSuggestions=[{"id": "Snowdrop"}])]},
        {"feedback": [item(CARD, outcomeTimestamp="2026-11-20 12:00:00+01:00")]},
        {"feedback": [item(CARD, outcomeTimestamp="2026-11-20T11:00:00")]},
    ],
)
def test_the_shapes_in_which_feedback_comes(client: FlaskClient, kept: Any, body: Any) -> None:
    assert post(client, body).status_code == 200
    (row,) = kept()
    assert (row["card"], row["outcome"], row["at"].hour) == (CARD, "overridden", 11)
    assert (row["reason"], row["suggestions"]) == (None, [])


@pytest.mark.parametrize("more", [{"outcomeTimestamp": ...}, {"outcomeTimestamp": "2099-01-01T00:00:00Z"}])
def test_without_a_time_that_can_be_the_time_of_receipt_counts(
    client: FlaskClient, kept: Any, more: dict[str, Any]
) -> None:
    assert post(client, [item(CARD, **more)]).status_code == 200
    (row,) = kept()
    assert row["at"] == row["received"]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"overrideReason": {"reason": {"code": OURS[0], "system": OURS[1]}, "userComment": "Snowdrop"}},
            OURS,
        ),
        ({"overrideReason": {"reason": {"code": OURS[0]}}}, OURS),
        ({"overrideReason": {"code": OURS[0], "system": OURS[1]}}, OURS),
        ({"overrideReason": {"reason": OURS[0]}}, OURS),
        ({"overrideReason": OURS[0]}, OURS),
        ({"overrideReasons": ["Miss Snowdrop was seen", OURS[0]]}, OURS),
        ({"overrideReason": 12}, ("12", None)),
        ({"extension": {"com.ehr.override-reason": [12]}}, ("12", None)),
        ({"overrideReason": {"reason": {"coding": [CODING]}}}, VENDOR),
        ({"overrideReasons": {"reason": {"code": OURS[0], "system": OURS[1]}}}, OURS),
        ({"overrideReasons": {"code": OURS[0], "system": OURS[1]}}, OURS),
        ({"overrideReasons": [{"reason": CODING}, {"reason": {"code": OURS[0]}}]}, OURS),
        ({"overrideReasons": [{"reason": CODING}]}, VENDOR),
        ({"overrideReasons": {"extension": {"com.ehr.reason": CODING}}}, VENDOR),
        ({"overrideReasons": {"com.ehr.acknowledgment-reason": CODING}}, VENDOR),
        ({"extension": {"com.ehr.override-reason": CODING}}, VENDOR),
        ({"extension": [{"com.ehr.override": [{"reason": CODING}]}]}, VENDOR),
        ({"com.ehr.override-reason": CODING}, VENDOR),
        ({"overrideReason": {"reason": {"code": 12, "system": "urn:oid:1.2"}}}, ("12", "urn:oid:1.2")),
        ({"overrideReason": {"reason": {"code": "seen"}}}, ("seen", None)),
        ({"overrideReason": {"reason": {"code": "seen", "system": "for Snowdrop?"}}}, ("seen", None)),
        ({"overrideReason": {"reason": {"code": "Miss Snowdrop was seen"}}}, ("(not kept)", None)),
        ({"overrideReason": {"reason": {"code": "x" * 65, "system": "urn:a:b"}}}, ("(not kept)", "urn:a:b")),
        (
            {"overrideReason": {"reason": {"code": "snowdrop", "system": REASON_SYSTEM}}},
            ("(not kept)", REASON_SYSTEM),
        ),
        ({"extension": {"com.ehr.override-reason": "Miss Snowdrop was seen"}}, ("(not kept)", None)),
        ({"extension": {"com.ehr.trigger": {"code": "18"}}}, (None, None)),
        ({"outcome": "accepted", "overrideReason": {"reason": CODING}}, (None, None)),
    ],
)
def test_the_reason_is_found_wherever_it_is_written(
    client: FlaskClient, kept: Any, more: dict[str, Any], reason: tuple[str | None, str | None]
) -> None:
    response = post(client, {"feedback": [item(CARD, **more)]})
    assert response.status_code == 200, response.text
    (row,) = kept()
    assert (row["reason"], row["reason_system"]) == reason
    assert row["comment"] is None


def test_cards_of_several_calls_come_in_one_batch(client: FlaskClient, service: Service, kept: Any) -> None:
    cards = [*shown_to(client, hookInstance="one"), *shown_to(client, hookInstance="two")]
    service.journal.writer.flush()
    assert len(set(cards)) == 4
    assert post(client, [item(card) for card in cards]).get_json() == {"stored": 4}
    assert {row["card"] for row in kept()} == set(cards)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (3, "$.feedback[1]: Expected `object`."),
        (item("Snowdrop"), "$.feedback[1].card: must be the uuid of a card of this service."),
        (item(3), "$.feedback[1].card"),
        (item(...), "$.feedback[1].card"),
        (item(CARD, outcome=...), "$.feedback[1].outcome: must be accepted or overridden."),
        (item(CARD, outcome="ignored Snowdrop"), "$.feedback[1].outcome"),
        (item(CARD, outcome=["accepted"]), "$.feedback[1].outcome"),
        (
            item(CARD, outcomeTimestamp="yesterday Snowdrop"),
            "$.feedback[1].outcomeTimestamp: must be a moment",
        ),
        (item(CARD, outcomeTimestamp=1763640000), "$.feedback[1].outcomeTimestamp"),
        (item(CARD, outcomeTimestamp="0001-01-01T00:00:00+14:00"), "$.feedback[1].outcomeTimestamp"),
        (item(CARD, acceptedSuggestions=["Snowdrop"]), "$.feedback[1].acceptedSuggestions"),
    ],
)
def test_an_item_that_is_none_is_named_and_the_others_are_stored(
    client: FlaskClient, kept: Any, bad: Any, says: str
) -> None:
    refused = refusal(post(client, {"feedback": [item(uuid(1)), bad, item(uuid(2))]}))
    assert (refused["status"], refused["code"]) == (400, "not-feedback")
    assert refused["says"].startswith(says)
    assert "The other items (2) are stored" in refused["says"]
    assert "Snowdrop" not in refused["says"]
    assert [row["card"] for row in kept()] == [uuid(1), uuid(2)] or len(kept()) == 2


def test_many_items_that_are_none_are_counted(client: FlaskClient) -> None:
    says = refusal(post(client, [item("x")] * 8))["says"]
    assert "$.feedback[4].card" in says
    assert "$.feedback[5].card" not in says
    assert says.endswith("3 more items are refused too. Nothing is stored.")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not-json"),
        (b'{"feedback": [', "not-json"),
        (b'{"feedback": [NaN]}', "not-json"),
        (b"[" * 10_000 + b"]" * 10_000, "nested-too-deep"),
        (b'{"feedback": [], "feedback": []}', "duplicate-member"),
        (b'"feedback"', "not-feedback"),
        (b"{}", "not-feedback"),
        (b'{"feedback": null}', "not-feedback"),
        (b'{"feedback": "all"}', "not-feedback"),
        (b'{"feedback": [], "\xff": 1}', "not-feedback"),
        (json.dumps([item(CARD)] * 1001).encode(), "not-feedback"),
    ],
)
def test_what_is_no_feedback_is_refused(client: FlaskClient, kept: Any, body: bytes, code: str) -> None:
    refused = refusal(post(client, body))
    assert (refused["status"], refused["code"]) == (400, code)
    assert kept() == []


@pytest.mark.parametrize(
    "twice",
    [
        b'{"card": "%b", "card": "%b", "outcome": "accepted"}',
        b'{"card": "%b", "outcome": "overridden", "overrideReason": {"code": "a", "code": "%b"}}',
        b'{"card": "%b", "outcome": "overridden", "overrideReasons": [{"a": {"b": 1, "b": "%b"}}]}',
        b'{"card": "%b", "outcome": "accepted", "\xff": "%b"}',
    ],
)
def test_an_item_that_names_a_member_twice_or_is_no_utf_8_is_refused(
    client: FlaskClient, kept: Any, twice: bytes
) -> None:
    refused = refusal(post(client, b"[" + twice % (CARD.encode(), CARD.encode()) + b"]"))
    assert refused["status"] == 400
    assert kept() == []


@pytest.mark.parametrize("number", [b"9" * 5000, b"-" + b"9" * 5000, b"1e999"])
@pytest.mark.parametrize(
    ("member", "name"),
    [
        (b'"card": %b', "card"),
        (b'"outcome": %b', "outcome"),
        (b'"outcomeTimestamp": %b', "outcomeTimestamp"),
        (b'"acceptedSuggestions": [{"id": %b}]', "acceptedSuggestions"),
        (b'"overrideReason": {"reason": {"code": %b}}', "overrideReason"),
        (b'"overrideReasons": [{"a": %b}]', "overrideReasons"),
        (b'"extension": {"com.ehr.override": %b}', "extension"),
        (b'"com.ehr.override": %b', "com.ehr.override"),
    ],
)
def test_a_number_that_nobody_can_hold_is_named_and_the_others_are_stored(
    client: FlaskClient, kept: Any, member: bytes, name: str, number: bytes
) -> None:
    good = item(CARD, overrideReason={"reason": CODING})
    rest = b", ".join(
        b'"%b": %b' % (each.encode(), json.dumps(value).encode())
        for each, value in good.items()
        if each != name
    )
    bad = b"{" + member % number + b", " + rest + b"}"
    refused = refusal(post(client, b"[" + bad + b", " + json.dumps(item(uuid(1))).encode() + b"]"))
    assert (refused["status"], refused["code"]) == (400, "not-feedback")
    assert refused["says"].startswith(f"$.feedback[0].{name}: holds a number that is too large.")
    assert [row["card"] for row in kept()] == [uuid(1)]


def test_a_body_over_the_limit_is_refused(client: FlaskClient) -> None:
    assert refusal(post(client, b" " * (feedback.MAX_BYTES + 1)))["code"] == "too-large"


def test_a_body_in_chunks_has_the_same_limit(client: FlaskClient) -> None:
    chunks = {"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    for length, status in ((feedback.MAX_BYTES + 1, 413), (feedback.MAX_BYTES + 9, 413), (1, 400)):
        stream = io.BytesIO(b" " * length)
        response = client.post(
            FEEDBACK, input_stream=stream, content_type="application/json", environ_overrides=chunks
        )
        assert refusal(response)["status"] == status


def test_other_media_types_are_refused(client: FlaskClient) -> None:
    assert refusal(post(client, b"[]", content_type="text/plain"))["status"] == 415
    assert refusal(post(client, b"[]", headers={"Content-Encoding": "gzip"}))["status"] == 415


@pytest.mark.parametrize("path", ["/cds-services/Leg-Weakness/feedback", "/cds-services/other/feedback"])
def test_another_service_is_not_found(client: FlaskClient, path: str) -> None:
    assert refusal(client.post(path, json=[item(CARD)]))["status"] == 404


def test_feedback_is_only_posted(client: FlaskClient) -> None:
    assert refusal(client.get(FEEDBACK))["status"] == 405


@pytest.mark.parametrize("path", [FEEDBACK, f"{FEEDBACK}/", "/cds-services//leg-weakness//feedback"])
def test_a_browser_may_send_it_also_with_stray_slashes(client: FlaskClient, path: str) -> None:
    preflight = client.options(path, headers=PREFLIGHT)
    assert preflight.status_code == 200
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower()
    assert {"authorization", "content-type"} == {name.strip() for name in allowed.split(",")}
    for body, status in (([item(CARD)], 200), (["x"], 400)):
        response = client.post(path, json=body, headers=ORIGIN)
        assert response.status_code == status
        assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_production_takes_no_feedback_from_strangers(made: Settings) -> None:
    app = create_app(Settings(**PRODUCTION, database_url=made.database_url))
    refused = post(app.test_client(), b"this is not even read")
    assert refusal(refused)["status"] == 401
    assert rows(made.database_url, "feedback") == []


def test_comments_are_kept_only_where_asked_for_and_cut(made: Settings, serve: Serve) -> None:
    app = serve(made.model_copy(update={"keep_comments": True}))
    comment = "seen\x1b[2J " + "x" * 1000
    post(app.test_client(), [item(CARD, overrideReasons={"reason": CODING, "userComment": comment})])
    (row,) = rows(made.database_url, "feedback")
    assert row["comment"].startswith("seen [2J xxx")
    assert len(row["comment"]) == 500


def test_without_a_journal_feedback_is_an_error_and_cards_go_out(serve: Serve) -> None:
    client = serve(Settings(database_url="none")).test_client()
    assert shown_to(client)
    refused = post(client, [item(CARD)])
    assert refusal(refused)["code"] == "feedback-not-stored"
    assert refused.headers["Retry-After"] == "60"
