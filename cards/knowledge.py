"""Reads the clinical content and refuses what is not sound, naming file and key.

`load` is called once at start. What the statements are stands in cards/knowledge_types.py, what may
be written in docs/content.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cards import body_marks, content_rules, content_vocabulary, cross_references, tunable
from cards.codes import Code, Codes
from cards.content_files import ContentError, Folder
from cards.feature_graph import features_of_concept, in_order
from cards.knowledge_types import (
    Baseline,
    Cause,
    Change,
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
)
from cards.shipped_keys import as_shipped

__all__ = [
    "Baseline",
    "Cause",
    "Change",
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


def load(folder: Path | None = None) -> Knowledge:
    """The content of a folder, by default that beside this module. Raises `ContentError`."""
    files = Folder(folder or BESIDE)
    head = files.toml("content.toml")
    title, version = head.text("title"), head.text("version")
    head.choice("language", ("en-GB",))
    changes = content_rules.read_changes(head)
    head.done()
    systems, system_urls = content_vocabulary.read_systems(files.toml("systems.toml"))
    features = content_vocabulary.read_features(files)
    policy = content_rules.read_policy(files.toml("policy.toml"))
    rules = content_rules.read_rules(files.toml("red_flags.toml"), policy)
    knowledge = Knowledge(
        version=version,
        title=title,
        digest=files.digest(),
        changes=changes,
        sources=content_vocabulary.read_sources(files.toml("sources.toml")),
        systems=systems,
        system_urls=system_urls,
        concepts=content_vocabulary.read_concepts(files),
        codes=content_vocabulary.read_codes(files),
        features=features,
        derived=in_order(
            content_vocabulary.read_derived(files.toml("derived.toml")), features, files.file_of
        ),
        causes=content_rules.read_causes(files, policy),
        rules=rules,
        policy=policy,
        body=body_marks.read_body(files.toml("body.toml")),
        units=content_vocabulary.read_units(files),
        reading=_as_shipped(files, "reading.toml"),
        wording=_as_shipped(files, "wording.toml"),
        features_of_concept=features_of_concept(features),
        measured_concepts=frozenset(
            concept
            for feature in features.values()
            if feature.shape == "observation_quantity"
            for concept in feature.concepts
        ),
        tunable=tunable.read_tunable(files.toml("tunable.toml"), policy, rules),
    )
    files.done()
    cross_references.check(knowledge, files.file_of)
    return knowledge


def _as_shipped(files: Folder, name: str) -> Mapping[str, Any]:
    shipped = tomllib.loads((BESIDE / name).read_text(encoding="utf-8"))
    return as_shipped(files.toml(name), shipped)
