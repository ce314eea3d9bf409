"""Each way an EHR may behave, chosen on the bench: what is not known is said, and never taken as normal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import bench, charts

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def open_so(page: Page, way: str, *parts: str) -> None:
    bench.choose(page, bench.SADDLE)
    form = bench.fixture_form(page)
    bench.behave(form, way, *parts)
    bench.press(form)


@pytest.mark.parametrize("way", ["Sends the whole chart", "Sends nothing but its FHIR server"])
def test_the_critical_card_comes_whether_the_chart_is_sent_or_fetched(open_page: Visit, way: str) -> None:
    from playwright.sync_api import expect

    page = open_page()
    open_so(page, way)
    expect(bench.cards(page).filter(has_text=bench.SADDLE_SUMMARY)).to_be_visible()
    expect(page.get_by_text(way).locator("visible=true").first).to_be_visible()


@pytest.mark.parametrize("way", ["Leaves parts out", "Has an error in parts"])
def test_what_did_not_come_is_named_on_the_card(open_page: Visit, way: str) -> None:
    from playwright.sync_api import expect

    page = open_page()
    open_so(page, way, "Observations")
    expect(bench.cards(page).first).to_contain_text("Not assessed")
    expect(page.get_by_text(f"{way}: Observations")).to_be_visible()


def test_a_call_that_brings_nothing_is_refused_in_words(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    bench.choose(page, bench.SADDLE)
    form = bench.fixture_form(page)
    bench.behave(form, "Leaves parts out")
    for part in form.get_by_role("group", name="Which parts").get_by_role("checkbox").all():
        part.check()
    bench.press(form)
    expect(page.get_by_role("alert")).to_contain_text("refused this call (412")


def test_a_pasted_chart_can_be_fetched_as_well(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    way = "Sends nothing but its FHIR server"
    bench.paste(page, charts.bundle(), before=lambda form: bench.behave(form, way))
    expect(bench.cards(page).filter(has_text=bench.SADDLE_SUMMARY)).to_be_visible()
