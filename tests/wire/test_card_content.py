"""Every card, of whatever kind, names the version and the digest of the content that made it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards import assessment, card, extension
from cds_service import answer, fixtures
from cds_service.app import Service
from tests.clinical.cards import CHARTS
from tests.clinical.cards.ward import AS_OF
from tests.wire.calls import post
from tests.wire.test_answers import breaks, stroke

CONTENT = "org.leg-weakness-cds.content"
ASSESSMENT = "org.leg-weakness-cds.assessment"
ORDER = ("critical", "warning", "info")


def assert_content_is_named(cards: list[dict[str, Any]], service: Service) -> None:
    """In the extension both; in the label that the EHR shows, the version (in the text: test_cards)."""
    content = {"version": service.desk.knowledge.version, "digest": service.desk.knowledge.digest}
    for each in cards:
        assert each["extension"][CONTENT] == content
        assert content["version"] in each["source"]["label"]
        assert each["extension"].get(ASSESSMENT, {"content": content})["content"] == content


@pytest.fixture
def answers(service: Service, client: FlaskClient) -> Iterator[list[list[dict[str, Any]]]]:
    """The cards of every fixture and of every ward chart."""
    moment = datetime.now(UTC)
    found = [post(client, fixtures.call(name, moment)).get_json()["cards"] for name in fixtures.names()]
    clock, service.clock = service.clock, lambda: AS_OF
    found += [post(client, chart().call()).get_json()["cards"] for chart in CHARTS.values()]
    yield found
    service.clock = clock


def test_every_card_names_version_and_digest(service: Service, answers: list[list[dict[str, Any]]]) -> None:
    kinds = {
        (place, each["source"]["topic"]["code"]) for cards in answers for place, each in enumerate(cards)
    }
    assert {
        (0, "LegWeaknessRedFlagCES"),
        (0, "LegWeaknessDifferential"),
        (1, "LegWeaknessDifferential"),
    } <= kinds
    assert "LegWeaknessIncomplete" in {topic for _, topic in kinds}
    for cards in answers:
        assert_content_is_named(cards, service)


def test_two_cards_at_most_the_gravest_first_and_a_third_where_the_check_is_incomplete(
    answers: list[list[dict[str, Any]]],
) -> None:
    for cards in answers:
        levels = [ORDER.index(each["indicator"]) for each in cards]
        assert levels == sorted(levels)
        topics = [each["source"]["topic"]["code"] for each in cards]
        assert len(topics) == len(set(topics))
        assert len(set(topics) - {"LegWeaknessIncomplete"}) <= 2


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (answer, "read_record"),
        (assessment, "find_red_flags"),
        (card, "write_red_flag_card"),
        (card, "write_incomplete_card"),
        (extension, "machine_readable"),
    ],
)
def test_also_where_a_step_fails(
    service: Service, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, module: Any, step: str
) -> None:
    monkeypatch.setattr(module, step, breaks)
    found = stroke(client)
    assert found
    assert_content_is_named(found, service)
