"""A finding is changed on the bench, and both answers stand side by side."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.browser import bench

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def sees_both_answers(page: Page) -> None:
    from playwright.sync_api import expect

    region = page.get_by_role("region", name="Cards")
    expect(region.get_by_role("heading", name="As recorded").first).to_be_visible()
    expect(region.get_by_role("heading", name="Changed").first).to_be_visible()


@with_and_without_script
def test_new_retention_makes_the_card_of_a_weak_ankle_critical(open_page: Visit, *, script: bool) -> None:
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=script)
    bench.ask(page, bench.ANKLE)
    expect(bench.cards(page).filter(has_text="Critical")).to_have_count(0)
    bench.add(page, "Urinary retention (new)", when="today")
    sees_both_answers(page)
    expect(bench.cards(page).filter(has_text="Critical")).to_have_count(1)
    expect(bench.cards(page).filter(has_text="Critical")).to_contain_text("urinary retention")


@with_and_without_script
def test_what_is_removed_takes_its_card_along(open_page: Visit, *, script: bool) -> None:
    """The side by side names what is gone, and taking the change back brings it again."""
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=script)
    bench.ask(page, bench.SADDLE)
    bench.what_if(page).get_by_role("button", name="Remove Saddle").first.click()
    sees_both_answers(page)
    expect(bench.what_if(page).get_by_role("heading", name="Changed so far")).to_be_visible()
    bench.what_if(page).get_by_role("button", name="Take back").click()
    expect(bench.what_if(page).get_by_role("heading", name="Changed so far")).to_have_count(0)
    expect(bench.cards(page).filter(has_text=bench.SADDLE_SUMMARY)).to_be_visible()


def test_a_changed_chart_is_downloaded_as_a_fixture(open_page: Visit) -> None:
    page = open_page()
    bench.ask(page, bench.ANKLE)
    bench.add(page, "Urinary retention (new)", when="today")
    sees_both_answers(page)
    with page.expect_download() as waited:
        bench.what_if(page).get_by_role("button", name="Download as a fixture").click()
    with zipfile.ZipFile(io.BytesIO(waited.value.path().read_bytes())) as packed:
        assert {name.rpartition("/")[2] for name in packed.namelist()} >= {"chart.json", "expected.json"}


def test_a_finding_that_nobody_knows_is_refused_in_words(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page(accepted=(400,))
    bench.ask(page, bench.ANKLE)
    bench.add(page, "Blue hair", when="today")
    expect(page.get_by_role("alert")).to_contain_text("Not changed")
