"""Code systems by the many names under which they come."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cards.knowledge import Knowledge

SNOMED = "sct"
"""Its short name in systems.toml."""
# SNOMED CT URI standard: an edition, and a version of it, are addresses below that of the code system.
_EDITION = re.compile(r"(?:/[0-9]+(?:/.*)?|/version/.*|[|?].*)$")
_ADDRESS = re.compile(r"^https?://(?:www\.)?")
_SEPARATORS = re.compile(r"[^a-z0-9]")


def systems_known(
    knowledge: Knowledge, site: Mapping[str, str], own: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The short name of each code system by every name under which it may come, folded as `_plain` does.

    `site`: further names at this site, each for a short name or for an address that the content knows.
    `own`: systems that the content does not know, by name, for the short name that they have here.
    """
    known = {_plain(name): short for name, short in knowledge.systems.items()}
    known |= {_plain(short): short for short in knowledge.system_urls}
    known |= {_plain(name): short for name, short in (own or {}).items()}
    return known | {_plain(name): known.get(_plain(meant), meant) for name, meant in site.items()}


def short_name(system: str, known: Mapping[str, str]) -> str:
    """The short name of a system; empty for one that is not known."""
    return known.get(_plain(system)) or known.get(_without_edition(system), "")


def _plain(system: str) -> str:
    """A name of a system as it is compared: an address without http and www, a word without separators."""
    name = _ADDRESS.sub("", system.strip().lower()).rstrip("/")
    return name if "." in name or ":" in name else _SEPARATORS.sub("", name)


def _without_edition(system: str) -> str:
    """A system as `_plain` writes it, without the edition or version that its address may name."""
    return _EDITION.sub("", _plain(system.partition("|")[0]))
