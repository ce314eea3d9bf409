"""The test bench in the hands of somebody: by the words that stand on it, not by how it is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SADDLE = "sciatica-with-saddle-numbness"
"""A patient with a critical card."""
QUIET = "quiet-chart"
"""A patient without any card."""


def choose(page: Page, fixture: str) -> None:
    page.get_by_label("Patient", exact=True).select_option(fixture)


def paste(page: Page, text: str) -> None:
    field(page, "Chart as text").fill(text)


def upload(page: Page, name: str, content: bytes) -> None:
    given = {"name": name, "mimeType": "application/json", "buffer": content}
    field(page, "Chart as a file").set_input_files(given)  # type: ignore[arg-type]


def behave(page: Page, how: str) -> None:
    """How the EHR is to call: the beginning of the words beside the choice."""
    page.get_by_role("radio", name=re.compile(how)).check()


def press(page: Page) -> None:
    page.get_by_role("button", name="Ask the service").click()


def field(page: Page, label: str) -> Locator:
    """A field, which may be folded in."""
    found = page.get_by_label(label)
    if not found.is_visible():
        page.locator("details", has=found).locator("summary").first.click()
    return found


def ask(page: Page, fixture: str) -> None:
    choose(page, fixture)
    press(page)


def cards(page: Page) -> Locator:
    return page.get_by_role("region", name="Cards").get_by_role("article")
