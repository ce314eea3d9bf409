"""Which kind of version the differences ask for, by a rule, and whether the version was raised so far.

- **major**: a red flag was added or removed; its level, condition, gate or standing back differs, or the
  policy does; a feature or pattern that a red flag asks for was removed or counts otherwise; or the first
  card of a fixture has another level.
- **minor**: anything else that may change a card: causes, what weighs them, codes, phrases, reading, units.
- **patch**: words, sources, reviews and pictures; nothing is found or weighed otherwise.

While the first number is 0 the second one stands for it (Semantic Versioning, 4): a major change raises the
second number, any other at least the third.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from cards.knowledge import Knowledge
from cds_service.content_changes.charts import ChartChanged
from cds_service.content_changes.compare import Difference

SIZES = ("none", "patch", "minor", "major")
FIRING = {"level", "condition", "asked only with", "stands back when"}
WORDS = {
    *("as cards say it", "label", "title", "short", "topic", "what the summary says of it", "next step"),
    *("asked for when not recorded", "rationale", "windows", "reviewed", "sources", "source", "listed by"),
    *(
        "listed as",
        "next step by",
        "must not trigger",
        "key characteristics",
        "synonyms",
        "key tests",
        "tempo",
    ),
    *("population", "distribution", "type", "group", "what counts", "findings named first in the summary"),
    *("seen", "time to act"),
}
"""Parts that only say something; a new limit shows in a condition or a window."""


def size(
    found: Iterable[Difference], charts: Iterable[ChartChanged], before: Knowledge, after: Knowledge
) -> str:
    """``none``, ``patch``, ``minor`` or ``major``."""
    asked = _asked_by_red_flags(before) | _asked_by_red_flags(after)
    sizes = [_of(each, asked) for each in found]
    sizes += ["major" if each.level_changed else "patch" if each.only_detail else "minor" for each in charts]
    if not sizes and before.digest != after.digest:
        return "patch"
    return max(sizes, key=SIZES.index, default="none")


def _of(found: Difference, asked: set[str]) -> str:
    parts = {part.name for part in found.parts}
    if found.what == "changed" and parts <= WORDS:
        return "patch"
    match found.kind:
        case "policy":
            return "major"
        case "red flag":
            return "major" if found.what != "changed" or parts & FIRING else "minor"
        case "feature" | "pattern" if found.id in asked and found.what != "added":
            return "major"
        case "wording" | "picture" | "source" | "order":
            return "patch"
    return "minor"


def _asked_by_red_flags(knowledge: Knowledge) -> set[str]:
    """Features and patterns, also through patterns."""
    further = {name: each.when for name, each in knowledge.derived.items()}
    further |= {name: each.or_when for name, each in knowledge.features.items() if each.or_when}
    conditions = [each for rule in knowledge.rules for each in (rule.when, rule.unless) if each]
    asked = {rule.gate for rule in knowledge.rules} | {
        use.feature for each in conditions for use in each.uses
    }
    waiting = list(asked)
    while waiting:
        condition = further.get(waiting.pop())
        new = {use.feature for use in condition.uses} - asked if condition else set()
        asked |= new
        waiting += new
    return asked


def raised(before: str, after: str) -> str:
    """Which part was raised: ``none`` (also when lowered), ``patch``, ``minor`` or ``major``."""
    old, new = _numbers(before), _numbers(after)
    if new <= old:
        return "none"
    place = next(place for place in range(3) if old[place] != new[place])
    if old[0] == 0 and place > 0:
        return "major" if place == 1 else "minor"
    return ("major", "minor", "patch")[place]


def enough(asked: str, raised_by: str) -> bool:
    return SIZES.index(raised_by) >= SIZES.index(asked)


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, found.groups())) if found else (0, 0, 0)
