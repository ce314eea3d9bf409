"""Generates charts of any size: synthetic, the same for the same seed, with dates that count from now.

A chart is a patient with an everyday record and, in it, an acute picture that the service must answer with a
critical card (weak legs, a numb saddle area and a full bladder since two days), so that no shortcut can pay.
A quiet chart is the same record with nothing of the weakness of legs in it, as most patients have it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil
from random import Random
from typing import Any
from uuid import UUID

import msgspec

from benchmarks import vocabulary as words
from benchmarks.resources import Resource, ResourceWriter
from benchmarks.vocabulary import Measure, Term
from cards.knowledge import Knowledge
from cds_service.fixtures import PREFETCH_KEYS, prefetch_from

CODED_SHARE = 0.08
"""Entries with a code that stands in the content, beside the acute picture."""
TEXT_SHARE = 0.06
"""Entries without any coding for what they are about."""
SMALLEST = 20
SEED_STEP = 1_000_003
"""Between the charts of a series, so that those of neighbouring seeds do not overlap."""
LONGEST_DISPLAY = 60
CLINICS = tuple(f"clinic {number}" for number in range(1, 13))
PACKS = tuple(f"box of {number}" for number in (7, 10, 14, 20, 28, 30, 50, 56, 60, 84, 90, 100))

_COMMON_TYPES = {
    "Observation": 57,
    "Encounter": 12,
    "MedicationRequest": 9,
    "Condition": 7,
    "Procedure": 6,
    "DiagnosticReport": 5,
    "Immunization": 4,
}
"""Of a hundred everyday entries; roughly what synthetic and de-identified hospital charts hold."""


def call(size: int, seed: int, now: datetime, knowledge: Knowledge, *, quiet: bool = False) -> dict[str, Any]:
    """A patient-view call with `size` resources, the Patient among them."""
    record = resources(size, seed, now, knowledge, quiet=quiet)
    patient_id = record[0]["id"]
    return {
        "hook": "patient-view",
        "hookInstance": str(UUID(int=Random(f"call {seed}").getrandbits(128), version=4)),
        "context": {"userId": "Practitioner/example", "patientId": patient_id},
        "prefetch": prefetch_from(record, PREFETCH_KEYS),
    }


def body(size: int, seed: int, now: datetime, knowledge: Knowledge, *, quiet: bool = False) -> bytes:
    """The call as it goes over the wire."""
    return msgspec.json.encode(call(size, seed, now, knowledge, quiet=quiet))


@dataclass(slots=True)
class Series:
    """Calls with one chart after another, none of them twice: as patients come in a hospital."""

    size: int
    seed: int
    now: datetime
    knowledge: Knowledge
    quiet: bool = False
    _made: int = 0

    def __call__(self, count: int) -> list[bytes]:
        """The next bodies; the first of the series is `body` of its seed."""
        first = self.seed + self._made * SEED_STEP
        self._made += count
        seeds = range(first, first + count * SEED_STEP, SEED_STEP)
        return [body(self.size, seed, self.now, self.knowledge, quiet=self.quiet) for seed in seeds]


def resources(
    size: int, seed: int, now: datetime, knowledge: Knowledge, *, quiet: bool = False
) -> list[Resource]:
    """The Patient, then the record in no order. `now` needs a time zone."""
    if size < SMALLEST:
        raise ValueError(f"A chart needs at least {SMALLEST} resources.")
    if now.tzinfo is None:
        raise ValueError("`now` needs a time zone.")
    chance = Random(seed)
    write = ResourceWriter(chance, now, visits=size // 10)
    record = [] if quiet else acute_picture(write, knowledge)
    coded = _coded(write, knowledge, quiet=quiet)
    record += [chance.choice(coded)() for _ in range(ceil(size * CODED_SHARE))]
    texts = _texts(write, quiet=quiet)
    record += [chance.choice(texts)() for _ in range(ceil(size * TEXT_SHARE))]
    common = _common(write)
    types = chance.choices(list(common), [_COMMON_TYPES[each] for each in common], k=size - 1 - len(record))
    record += [common[each]() for each in types]
    chance.shuffle(record)
    return [write.patient(), *record]


def acute_picture(write: ResourceWriter, knowledge: Knowledge) -> list[Resource]:
    """What a critical card must come of."""
    onset = write.now - timedelta(days=2)
    weak, numb, full = (
        coded_terms(knowledge, concept, "sct")[0]
        for concept in ("cs_paraparesis", "cs_saddle_sensory", "cs_urinary_retention")
    )
    return [
        write.condition(Term(weak.system, weak.code, weak.display, "Weakness of both legs"), onset),
        write.condition(Term(numb.system, numb.code, numb.display, "Saddle area numb"), onset),
        write.condition(Term(full.system, full.code, full.display, "Cannot pass urine"), onset),
    ]


def must_be_critical(answer: bytes) -> None:
    """Raises `RuntimeError` unless a critical card is among the cards: a wrong answer is not worth timing."""
    indicators = [card["indicator"] for card in msgspec.json.decode(answer)["cards"]]
    if "critical" not in indicators:
        raise RuntimeError(f"The chart holds a red flag, but the cards are {indicators}.")


def must_be_quiet(answer: bytes) -> None:
    """Raises `RuntimeError` if there is a card: nothing in a quiet chart gives reason for one."""
    if cards := msgspec.json.decode(answer)["cards"]:
        raise RuntimeError(f"The chart is quiet, but there is a card: {cards[0]['summary']}.")


def coded_terms(knowledge: Knowledge, concept: str, system: str) -> list[Term]:
    """The codes of a concept that stand for it without more words, as terms of an EHR."""
    return [
        Term(
            knowledge.system_urls[system],
            row.code,
            row.display,
            row.display.rpartition(" (")[0] or row.display,
        )
        for row in knowledge.codes.rows
        if (row.concept, row.system, row.match) == (concept, system, "exact")
        and row.verified
        and not (row.needs or row.not_when)
    ]


def _coded(write: ResourceWriter, knowledge: Knowledge, *, quiet: bool) -> list[Callable[[], Resource]]:
    """One writer per thing that the content has a code for; half of them are measured."""
    chance = write.chance

    def terms(concepts: tuple[str, ...], *systems: str) -> list[Term]:
        found = [
            term for each in concepts for system in systems for term in coded_terms(knowledge, each, system)
        ]
        return [term for term in found if len(term.display) <= LONGEST_DISPLAY]

    measures = [
        Measure(coded_terms(knowledge, concept, "loinc")[0], unit, low, high, category)
        for concept, unit, low, high, category in words.CONTENT_MEASURES
    ]
    named = [each for each in words.CONTENT_CONDITIONS if not (quiet and each in words.ABOUT_WEAKNESS)]
    conditions = terms(tuple(named), "sct", "icd10cm")
    medications = terms(words.CONTENT_MEDICATIONS, "rxnorm")
    reports = terms(words.CONTENT_REPORTS, "loinc")
    vaccines = terms(words.CONTENT_VACCINES, "cvx")
    return [
        *[lambda: write.measurement(chance.choice(measures))] * 5,
        *[lambda: write.condition(_varied(chance, conditions, CLINICS))] * 2,
        lambda: write.prescription(_varied(chance, medications, PACKS)),
        lambda: write.report(chance.choice(reports)),
        lambda: write.immunization(chance.choice(vaccines)),
    ]


def _varied(chance: Random, terms: Sequence[Term], remarks: Sequence[str]) -> Term:
    """One of the terms, half of them with a remark: a large chart holds many texts."""
    term = chance.choice(terms)
    return replace(term, text=f"{term.text}, {chance.choice(remarks)}") if chance.random() < 0.5 else term


def _texts(write: ResourceWriter, *, quiet: bool) -> list[Callable[[], Resource]]:
    chance = write.chance
    typed = [t for t in words.TEXTS_OF_CONDITIONS if not (quiet and t in words.TEXTS_ABOUT_WEAKNESS)]
    return [
        *[lambda: write.condition(write.in_own_words(chance.choice(typed)))] * 4,
        *[lambda: write.measured_in_words(chance.choice(words.TEXTS_OF_MEASURES))] * 2,
        lambda: write.prescription(chance.choice(words.TEXTS_OF_MEDICATIONS)),
        lambda: write.procedure(chance.choice(words.TEXTS_OF_PROCEDURES)),
    ]


def _common(write: ResourceWriter) -> dict[str, Callable[[], Resource]]:
    chance = write.chance
    return {
        "Observation": lambda: write.measurement(chance.choice(words.COMMON_MEASURES)),
        "Encounter": write.visit,
        "MedicationRequest": lambda: write.prescription(_varied(chance, words.COMMON_MEDICATIONS, PACKS)),
        "Condition": lambda: write.condition(_varied(chance, words.COMMON_CONDITIONS, CLINICS)),
        "Procedure": lambda: write.procedure(chance.choice(words.COMMON_PROCEDURES)),
        "DiagnosticReport": lambda: write.report(chance.choice(words.COMMON_REPORTS)),
        "Immunization": lambda: write.immunization(chance.choice(words.COMMON_VACCINES)),
    }
