"""Markdown on pages: whatever stands in it, nothing of it runs, loads or looks like a part of the page."""

from __future__ import annotations

import pytest

from cds_service.pages.markup import block, line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**new** weakness", "<strong>new</strong> weakness"),
        (
            "[TIA](/explanations/red-flags/rf_tia)",
            '<a href="/explanations/red-flags/rf_tia" rel="noopener noreferrer">TIA</a>',
        ),
        ("CK \\< 200", "CK &lt; 200"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,x)", "[x](data:text/html,x)"),
        ("![x](https://elsewhere.example/x.png)", ""),
    ],
)
def test_a_line(text: str, shown: str) -> None:
    assert line(text) == shown


def test_a_block_has_paragraphs_and_nested_lists() -> None:
    assert block("- a\n  - b").replace("\n", "") == "<ul><li>a<ul><li>b</li></ul></li></ul>"
    assert block("One.\n\nTwo.") == "<p>One.</p>\n<p>Two.</p>\n"
