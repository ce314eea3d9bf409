"""Every card names the page that explains it, at the address under which the EHR reaches the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from string import ascii_letters, digits
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from cards import assessment
from cards.about import NOT_ASSESSED, ORDER, About, Kind
from cards.card import Card
from cards.knowledge import Knowledge
from cds_service import fixtures, hooks
from cds_service.app import Service, create_app
from cds_service.card_links import CardLinks, card_links
from cds_service.cli import main
from cds_service.explanations import addresses
from cds_service.settings import Settings
from tests.clinical.cards import CHARTS
from tests.clinical.cards.ward import AS_OF
from tests.wire.calls import bundle, condition, everything, outcome, post
from tests.wire.calls import cards as cards_for

BASE = Settings().base_url
PREFIXED = "https://cds.hospital.example/cds"
EHR = {"name": "ehr", "issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks.json"}


def pages(knowledge: Knowledge) -> set[str]:
    """Every page that a card may lead to."""
    return {
        addresses.CAUSES,
        addresses.NOT_ASSESSED,
        *(addresses.red_flag(rule.id) for rule in knowledge.rules),
        *(addresses.cause(cause) for cause in knowledge.causes),
    }


def answers(service: Service) -> Iterator[list[dict[str, Any]]]:
    """The cards of every fixture and of every ward chart."""
    client, clock = service.test_client(), service.clock
    for name in fixtures.names():
        yield post(client, fixtures.call(name, datetime.now(UTC))).get_json()["cards"]
    service.clock = lambda: AS_OF
    try:
        for chart in CHARTS.values():
            yield post(client, chart().call()).get_json()["cards"]
    finally:
        service.clock = clock


@pytest.fixture(scope="module")
def given(service: Service) -> list[list[dict[str, Any]]]:
    return [cards for cards in answers(service) if cards]


@pytest.fixture(scope="module")
def knowledge(service: Service) -> Knowledge:
    return service.desk.knowledge


@pytest.fixture(scope="module")
def links(knowledge: Knowledge) -> CardLinks:
    return card_links(knowledge, BASE)


def a_card(*about: About) -> Card:
    return Card("LegWeaknessX", "LegWeaknessX", "X", "info", "Weak legs", "Since today.", about)


def test_every_card_leads_to_pages_of_this_service(
    given: list[list[dict[str, Any]]], knowledge: Knowledge
) -> None:
    known = {f"{BASE}{path}" for path in pages(knowledge)}
    topics = set()
    for card in (card for cards in given for card in cards):
        topics.add(card["source"]["topic"]["code"])
        assert card["source"]["url"] in known
        assert {link["url"] for link in card["links"]} <= known
    assert {"LegWeaknessDifferential", "LegWeaknessIncomplete", "LegWeaknessRedFlagCES"} <= topics


def test_links_are_few_absolute_and_no_two_alike_in_an_answer(given: list[list[dict[str, Any]]]) -> None:
    for cards in given:
        for card in cards:
            assert 1 <= len(card["links"]) <= 4
            assert card["links"][0]["url"] == card["source"]["url"]
            assert all(link.keys() == {"label", "url", "type"} for link in card["links"])
            assert {link["type"] for link in card["links"]} == {"absolute"}
        shown = [link for card in cards for link in card["links"]]
        assert len({link["url"] for link in shown}) == len({link["label"] for link in shown}) == len(shown)


def test_a_card_of_red_flags_leads_to_each_of_the_first_ones(given: list[list[dict[str, Any]]]) -> None:
    seen = 0
    for first, *_ in given:
        flags = first["extension"].get(hooks.EXTENSION, {}).get("redFlags", [])
        paths = [addresses.red_flag(flag["id"]) for flag in flags][:4]
        assert [link["url"].removeprefix(BASE) for link in first["links"]][: len(paths)] == paths
        seen = max(seen, len(paths))
    assert seen >= 3


def test_the_causes_are_led_to_from_the_card_that_weighs_them(given: list[list[dict[str, Any]]]) -> None:
    for cards in given:
        causes = cards[0]["extension"].get(hooks.EXTENSION, {}).get("causes", [])
        last = [link["url"].removeprefix(BASE) for link in cards[-1]["links"]]
        if cards[-1]["source"]["topic"]["code"] == "LegWeaknessDifferential":
            assert last == [addresses.CAUSES, *(addresses.cause(cause["id"]) for cause in causes[:3])]


def test_a_label_says_what_its_link_opens(service: Service) -> None:
    name = "ascending-weakness-with-low-vital-capacity"
    flags, causes = post(service.test_client(), fixtures.call(name, datetime.now(UTC))).get_json()["cards"]
    assert [link["label"] for link in flags["links"]] == [
        "Why this card: possible Guillain-Barré syndrome",
        "Also on this card: possible breathing-muscle failure",
    ]
    assert [link["label"] for link in causes["links"]][:2] == [
        "How possible causes are put in order",
        "Possible cause: Guillain-Barré syndrome",
    ]


def test_every_label_fits_on_a_button(links: CardLinks, knowledge: Knowledge) -> None:
    """About 640 pixels: the width of a card."""
    labels = [link["label"] for link in (*links.first.values(), *links.further.values())]
    assert max(len(label) for label in labels) <= 80
    assert len(set(labels)) == len(labels) == 2 + 2 * len(knowledge.rules) + len(knowledge.causes)


def test_a_check_that_is_incomplete_leads_to_what_that_means(service: Service) -> None:
    (card,) = cards_for(service.test_client(), everything(conditions=outcome()))
    assert card["source"]["url"] == f"{BASE}{addresses.NOT_ASSESSED}"
    assert [link["label"] for link in card["links"]] == ["What “not assessed” means"]


def test_a_service_that_failed_says_what_that_means(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessment, "find_red_flags", fails)
    (card,) = cards_for(service.test_client(), everything(conditions=bundle(condition("Weak legs"))))
    assert card["source"]["url"] == f"{BASE}{addresses.NOT_ASSESSED}"


def test_a_card_goes_out_even_where_nothing_explains_it(knowledge: Knowledge, links: CardLinks) -> None:
    for card in (a_card(), a_card(About(Kind.RED_FLAG, "rf_of_nobody"), About(Kind.CAUSE, "none"))):
        (sent,) = hooks.response("one", [card], {"asOf": "now"}, knowledge, links)["cards"]
        assert sent["summary"] == "Weak legs"
        assert sent["uuid"] == hooks.card_uuid("one", card)
        assert "links" not in sent
        assert sent["source"].keys() == {"label", "topic"}


def test_what_explains_nothing_takes_no_other_link_away(links: CardLinks) -> None:
    card = a_card(About(Kind.RED_FLAG, "rf_of_nobody"), About(Kind.RED_FLAG, "rf_ces"), NOT_ASSESSED)
    assert links.source(card) is None
    assert [link["url"] for link in links.of(card)] == [f"{BASE}/explanations/red-flags/rf_ces"]


def test_the_uuid_of_a_card_does_not_depend_on_its_links(knowledge: Knowledge) -> None:
    """Feedback finds the card of an older version, and of a service that has moved."""
    with_links, without = a_card(ORDER), a_card()
    here, there = card_links(knowledge, BASE), card_links(knowledge, PREFIXED)
    sent = [
        hooks.card_json(card, "one", knowledge, at) for card in (with_links, without) for at in (here, there)
    ]
    assert len({card["uuid"] for card in sent}) == 1


def test_links_stand_below_the_public_address_whatever_the_host_header_says() -> None:
    settings = Settings(
        public_base_url=f"{PREFIXED}/", clients=(EHR | {"fhir_servers": ()},), database_url="none"
    )
    client = create_app(settings).test_client()
    told = fixtures.call("sudden-right-sided-weakness", datetime.now(UTC))
    answer = client.post(
        "/cds/cds-services/leg-weakness",
        json=told,
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "/evil"},
    )
    cards = answer.get_json()["cards"]
    assert cards[0]["source"]["url"] == f"{PREFIXED}/explanations/red-flags/rf_stroke"
    for card in cards:
        assert all(link["url"].startswith(f"{PREFIXED}/explanations/") for link in card["links"])
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("settings", "base"),
    [
        (Settings(port=8123), "http://127.0.0.1:8123"),
        (Settings(host="::1"), "http://[::1]:8000"),
        (Settings(profile="production", public_base_url=PREFIXED, clients=(EHR,)), PREFIXED),
    ],
)
def test_every_profile_has_links(settings: Settings, base: str, knowledge: Knowledge) -> None:
    made = card_links(knowledge, settings.base_url)
    for link in (*made.first.values(), *made.further.values()):
        parts = urlsplit(link["url"])
        assert link["url"].startswith(f"{base}/explanations/")
        assert (parts.query, parts.fragment) == ("", "")
        assert set(link["url"]) <= set(f"{ascii_letters}{digits}:/.[]_-")


def test_links_are_made_once_for_a_content_and_an_address(knowledge: Knowledge) -> None:
    assert card_links(knowledge, BASE) is card_links(knowledge, BASE)
    assert card_links(replace(knowledge, version="2"), BASE) is not card_links(knowledge, BASE)


def test_explain_gives_the_same_links(tmp_path: Path, service: Service) -> None:
    now = datetime.now(UTC)
    told = fixtures.call("sciatica-with-saddle-numbness", now)
    (tmp_path / "call.json").write_text(json.dumps(told), encoding="utf-8")
    shown = CliRunner().invoke(
        main, ["explain", str(tmp_path / "call.json"), "--json", "--as-of", now.isoformat()]
    )
    assert shown.exit_code == 0, shown.output
    cards = json.loads(shown.stdout)["cards"]
    answered = post(service.test_client(), told).get_json()["cards"]
    assert [card["links"] for card in cards] == [card["links"] for card in answered]
    assert [card["source"] for card in cards] == [card["source"] for card in answered]
