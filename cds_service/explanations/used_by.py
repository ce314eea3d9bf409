"""Which statements rest on something, as lists of links by kind. Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cds_service.explanations.uses import Kind, Use
from cds_service.explanations.wording import Wording, count, plain_label

TITLES: tuple[tuple[Kind, str], ...] = (
    ("red_flag", "Red flags"),
    ("cause", "Causes"),
    ("pattern", "Patterns"),
    ("feature", "Features"),
)


@dataclass(frozen=True, slots=True)
class UsedBy:
    title: str
    links: tuple[str, ...]


def told(uses: Iterable[Use], wording: Wording, *, counted: bool = False) -> Iterator[UsedBy]:
    """Only the kinds that there are; `counted`: with the number of statements where a cause has several."""
    numbers = Counter(uses)
    for kind, title in TITLES:
        links = [_link(use, wording) + _number(numbers[use], counted) for use in numbers if use.kind == kind]
        if links:
            yield UsedBy(title, tuple(links))


def _number(number: int, counted: bool) -> str:
    return f" ({count(number, 'statement')})" if counted and number > 1 else ""


def _link(use: Use, wording: Wording) -> str:
    match use.kind:
        case "red_flag":
            return wording.rule(use.id)
        case "cause":
            return wording.cause(use.id)
        case "pattern":
            return wording.linked(use.id)
    return f"[{plain_label(wording.knowledge.features[use.id])}]({wording.links.feature(use.id)})"
