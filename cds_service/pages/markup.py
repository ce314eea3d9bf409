"""Markdown on pages: no HTML in it counts, and what comes out is cleaned of all that a text does not need."""

from __future__ import annotations

from functools import cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"a", "blockquote", "br", "code", "em", "h3", "h4", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


def block(text: str) -> Markup:
    """Paragraphs and lists."""
    return _clean(_reader().render(text))


def line(text: str) -> Markup:
    """A sentence or a part of one."""
    return _clean(_reader().renderInline(text))


def _clean(html: str) -> Markup:
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https"}, link_rel="noreferrer"
    )
    return Markup(clean)  # noqa: S704  (nh3 has just made it safe)


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
