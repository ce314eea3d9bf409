"""Lists what a site may set in the content, and what it has set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cards.knowledge import Knowledge
from cds_service.settings import Settings
from cds_service.site import tuning


def lines(content: Knowledge, settings: Settings) -> Iterator[str]:
    """Raises `SettingsRefused` for what the content does not offer."""
    site = tuning.applied(content, settings)
    yield f"Content {site.version}, {site.digest}"
    yield "Numbers (tuning):"
    for number in content.tunable.numbers.values():
        yield f"  {number.id}: {number.least} to {number.most}, default {number.default}"
        yield f"    {number.what}"
        yield f"    {number.why} ({content.sources[number.source].short})"
    yield "Warnings (narrowing):"
    for each in content.tunable.narrowings.values():
        yield f"  {each.rule} by {each.option}: {each.what}"
        yield f"    {each.why} ({content.sources[each.source].short})"
    yield "Set by this site:"
    said = list(tuning.changes(content, settings))
    yield from (f"  {one}" for one in said or ["nothing"])


def as_json(content: Knowledge, settings: Settings) -> dict[str, Any]:
    """The same for machines."""
    site = tuning.applied(content, settings)
    return {
        "content": {"version": site.version, "digest": site.digest},
        "numbers": [
            {"name": n.id, "what": n.what, "default": n.default, "min": n.least, "max": n.most, "why": n.why}
            for n in content.tunable.numbers.values()
        ],
        "narrowings": [
            {"rule": n.rule, "option": n.option, "what": n.what, "why": n.why}
            for n in content.tunable.narrowings.values()
        ],
        "tuning": [each.model_dump(mode="json") for each in settings.tuning],
        "narrowing": [each.model_dump(mode="json") for each in settings.narrowing],
    }
