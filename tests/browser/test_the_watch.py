"""What the other tests rely on is able to see what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser import axe, looks
from tests.browser.visiting import Watch, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Running

pytestmark = pytest.mark.browser

FINE = """<!doctype html><html lang="en"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<header><nav aria-label="Pages"><a href="#main">Start</a></nav></header>
<main id="main"><h1>Heading</h1><p>Words.</p><button>Press</button></main>"""


@pytest.fixture
def watched(browser: Browser, service: Running) -> Iterator[tuple[Page, Watch]]:
    with visit(browser, service.address) as (page, watch):
        show(page, FINE)
        yield page, watch


def show(page: Page, content: str) -> None:
    """A page at the service's address without the policy of its pages, so that it can do what they cannot."""
    page.route("**/shown", lambda route: route.fulfill(body=content, content_type="text/html"))
    page.goto("/shown")


def test_a_quiet_page_gives_no_complaint(watched: tuple[Page, Watch]) -> None:
    page, watch = watched
    assert watch.complaints == []
    assert axe.violations(page) == []
    assert looks.sideways(page) == looks.cut_off(page) == []


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('oh')", "console: oh"),
        ("console.warn('hm')", "console: hm"),
        ("setTimeout(() => { throw new Error('lost') })", "script: lost"),
        ("alert('hello')", "dialog: hello"),
        ("fetch('/nowhere').then(answer => answer.text())", "404 from "),
        (
            "fetch('http://127.0.0.1:9/x', {mode: 'no-cors'}).catch(() => 0)",
            "asks elsewhere: http://127.0.0.1:9/x",
        ),
        (
            "{ new Image().src = 'http://tracker.example/dot.png' }",
            "asks elsewhere: http://tracker.example/dot.png",
        ),
    ],
)
def test_what_a_page_must_not_do_is_seen(watched: tuple[Page, Watch], script: str, complaint: str) -> None:
    page, watch = watched
    page.evaluate(script)
    page.wait_for_function("() => true")
    assert [each for each in watch.complaints if each.startswith(complaint)], watch.complaints


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width=30 height=30>", "image-alt"),
        ("<p style='color: #999; background: #fff'>Pale words</p>", "color-contrast"),
        ("<label>Reason <input></label><input>", "label"),
        ("<h4>Too deep</h4>", "heading-order"),
        ("<button style='width:9px;height:9px;padding:0'>a</button>" * 2, "target-size"),
    ],
)
def test_axe_finds_what_shuts_people_out(watched: tuple[Page, Watch], change: str, rule: str) -> None:
    page, _ = watched
    show(page, FINE.replace("</main>", f"{change}</main>"))
    assert rule in {each.partition(":")[0] for each in axe.violations(page)}


def test_a_page_that_is_too_wide_is_seen_with_what_makes_it_so(watched: tuple[Page, Watch]) -> None:
    page, _ = watched
    show(page, FINE.replace("</main>", "<p id='long' style='width: 3000px'>Wide</p></main>"))
    assert "p#long" in looks.sideways(page)


def test_words_that_are_cut_off_are_seen(watched: tuple[Page, Watch]) -> None:
    page, _ = watched
    show(page, FINE.replace("<p>", "<p style='width: 20px; overflow: hidden'>"))
    assert looks.cut_off(page) == ["p: Words."]


def test_a_focus_without_a_ring_is_seen(watched: tuple[Page, Watch]) -> None:
    page, _ = watched
    page.keyboard.press("Tab")
    assert looks.focus_is_seen(page)
    show(page, FINE.replace("<a ", "<a style='outline: none' "))
    page.keyboard.press("Tab")
    assert not looks.focus_is_seen(page)
