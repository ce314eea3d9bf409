"""Markdown on pages: no HTML in it counts, and what comes out is cleaned of all that a text does not need."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_DOCUMENT_TAGS = {*_TAGS, "h1", "h2", "table", "tbody", "td", "th", "thead", "tr"}


def block(text: str) -> Markup:
    """Paragraphs and lists."""
    return _clean(_reader().render(text))


def line(text: str) -> Markup:
    """A sentence or a part of one."""
    return _clean(_reader().renderInline(text))


def document(text: str) -> Markup:
    """A whole page, with headings and tables."""
    return _clean(_document_reader().render(text), _DOCUMENT_TAGS)


def _clean(html: str, tags: AbstractSet[str] = _TAGS) -> Markup:
    clean = nh3.clean(
        html, tags=set(tags), attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noreferrer"
    )
    return Markup(clean)  # noqa: S704  (nh3 has just made it safe)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


@cache
def _document_reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
