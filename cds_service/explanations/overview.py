"""How the service comes to its cards: the texts of texts/ with the numbers of the content. Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from cds_service.explanations.wording import Wording, capital, count, days, listing

SECTIONS = ("comes_about", "silent", "shown_as_warning", "several", "order", "fatigue", "not_done")


HOW_TO_READ = "how_to_read"
"""Of a rule; the others are of the whole."""


def section(name: str, wording: Wording, definitions: str, proof: str = "") -> str:
    """One text; `definitions`: links to where it says what counts; `proof`: of a silence, if shown."""
    return _text(name).format(definitions=definitions, proof=proof, **_told(wording)).rstrip("\n")


@cache
def _text(name: str) -> str:
    return (Path(__file__).parent / "texts" / f"{name}.md").read_text(encoding="utf-8")


def _told(wording: Wording) -> Mapping[str, object]:
    policy, shown = wording.knowledge.policy, wording.knowledge.wording
    scoring, baseline, known = policy.scoring, policy.baseline, policy.known_recorded
    points, priors = scoring.strength_points, scoring.prior_points
    return {
        "after": days(known.after_days),
        "before": days(known.before_days),
        "never_for": rules(known.never_for, wording),
        "pairs": count(len(policy.dominates), "pair"),
        "generic": capital(rules(policy.generic_rules, wording)),
        "in_full": policy.max_critical_in_full,
        "list_from": scoring.list_from,
        "strong": points["strong_for"],
        "moderate": points["moderate_for"],
        "weak": points["weak_for"],
        "common": f"{priors['common']:+d}",
        "rare": f"{priors['rare']:+d}",
        "on_list": scoring.on_problem_list_points,
        "max_listed": scoring.max_listed,
        "gaps": shown["not_recorded_shown"],
        "fewer_than": baseline.fewer_than,
        "usual": _causes(baseline.causes, wording),
        "do_not_miss": _causes(baseline.do_not_miss, wording),
        "summary": int(shown["summary_limit"]) + 1,
        "facts": shown["facts_shown"],
    }


def rules(identities: Iterable[str], wording: Wording) -> str:
    return listing([wording.rule(identity) for identity in identities])


def _causes(identities: Iterable[str], wording: Wording) -> str:
    return listing([wording.cause(identity) for identity in identities])
