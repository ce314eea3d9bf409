"""The sandbox walkthrough on a page: ready-made addresses, and links that lead somewhere."""

from __future__ import annotations

import re

import pytest

from cds_service.app import create_app
from cds_service.pages.guides import GUIDES, shown
from cds_service.settings import Settings

CLIENT = create_app(Settings(port=8077, database_url="none")).test_client()


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_a_page_with_a_heading_and_its_links_lead_somewhere(name: str) -> None:
    page = CLIENT.get(f"/bench/docs/{name}")
    assert page.status_code == 200
    assert page.text.count("<h1>") == 1
    for target in re.findall(r'<a href="(?!https?:|#)([^"]*)"', page.text):
        address = target if target.startswith("/") else f"/bench/docs/{target}"
        assert CLIENT.get(address).status_code == 200, target


def test_the_walkthrough_has_the_address_of_this_very_service() -> None:
    page = CLIENT.get("/bench/docs/sandbox").text
    assert "http://127.0.0.1:8077/cds-services" in page
    assert "http://127.0.0.1:8000" not in page


def test_a_link_to_what_is_not_here_is_left_out_and_its_words_stay() -> None:
    text = "See [why](decisions/0001.md), [errors](errors.md#x), [below](#y) and [CDS Hooks](https://cds-hooks.org)."
    told = "See why, [errors](errors#x), [below](#y) and [CDS Hooks](https://cds-hooks.org)."
    assert shown(text, "http://127.0.0.1:1") == told


def test_there_is_no_other_page_and_none_in_production() -> None:
    assert CLIENT.get("/bench/docs/settings").status_code == 404
    ehr = {"name": "ehr", "issuer": "https://ehr.example", "jwks_url": "https://ehr.example/jwks.json"}
    settings = Settings(
        profile="production", public_base_url="https://cds.example", clients=(ehr,), database_url="none"
    )
    assert create_app(settings).test_client().get("/bench/docs/sandbox").status_code == 404
