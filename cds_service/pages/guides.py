"""Pages of docs/ that the test bench leads to, at `/bench/docs/<name>`, with this service's own address.

In the development profile only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Response

from cds_service.errors import NotFound
from cds_service.pages import html, markup
from cds_service.places import docs_folder

PATH = "/bench/docs"
GUIDES: Mapping[str, str] = {"sandbox": "In the CDS Hooks sandbox", "errors": "Error codes"}
"""By name the title, for the window."""
WRITTEN = "http://127.0.0.1:8000"
"""The address of the service, as the pages of docs/ have it."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)\)")
_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)


def guides(base_url: str) -> Blueprint:
    """The pages; `base_url` is that of the service."""
    blueprint = Blueprint("guides", __name__, url_prefix=PATH)

    @blueprint.get("/<name>")
    def guide(name: str) -> Response:
        if name not in GUIDES:
            raise NotFound("There is no such page. See docs/ of the checkout for all others.")
        text = (docs_folder() / f"{name}.md").read_text(encoding="utf-8")
        return html.page("guide.html", title=GUIDES[name], text=markup.document(shown(text, base_url)))

    return blueprint


def shown(text: str, base_url: str) -> str:
    """A page of docs/ with its links leading where this service has something, and no further."""
    return _LINK.sub(_led, _COMMENT.sub("", text)).replace(WRITTEN, base_url)


def _led(link: re.Match[str]) -> str:
    words, target = link[1], link[2]
    page, hash_, place = target.partition("#")
    if "://" in target or (not page and hash_):
        return link[0]
    name = page.removesuffix(".md")
    return f"[{words}]({name}{hash_}{place})" if name in GUIDES else words
