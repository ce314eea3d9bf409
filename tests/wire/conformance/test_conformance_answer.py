"""CDS Hooks, row by row (docs/conformance.md): the answer, its cards, and what keeps a patient safe."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt

from cards.knowledge import Knowledge
from cds_service import fixtures
from cds_service.app import Service, create_app
from cds_service.settings import Settings
from tests.wire.calls import bundle, call, condition, everything, outcome, post, refusal

NAMES = tuple(sorted(fixtures.names()))
PLAIN = {"p", "strong", "ul", "ol", "li", "br"}
TWO_WEAK_LEGS = "sudden weakness of both legs, cannot walk"


def cards_of(client: FlaskClient, name: str) -> list[dict[str, Any]]:
    answer = post(client, fixtures.call(name, datetime.now(UTC)))
    assert answer.status_code == 200
    cards: list[dict[str, Any]] = answer.get_json()["cards"]
    return cards


@pytest.fixture(scope="module")
def all_cards(service: Service) -> list[dict[str, Any]]:
    client = service.test_client()
    return [card for name in NAMES for card in cards_of(client, name)]


@pytest.mark.parametrize("name", NAMES)
def test_resp_200(client: FlaskClient, name: str) -> None:
    assert post(client, fixtures.call(name, datetime.now(UTC))).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_resp_cards(client: FlaskClient, name: str) -> None:
    assert isinstance(cards_of(client, name), list)


@pytest.mark.parametrize("name", ["quiet-chart", "everything-empty", "refuted-and-old-only"])
def test_resp_none(client: FlaskClient, name: str) -> None:
    answer = post(client, fixtures.call(name, datetime.now(UTC)))
    assert (answer.status_code, answer.get_json()) == (200, {"cards": []})


@pytest.mark.parametrize("name", NAMES)
def test_resp_system_actions(client: FlaskClient, name: str) -> None:
    """None, ever: nothing is changed in the record without a person."""
    answer = post(client, fixtures.call(name, datetime.now(UTC))).get_json()
    assert "systemActions" not in answer


def test_resp_operation_outcome(client: FlaskClient) -> None:
    refused = [
        post(client, b"{"),
        post(client, call({})),
        client.get("/nowhere"),
        client.put("/cds-services"),
    ]
    assert [refusal(answer)["status"] for answer in refused] == [400, 412, 404, 405]


def test_card_uuid(all_cards: list[dict[str, Any]], client: FlaskClient) -> None:
    assert all(str(UUID(card["uuid"])) == card["uuid"] for card in all_cards)
    assert len({card["uuid"] for card in all_cards}) == len(all_cards)


def test_card_summary(all_cards: list[dict[str, Any]]) -> None:
    """Fewer than 140 characters, and plain text: no client renders marks in it."""
    assert all_cards
    for card in all_cards:
        assert 0 < len(card["summary"]) < 140
        assert not set(card["summary"]) & set("*`<>#\n")


def test_card_indicator(all_cards: list[dict[str, Any]]) -> None:
    assert {card["indicator"] for card in all_cards} == {"info", "warning", "critical"}


def test_card_source(all_cards: list[dict[str, Any]]) -> None:
    """A label, and the absolute address of the page that explains the card."""
    for card in all_cards:
        assert card["source"]["label"]
        assert is_absolute(card["source"]["url"])
        assert "icon" not in card["source"]


def test_card_topic(all_cards: list[dict[str, Any]]) -> None:
    """One alphanumeric code for each topic, which an EHR may remember an override by."""
    for card in all_cards:
        topic = card["source"]["topic"]
        assert topic["code"].isalnum()
        assert len(topic["code"]) <= 100
        assert topic["system"] == "urn:x-leg-weakness-cds:topic"
        assert topic["display"]


def test_card_detail(all_cards: list[dict[str, Any]]) -> None:
    """Markdown of paragraphs and lists: what every client renders alike. No table, heading, image or HTML."""
    shown = set().union(*(_elements(card["detail"]) for card in all_cards))
    assert {"strong", "li"} <= shown <= PLAIN


def test_card_content(all_cards: list[dict[str, Any]], knowledge: Knowledge) -> None:
    content = {"version": knowledge.version, "digest": knowledge.digest}
    assert all(card["extension"]["org.leg-weakness-cds.content"] == content for card in all_cards)


def test_card_suggestions(all_cards: list[dict[str, Any]]) -> None:
    """None: options for a person to weigh, not orders to take over."""
    assert not any("suggestions" in card for card in all_cards)


def test_card_selection_behavior(all_cards: list[dict[str, Any]]) -> None:
    """It stands only beside suggestions."""
    assert not any("selectionBehavior" in card for card in all_cards)


def test_card_actions(all_cards: list[dict[str, Any]]) -> None:
    assert '"actions"' not in json.dumps(all_cards)


def test_card_links(all_cards: list[dict[str, Any]]) -> None:
    """At least the page of the source; no link launches an app, so none has an `appContext`."""
    for card in all_cards:
        assert card["links"]
        for link in card["links"]:
            assert link.keys() == {"label", "url", "type"}
            assert link["label"]
            assert link["type"] == "absolute"
            assert is_absolute(link["url"])


def is_absolute(address: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"https", "http"} and bool(parts.hostname)


def test_card_override_reasons(all_cards: list[dict[str, Any]], knowledge: Knowledge) -> None:
    for card in all_cards:
        assert {reason["code"] for reason in card["overrideReasons"]} == set(
            knowledge.wording["override_reasons"]
        )
        assert all(reason["system"] and reason["display"] for reason in card["overrideReasons"])


@pytest.fixture(scope="module")
def knowledge(service: Service) -> Knowledge:
    return service.desk.knowledge


def test_pref_412(client: FlaskClient) -> None:
    """A Patient alone is no clinical data; neither is a search that failed."""
    for nothing in (
        {},
        {"patient": everything()["patient"]},
        {"conditions": outcome()},
        {"conditions": "<html>"},
    ):
        said = refusal(post(client, call(nothing)))
        assert (said["status"], said["code"]) == (412, "record-unavailable")


def test_pref_null(client: FlaskClient) -> None:
    """A key that is null, or an empty Bundle, means that the EHR looked and has none."""
    empty = {"resourceType": "Bundle", "type": "searchset", "total": 0}
    for none in (None, empty, empty | {"entry": []}):
        assert post(client, call(everything(conditions=none))).get_json() == {"cards": []}


@pytest.mark.parametrize(
    "failed",
    [
        outcome(),
        outcome("fatal"),
        bundle(outcome(), mode="outcome"),
        bundle(condition("cough"), outcome()),
        "<html>Gateway timeout</html>",
    ],
)
def test_pref_outcome(client: FlaskClient, failed: Any) -> None:
    """An OperationOutcome, also as an entry of a Bundle, is a failure and no finding; nor is it 'none'."""
    (only,) = post(client, call(everything(conditions=failed))).get_json()["cards"]
    assert only["source"]["topic"]["code"] == "LegWeaknessIncomplete"
    assert "problems and diagnoses" in only["summary"]
    assert "Snowdrop" not in json.dumps(only)


def test_pref_outcome_may_be_a_remark(client: FlaskClient) -> None:
    """Epic sends one with every search that found nothing."""
    remark = bundle(outcome("warning"), mode="outcome", total=0)
    assert post(client, call(everything(conditions=remark))).get_json() == {"cards": []}


def _others(resource: dict[str, Any]) -> dict[str, Any]:
    return resource | {"subject": {"reference": "Patient/somebody-else"}}


def test_safe_other_patient(client: FlaskClient) -> None:
    """Another patient's finding neither counts nor shows."""
    theirs = _others(condition(f"{TWO_WEAK_LEGS} Snowdrop"))
    assert post(client, call(everything(conditions=bundle(theirs)))).get_json() == {"cards": []}
    ours = condition("sudden paralysis of right arm and right leg", identity="c2")
    both = json.dumps(post(client, call(everything(conditions=bundle(theirs, ours)))).get_json())
    assert "critical" in both
    assert "Snowdrop" not in both


def _entry(**resource: Any) -> dict[str, Any]:
    return bundle(resource, condition(TWO_WEAK_LEGS))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda chart: chart | {"conditions": bundle(7, None, condition(TWO_WEAK_LEGS))},
        lambda chart: chart | {"conditions": bundle({"resourceType": 5}, condition(TWO_WEAK_LEGS))},
        lambda chart: chart | {"conditions": bundle(condition("x", code=7), condition(TWO_WEAK_LEGS))},
        lambda chart: chart | {"observations": outcome()},
        lambda chart: chart | {"observations": "<html>"},
        lambda chart: chart | {"patient": None},
        lambda chart: chart | {"strange": [[[{}]]]},
        lambda chart: {"conditions": chart["conditions"]},
        lambda chart: chart | {"conditions": chart["conditions"] | {"total": 900}},
        lambda chart: (
            chart
            | {"conditions": chart["conditions"] | {"link": [{"relation": "next", "url": "https://ehr/2"}]}}
        ),
    ],
)
def test_safe_silence(client: FlaskClient, spoil: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Whatever is bad beside it, the red flag goes out."""
    chart = everything(conditions=bundle(condition(TWO_WEAK_LEGS, onset=_recently())))
    assert _flagged(client, chart)
    spoiled = json.loads(json.dumps(spoil(chart)).replace("2026-11-20T08:00:00Z", _recently()))
    assert _flagged(client, spoiled)


def _recently() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()


def _flagged(client: FlaskClient, chart: dict[str, Any]) -> bool:
    cards = post(client, call(chart)).get_json()["cards"]
    return any("RedFlag" in card["source"]["topic"]["code"] for card in cards)


def test_safe_entered_in_error(client: FlaskClient) -> None:
    wrong = {"coding": [{"code": "entered-in-error"}]}
    erroneous = condition(TWO_WEAK_LEGS, onset=_recently(), verificationStatus=wrong)
    chart = everything(conditions=bundle(erroneous))
    assert post(client, call(chart)).get_json() == {"cards": []}


@pytest.mark.parametrize(
    "mark",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
        "https://evil.example/x",
        "**bold** `code` # head",
        "&lt;b&gt;",
    ],
)
def test_safe_injection(client: FlaskClient, mark: str) -> None:
    """What the record says is shown as the text that it is: no markup, no link."""
    chart = everything(conditions=condition(f"Right leg weakness {mark}", onset=_recently()))
    cards = post(client, call(chart)).get_json()["cards"]
    assert cards
    for card in cards:
        assert _elements(card["detail"]) <= PLAIN
        assert not re.search(r"[<>]|://", card["summary"])
        assert not re.search(r"\w://", card["detail"])  # GitHub's Markdown makes a link of a bare address


def _elements(markdown: str) -> set[str]:
    """The elements that a renderer makes of it which lets HTML through, as the sandbox does."""
    page = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(markdown)
    return set(re.findall(r"<\s*([a-zA-Z]+)", page))


def test_the_renderer_of_these_tests_shows_live_markup() -> None:
    assert _elements("[a](https://b) ![c](https://d) <b onclick=x>") == {"p", "a", "img", "b"}


def test_limit_size() -> None:
    small = create_app(Settings(max_body_bytes=2048)).test_client()
    said = refusal(post(small, b" " * 4096))
    assert (said["status"], said["code"]) == (413, "too-large")


def test_limit_nesting(client: FlaskClient) -> None:
    for opened, closed in ((b"[", b"]"), (b'{"a":', b"}")):
        deep = opened * 10_000 + b"1" + closed * 10_000
        assert refusal(post(client, deep))["code"] == "nested-too-deep"
        inside = json.dumps(call(everything(conditions=condition("@")))).encode().replace(b'"@"', deep)
        assert refusal(post(client, inside))["code"] == "nested-too-deep"
    assert post(client, call()).status_code == 200
