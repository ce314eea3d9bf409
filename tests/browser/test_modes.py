"""What people set in their system: high contrast, less motion, a dark room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe, bench, looks

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def test_in_forced_colours_the_card_says_how_urgent_it_is_and_the_focus_is_seen(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page(forced_colors="active")
    bench.ask(page, bench.SADDLE)
    card = bench.cards(page).first
    expect(card.get_by_text("Critical", exact=True)).to_be_visible()
    button = card.get_by_role("button", name="Accept")
    assert button.evaluate("each => parseFloat(getComputedStyle(each).borderTopWidth)") >= 1
    page.keyboard.press("Tab")
    assert looks.focus_is_seen(page)
    looks.keep(page, "bench-forced-colours")


def test_nothing_moves_for_who_wants_less_motion(open_page: Visit) -> None:
    page = open_page(reduced_motion="reduce")
    bench.ask(page, bench.SADDLE)
    looks.unfold(page)
    page.mouse.wheel(0, 400)
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_a_dark_system_does_not_make_words_unreadable(open_page: Visit) -> None:
    page = open_page(color_scheme="dark")
    bench.ask(page, bench.SADDLE)
    looks.unfold(page)
    assert [each for each in axe.violations(page) if each.startswith("color-contrast")] == []
