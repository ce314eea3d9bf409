"""The walkthrough of the sandbox (docs/sandbox.md) as a page, with the addresses of this very service."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import quote

import nh3
from flask import Blueprint, Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from cds_service.errors import NotFound
from cds_service.pages import html
from cds_service.pages.guard import refuse_strangers
from cds_service.places import walkthrough

if TYPE_CHECKING:
    from cds_service.app import Service

PATH = "/bench/sandbox"
WRITTEN_FOR = "http://127.0.0.1:8000"
"""The address that stands in the document."""
_TEXT = {"code", "em", "h1", "h2", "li", "ol", "p", "pre", "strong", "ul"}
_TABLE = {"table", "tbody", "td", "th", "thead", "tr"}
_BESIDE = re.compile(r"\[([^]]+)]\((?!https?:)[^)]*\)")
"""A link to another document, which is no page."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ADDRESS = re.compile(r"<pre><code>\s*(http://localhost:[^\s<>\"]+)\s*</code></pre>")
"""The ready-made address, to be pressed."""
_TABLE_BEGINS = re.compile("<table>")
_SCROLLS = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}"><table>'


def bench_sandbox(service: Service) -> Blueprint:
    pages = Blueprint("bench_sandbox", __name__)
    pages.before_request(refuse_strangers(service.settings))
    base = service.settings.base_url

    @pages.get(PATH)
    def shown() -> Response:
        file = walkthrough()
        if file is None:
            raise NotFound("The walkthrough is docs/sandbox.md of the source; it is not installed here.")
        return html.page("bench_sandbox.html", text=_page(file.read_text("utf-8"), base))

    return pages


def _page(document: str, base: str) -> Markup:
    text = _BESIDE.sub(r"\1", _COMMENT.sub("", document))
    for written, here in ((WRITTEN_FOR, base), (quote(WRITTEN_FOR, safe=""), quote(base, safe=""))):
        text = text.replace(written, here)
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    clean = nh3.clean(reader.render(text), tags=_TEXT | _TABLE, attributes={})
    clean = _ADDRESS.sub(r'<p><a href="\1" rel="noopener noreferrer">\1</a></p>', clean)
    number = count(1)
    clean = _TABLE_BEGINS.sub(lambda _: _SCROLLS.format(next(number)), clean)
    clean = clean.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Markup(clean)  # noqa: S704  (nh3 has just made it safe, and what is added is ours)
