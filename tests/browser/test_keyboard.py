"""The test bench without a mouse: everything is reached by Tab, and where one is can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import bench, looks

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

MOST_STEPS = 80
"""Nobody presses Tab more often for the main thing of a page."""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus; at each step the focus has to be seen."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        told = page.evaluate("() => document.activeElement.outerHTML.slice(0, 120)")
        assert looks.focus_is_seen(page), told
        if wanted.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"not reached in {MOST_STEPS} steps: {wanted}")


def test_the_first_thing_that_is_reached_leads_past_the_menu(open_page: Visit) -> None:
    page = open_page()
    skip = page.get_by_role("link", name="Skip to the content")
    tab_to(page, skip)
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_a_patient_is_chosen_the_card_read_and_dismissed(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    people = page.get_by_role("group", name="Synthetic patient").get_by_role("radio")
    tab_to(page, people.first)
    page.keyboard.press("Space")
    wanted = page.get_by_role("radio", name=bench.NAMES[bench.SADDLE])
    for _ in range(people.count()):
        if wanted.is_checked():
            break
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_checked()
    tab_to(page, bench.fixture_form(page).get_by_role("button", name=bench.OPEN))
    page.keyboard.press("Enter")
    card = bench.cards(page).first
    expect(card).to_contain_text(bench.SADDLE_SUMMARY)

    tab_to(page, card.locator("summary", has_text="Dismiss"))
    page.keyboard.press("Enter")
    tab_to(page, card.get_by_label("Why"))
    page.keyboard.type("Does not apply")
    tab_to(page, card.get_by_role("button", name="Dismiss"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text(bench.STORED)
    expect(page.get_by_role("status")).to_contain_text("Does not apply to this patient")


def test_a_resource_is_opened_and_its_json_scrolled(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    bench.ask(page, bench.QUIET)
    expect(page.get_by_role("region", name="Cards")).to_be_visible()
    resource = page.locator("details.resource").first
    resource.locator("summary").scroll_into_view_if_needed()
    page.get_by_role("link", name="JSON", exact=True).focus()
    page.keyboard.press("Enter")
    tab_to(page, resource.locator("summary"))
    page.keyboard.press("Enter")
    expect(resource).to_have_attribute("open", "")
    tab_to(page, resource.get_by_role("region"))
