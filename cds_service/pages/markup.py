"""Markdown on pages, of the content or of a card: whatever text of a record is in it, it may stand there."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_SCHEMES = {"http", "https"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_DOCUMENT_TAGS = {*_TAGS, "h1", "h2", "table", "tbody", "td", "th", "thead", "tr"}


def block(text: str) -> Markup:
    """Paragraphs and lists. Raw HTML stays text, pictures are left out, links lead to the web only."""
    return _clean(_reader().render(text))


def line(text: str) -> Markup:
    """A sentence or a part of one."""
    return _clean(_reader().renderInline(text))


def document(text: str) -> Markup:
    """A whole page, with headings and tables."""
    return _clean(_document_reader().render(text), _DOCUMENT_TAGS)


def web_address(written: object) -> str:
    """The address, if it is one that a page may link to; "" for anything else, such as `javascript:`."""
    if not isinstance(written, str):
        return ""
    try:
        parts = urlsplit(written)
    except ValueError:
        return ""
    return written if parts.scheme in _SCHEMES and parts.netloc else ""


def _clean(html: str, tags: AbstractSet[str] = _TAGS) -> Markup:
    clean = nh3.clean(
        html, tags=set(tags), attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer"
    )
    return Markup(clean)  # noqa: S704  (nh3 has just made it safe)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


@cache
def _document_reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
