"""The list of red flags, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass

from cards.knowledge import Rule
from cds_service.explanations import conditions, overview, red_flags
from cds_service.explanations.leaf import Leaf
from cds_service.explanations.links import LOWERED
from cds_service.explanations.wording import Wording, escaped

DEFINITIONS = "Each name in a condition leads to what counts as it, and how it is recorded."


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list."""

    rule: Rule
    causes: str
    timing: str
    by: str


def index(wording: Wording) -> Leaf:
    rules = wording.knowledge.rules
    listed = [_listed(rule, wording) for rule in rules]
    told = {
        "critical": [each for each in listed if each.rule.critical],
        "warnings": [each for each in listed if not each.rule.critical],
        "gates": [
            wording.linked(gate) for gate in dict.fromkeys(rule.gate for rule in wording.knowledge.rules)
        ],
        "how_to_read": overview.section(overview.HOW_TO_READ, wording, DEFINITIONS),
        "lowered": overview.section("shown_as_warning", wording, ""),
        "lowered_id": LOWERED,
        "several": overview.section("several", wording, ""),
    }
    return Leaf("explanations_red_flags.html", told)


def _listed(rule: Rule, wording: Wording) -> Listed:
    causes = "; ".join(wording.cause(name) for name in rule.suggests)
    return Listed(rule, causes, red_flags.timing(rule, wording), wording.source(rule.listed_by))


def page(rule: Rule, wording: Wording) -> Leaf:
    causes = wording.knowledge.causes.values()
    also = [cause.id for cause in causes if rule.id in cause.red_flags and cause.id not in rule.suggests]
    summary, listed, next_step = red_flags.says(rule, wording)
    told = {
        "rule": rule,
        "timing": red_flags.timing(rule, wording),
        "reviewed": red_flags.reviewed(rule),
        "rationale": wording.prose(rule.rationale),
        "card": (summary, listed),
        "next_step": next_step,
        "fires": "\n".join(red_flags.fires(rule, wording)),
        "never_for": [wording.prose(line) for line in rule.must_not_trigger],
        "windows": list(red_flags.windows(rule, wording)),
        "times": wording.prose(rule.windows),
        "lowered": red_flags.lowered(rule, wording),
        "lowered_how": wording.links.lowered,
        "stands_back": "\n".join(conditions.lines(rule.unless, wording)) if rule.unless else "",
        "others": list(red_flags.others(rule, wording)),
        "suggests": [wording.cause(name) for name in rule.suggests],
        "also": [wording.cause(name) for name in also],
        "sources": [
            f"{wording.source(name)}: {escaped(wording.knowledge.sources[name].title)}"
            for name in dict.fromkeys((rule.listed_by, rule.next_step_by, *rule.sources))
        ],
    }
    return Leaf("explanations_red_flag.html", told)
