"""docs/clinical/causes.md: every cause, what speaks for and against it, the charts of its place."""

from __future__ import annotations

from collections.abc import Iterator

from cards.conditions import condition
from cards.knowledge import Cause
from cds_service.explanations import causes as words
from cds_service.explanations import conditions
from cds_service.explanations.wording import Wording, table
from tests.clinical_docs import charts, proof
from tests.clinical_docs.links import text


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
    yield from (f"`{cause.id}` · {' · '.join(words.kind(cause, wording))}", "")
    yield from (wording.prose(cause.key_characteristics), "")
    yield from (f"- {name}: {said}" for name, said in words.portrait(cause, wording))
    yield from ("", "**Listed only with**", "")
    yield from words.needs(cause, wording)
    yield ""
    rows = [
        [f"**{each.direction}**, {each.strength}", each.recorded, each.why, each.source]
        for each in words.evidence(cause, wording)
    ]
    yield from table(["Speaks", "Recorded", "Why", "Source"], rows)
    yield from ("**Proof of its place**", "")
    yield from _proof(cause, wording)
    yield ""


def _proof(cause: Cause, wording: Wording) -> Iterator[str]:
    order = proof.order(cause.id)
    against = conditions.sentence(condition(order.against), wording)
    yield f"- Listed first: {order.first}"
    if order.before != order.first:
        yield f"- Listed first as well: {order.before}"
    yield f"- No longer first with: {order.then}. The strongest argument against it: {against}."
