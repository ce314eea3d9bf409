"""docs/clinical/causes.md: every cause, what speaks for and against it, the charts of its place."""

from __future__ import annotations

from collections.abc import Iterator

from cards.conditions import condition
from cards.knowledge import Cause, Evidence
from tests.clinical_docs import charts, conditions, proof
from tests.clinical_docs.codes import listed
from tests.clinical_docs.wording import Wording, capital, days, escaped, table, text


def page(wording: Wording, generated: str) -> str:
    scoring = wording.knowledge.policy.scoring
    points = scoring.strength_points
    head = text("causes.md").format(
        generated=generated,
        most=charts.MOST,
        strong=points["strong_for"],
        moderate=points["moderate_for"],
        weak=points["weak_for"],
        common=f"{scoring.prior_points['common']:+d}",
        rare=f"{scoring.prior_points['rare']:+d}",
    )
    lines = [head]
    for cause in wording.knowledge.causes.values():
        lines += _cause(cause, wording)
    return "\n".join(lines)


def _cause(cause: Cause, wording: Wording) -> Iterator[str]:
    yield from (f"## {cause.label}", "")
    timing = wording.knowledge.policy.urgency[cause.urgency]
    yield from (f"`{cause.id}` · {cause.prior} · {escaped(cause.type)} · time to act: {timing}", "")
    yield from (wording.prose(cause.key_characteristics), "")
    yield f"- Who: {wording.prose(cause.population)}. Tempo: {_tempo(cause)}."
    yield f"- Where: {wording.prose(cause.distribution)}."
    if cause.synonyms:
        yield f"- Also called: {escaped(', '.join(cause.synonyms))}."
    yield f"- Settled by: {wording.prose('; '.join(cause.key_tests))}."
    yield f"- Next step: {wording.prose(cause.next_step)}"
    yield f"- As a recorded diagnosis{_known(cause, wording)}: {_codes(cause, wording)}."
    if cause.red_flags:
        yield f"- Red flags: {'; '.join(wording.rule(name) for name in cause.red_flags)}."
    yield f"- Sources: {wording.sources(cause.sources)}."
    yield from ("", "**Listed only with**", "")
    yield from conditions.lines(cause.needs, wording)
    yield ""
    strongest = sorted(cause.evidence, key=lambda row: (row.points < 0, -abs(row.points)))
    rows = [_row(row, wording) for row in strongest]
    yield from table(["Speaks", "Recorded", "Why", "Source"], rows)
    yield from ("**Proof of its place**", "")
    yield from _proof(cause, wording)
    yield ""


def _tempo(cause: Cause) -> str:
    return escaped(", ".join(word.replace("_", " ") for word in cause.tempo))


def _known(cause: Cause, wording: Wording) -> str:
    within = f", for {days(cause.known_within_days)}" if cause.known_within_days is not None else ""
    if cause.known_by_symptom:
        return f"{within} (a symptom: it raises the cause, and no card calls it a diagnosis)"
    return within


def _codes(cause: Cause, wording: Wording) -> str:
    return listed([cause.known_codes], wording, all_of_them=True) or "by its name only, no code"


def _row(row: Evidence, wording: Wording) -> list[str]:
    """The reason is left out where it only says the source again."""
    strength, _, direction = row.strength.partition("_")
    speaks = f"**{direction}**, {strength}"
    why = "" if row.basis in {"expert judgement", row.source} else capital(wording.prose(row.basis))
    recorded = capital(conditions.sentence(row.when, wording))
    return [speaks, recorded, why, capital(wording.source(row.source))]


def _proof(cause: Cause, wording: Wording) -> Iterator[str]:
    order = proof.order(cause.id)
    against = conditions.sentence(condition(order.against), wording)
    yield f"- Listed first: {order.first}"
    if order.before != order.first:
        yield f"- Listed first as well: {order.before}"
    yield f"- No longer first with: {order.then}. The strongest argument against it: {against}."
