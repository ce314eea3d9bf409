"""The power of a leg in a row: in the words of name or value, or as the bare grade of a movement."""

from __future__ import annotations

import re
from dataclasses import replace

from cards.findings import Finding, Hit, Kind
from cds_service.evidence.asked import fits
from cds_service.evidence.dates import Dated
from cds_service.evidence.folding import folded, holds_any
from cds_service.evidence.power import power_findings
from cds_service.evidence.rows import Row
from cds_service.evidence.text import Answer

_WORDS = re.compile(r"[^\W\d_]\w*")


def written_power(row: Row, dated: Dated | None, found: list[Finding], under: str) -> list[Finding]:
    """The lowest grade of each leg, where it stands in words: "5/5 UE, 2/5 LE bilaterally"."""
    name, value = row.name, row.value
    in_value = value.coded.graded
    denied = value.answer in (Answer.NO, Answer.UNKNOWN) and not in_value
    if not (name.graded or in_value) or denied or any(each.quantity for each in found):
        return []
    told = ": ".join(text for text in (under, name.label, value.words) if text)
    site = replace(row.site, side=row.site.side or name.code_side)
    return power_findings(
        row.opened,
        told,
        site,
        label=row.label,
        dated=value.date or dated,
        code=name.key,
        muscle=_muscle_words(row),
    )


def graded_power(row: Row, dated: Dated | None, under: str) -> list[Finding]:
    """The grade of a movement of the leg, where only the heading names power: "Hip flexion": 3."""
    quantity, name, chart = row.value.quantity, row.name, row.opened.chart
    if quantity is None or quantity.comparator or not name.leg_site or not name.silent:
        return []
    values, told = chart.knowledge.reading["values"], folded(f"{under} {name.label}")
    hit = Hit(values["power_concept"], side=row.site.side or name.code_side or name.side, by_code=False)
    known = any(fits(quantity, feature, chart.knowledge) for feature in chart.uses.quantities[hit.concept])
    if not known or holds_any(told, values["power_not"]) or not holds_any(told, values["power_headings"]):
        return []
    return row.opened.finding(
        Kind.OBSERVATION,
        name.label,
        (hit,),
        dated,
        code=name.key,
        muscle=_muscle_words(row),
        quantity=quantity,
        leg_site=True,
    )


def muscle(row: Row, hits: tuple[Hit, ...]) -> str:
    power = row.opened.chart.knowledge.reading["values"]["power_concept"]
    return _muscle_words(row) if any(hit.concept == power for hit in hits) else ""


def _muscle_words(row: Row) -> str:
    """What its name and its site say of the muscles, in any order; nothing of how well they move."""
    none = row.opened.chart.knowledge.reading["values"]["power_no_muscle"]
    words = _WORDS.findall(f"{row.name.words} {row.site.words}")
    return " ".join(sorted({word for word in words if word not in none}))
