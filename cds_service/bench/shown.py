"""What the test bench shows of a call: cards as an EHR does, request and answer as JSON, each resource."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Raw

from cards.record_text import escaped_unseen
from cds_service import prefetch, strict_json
from cds_service.bench.anchors import anchor
from cds_service.bench.calls import Run
from cds_service.bench.charts import Given
from cds_service.bench.held import with_ids
from cds_service.evidence.open_chart import reference
from cds_service.pages.markup import block, web_address

MOST_RESOURCES = 1000
MOST_SIGNS = 400_000
"""Of one JSON text on the page; what is longer is cut, and said to be."""
MOST_SIGNS_OF_RESOURCE = 20_000
WORDS = {"critical": "Critical", "warning": "Warning", "info": "Information"}
"""What a card's indicator is called."""


@dataclass(frozen=True, slots=True)
class ShownCard:
    """One card, ready for a template; nothing in it is HTML but `detail`."""

    uuid: str
    indicator: str
    """critical, warning or info; what is none of them is shown as info, as the standard has no other."""
    word: str
    summary: str
    detail: str
    """HTML that is safe to show."""
    source: str
    source_address: str
    """"" where there is none."""
    topic: str
    links: tuple[tuple[str, str], ...]
    """Label and address."""
    reasons: tuple[tuple[str, str], ...]
    """Code and words."""


@dataclass(frozen=True, slots=True)
class ShownJson:
    """JSON with line ends and in full, or as much of it as a page can bear."""

    text: str
    size: int
    """In bytes, as it was on the wire."""
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ShownResource:
    """One resource of the chart."""

    reference: str
    anchor: str
    """The id of its element, which others link to."""
    about: str
    """What it says it is, such as a code's text; "" where nothing does."""
    json: ShownJson


@dataclass(frozen=True, slots=True)
class Shown:
    """One call."""

    run: Run
    cards: tuple[ShownCard, ...]
    request: ShownJson
    answer: ShownJson
    resources: tuple[ShownResource, ...]
    more_resources: int
    """How many are not shown."""

    @property
    def level(self) -> str:
        """Of the first card, "none" without any, "failed" where the service did not look."""
        if not self.run.answered:
            return "failed"
        return self.cards[0].indicator if self.cards else "none"


def shown(run: Run, given: Given) -> Shown:
    """All of it; what came back may be anything."""
    resources = list(_resources(run, given))
    return Shown(
        run,
        tuple(map(_card, run.cards)),
        pretty(run.request, len(run.sent)),
        pretty(run.answer, len(run.body.encode()))
        if run.answer is not None
        else _cut(run.body, len(run.body), MOST_SIGNS),
        tuple(
            ShownResource(
                name, anchor(name), _about(each), pretty(each, len(_raw(each)), MOST_SIGNS_OF_RESOURCE)
            )
            for name, each in resources[:MOST_RESOURCES]
        ),
        max(0, len(resources) - MOST_RESOURCES),
    )


def pretty(value: Any, size: int, most: int = MOST_SIGNS) -> ShownJson:
    """`size`: of what it was, in bytes. What nobody sees, or turns a line round, is a JSON escape."""
    return _cut(escaped_unseen(json.dumps(value, indent=2, ensure_ascii=False)), size, most)


def _cut(text: str, size: int, most: int) -> ShownJson:
    whole = text.encode("utf-8", "replace").decode()  # no page can hold half a surrogate pair
    return ShownJson(whole[:most], size, len(whole) > most)


def _raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def _card(card: Mapping[str, Any]) -> ShownCard:
    source = _object(card.get("source"))
    indicator = card.get("indicator")
    indicator = indicator if indicator in WORDS else "info"
    links = [(_text(each.get("label")), web_address(each.get("url"))) for each in _objects(card.get("links"))]
    reasons = _objects(card.get("overrideReasons"))
    return ShownCard(
        _text(card.get("uuid")),
        str(indicator),
        WORDS[str(indicator)],
        _text(card.get("summary")),
        block(_text(card.get("detail"))),
        _text(source.get("label")),
        web_address(source.get("url")),
        _text(_object(source.get("topic")).get("code")),
        tuple((label, address) for label, address in links if address),
        tuple((_text(each.get("code")), _text(each.get("display"))) for each in reasons),
    )


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> Sequence[Mapping[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _resources(run: Run, given: Given) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each that was sent, once, by the name that the service has for it; without a prefetch the chart's.

    Those of a chart that is fetched have the ids under which they are held.
    """
    prefetched = _object(run.request).get("prefetch")
    seen: set[str] = set()
    values = prefetched if isinstance(prefetched, dict) else {"chart": with_ids(given.resources)}
    for key, value in values.items():
        for entry in prefetch.contents(Raw(strict_json.checked(_raw(value))), key).entries:
            resource = json.loads(bytes(entry.raw))
            kind = str(resource.get("resourceType"))
            name = reference(resource.get("id"), kind, entry.place)
            if name not in seen:
                seen.add(name)
                yield name, resource


def _about(resource: Mapping[str, Any]) -> str:
    """The words of its code, or of its first coding."""
    for element in ("code", "medicationCodeableConcept", "vaccineCode", "type"):
        said = _object(resource.get(element))
        if text := _text(said.get("text")):
            return _cut(text, 0, 120).text
        for coding in _objects(said.get("coding")):
            if text := _text(coding.get("display")):
                return _cut(text, 0, 120).text
    return ""
