"""Reads the clinical content and refuses what is not sound, naming file and key.

`load` is called once at start. What the statements are stands in cards/knowledge_types.py, what may
be written in docs/content.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cards import content_keys, cross_references
from cards.codes import Code, Codes
from cards.content_files import ContentError, Folder, Table, by_id
from cards.knowledge_types import (
    Baseline,
    Cause,
    Concept,
    Derived,
    Evidence,
    Feature,
    Knowledge,
    KnownRecorded,
    Policy,
    Reviewed,
    Rule,
    Scoring,
    SourceText,
    Unit,
)from cards.shipped_keys import as_shipped

__all__ = [
    "Baseline",
    "Cause",
    "Code",
    "Codes",
    "Concept",
    "ContentError",
    "Derived",
    "Evidence",
    "Feature",
    "Knowledge",
    "KnownRecorded",
    "Policy",
    "Reviewed",
    "Rule",
    "Scoring",
    "SourceText",
    "Unit",
    "load",
]

BESIDE = Path(__file__).parent / "content"
CODE_COLUMNS = (
    *("concept", "system", "code", "match", "suffix", "verified", "needs", "not_when"),
    *("fifth_not", "fifth_only", "display", "seen_in", "note"),
)
UNIT_COLUMNS = ("feature", "unit", "factor", "offset", "note")


def load(folder: Path | None = None) -> Knowledge:
    """The content of a folder, by default that beside this module. Raises `ContentError`."""
    files = Folder(folder or BESIDE)
    head = files.toml("content.toml")
    title, version = head.text("title"), head.text("version")
    head.choice("language", ("en-GB",))
    head.done()
    systems, system_urls = _systems(files.toml("systems.toml"))
    policy = _policy(files.toml("policy.toml"))
    features = [(table, table.key, _feature(table)) for table in _all_parts(files, "features")]
    concepts = [(table, table.key, _concept(table)) for table in _all_parts(files, "concepts")]
    features_by_id = by_id(features)
    knowledge = Knowledge(
        version=version,
        title=title,
        digest=files.digest(),
        sources=by_id([(table, table.key, _source(table)) for table in _parts(files.toml("sources.toml"))]),
        systems=systems,
        system_urls=system_urls,
        concepts=by_id(concepts),
        codes=Codes(_code(row) for row in files.rows("codes.csv", CODE_COLUMNS)),
        features=features_by_id,
        derived=cross_references.in_order(
            by_id([(table, table.key, _derived(table)) for table in _parts(files.toml("derived.toml"))]),
            features_by_id,
        ),
        causes=MappingProxyType({cause.id: cause for cause in _causes(files, policy)}),
        rules=_rules(files.toml("red_flags.toml"), policy),
        policy=policy,
        units=_units(files),
        reading=_as_shipped(files, "reading.toml"),
        wording=_as_shipped(files, "wording.toml"),
        features_of_concept=cross_references.features_of_concept(features_by_id),
    )
    files.done()
    cross_references.check(
        knowledge,
        feature_files={name: table.file for table, name, _ in features},
        concept_files={name: table.file for table, name, _ in concepts},
    )
    return knowledge


def _as_shipped(files: Folder, name: str) -> Mapping[str, Any]:
    table = files.toml(name)
    return as_shipped(table, tomllib.loads((BESIDE / name).read_text(encoding="utf-8")))


def _parts(table: Table) -> Iterator[Table]:
    for name in table.names():
        yield table.table(name)


def _all_parts(files: Folder, folder: str) -> Iterator[Table]:
    for name in files.below(folder):
        yield from _parts(files.toml(name))


def _systems(table: Table) -> tuple[Mapping[str, str], Mapping[str, str]]:
    systems: dict[str, str] = {}
    urls: dict[str, str] = {}
    for part in _parts(table):
        urls[part.key] = part.text("url")
        for name in (urls[part.key], *part.texts("aliases")):
            if name in systems:
                raise part.fail("aliases", f"{name!r} is the name of {systems[name]} already")
            systems[name] = part.key
        part.done()
    return MappingProxyType(systems), MappingProxyType(urls)


def _source(table: Table) -> SourceText:
    source = SourceText(table.key, table.text("title"), table.text("short"), table.text("seen"))
    table.done()
    return source


def _concept(table: Table) -> Concept:
    concept = Concept(
        id=table.key,
        label=table.text("label"),
        phrases=table.texts("phrases", absent=()),
        guards=table.texts("guards", absent=()),
        reads=table.choice("reads", ("entry", "report"), absent="entry"),
        about=table.choice("about", ("leg",), absent=""),
        with_leg=table.text("with_leg", absent=""),
    )
    table.done()
    return concept


def _feature(table: Table) -> Feature:
    feature = Feature(
        id=table.key,
        label=table.text("label"),
        phrase=table.text("phrase"),
        ask=table.text("ask", absent=""),
        definition=table.text("definition"),
        shape=table.choice("shape", content_keys.SHAPES),
        concepts=table.texts("concepts", absent=()),
        window_days=table.days("window_days"),
        tier=table.choice("tier", ("A", "B", "C"), absent=""),
        new_only=table.choice("new_only", ("dated", "first"), absent=""),
        window_from=table.choice("window_from", ("onset",), absent=""),
        unit=table.text("unit", absent=""),
        historical_ok=table.flag("historical_ok"),
        sided=table.flag("sided"),
        values=table.texts("values", absent=()),
        window_by_value=table.numbers("window_by_value"),
        cancelled_by=table.texts("cancelled_by", absent=()),
        or_when=table.condition_if_any("or_when"),
        derive=table.choice("derive", content_keys.DERIVATIONS, absent=""),
        options=MappingProxyType(
            {key: read(table, key) for key, read in content_keys.OPTIONS.items() if table.has(key)}
        ),
        sources=table.texts("sources"),
    )
    table.done()
    content_keys.check_shape(feature, table)
    return feature


def _derived(table: Table) -> Derived:
    derived = Derived(
        table.key, table.text("label"), table.text("phrase"), table.condition("when"), table.text("source")
    )
    table.done()
    return derived


def _code(row: Table) -> Code:
    def cell(column: str) -> str:
        return str(row.take(column, "a text", lambda value: isinstance(value, str)))

    def words(column: str) -> tuple[str, ...]:
        text = cell(column)
        found = tuple(word.strip() for word in text.split("|")) if text else ()
        if not all(found):
            raise row.fail(column, f"an empty word in {text!r}")
        return found

    cell("seen_in")  # for the reader of the table
    code = Code(
        concept=row.text("concept"),
        system=row.text("system"),
        code=row.text("code"),
        match=row.choice("match", content_keys.MATCHES),
        suffix=cell("suffix"),
        verified=row.choice("verified", ("yes", "no")) == "yes",
        needs=words("needs"),
        not_when=words("not_when"),
        fifth_not=cell("fifth_not"),
        fifth_only=cell("fifth_only"),
        display=row.text("display"),
        note=cell("note"),
    )
    row.done()
    if bool(code.suffix) != (code.match == "prefix_suffix"):
        raise row.fail("suffix", "stands with match prefix_suffix, and only there")
    if (code.match == "range") != bool(content_keys.RANGE.fullmatch(code.code)):
        raise row.fail("code", "a range is written C00-C43, and only a range is")
    return code


def _causes(files: Folder, policy: Policy) -> tuple[Cause, ...]:
    causes = []
    orders: set[int] = set()
    for name in files.below("causes"):
        table = files.toml(name)
        cause = _cause(table, policy)
        if cause.order in orders:
            raise table.fail("order", f"{cause.order} is the order of another cause already")
        orders.add(cause.order)
        causes.append(cause)
    return tuple(sorted(causes, key=lambda cause: cause.order))


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


def _rules(table: Table, policy: Policy) -> tuple[Rule, ...]:
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
        topic=_topic(table),
        critical=table.choice("indicator", ("critical", "warning")) == "critical",
        urgency=table.choice("urgency", policy.urgency),
        gate=table.text("gate"),
        when=table.condition("when"),
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


def _policy(table: Table) -> Policy:
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
            red_flag_gap_points=scoring.number("red_flag_gap_points"),
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


def _units(files: Folder) -> Mapping[str, tuple[Unit, ...]]:
    units: dict[str, list[Unit]] = {}
    for row in files.rows("units.csv", UNIT_COLUMNS):
        unit = Unit(row.text("feature"), row.text("unit"), row.decimal("factor"), row.decimal("offset"))
        note = row.take("note", "a text", lambda value: isinstance(value, str))
        row.done()
        of_feature = units.setdefault(unit.feature, [])
        if unit.unit in [other.unit for other in of_feature]:
            raise row.fail("unit", f"{unit.unit} stands twice for {unit.feature}")
        if (note == "canonical") != (not of_feature):
            raise row.fail("note", f"the first unit of {unit.feature} is marked canonical, and only that one")
        if note == "canonical" and (unit.factor, unit.offset) != (1.0, 0.0):
            raise row.fail("factor", "the canonical unit has factor 1 and offset 0")
        if unit.factor <= 0:
            raise row.fail("factor", "must be above 0")
        of_feature.append(unit)
    return MappingProxyType({feature: tuple(of_feature) for feature, of_feature in units.items()})
