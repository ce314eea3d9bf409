"""The Markdown of a card as HTML that may stand on a page, whatever text of a record got into it."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt

TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul"}
SCHEMES = {"http", "https"}


def rendered(markdown: str) -> str:
    """Paragraphs, lists, emphasis. Raw HTML stays text, pictures are left out, links lead to the web only."""
    html = _markdown().render(markdown)
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel="noopener noreferrer"
    )


def web_address(written: object) -> str:
    """The address, if it is one that a page may link to; "" for anything else, such as `javascript:`."""
    if not isinstance(written, str):
        return ""
    try:
        parts = urlsplit(written)
    except ValueError:
        return ""
    return written if parts.scheme in SCHEMES and parts.netloc else ""


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
