"""docs/clinical.md: what the service reads, when it speaks and when it is silent, with the proof."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cards.knowledge import Rule
from cds_service import fixtures
from cds_service.places import fixtures_folder
from tests.clinical_docs import proof, reading
from tests.clinical_docs.wording import Wording, anchor, capital, count, days, escaped, listing, table, text
from tests.record_fixtures import BASE_URL, MOMENT

FEW = 3
"""Flags of one gate that are named; more are only counted."""


def page(wording: Wording, generated: str) -> str:
    knowledge = wording.knowledge
    policy, scoring = knowledge.policy, knowledge.policy.scoring
    points, priors, shown = scoring.strength_points, scoring.prior_points, knowledge.wording
    evidence = [row for cause in knowledge.causes.values() for row in cause.evidence]
    reviews = [rule.reviewed for rule in knowledge.rules] + [row.reviewed for row in evidence]
    return text("overview.md").format(
        generated=generated,
        version=knowledge.version,
        digest=knowledge.digest,
        flags=len(knowledge.rules),
        critical=sum(rule.critical for rule in knowledge.rules),
        causes=len(knowledge.causes),
        statements=count(len(evidence), "statement"),
        features=len(knowledge.features),
        patterns=count(len(knowledge.derived), "pattern"),
        sources=len(knowledge.sources),
        open=sum(review is None for review in reviews),
        reviewable=len(reviews),
        charts=count(sum(map(proof.cases, knowledge.rules)), "chart"),
        texts=reading.number_of_texts(),
        fixtures=count(len(fixtures.names()), "chart"),
        gates="\n".join(_gates(wording)),
        critical_flags=_flags(wording, critical=True),
        warning_flags=_flags(wording, critical=False),
        after=days(policy.known_recorded.after_days),
        before=days(policy.known_recorded.before_days),
        never_for=_named(policy.known_recorded.never_for, wording),
        pairs=count(len(policy.dominates), "pair"),
        generic=capital(_named(policy.generic_rules, wording)),
        in_full=policy.max_critical_in_full,
        list_from=scoring.list_from,
        strong=points["strong_for"],
        moderate=points["moderate_for"],
        weak=points["weak_for"],
        common=f"{priors['common']:+d}",
        rare=f"{priors['rare']:+d}",
        on_list=scoring.on_problem_list_points,
        max_listed=scoring.max_listed,
        gaps=shown["not_recorded_shown"],
        fewer_than=policy.baseline.fewer_than,
        usual=_causes(policy.baseline.causes, wording),
        do_not_miss=_causes(policy.baseline.do_not_miss, wording),
        summary=int(shown["summary_limit"]) + 1,
        facts=shown["facts_shown"],
        fixture_table="\n".join(_fixtures()),
    )


def _gates(wording: Wording) -> Iterator[str]:
    """The patterns without which a rule is not asked; the rules of a gate by name where they are few."""
    by_gate: dict[str, list[str]] = {}
    for rule in wording.knowledge.rules:
        by_gate.setdefault(rule.gate, []).append(rule.id)
    for gate, rules in sorted(by_gate.items(), key=lambda each: -len(each[1])):
        named = f": {_named(tuple(rules), wording)}" if len(rules) <= FEW else ""
        yield f"- {wording.pattern(gate, 'clinical/features.md')}, for {count(len(rules), 'flag')}{named}"


def _flags(wording: Wording, *, critical: bool) -> str:
    rows = [_flag(rule, wording) for rule in wording.knowledge.rules if rule.critical is critical]
    heads = ["Red flag", "Time to act", "Listed by", "Charts: fires", "Charts: silent"]
    return "\n".join(table(heads, rows))


def _flag(rule: Rule, wording: Wording) -> list[str]:
    fires = 1 + len(proof.alternatives(rule))
    return [
        f"[{escaped(rule.title)}](clinical/red-flags.md#{anchor(rule.title)})",
        wording.knowledge.policy.urgency[rule.urgency],
        escaped(wording.knowledge.sources[rule.listed_by].short),
        str(fires),
        str(proof.cases(rule) - fires),
    ]


def _named(rules: tuple[str, ...], wording: Wording) -> str:
    return listing([wording.rule(name, "clinical/red-flags.md") for name in rules])


def _causes(names: tuple[str, ...], wording: Wording) -> str:
    return listing([wording.cause(name, "clinical/causes.md") for name in names])


def _fixtures() -> Iterator[str]:
    rows = []
    for name in fixtures.names():
        story = (fixtures_folder() / name / "story.md").read_text(encoding="utf-8")
        chart, _, wanted = " ".join(story.split()).partition(" The service should ")
        cards = fixtures.expected(name, MOMENT, BASE_URL)["cards"]
        level = Counter(card["indicator"] for card in cards)
        shown = next((each for each in ("critical", "warning", "info") if level[each]), "no card")
        rows.append([f"[{name}](../fixtures/{name})", escaped(chart), capital(escaped(wanted)), shown])
    yield from table(["Fixture", "Chart", "The service should", "Answer"], rows)
