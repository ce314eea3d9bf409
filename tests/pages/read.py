"""A page as a test reads it: what it links to, asks a browser to load, calls its parts, and says."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass
class Page:
    links: list[str] = field(default_factory=list)
    """Targets of <a>."""
    loaded: list[str] = field(default_factory=list)
    """What a browser loads by itself, or sends a form to."""
    ids: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    """Styles and scripts that stand in the page itself."""
    text: str = ""
    """What is read, with single spaces."""


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = " ".join("".join(reader.said).split())
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.page.links.append(given["href"])
        elif "href" in given:
            self.page.loaded.append(given["href"])
        self.page.loaded += [value for name, value in given.items() if name in _LOADING]
        self.page.ids += [given["id"]] if "id" in given else []
        self.page.headings += [_HEADINGS[tag]] if tag in _HEADINGS else []
        if tag == "style" or (tag == "script" and "src" not in given):
            self.page.inline.append(tag)
        self.page.inline += [name for name in given if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.said.append(data)
