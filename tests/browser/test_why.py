"""Why a card came: from the chart to the rule, in a picture and in words, with the resource of each item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import bench

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def why(page: Page) -> Locator:
    bench.ask(page, bench.SADDLE)
    return page.get_by_role("region", name="Why").first


def test_why_leads_from_what_the_chart_says_to_the_resource(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    link = why(page).get_by_role("link", name="Saddle numbness").first
    anchor = str(link.get_attribute("href")).removeprefix("#")
    link.click()
    resource = page.locator(f"details[id='{anchor}']")
    expect(resource).to_have_attribute("open", "")
    expect(resource.get_by_role("region")).to_be_in_viewport()


def test_every_item_leads_to_a_resource_that_is_on_the_page(open_page: Visit) -> None:
    page = open_page()
    addresses = why(page).locator("a[href^='#']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert len(addresses) > 10
    there = page.locator("[id]").evaluate_all("all => all.map(each => each.id)")
    assert {each.removeprefix("#") for each in addresses} - set(there) == set()


def test_a_rule_leads_to_the_page_that_explains_it(open_page: Visit) -> None:
    page = open_page()
    why(page).locator("a[href*='/explanations/red-flags/']").first.click()
    page.wait_for_url("**/explanations/red-flags/*")


def test_the_pictures_say_in_words_what_they_show(open_page: Visit) -> None:
    page = open_page()
    pictures = why(page).get_by_role("img")
    assert pictures.count() >= 2
    for picture in pictures.all():
        name = picture.evaluate("each => each.getAttribute('aria-label') || each.textContent")
        assert str(name).strip()
