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

DESK, HALF, PHONE, SMALLEST = 1280, 640, 400, 320
"""Pixels. Half a desk is what is left of it at 200 % (WCAG 2.2, 1.4.4); the smallest is that of 1.4.10."""


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_everybody_can_use_it(open_page: Visit, state: State) -> None:
    """All that is wrong is listed at once, as a change for one window may be wrong in another."""
    page = open_page(state.path, accepted=state.accepted)
    state.then(page)
    breaches = [f"{each} headings of the first level" for each in [headings(page)] if each != 1]
    for width in (DESK, PHONE):
        resize(page, width)
        looks.keep(page, state.name)
        breaches += misfits(page, f"{width} pixels")
    looks.unfold(page)
    for width in (DESK, SMALLEST):
        resize(page, width)
        breaches += misfits(page, f"{width} pixels, unfolded")
        breaches += [f"{width} pixels, unfolded: {each}" for each in axe.violations(page)]
    looks.space_out(page)  # WCAG 2.2, 1.4.12
    resize(page, HALF)
    breaches += misfits(page, f"{HALF} pixels, spaced out")
    assert not breaches, "\n".join(breaches)


def headings(page: Page) -> int:
    return int(page.get_by_role("heading", level=1).count())


def resize(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})


def misfits(page: Page, where: str) -> list[str]:
    sideways, cut_off = looks.sideways(page), looks.cut_off(page)
    found = [f"{where}: sideways: {', '.join(sideways)}"] if sideways else []
    return found + [f"{where}: cut off: {each}" for each in cut_off]
