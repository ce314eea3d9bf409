"""The test bench as a tester uses it: pick or bring a chart, see the cards, answer them, look why."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser import bench, charts

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Running, Visit

pytestmark = pytest.mark.browser

with_and_without_script = pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])


def expect_the_critical_card(page: Page) -> None:
    from playwright.sync_api import expect

    card = bench.cards(page).filter(has_text=bench.SADDLE_SUMMARY)
    expect(card).to_be_visible()
    expect(card).to_contain_text("Critical")


@with_and_without_script
def test_a_patient_is_picked_and_the_critical_card_is_seen(open_page: Visit, *, script: bool) -> None:
    page = open_page(java_script_enabled=script)
    bench.ask(page, bench.SADDLE)
    expect_the_critical_card(page)


def test_what_is_seen_can_be_shared_as_an_address(open_page: Visit) -> None:
    page = open_page()
    bench.ask(page, bench.SADDLE)
    expect_the_critical_card(page)
    expect_the_critical_card(open_page(page.url))


@with_and_without_script
def test_a_card_is_dismissed_with_a_reason_and_the_journal_has_it(
    open_page: Visit, service: Running, *, script: bool
) -> None:
    from playwright.sync_api import expect

    before = service.feedback()
    page = open_page(java_script_enabled=script)
    bench.ask(page, bench.SADDLE)
    bench.dismiss(page, "Does not apply to this patient")
    expect(page.get_by_text(bench.STORED).first).to_be_visible()
    more = [row for row in service.feedback() if row not in before]
    assert [(row["outcome"], row["reason"]) for row in more] == [("overridden", "patient-ineligible")]


def test_a_chart_without_red_flags_says_so_in_words(open_page: Visit) -> None:
    from playwright.sync_api import expect

    page = open_page()
    bench.ask(page, bench.QUIET)
    expect(page.get_by_role("region", name="Cards").get_by_text("No card")).to_be_visible()
    expect(bench.cards(page)).to_have_count(0)


@pytest.mark.parametrize(
    "make", [charts.bundle, charts.call, charts.ndjson], ids=["bundle", "call", "ndjson"]
)
def test_a_chart_is_pasted(open_page: Visit, make: Callable[[], str]) -> None:
    page = open_page()
    bench.paste(page, make())
    expect_the_critical_card(page)


def test_a_chart_is_uploaded(open_page: Visit) -> None:
    page = open_page()
    bench.upload(page, "chart.ndjson", charts.ndjson().encode())
    expect_the_critical_card(page)


@pytest.mark.parametrize(
    ("rubbish", "told"),
    [
        ("Dear colleague, thank you for seeing her", "It is not JSON"),
        ('{"resourceType": "Bundle", ', "Where it breaks: line 1"),
        ("<Bundle/>", "looks like XML"),
        ('{"name": "Ann"}', "neither a resourceType nor a hook"),
    ],
)
def test_rubbish_gets_a_message_that_helps(open_page: Visit, rubbish: str, told: str) -> None:
    from playwright.sync_api import expect

    page = open_page(accepted=(400,))
    bench.paste(page, rubbish)
    expect(page.get_by_role("alert")).to_contain_text(told)
    kept = bench.own_form(page).get_by_label("Paste a hook call")
    expect(kept).to_have_value(rubbish)


def test_a_chart_that_attacks_the_page_runs_nothing_and_asks_nobody(open_page: Visit) -> None:
    """Console, dialogs and requests are watched by the fixture; every text is shown as text."""
    from playwright.sync_api import expect

    page = open_page()
    bench.paste(page, charts.hostile())
    expect(bench.cards(page).first).to_be_visible()
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate("() => window.hurt") is None
    assert (
        page.locator("main iframe, main script, main [onerror], main [onload], main [ontoggle]").count() == 0
    )
    assert page.locator("main a[href^='javascript:' i], main img[src^='http' i]").count() == 0
    assert page.get_by_text("onerror=window.hurt=1").count() > 0
