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
    assert page.title()


PICTURES = ("Time line of the dated findings", "Where weakness, numbness and pain are recorded")


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_there_once_in_a_drawing_that_fits_and_has_a_name(
    open_page: Visit, name: str, width: int
) -> None:
    from playwright.sync_api import expect

    page = open_page(width=width)
    bench.ask(page, bench.SADDLE)
    expect(page.get_by_role("group", name=name)).to_have_count(1)  # what is not shown has no role
    expect(page.get_by_role("group", name=name)).to_be_visible()


def test_the_time_line_is_there_in_words_too(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    bench.ask(page, bench.SADDLE)
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("table").filter(has_text="Saddle numbness").first).to_be_visible()
