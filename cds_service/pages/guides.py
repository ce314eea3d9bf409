"""Pages of docs/ that the test bench leads to, at `/bench/docs/<name>`, with this service's own address.

In the development profile only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import count
from urllib.parse import quote

from flask import Blueprint, Response
from markupsafe import Markup

from cds_service.errors import NotFound
from cds_service.pages import html, markup
from cds_service.places import docs_folder

PATH = "/bench/docs"
GUIDES: Mapping[str, str] = {"sandbox": "In the CDS Hooks sandbox", "errors": "Error codes"}
"""By name the title, for the window."""
WRITTEN = "http://127.0.0.1:8000"
"""The address of the service, as the pages of docs/ have it."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)\)")
_ADDRESS = re.compile(r"<pre><code>\s*(http://localhost:[^\s<>\"]+)\s*</code></pre>")
_TABLE = re.compile("<table>")
_SCROLLS = '<div class="scroll" tabindex="0" role="region" aria-label="Table {}"><table>'
_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)


def guides(base_url: str) -> Blueprint:
    """The pages; `base_url` is that of the service."""
    blueprint = Blueprint("guides", __name__, url_prefix=PATH)

    @blueprint.get("/<name>")
    def guide(name: str) -> Response:
        if name not in GUIDES:
            raise NotFound("There is no such page. See docs/ of the checkout for all others.")
        text = (docs_folder() / f"{name}.md").read_text(encoding="utf-8")
        return html.page(
            "guide.html", title=GUIDES[name], text=_usable(markup.document(shown(text, base_url)))
        )

    return blueprint


def shown(text: str, base_url: str) -> str:
    """A page of docs/ with its links leading where this service has something, and no further."""
    text = _LINK.sub(_led, _COMMENT.sub("", text))
    # Also inside another address, as a part of its query.
    return text.replace(WRITTEN, base_url).replace(quote(WRITTEN, safe=""), quote(base_url, safe=""))


def _usable(page: Markup) -> Markup:
    """With tables that scroll by themselves, and the ready-made address to be pressed."""
    told = _ADDRESS.sub(r'<p><a href="\1" rel="noopener noreferrer">\1</a></p>', str(page))
    number = count(1)
    told = _TABLE.sub(lambda _: _SCROLLS.format(next(number)), told)
    told = told.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Markup(told)  # noqa: S704  (it was safe, and what is added is ours)


def _led(link: re.Match[str]) -> str:
    words, target = link[1], link[2]
    page, hash_, place = target.partition("#")
    if "://" in target or (not page and hash_):
        return link[0]
    name = page.removesuffix(".md")
    return f"[{words}]({name}{hash_}{place})" if name in GUIDES else words
