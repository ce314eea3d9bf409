"""The pages that explain red flags, causes, features and sources, as a clinician reads and prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import looks
from tests.browser.states import EXPLANATIONS, State

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAPER = 718
"""Pixels: A4 between margins of a centimetre."""
READ = [state for state in EXPLANATIONS if not state.accepted]


@pytest.mark.parametrize("state", READ, ids=lambda state: state.name)
def test_a_page_prints_in_full_and_without_what_paper_has_no_use_for(open_page: Visit, state: State) -> None:
    page = open_page(state.path)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 1000})
    assert looks.sideways(page) == []
    assert page.get_by_role("navigation").count() == 0
    assert not page.get_by_role("link", name="Skip to the content").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()
    for folded in page.locator("main details:not([open])").all():
        assert folded.locator(":scope > :not(summary)").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_no_page_needs_a_script(open_page: Visit) -> None:
    page = open_page(READ[0].path)
    for state in READ:
        page.goto(state.path)
        assert page.locator("script").count() == 0, state.name


def test_one_gets_from_the_overview_to_a_red_flag_and_its_source_by_links(open_page: Visit) -> None:
    page = open_page("/explanations/")
    page.get_by_role("navigation").get_by_role("link", name="Red flags").click()
    page.wait_for_url("**/explanations/red-flags")
    page.get_by_role("main").locator("a[href*='/red-flags/']").first.click()
    page.wait_for_url("**/explanations/red-flags/*")
    page.get_by_role("main").locator("a[href*='/sources#']").first.click()
    page.wait_for_url("**/explanations/sources#*")
    named = page.url.rpartition("#")[2]
    assert page.locator(f"[id='{named}']").is_visible()
