"""Every name in the content leads somewhere: features, concepts, sources, rules and causes that exist."""

from __future__ import annotations

import fnmatch
from collections.abc import Collection, Iterable, Mapping

from cards.conditions import Condition, Use
from cards.content_files import ContentError
from cards.content_keys import OPTION_FEATURES, is_topic
from cards.feature_graph import FileOf, circle, concepts_by_key, inside, names_in
from cards.knowledge_types import Feature, Knowledge

OTHER_TOPICS = ("differential_topic", "incomplete_topic")


def check(knowledge: Knowledge, file_of: FileOf) -> None:
    """Raises `ContentError` for the first name that leads nowhere."""
    for name in knowledge.derived:
        if name in knowledge.features:
            raise ContentError(
                "derived.toml", name, f"this id exists already, in {file_of('features', name)}"
            )
    _check_concepts(knowledge, file_of)
    _check_features(knowledge, file_of)
    _check_codes(knowledge)
    _check_units(knowledge)
    _check_body(knowledge)
    for derived in knowledge.derived.values():
        _known(derived.source, knowledge.sources, "source", "derived.toml", f"{derived.id}.source")
        _check_condition(derived.when, knowledge, "derived.toml", f"{derived.id}.when")
    _check_causes(knowledge)
    _check_rules(knowledge)
    _check_policy(knowledge)
    _check_tunable(knowledge)
    _check_reading(knowledge)
    _check_groups(knowledge)
    _check_wording(knowledge)


_TELLS = ("there", "normal", "unclear", "beside")


def _known(name: str, among: Collection[str], what: str, file: str, key: str) -> None:
    if name not in among:
        raise ContentError(file, key, f"unknown {what}: {name}")


def _all_known(names: Iterable[str], among: Collection[str], what: str, file: str, key: str) -> None:
    for name in names:
        _known(name, among, what, file, key)


def _check_condition(condition: Condition, knowledge: Knowledge, file: str, key: str) -> None:
    for use in condition.uses:
        if problem := _misuse(use, knowledge):
            raise ContentError(file, key, problem)


def _misuse(use: Use, knowledge: Knowledge) -> str:
    """What is wrong with the way in which a condition asks for a feature; empty when nothing is."""
    feature = knowledge.features.get(use.feature)
    if feature is None and use.feature not in knowledge.derived:
        return f"unknown feature: {use.feature}"
    values = feature.values if feature else ()
    is_quantity = feature is not None and feature.is_quantity
    if use.compared:
        return "" if is_quantity else f"{use.feature} is no quantity: it cannot be compared with a number"
    if use.values:
        wrong = [value for value in use.values if value not in values]
        return f"{use.feature} has no value {', '.join(wrong)}" if wrong else ""
    if is_quantity:
        return f"{use.feature} is a quantity: compare it with a number"
    return f"{use.feature} has values: ask with `in [...]`" if values else ""


def _check_present(name: str, knowledge: Knowledge, file: str, key: str) -> None:
    """For a key that names one feature that is present or not."""
    if problem := _misuse(Use(name), knowledge):
        raise ContentError(file, key, problem)


def _check_concepts(knowledge: Knowledge, file_of: FileOf) -> None:
    for concept in knowledge.concepts.values():
        if concept.with_leg:
            file = file_of("concepts", concept.id)
            _known(concept.with_leg, knowledge.concepts, "concept", file, f"{concept.id}.with_leg")


def _check_features(knowledge: Knowledge, file_of: FileOf) -> None:
    quantities = _quantities(knowledge)
    for feature in knowledge.features.values():
        file = file_of("features", feature.id)
        _all_known(feature.sources, knowledge.sources, "source", file, f"{feature.id}.sources")
        for key, names in concepts_by_key(feature):
            _all_known(names, knowledge.concepts, "concept", file, f"{feature.id}.{key}")
        if feature.or_when:
            _check_condition(feature.or_when, knowledge, file, f"{feature.id}.or_when")
            # Derived features follow from the features, so none can be needed to read one.
            derived = feature.or_when.features & set(knowledge.derived)
            if derived:
                problem = f"may not use a derived feature: {min(derived)}"
                raise ContentError(file, f"{feature.id}.or_when", problem)
        _check_feature_options(feature, knowledge, quantities, file)


def _check_feature_options(feature: Feature, knowledge: Knowledge, quantities: set[str], file: str) -> None:
    named = [(key, names_in(feature.options.get(key, ()))) for key in OPTION_FEATURES]
    for key, names in [*named, ("ended_by.feature", names_in(inside(feature, "ended_by", "feature")))]:
        _all_known(names, quantities, "quantity feature", file, f"{feature.id}.{key}")
    for name in names_in(inside(feature, "aged", "unless")):
        _check_present(name, knowledge, file, f"{feature.id}.aged.unless")
    for name in names_in(feature.options.get("crossed_by", ())):
        _check_present(name, knowledge, file, f"{feature.id}.crossed_by")
    _check_values_of_diagnoses(feature, knowledge, file)
    if score := str(feature.options.get("code_score", "")):
        system, _, code = score.partition(":")
        _known(system, knowledge.system_urls, "code system", file, f"{feature.id}.code_score")
        if not code:
            raise ContentError(
                file, f"{feature.id}.code_score", "is written <system>:<beginning of the code>"
            )


def _check_values_of_diagnoses(feature: Feature, knowledge: Knowledge, file: str) -> None:
    """What a diagnosis says as the conclusion of a report is a value of it; a code stands in the table."""
    values, codes = (_table(feature, option) for option in ("value_by_concept", "codes_of_value"))
    if (values or codes) and feature.shape != "report":
        option = "value_by_concept" if values else "codes_of_value"
        raise ContentError(file, f"{feature.id}.{option}", "stands with the shape report, and only there")
    for name, value in values.items():
        _known(str(value), feature.values, "value", file, f"{feature.id}.value_by_concept.{name}")
    known = {f"{row.system}:{row.code}" for row in knowledge.codes.rows if row.concept in values}
    for value, named in codes.items():
        key = f"{feature.id}.codes_of_value.{value}"
        _known(value, feature.values, "value", file, key)
        _all_known(names_in(named), known, "code of the concepts of value_by_concept", file, key)


def _table(feature: Feature, option: str) -> Mapping[str, object]:
    table = feature.options.get(option)
    return table if isinstance(table, Mapping) else {}


def _check_codes(knowledge: Knowledge) -> None:
    seen: set[tuple[str, ...]] = set()
    for line, row in enumerate(knowledge.codes.rows, start=2):
        key = f"line {line} ({row.system} {row.code})"
        _known(row.concept, knowledge.concepts, "concept", "codes.csv", key)
        _known(row.system, knowledge.system_urls, "code system", "codes.csv", key)
        same = (row.concept, row.system, row.code, row.suffix)
        if same in seen:
            raise ContentError("codes.csv", key, f"stands twice for {row.concept}")
        seen.add(same)


def _check_units(knowledge: Knowledge) -> None:
    for name, units in knowledge.units.items():
        feature = knowledge.features.get(name)
        if feature is None or not feature.is_quantity:
            raise ContentError("units.csv", name, f"unknown quantity feature: {name}")
        if units[0].unit != feature.unit:
            raise ContentError(
                "units.csv", name, f"canonical unit {units[0].unit} is not that of the feature"
            )
    for feature in knowledge.features.values():
        if feature.is_quantity and feature.id not in knowledge.units:
            problem = "missing, though the feature is a quantity"
            if feature.shape == "observation_quantity":
                raise ContentError("units.csv", feature.id, problem)


def _check_causes(knowledge: Knowledge) -> None:
    rules = {rule.id for rule in knowledge.rules}
    for cause in knowledge.causes.values():
        file = f"causes/{cause.id}.toml"
        _known(cause.known_codes, knowledge.concepts, "concept", file, "known_codes")
        _all_known(cause.red_flags, rules, "rule", file, "red_flags")
        _all_known(cause.sources, knowledge.sources, "source", file, "sources")
        _check_condition(cause.needs, knowledge, file, "needs")
        for place, evidence in enumerate(cause.evidence, start=1):
            _known(evidence.source, knowledge.sources, "source", file, f"evidence {place}.source")
            _check_condition(evidence.when, knowledge, file, f"evidence {place}.when")


def _check_rules(knowledge: Knowledge) -> None:
    file = "red_flags.toml"
    causes = set(knowledge.causes)
    topics = [str(knowledge.wording[key]) for key in OTHER_TOPICS]
    for rule in knowledge.rules:
        _check_present(rule.gate, knowledge, file, f"{rule.id}.gate")
        _check_condition(rule.when, knowledge, file, f"{rule.id}.when")
        if rule.unless:
            _check_condition(rule.unless, knowledge, file, f"{rule.id}.unless")
        _all_known(rule.lead, _all_features(knowledge), "feature", file, f"{rule.id}.lead")
        _all_known(rule.suggests, causes, "cause", file, f"{rule.id}.suggests")
        for key, names in (
            ("listed_by", (rule.listed_by,)),
            ("next_step_by", (rule.next_step_by,)),
            ("sources", rule.sources),
        ):
            _all_known(names, knowledge.sources, "source", file, f"{rule.id}.{key}")
        if rule.topic in topics:
            raise ContentError(file, f"{rule.id}.topic", f"{rule.topic} is the topic of another card")
    for key, topic in zip(OTHER_TOPICS, topics, strict=True):
        if topics.count(topic) > 1 or not is_topic(topic):
            raise ContentError("wording.toml", key, f"{topic}: not a topic, or that of another card")


def _check_tunable(knowledge: Knowledge) -> None:
    file = "tunable.toml"
    for number in knowledge.tunable.numbers.values():
        _known(number.source, knowledge.sources, "source", file, f"{number.id}.source")
    for each in knowledge.tunable.narrowings.values():
        _known(each.source, knowledge.sources, "source", file, f"{each.rule}.{each.option}.source")
        _check_condition(each.only_if, knowledge, file, f"{each.rule}.{each.option}.only_if")


def _check_policy(knowledge: Knowledge) -> None:
    file, policy = "policy.toml", knowledge.policy
    rules = {rule.id: rule for rule in knowledge.rules}
    causes = set(knowledge.causes)
    for key in ("no_card_if", "lower_to_warning_if", "evidence", "stable"):
        _check_present(getattr(policy, key), knowledge, file, key)
    _all_known(policy.generic_rules, rules, "rule", file, "generic_rules")
    _all_known(policy.known_recorded.never_for, rules, "rule", file, "known_recorded.never_for")
    hidden_by: dict[str, tuple[str, ...]] = {}
    for first, second in policy.dominates:
        hidden_by[first] = (*hidden_by.get(first, ()), second)
        _all_known((first, second), rules, "rule", file, "dominates")
        if rules[second].critical and not rules[first].critical:
            raise ContentError(
                file, "dominates", f"{first} is a warning and would hide the critical {second}"
            )
    if round_trip := circle(hidden_by):
        raise ContentError(file, "dominates", f"these hide each other: {' > '.join(round_trip)}")
    for place, exception in enumerate(policy.may_silence, start=1):
        key = f"may_silence {place}"
        _all_known(exception.added, knowledge.features, "feature", file, f"{key}.added")
        _all_known(exception.rules, rules, "rule", file, f"{key}.rules")
        _known(exception.source, knowledge.sources, "source", file, f"{key}.source")
        if exception.when:
            _check_condition(exception.when, knowledge, file, f"{key}.when")
    for pattern in policy.scoring.diagnosis_features:
        if not fnmatch.filter(knowledge.features, pattern):
            raise ContentError(file, "scoring.diagnosis_features", f"no feature is called {pattern}")
    _all_known(policy.baseline.causes, causes, "cause", file, "baseline.causes")
    _all_known(policy.baseline.do_not_miss, causes, "cause", file, "baseline.do_not_miss")
    for key, part in (
        ("known_recorded", policy.known_recorded),
        ("scoring", policy.scoring),
        ("baseline", policy.baseline),
    ):
        _known(part.source, knowledge.sources, "source", file, f"{key}.source")


def _check_body(knowledge: Knowledge) -> None:
    file = "body.toml"
    for mark in knowledge.body.values():
        _known(mark.feature, knowledge.features, "feature", file, mark.feature)
        if mark.when is None:
            _check_present(mark.feature, knowledge, file, mark.feature)
            continue
        _check_condition(mark.when, knowledge, file, f"{mark.feature}.when")
        if mark.when.features != {mark.feature}:
            raise ContentError(file, f"{mark.feature}.when", "asks for the feature itself, and for no other")


def _check_reading(knowledge: Knowledge) -> None:
    file, time = "reading.toml", knowledge.reading["time"]
    for key, name in time.items():
        if key.endswith("_words"):
            _known(name, knowledge.concepts, "concept", file, f"time.{key}")
    _all_known(time["passed_concepts"], knowledge.concepts, "concept", file, "time.passed_concepts")
    for key in ("episode_tiers", "episode_else", "course_features"):
        for name in time[key]:
            _check_present(name, knowledge, file, f"time.{key}")
    _check_present(time["known_cause"], knowledge, file, "time.known_cause")
    for key in ("first", "then"):
        _check_present(time["walking_lost"][key], knowledge, file, f"time.walking_lost.{key}")
    ascending = time["ascending_trend"]
    for key in ("distal", "distal_numb", "distal_numb_if_named", "proximal"):
        _all_known(ascending[key], knowledge.features, "feature", file, f"time.ascending_trend.{key}")
    _check_present(ascending["not_numb_with"], knowledge, file, "time.ascending_trend.not_numb_with")
    for trend in time["worsening_trends"]:
        _known(
            trend["feature"],
            _quantities(knowledge),
            "quantity feature",
            file,
            "time.worsening_trends.feature",
        )
    _check_values(knowledge)
    for sides in knowledge.reading["icd_sides"]:
        _all_known(sides["systems"], knowledge.system_urls, "code system", file, "icd_sides.systems")


def _check_values(knowledge: Knowledge) -> None:
    file, values = "reading.toml", knowledge.reading["values"]
    _known(values["power_concept"], knowledge.concepts, "concept", file, "values.power_concept")
    _all_known(
        values["written_measures"],
        knowledge.measured_concepts,
        "measured concept",
        file,
        "values.written_measures",
    )
    for pair in values["bare_names"]:
        if len(pair) != 2:
            raise ContentError(file, "values.bare_names", "holds pairs of a name and a concept")
        _known(pair[1], knowledge.concepts, "concept", file, "values.bare_names")
    if any(len(pair) != 2 for pair in values["unit_in_name"]):
        raise ContentError(file, "values.unit_in_name", "holds pairs of words and a unit")
    for rule in knowledge.reading["orders"]:
        _known(rule["concept"], knowledge.concepts, "concept", file, "orders.concept")
        _all_known(rule["words"], knowledge.concepts[rule["concept"]].phrases, "phrase", file, "orders.words")
    for rule in knowledge.reading["measured_findings"]:
        _known(rule["concept"], knowledge.concepts, "concept", file, "measured_findings.concept")
        _known(rule["feature"], _quantities(knowledge), "quantity feature", file, "measured_findings.feature")
    for exam in knowledge.reading["normal_values"]["exams"]:
        _all_known(exam["concepts"], knowledge.concepts, "concept", file, "normal_values.exams.concepts")
    for rule in knowledge.reading["normal_values"]["of"]:
        _all_known(rule["concepts"], knowledge.concepts, "concept", file, "normal_values.of.concepts")
        _known(rule["tells"], _TELLS, "kind of word", file, "normal_values.of.tells")


def _check_groups(knowledge: Knowledge) -> None:
    file = "wording.toml"
    groups = dict.fromkeys(feature.group for feature in knowledge.features.values())
    titles = knowledge.wording["feature_groups"]
    _all_known(groups, titles, "group of features", file, "feature_groups")
    _all_known(titles, groups, "file of features/", file, "feature_groups")
    of_causes = dict.fromkeys(cause.group for cause in knowledge.causes.values())
    _all_known(of_causes, knowledge.wording["cause_groups"], "group of causes", file, "cause_groups")
    _all_known(knowledge.wording["cause_groups"], of_causes, "group of a cause", file, "cause_groups")


def _check_wording(knowledge: Knowledge) -> None:
    file, wording = "wording.toml", knowledge.wording
    _all_known(wording["expert_sources"], knowledge.sources, "source", file, "expert_sources")
    _all_known(wording["unsaid_features"], _all_features(knowledge), "feature", file, "unsaid_features")
    for names in wording["implies"]:
        _all_known(names, knowledge.features, "feature", file, "implies")
    if any(len(pair) != 2 for pair in wording["printed_units"]):
        raise ContentError(file, "printed_units", "holds pairs of a unit and its sign")
    values = {value for feature in knowledge.features.values() for value in feature.values}
    _all_known(wording["values"], values, "value of a feature", file, "values")
    for value in sorted(values):
        if value not in wording["values"]:
            raise ContentError(file, f"values.{value}", "missing, though a feature has this value")


def _quantities(knowledge: Knowledge) -> set[str]:
    return {feature.id for feature in knowledge.features.values() if feature.is_quantity}


def _all_features(knowledge: Knowledge) -> set[str]:
    return {*knowledge.features, *knowledge.derived}
