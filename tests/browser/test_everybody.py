"""Everybody can use every page in every state: WCAG 2.2 AA, on a phone, enlarged, spaced out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import axe, looks
from tests.browser.states import STATES, State

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

DESK, PHONE, SMALLEST = 1280, 400, 320
each_state = pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)


@pytest.fixture
def reach(open_page: Visit) -> Visit:
    """Opens a page and brings it into a state; with the options of a browser context."""

    def reached(state: State, **options: object) -> Page:
        page = open_page(state.path, accepted=state.accepted, **options)
        state.then(page)
        return page

    return reached


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


@each_state
def test_it_breaks_no_rule_of_axe_and_fits_every_window(reach: Visit, state: State) -> None:
    page = reach(state)
    for width in (DESK, PHONE):
        resize(page, width)
        looks.keep(page, state.name)
        assert looks.sideways(page) == []
        assert looks.cut_off(page) == []
    looks.unfold(page)
    for width in (DESK, SMALLEST):
        resize(page, width)
        assert looks.sideways(page) == []
        assert looks.cut_off(page) == []
        assert axe.violations(page) == []


@each_state
def test_nothing_is_lost_when_it_is_enlarged_or_spaced_out(reach: Visit, state: State) -> None:
    """WCAG 2.2: 1.4.4 (twice as large, as a browser does it), 1.4.12 (text spacing)."""
    page = reach(state, width=DESK // 2, device_scale_factor=2)
    looks.unfold(page)
    looks.space_out(page)
    assert looks.sideways(page) == []
    assert looks.cut_off(page) == []


@each_state
def test_it_has_one_heading_of_its_own_and_a_title_that_says_where_one_is(reach: Visit, state: State) -> None:
    page = reach(state)
    heading = page.get_by_role("heading", level=1)
    assert heading.count() == 1
    assert heading.inner_text().strip()
    assert page.title().strip()
