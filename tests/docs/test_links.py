"""Every link of every page leads somewhere, and every page of docs/ is found from its index."""

from __future__ import annotations

import pytest

from tests.docs import markdown
from tests.docs.markdown import TOP, anchors, led_to, links, pages

INDEX = "docs/README.md"


@pytest.mark.parametrize("page", pages())
def test_every_link_leads_somewhere(page: str) -> None:
    for link in links(page):
        target, _, heading = link.partition("#")
        place = led_to(page, link)
        assert (TOP / place).exists(), f"{page}: {target}"
        if heading:
            assert heading in anchors(place), f"{page}: {link}"


def reached() -> set[str]:
    """All files that can be reached from the index, link by link."""
    found, left = {INDEX}, [INDEX]
    while left:
        page = left.pop()
        new = {led_to(page, link) for link in links(page)} - found
        found |= new
        left += [each for each in new if each in pages()]
    return found


def test_every_page_can_be_reached_from_the_index() -> None:
    there = {page for page in pages() if page.startswith("docs/")}
    assert len(there) > 40
    assert there <= reached()


def test_every_page_of_a_reader_stands_in_the_index_itself() -> None:
    """Those right below docs/: nobody should have to find one by luck."""
    there = {page for page in pages() if page.startswith("docs/") and page.count("/") == 1} - {INDEX}
    named = {led_to(INDEX, link) for link in links(INDEX)}
    assert there <= named


@pytest.mark.parametrize(
    "reader",
    [
        "Clinician",
        "Integration analyst",
        "Operator",
        "Security and data protection",
        "Clinical safety",
        "Developer",
    ],
)
def test_every_reader_has_a_way_in_with_a_line_for_each_page(reader: str) -> None:
    part = markdown.text(INDEX).partition(f"## {reader}\n")[2].partition("\n## ")[0]
    entries = [
        line for line in part.splitlines() if line.startswith(("- ", "1", "2", "3", "4", "5", "6", "7", "8"))
    ]
    assert len(entries) >= 3
    assert all("]" in each and ": " in each for each in entries)


def test_the_readme_leads_to_the_index() -> None:
    assert INDEX in {led_to("README.md", link) for link in links("README.md")}


def test_no_page_uses_fences_which_the_tests_of_examples_do_not_see() -> None:
    assert [page for page in pages() if "```" in markdown.text(page)] == []
