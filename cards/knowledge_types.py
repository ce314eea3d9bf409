"""The statements of the content as the program holds them: frozen, checked when they were read.

What each key means to the person who writes it stands in docs/content.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cards.codes import Codes
from cards.conditions import Condition


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The named clinician who has reviewed a statement, and when (a date as written)."""

    by: str
    on: str


@dataclass(frozen=True, slots=True)
class SourceText:
    """A publication that statements come from."""

    id: str
    title: str
    short: str
    """As a card names it."""
    seen: str
    """How much of it was read for the content."""


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that a record can name, by code (codes.csv) or in words."""

    id: str
    label: str
    phrases: tuple[str, ...]
    guards: tuple[str, ...]
    """Words near a phrase that void it."""
    other_terms: tuple[str, ...]
    """Terms that mean something else: they void the phrase with which they share a word, and no other."""
    reads: str
    """``entry``, or ``report``: looked for only in the conclusion of a report."""
    about: str
    """``leg``: a text that names another site, and no leg, does not name the concept. Empty: any site."""
    with_leg: str
    """The concept that is meant instead when the text names a leg; empty when none."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that a chart can say about leg weakness, read from findings."""

    id: str
    group: str
    """The file of the content that it stands in, such as ``motor``: wording.toml has the title."""
    label: str
    phrase: str
    """As a card says it; ``{side}``, ``{value}`` and ``{onset}`` are filled in."""
    ask: str
    """What to ask or examine when it is not recorded; empty when a card never asks for it."""
    definition: str
    shape: str
    concepts: tuple[str, ...]
    window_days: float | None
    """How long before the assessment a finding counts; None: at any time."""
    tier: str
    """``A`` explicit leg weakness, ``B`` functional, ``C`` a mobility signal; empty for all else."""
    new_only: str
    """``dated``: a finding counts by its own date only; ``first``: its first record must be in the window."""
    unit: str
    """UCUM unit in which a quantity is compared and shown; empty when the feature is no quantity."""
    historical_ok: bool
    sided: bool
    values: tuple[str, ...]
    """What a feature with coded answers can be; empty for all others."""
    window_by_value: Mapping[str, float]
    cancelled_by: tuple[str, ...]
    or_when: Condition | None
    derive: str
    options: Mapping[str, object]
    """The remaining keys, from the closed list of docs/content.md; each only when it is written."""
    sources: tuple[str, ...]

    @property
    def is_quantity(self) -> bool:
        return bool(self.unit)


@dataclass(frozen=True, slots=True)
class Derived:
    """A feature that follows from others."""

    id: str
    label: str
    phrase: str
    when: Condition
    source: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for or against a cause."""

    when: Condition
    strength: str
    points: int
    """Orders the list; never shown. Negative when it speaks against."""
    basis: str
    source: str
    reviewed: Reviewed | None = None


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of leg weakness, as the differential lists it."""

    id: str
    order: int
    label: str
    short: str
    group: str
    type: str
    key_characteristics: str
    synonyms: tuple[str, ...]
    known_codes: str
    """The concept of the diagnosis itself."""
    known_by_symptom: bool
    """The concept is a symptom: its record raises the cause in the list, but is no diagnosis."""
    known_as: str
    """What the concept is where it is not the cause itself, such as thyroid disease; else empty."""
    known_within_days: float | None
    """The diagnosis counts as known when recorded within this time; None: at any time."""
    prior: str
    prior_points: int
    population: str
    tempo: tuple[str, ...]
    distribution: str
    needs: Condition
    """Without it the cause is not listed."""
    key_tests: tuple[str, ...]
    next_step: str
    urgency: str
    red_flags: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A red flag."""

    id: str
    position: int
    """Its place in red_flags.toml, from 0: the order among rules of the same indicator."""
    title: str
    short: str
    """In few words, as a link names it."""
    topic: str
    critical: bool
    urgency: str
    gate: str
    """The feature without which the rule is not asked."""
    when: Condition
    unless: Condition | None
    """What points to another rule: the rule then stands back, but only where another rule fires."""
    lead: tuple[str, ...]
    """Features that the summary mentions, the most telling first."""
    matters: str
    listed_by: str
    listed_as: str
    next_step: str
    next_step_by: str
    rationale: str
    windows: str
    must_not_trigger: tuple[str, ...]
    suggests: tuple[str, ...]
    sources: tuple[str, ...]
    reviewed: Reviewed | None = None


@dataclass(frozen=True, slots=True)
class KnownRecorded:
    """When a diagnosis on the problem list lowers its critical red flag to a warning."""

    after_days: float
    before_days: float
    never_for: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Scoring:
    list_from: int
    max_listed: int
    on_problem_list_points: int
    on_problem_list_prior: str
    diagnosis_features: tuple[str, ...]
    """Patterns of features that are a recorded diagnosis."""
    first_cause_gap_points: float
    source: str
    strength_points: Mapping[str, int]
    prior_points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is said when leg weakness is recorded and little else."""

    fewer_than: int
    causes: tuple[str, ...]
    do_not_miss: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class MaySilence:
    """An exception: findings that may leave a patient without the red flag that fired before."""

    added: tuple[str, ...]
    """Features, one of which is recorded now and was not before."""
    rules: tuple[str, ...]
    """The red flags that may fall silent so; none: whichever fires."""
    when: Condition | None
    """What must be true of the patient then; None: anything."""
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Policy:
    """How rules are merged and causes ranked."""

    no_card_if: str
    lower_to_warning_if: str
    evidence: str
    stable: str
    generic_rules: tuple[str, ...]
    max_critical_in_full: int
    dominates: tuple[tuple[str, str], ...]
    """Pairs: when the first rule fires, the second is not shown."""
    may_silence: tuple[MaySilence, ...]
    known_recorded: KnownRecorded
    scoring: Scoring
    baseline: Baseline
    urgency: Mapping[str, str]
    """Each urgency with the words that a card says for it, the most urgent first."""


@dataclass(frozen=True, slots=True)
class BodyMark:
    """Where the picture of the body shows a feature."""

    feature: str
    kind: str
    """``weak``, ``numb`` or ``pain``."""
    regions: tuple[str, ...]
    side: str
    """``own`` or that of the ``weakness``, as recorded; else ``both``, ``left``, ``right``, ``middle``."""
    when: Condition | None
    """Of a quantity: which values are there to be shown; all others say that nothing is there."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in which a feature may be recorded: canonical = value * factor + offset."""

    feature: str
    unit: str
    factor: float
    offset: float


@dataclass(frozen=True, slots=True)
class Change:
    """What a version of the content changed on cards."""

    version: str
    date: str
    """As written: YYYY-MM-DD."""
    effects: tuple[str, ...]
    """For clinicians, a sentence each."""


@dataclass(frozen=True, slots=True)
class TunableNumber:
    """A number that a site may set."""

    id: str
    sets: str
    """Its place in policy.toml, as `scoring.max_listed`."""
    what: str
    default: int
    least: int
    most: int
    """The safe range, both ends included."""
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A way in which a site may narrow a warning."""

    rule: str
    option: str
    what: str
    only_if: Condition
    """The rule fires only where this is true too."""
    why: str
    source: str


@dataclass(frozen=True, slots=True)
class Tunable:
    """All that a site may set."""

    numbers: Mapping[str, TunableNumber]
    narrowings: Mapping[tuple[str, str], Narrowing]
    """By rule and option."""


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """The whole content, frozen. Mappings are by id and in the order of the files."""

    version: str
    title: str
    digest: str
    """``sha256:`` and the hexadecimal digest over the names and bytes of all files."""
    changes: tuple[Change, ...]
    """The newest first."""
    sources: Mapping[str, SourceText]
    systems: Mapping[str, str]
    """The short name of a code system by its address or any other name under which EHRs send it."""
    system_urls: Mapping[str, str]
    concepts: Mapping[str, Concept]
    codes: Codes
    features: Mapping[str, Feature]
    derived: Mapping[str, Derived]
    """Each after those that it uses."""
    causes: Mapping[str, Cause]
    """By id, in their order."""
    rules: tuple[Rule, ...]
    policy: Policy
    body: Mapping[str, BodyMark]
    """By feature."""
    units: Mapping[str, tuple[Unit, ...]]
    """By feature, the canonical unit first."""
    reading: Mapping[str, Any]
    """reading.toml as written, checked against the closed list of its keys; lists are tuples."""
    wording: Mapping[str, Any]
    """wording.toml as written, checked likewise."""
    features_of_concept: Mapping[str, tuple[str, ...]]
    """The features that use a concept in any way; those of a report value too."""
    measured_concepts: frozenset[str]
    """Concepts that some feature reads as a number: there, a number is no "yes"."""
    tunable: Tunable
    local_codes: str = ""
    """The digest of what the site says of its own codes, which `digest` then holds too; empty without any."""
