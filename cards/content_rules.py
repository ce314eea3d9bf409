"""Reads what the content concludes: causes with their evidence, red flags, and the policy over both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from cards import content_keys
from cards.content_files import ContentError, Folder, Table
from cards.knowledge_types import (
    Baseline,
    Cause,
    Change,
    Evidence,
    KnownRecorded,
    MaySilence,
    Policy,
    Reviewed,
    Rule,
    Scoring,
)


def read_changes(head: Table) -> tuple[Change, ...]:
    """What each version changed, as `content.toml` lists it."""
    changes = []
    for table in head.tables("changes"):
        changes.append(Change(table.text("version"), table.date("date"), table.texts("effects")))
        table.done()
    return tuple(changes)


def read_causes(files: Folder, policy: Policy) -> Mapping[str, Cause]:
    """By id, in their `order`."""
    causes = []
    orders: set[int] = set()
    for name in files.below("causes"):
        table = files.toml(name)
        cause = _cause(table, policy)
        if cause.order in orders:
            raise table.fail("order", f"{cause.order} is the order of another cause already")
        orders.add(cause.order)
        causes.append(cause)
    in_order = sorted(causes, key=lambda cause: cause.order)
    return MappingProxyType({cause.id: cause for cause in in_order})


def _cause(table: Table, policy: Policy) -> Cause:
    prior = table.choice("prior", policy.scoring.prior_points)
    cause = Cause(
        id=Path(table.file).stem,
        order=table.integer("order"),
        label=table.text("label"),
        short=table.text("short"),
        group=table.text("group"),
        type=table.text("type"),
        key_characteristics=table.text("key_characteristics"),
        synonyms=table.texts("synonyms"),
        known_codes=table.text("known_codes"),
        known_by_symptom=table.flag("known_by_symptom"),
        known_as=table.text("known_as", absent=""),
        known_within_days=table.days("known_within_days"),
        prior=prior,
        prior_points=policy.scoring.prior_points[prior],
        population=table.text("population"),
        tempo=table.texts("tempo"),
        distribution=table.text("distribution"),
        needs=table.condition("needs"),
        key_tests=table.texts("key_tests"),
        next_step=table.text("next_step"),
        urgency=table.choice("urgency", policy.urgency),
        red_flags=table.texts("red_flags", empty_ok=True),
        sources=table.texts("sources"),
        evidence=tuple(_evidence(part, policy) for part in table.tables("evidence")),
    )
    table.done()
    return cause


def _evidence(table: Table, policy: Policy) -> Evidence:
    strength = table.choice("strength", policy.scoring.strength_points)
    evidence = Evidence(
        when=table.condition("when"),
        strength=strength,
        points=policy.scoring.strength_points[strength],
        basis=table.text("basis"),
        source=table.text("source"),
        reviewed=_reviewed(table),
    )
    table.done()
    return evidence


def read_rules(table: Table, policy: Policy) -> tuple[Rule, ...]:
    rules = tuple(_rule(position, part, policy) for position, part in enumerate(table.tables("rule")))
    table.done()
    for key, names in (("id", [rule.id for rule in rules]), ("topic", [rule.topic for rule in rules])):
        for name in names:
            if names.count(name) > 1:
                raise ContentError(table.file, key, f"{name} stands at two rules")
    return rules


def _rule(position: int, table: Table, policy: Policy) -> Rule:
    name = table.text("id")
    table.key = name
    rule = Rule(
        id=name,
        position=position,
        title=table.text("title"),
        short=table.text("short"),
        topic=_topic(table),
        critical=table.choice("indicator", ("critical", "warning")) == "critical",
        urgency=table.choice("urgency", policy.urgency),
        gate=table.text("gate"),
        when=table.condition("when"),
        unless=table.condition("unless") if table.has("unless") else None,
        lead=table.texts("lead"),
        matters=table.text("matters"),
        listed_by=table.text("listed_by"),
        listed_as=table.text("listed_as"),
        next_step=table.text("next_step"),
        next_step_by=table.text("next_step_by"),
        rationale=table.text("rationale"),
        windows=table.text("windows"),
        must_not_trigger=table.texts("must_not_trigger"),
        suggests=table.texts("suggests", empty_ok=True),
        sources=table.texts("sources"),
        reviewed=_reviewed(table),
    )
    table.done()
    return rule


def _topic(table: Table) -> str:
    code = table.text("topic")
    if not content_keys.is_topic(code):
        raise table.fail("topic", f"{code!r} is not made of at most 100 letters and digits")
    return code


def _reviewed(table: Table) -> Reviewed | None:
    if not table.has("reviewed"):
        return None
    part = table.table("reviewed")
    reviewed = Reviewed(part.text("by"), part.date("on"))
    part.done()
    return reviewed


def _may_silence(table: Table) -> MaySilence:
    exception = MaySilence(
        added=table.texts("added"),
        rules=table.texts("rules") if table.has("rules") else (),
        when=table.condition("when") if table.has("when") else None,
        reason=table.text("reason"),
        source=table.text("source"),
    )
    table.done()
    return exception


def read_policy(table: Table) -> Policy:
    known, scoring, baseline = table.table("known_recorded"), table.table("scoring"), table.table("baseline")
    urgency = table.table("urgency")
    policy = Policy(
        no_card_if=table.text("no_card_if"),
        lower_to_warning_if=table.text("lower_to_warning_if"),
        evidence=table.text("evidence"),
        stable=table.text("stable"),
        generic_rules=table.texts("generic_rules"),
        max_critical_in_full=table.integer("max_critical_in_full"),
        dominates=content_keys.pairs(table, "dominates"),
        may_silence=tuple(_may_silence(part) for part in table.tables("may_silence")),
        known_recorded=KnownRecorded(
            known.number("after_days"),
            known.number("before_days"),
            known.texts("never_for"),
            known.text("source"),
        ),
        scoring=Scoring(
            list_from=scoring.integer("list_from"),
            max_listed=scoring.integer("max_listed"),
            on_problem_list_points=scoring.integer("on_problem_list_points"),
            on_problem_list_prior=scoring.text("on_problem_list_prior"),
            diagnosis_features=scoring.texts("diagnosis_features"),
            first_cause_gap_points=scoring.number("first_cause_gap_points"),
            source=scoring.text("source"),
            strength_points=scoring.integers("strength_points"),
            prior_points=scoring.integers("prior_points"),
        ),
        baseline=Baseline(
            fewer_than=baseline.integer("fewer_than"),
            causes=baseline.texts("causes"),
            do_not_miss=baseline.texts("do_not_miss"),
            source=baseline.text("source"),
        ),
        urgency=MappingProxyType({name: urgency.text(name) for name in urgency.names()}),
    )
    for part in (known, scoring, baseline, urgency, table):
        part.done()
    for strength, points in policy.scoring.strength_points.items():
        if not ((strength.endswith("_for") and points > 0) or (strength.endswith("_against") and points < 0)):
            raise table.fail(
                f"scoring.strength_points.{strength}",
                "is named ..._for and above 0, or ..._against and below 0",
            )
    if policy.scoring.on_problem_list_prior not in policy.scoring.prior_points:
        raise table.fail("scoring.on_problem_list_prior", "not among prior_points")
    return policy
