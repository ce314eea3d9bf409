"""A cause in words: whom it concerns, what it is listed with, what speaks for and against it. Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cards.knowledge import Cause, Evidence
from cds_service.explanations import conditions
from cds_service.explanations.codes import listed
from cds_service.explanations.wording import Wording, capital, days, escaped


class Argument(NamedTuple):
    """A statement for or against a cause."""

    direction: str
    """``for`` or ``against``."""
    strength: str
    recorded: str
    why: str
    """Empty where it would only say the source again."""
    source: str


def kind(cause: Cause, wording: Wording) -> tuple[str, str, str]:
    """How common it is, its nature, and how soon to act."""
    timing = wording.knowledge.policy.urgency[cause.urgency]
    return cause.prior, escaped(cause.type), f"time to act: {timing}"


def portrait(cause: Cause, wording: Wording) -> Iterator[tuple[str, str]]:
    """What each part is, and the part."""
    yield "Who", f"{wording.prose(cause.population)}. Tempo: {_tempo(cause)}."
    yield "Where", f"{wording.prose(cause.distribution)}."
    if cause.synonyms:
        yield "Also called", f"{escaped(', '.join(cause.synonyms))}."
    yield "Settled by", f"{wording.prose('; '.join(cause.key_tests))}."
    yield "Next step", wording.prose(cause.next_step)
    yield f"As a recorded diagnosis{_known(cause)}", f"{_codes(cause, wording)}."
    if cause.red_flags:
        yield "Red flags", f"{'; '.join(wording.rule(name) for name in cause.red_flags)}."
    yield "Sources", f"{wording.sources(cause.sources)}."


def needs(cause: Cause, wording: Wording) -> list[str]:
    """A nested list: without it the cause is not listed."""
    return conditions.lines(cause.needs, wording)


def evidence(cause: Cause, wording: Wording) -> list[Argument]:
    """First what speaks for the cause, the strongest first."""
    strongest = sorted(cause.evidence, key=lambda row: (row.points < 0, -abs(row.points)))
    return [_argument(row, wording) for row in strongest]


def _tempo(cause: Cause) -> str:
    return escaped(", ".join(word.replace("_", " ") for word in cause.tempo))


def _known(cause: Cause) -> str:
    within = f", for {days(cause.known_within_days)}" if cause.known_within_days is not None else ""
    if cause.known_by_symptom:
        return f"{within} (a symptom: it raises the cause, and no card calls it a diagnosis)"
    return within


def _codes(cause: Cause, wording: Wording) -> str:
    return listed([cause.known_codes], wording, all_of_them=True) or "by its name only, no code"


def _argument(row: Evidence, wording: Wording) -> Argument:
    strength, _, direction = row.strength.partition("_")
    only_source = row.basis in {"expert judgement", row.source}
    return Argument(
        direction=direction,
        strength=strength,
        recorded=capital(conditions.sentence(row.when, wording)),
        why="" if only_source else capital(wording.prose(row.basis)),
        source=capital(wording.source(row.source)),
    )
