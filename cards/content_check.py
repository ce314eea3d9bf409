"""Checks of the content beyond those without which it is not loaded; `leg-weakness-cds content check`.

Loading refuses what the program could not use. These checks find what it could use, but nobody can
have meant: a code with a wrong check digit, a rule that no patient can meet, a summary too long to
show, an exclusion that leaves a patient without any red flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from cards import can_fire, code_shapes, formula, reviews, silencing
from cards.conditions import condition
from cards.knowledge_types import Feature, Knowledge

LONGEST_SIDE = "bilateral"
LONGEST_QUANTITY = "12345.6 mmol/L"
LONGEST_ONSET = "30 Sep 2026 12:34 UTC"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to put right in the content."""

    file: str
    """A file of the content's folder; the folder (``features/``) for what stands in one of several files."""
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key}: {self.message}"


@dataclass(frozen=True, slots=True)
class Report:
    problems: tuple[Problem, ...]
    counts: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """For a reader at a terminal: what is wrong, then what there is."""
        return (*map(str, self.problems), *self.counts)


def check(knowledge: Knowledge) -> Report:
    problems = (
        *_codes(knowledge),
        *_concepts(knowledge),
        *_features(knowledge),
        *_conditions_that_nobody_meets(knowledge),
        *_sources_in_texts(knowledge),
        *_summaries(knowledge),
    )
    # A rule that nobody can meet would be missed everywhere: the search says something of sound content only.
    return Report(problems or tuple(_exclusions_that_silence(knowledge)), summary(knowledge))


def summary(knowledge: Knowledge) -> tuple[str, ...]:
    """What there is, a line each."""
    rules, causes, rows = knowledge.rules, knowledge.causes.values(), knowledge.codes.rows
    evidence = [evidence for cause in causes for evidence in cause.evidence]
    phrases = sum(len(concept.phrases) for concept in knowledge.concepts.values())
    hints = sum(not row.verified for row in rows)
    return (
        f"Content {knowledge.version}, {knowledge.digest}",
        f"{len(rules)} red flags, {sum(rule.critical for rule in rules)} of them critical",
        f"{len(causes)} causes with {len(evidence)} statements for or against",
        f"{len(knowledge.features)} features, {len(knowledge.derived)} derived from them",
        f"{len(knowledge.concepts)} concepts, {phrases} phrases",
        f"{len(rows)} codes, {hints} of them confirmed by no terminology source",
        f"{len(knowledge.sources)} sources",
        reviews.said(knowledge),
    )


def _codes(knowledge: Knowledge) -> Iterator[Problem]:
    for row in knowledge.codes.rows:
        if fault := code_shapes.fault(row.system, row.code, row.match):
            yield Problem("codes.csv", f"{row.concept} {row.system} {row.code}", fault)


def _concepts(knowledge: Knowledge) -> Iterator[Problem]:
    coded = {row.concept for row in knowledge.codes.rows}
    used = {*knowledge.features_of_concept, *_words_in(knowledge.reading)}
    used |= {cause.known_codes for cause in knowledge.causes.values()}
    used |= {concept.with_leg for concept in knowledge.concepts.values()}
    for concept in knowledge.concepts.values():
        if concept.id not in used:
            yield Problem("concepts/", concept.id, "used by no feature, cause or reading rule")
        if concept.id not in coded and not concept.phrases:
            yield Problem("concepts/", concept.id, "has neither a code nor a phrase: no record can name it")


def _words_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _words_in(inner)
    elif hasattr(value, "values"):
        yield from _words_in(tuple(value.values()))


def _features(knowledge: Knowledge) -> Iterator[Problem]:
    for feature in knowledge.features.values():
        if not can_fire.can_be_recorded(feature) and feature.or_when is None:
            yield Problem("features/", feature.id, "nothing in a chart can set it")


def _conditions_that_nobody_meets(knowledge: Knowledge) -> Iterator[Problem]:
    search = can_fire.Search(knowledge)
    for rule in knowledge.rules:
        met = search.patient(condition(rule.gate), rule.when, never=knowledge.policy.no_card_if)
        if met is None:
            yield Problem(
                "red_flags.toml", f"{rule.id}.when", "no patient can meet it together with its gate"
            )
        elif rule.unless:
            for unless, fault in ((True, "no patient"), (False, "each patient")):
                if not formula.can_be(knowledge, rule, unless=unless):
                    yield Problem("red_flags.toml", f"{rule.id}.unless", f"{fault} who meets `when` meets it")
    for derived in knowledge.derived.values():
        if search.patient(derived.when) is None:
            yield Problem("derived.toml", f"{derived.id}.when", "no patient can meet it")
    for cause in knowledge.causes.values():
        file = f"causes/{cause.id}.toml"
        if search.patient(cause.needs) is None:
            yield Problem(file, "needs", "no patient can meet it")
        for place, evidence in enumerate(cause.evidence, start=1):
            if search.patient(evidence.when) is None:
                yield Problem(file, f"evidence {place}.when", "no patient can meet it")


def _exclusions_that_silence(knowledge: Knowledge) -> Iterator[Problem]:
    """Searched for in full; an exception that nothing needs would hide the next mistake."""
    for silence in silencing.silences(knowledge):
        yield Problem("red_flags.toml", f"{silence.rule}.when", str(silence))
    for place, name in silencing.needless(knowledge):
        yield Problem("policy.toml", f"may_silence {place + 1}", f"{name} is not needed in it")


def _sources_in_texts(knowledge: Knowledge) -> Iterator[Problem]:
    """Sources that a text names in passing; those of the `source` keys were checked on loading."""
    texts = [("features/", f.id, f.definition) for f in knowledge.features.values()]
    texts += [("red_flags.toml", rule.id, f"{rule.rationale} {rule.windows}") for rule in knowledge.rules]
    for cause in knowledge.causes.values():
        for place, evidence in enumerate(cause.evidence, start=1):
            texts.append((f"causes/{cause.id}.toml", f"evidence {place}.basis", evidence.basis))
    for file, key, text in texts:
        for name in re.findall(r"\bS\d\d\b(?![.-])", text):
            if name not in knowledge.sources:
                yield Problem(file, key, f"names an unknown source: {name}")


def _summaries(knowledge: Knowledge) -> Iterator[Problem]:
    """One leading finding, as long as it can be, and what it means must fit: a summary is never cut there."""
    template, limit = knowledge.wording["red_flag"]["summary"], knowledge.wording["summary_limit"]
    for rule in knowledge.rules:
        phrases = {name: longest_phrase(name, knowledge) for name in rule.lead}
        name = max(phrases, key=lambda lead: len(phrases[lead]))
        length = len(template.format(lead=phrases[name], matters=rule.matters))
        if length > limit:
            message = f"with {name} the summary has {length} characters, at most {limit} fit"
            yield Problem("red_flags.toml", f"{rule.id}.matters", message)


def longest_phrase(name: str, knowledge: Knowledge) -> str:
    """The phrase of a feature with the longest words that the service would fill in."""
    if name in knowledge.derived:
        return knowledge.derived[name].phrase
    feature = knowledge.features[name]
    return feature.phrase.format(
        side=LONGEST_SIDE, value=_longest_value(feature, knowledge), onset=LONGEST_ONSET
    )


def _longest_value(feature: Feature, knowledge: Knowledge) -> str:
    values = [knowledge.wording["values"][value] for value in feature.values]
    return max(values, key=len) if values else LONGEST_QUANTITY
