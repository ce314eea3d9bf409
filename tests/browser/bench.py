"""The test bench in the hands of somebody: by the words that stand on it, not by how it is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import FilePayload, Locator, Page

SADDLE = "sciatica-with-saddle-numbness"
"""A patient with a critical card."""
SADDLE_SUMMARY = "possible cauda equina compression"
ANKLE = "sciatica-with-weak-ankle"
"""A patient with an information card."""
QUIET = "quiet-chart"
"""A patient without any card."""

NAMES = {SADDLE: "Picker", ANKLE: "Mover", QUIET: "Postmistress"}
"""What the list calls them."""
OPEN = "Open this chart"
OWN = "A chart of your own"
STORED = "Stored in the journal"


def choose(page: Page, fixture: str) -> None:
    _unfold(page.locator("details", has=page.get_by_role("group", name="Synthetic patient")).first)
    page.get_by_role("radio", name=NAMES[fixture]).check()


def behave(form: Locator, way: str, *parts: str) -> None:
    """How the EHR is to call."""
    form.get_by_role("radio", name=way).check()
    for part in form.get_by_role("group", name="Which parts").get_by_role("checkbox").all():
        part.uncheck()
    for part_name in parts:
        form.get_by_role("checkbox", name=part_name, exact=True).check()


def fixture_form(page: Page) -> Locator:
    return page.get_by_role("group", name="Synthetic patient").locator("xpath=ancestor::form")


def own_form(page: Page) -> Locator:
    _unfold(page.locator("details", has_text=OWN).last)
    return page.get_by_label("Paste a hook call").locator("xpath=ancestor::form")


def paste(page: Page, text: str, before: Callable[[Locator], None] | None = None) -> None:
    form = own_form(page)
    form.get_by_label("Paste a hook call").fill(text)
    if before:
        before(form)
    press(form)


def upload(page: Page, name: str, content: bytes) -> None:
    form = own_form(page)
    given: FilePayload = {"name": name, "mimeType": "application/json", "buffer": content}
    form.get_by_label("choose a file").set_input_files(given)
    press(form)


def press(form: Locator) -> None:
    form.get_by_role("button", name=OPEN).click()


def ask(page: Page, fixture: str) -> None:
    choose(page, fixture)
    press(fixture_form(page))


def cards(page: Page) -> Locator:
    return page.get_by_role("region", name="Cards").get_by_role("article")


def dismiss(page: Page, reason: str) -> None:
    """The first card, in the way of an EHR."""
    card = cards(page).first
    card.get_by_text("Dismiss …").click()
    card.get_by_label("Why").select_option(label=reason)
    card.get_by_role("button", name="Dismiss").click()


def _unfold(details: Locator) -> None:
    if details.get_attribute("open") is None:
        details.locator(":scope > summary").click()


def what_if(page: Page) -> Locator:
    return page.get_by_role("region", name="What if")


def add(page: Page, finding: str, *, when: str) -> None:
    """A finding more, in the form below the cards."""
    form = what_if(page)
    form.get_by_label("Finding", exact=True).fill(finding)
    form.get_by_label("When", exact=True).fill(when)
    form.get_by_role("button", name="Change the chart").click()
