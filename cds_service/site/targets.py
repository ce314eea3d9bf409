"""What a target of a local code means by the content: its concept, or the rows of a standard code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cards.codes import Code
from cards.knowledge import Knowledge
from cds_service.evidence.code_rows import CodeRows
from cds_service.evidence.coded import QUALIFIER
from cds_service.evidence.elements import Coding
from cds_service.evidence.systems import short_name
from cds_service.site.statements import Counts, Target

CONCEPT = "urn:x-leg-weakness-cds:concept"
FEATURE = "urn:x-leg-weakness-cds:feature"


class Targets:
    """Resolves targets by one content."""

    def __init__(self, knowledge: Knowledge, systems: Mapping[str, str]) -> None:
        """`systems`: short names of code systems by every name, see `systems_known`."""
        self._knowledge = knowledge
        self._systems = systems
        self._codes = CodeRows(knowledge, systems)
        self._asked_for = _codes_of_reading(knowledge)
        self._never_hinted = _never_hinted(knowledge)

    def rows(self, target: Target) -> tuple[tuple[Code, ...], tuple[str, str]]:
        """The rows of a target, and the standard code that it is, by short name; two empty texts for others.

        A code by which only an answer is read ("unknown") has no rows. Raises `LocalCodesRefused`.
        """
        if target.system in (CONCEPT, FEATURE):
            rows: tuple[Code, ...] = (self._row_of_concept(target),)
            standard = ("", "")
        else:
            rows, standard = self._rows_of_standard(target)
        if target.counts is Counts.HINT:
            self._refuse_as_hint(target, rows)
            rows, standard = tuple(replace(row, verified=False) for row in rows), ("", "")
        elif not target.exact and any(row.concept.startswith(QUALIFIER) for row in rows):
            raise target.node.fail(
                "an answer, side or other qualifier must be meant exactly: write equal or equivalent, "
                "or unmatched"
            )
        return rows, standard

    def _row_of_concept(self, target: Target) -> Code:
        name = target.code if target.system == CONCEPT else self._concept_of_feature(target)
        concept = self._knowledge.concepts.get(name)
        if concept is None:
            raise target.node.fail(
                f"the content has no concept {name}; docs/clinical.md has the features", "code"
            )
        return Code(name, "", target.code, "exact", "", True, (), (), "", "", concept.label, "")

    def _concept_of_feature(self, target: Target) -> str:
        feature = self._knowledge.features.get(target.code)
        if feature is None:
            follows = target.code in self._knowledge.derived
            raise target.node.fail(
                f"the feature {target.code} follows from others; map to one of those"
                if follows
                else f"the content has no feature {target.code}; docs/clinical.md lists them",
                "code",
            )
        if len(feature.concepts) != 1:
            which = ", ".join(feature.concepts) or "none: it is worked out from others"
            raise target.node.fail(
                f"the feature {target.code} is read from several concepts or none ({which}); "
                f"map to one concept, in a group with target {CONCEPT}",
                "code",
            )
        return feature.concepts[0]

    def _rows_of_standard(self, target: Target) -> tuple[tuple[Code, ...], tuple[str, str]]:
        short = short_name(target.system, self._systems)
        if short not in self._knowledge.system_urls:
            raise target.node.fail(
                f"the target system {target.system} is not known; write a system of systems.toml, {CONCEPT} "
                f"or {FEATURE}, or name it in code_systems"
            )
        rows = self._codes.of(Coding(short, target.code)).rows
        if not rows and target.code not in self._asked_for:
            raise target.node.fail(
                f"the content reads nothing from the code {target.code} of {short}, so it would have no "
                f"effect; map to a concept ({CONCEPT}), or write unmatched",
                "code",
            )
        return rows, (short, target.code)

    def _refuse_as_hint(self, target: Target, rows: tuple[Code, ...]) -> None:
        """A hint never denies, and never lowers a red flag or takes it away."""
        if not rows or any(
            row.concept in self._never_hinted or row.concept.startswith((QUALIFIER, "words_")) for row in rows
        ):
            raise target.node.fail(
                "could deny or lower a red flag, and a weak hint must not; if the code means it, write equal "
                "or equivalent, if it is a kind of it, subsumes; else unmatched",
                "equivalence",
            )


def _codes_of_reading(knowledge: Knowledge) -> frozenset[str]:
    """Codes without rows that the content reads all the same."""
    values = knowledge.reading["values"]
    answers = (values[key] for key in ("no_answers", "positive_codes", "negative_codes", "low_codes"))
    reasons = (code.partition("|")[2] for code in values["reason_codes"])
    return frozenset(
        (*(code for codes in answers for code in codes), *reasons, *dict(values["answer_scores"]))
    )


def _never_hinted(knowledge: Knowledge) -> frozenset[str]:
    """Concepts that lower a red flag to a warning, or take all cards away: also a recorded diagnosis does."""
    policy, features = knowledge.policy, knowledge.features
    lowering = [
        features[name] for name in (policy.lower_to_warning_if, policy.no_card_if) if name in features
    ]
    diagnoses = (cause.known_codes for cause in knowledge.causes.values())
    return frozenset((*diagnoses, *(concept for feature in lowering for concept in feature.concepts)))
