"""Every page to which a card may lead is there, at the address that stands on the card."""

from __future__ import annotations

from html import unescape
from urllib.parse import urlsplit

import pytest

from cds_service.app import Service, create_app
from cds_service.card_links import card_links
from cds_service.explanations import addresses
from cds_service.settings import Settings


@pytest.fixture(scope="module", params=["http://127.0.0.1:8000", "https://cds.hospital.example/cds"])
def service(request: pytest.FixtureRequest) -> Service:
    return create_app(Settings(database_url="none", public_base_url=request.param))


def test_every_link_of_a_card_opens_a_page(service: Service) -> None:
    links = card_links(service.desk.knowledge, service.settings.base_url)
    client, urls = (
        service.test_client(),
        {link["url"] for link in (*links.first.values(), *links.further.values())},
    )
    assert len(urls) == 2 + len(service.desk.knowledge.rules) + len(service.desk.knowledge.causes)
    for url in urls:
        page = client.get(urlsplit(url).path)
        assert (page.status_code, page.mimetype) == (200, "text/html"), url


def test_the_page_is_about_what_the_card_says(service: Service) -> None:
    """A red flag by its title, a cause by its name; the page on what was not assessed says the words."""
    knowledge = service.desk.knowledge
    client, prefix = service.test_client(), urlsplit(service.settings.base_url).path
    wanted = {addresses.red_flag(rule.id): rule.title for rule in knowledge.rules}
    wanted |= {addresses.cause(cause.id): cause.label for cause in knowledge.causes.values()}
    wanted |= {addresses.NOT_ASSESSED: "not assessed"}
    for path, words in wanted.items():
        assert words in unescape(client.get(f"{prefix}{path}").text), path
