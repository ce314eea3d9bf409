"""The report on unmapped codes: what may be shown of the counts, and what may not.

Nothing of a patient is in it: words, and codes of the site, are shown only when enough patients have the very
same ones; of a code of a standard system, which says nothing of whoever has it, a small count is hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cards.code_shapes import fault
from cds_service.site.proposals import Proposal, Proposing
from cds_service.site.unmapped import Counts, Met, MetCode, MetWords

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A code, or words without a code, from which nothing is read by code."""

    system: str
    """Short name of a known system, any other as written; empty where none was given."""
    code: str
    """Empty for words without a code."""
    words: str
    """As most records show it; empty where too few have the same."""
    resources: int | None
    """None where the count is hidden."""
    patients: int | None
    places: tuple[str, ...]
    """The elements in which it stood, the most frequent first."""
    read_as_text: bool
    """Words beside it are read as something already."""
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True, slots=True)
class NotListed:
    """What too few patients have."""

    different: int
    resources: int


@dataclass(frozen=True, slots=True)
class Report:
    """What may be shown."""

    patients: int
    resources: int
    unreadable: int
    least: int
    codes: tuple[Row, ...]
    texts: tuple[Row, ...]
    codes_not_listed: NotListed
    texts_not_listed: NotListed


def report(counts: Counts, proposing: Proposing, systems: Mapping[str, str], least: int) -> Report:
    """`least`: how many patients must have the same for it to be shown. `systems`: the standard ones."""
    listed, few = [], []
    for (system, code), met in counts.codes.items():
        standard = system in systems and not fault(system, code)
        if len(met.patients) >= least or standard:
            listed.append(_row(system, code, met, proposing, least))
        else:
            few.append(met)
    texts = [each for each in counts.texts.values() if len(each.patients) >= least]
    rare = [each for each in counts.texts.values() if len(each.patients) < least]
    return Report(
        patients=len(counts.patients),
        resources=counts.resources,
        unreadable=counts.unreadable,
        least=least,
        codes=_ordered(listed),
        texts=_ordered([_row_of_words(each, proposing) for each in texts]),
        codes_not_listed=_summed(few),
        texts_not_listed=_summed(rare),
    )


def _row(system: str, code: str, met: MetCode, proposing: Proposing, least: int) -> Row:
    frequent = [each for each in met.wordings.values() if len(each.patients) >= least]
    shown = max(frequent, key=lambda each: len(each.patients), default=None)
    enough = len(met.patients) >= least
    proposals = proposing.of((each.written for each in frequent), met.places)
    return Row(
        system=_clean(system),
        code=_clean(code),
        words=_clean(shown.written) if shown else "",
        resources=met.resources if enough else None,
        patients=len(met.patients) if enough else None,
        places=_places(met),
        read_as_text=any(each.by == "text" for each in proposals),
        proposals=proposals,
    )


def _row_of_words(met: MetWords, proposing: Proposing) -> Row:
    proposals = proposing.of([met.written], met.places)
    read = any(each.by == "text" for each in proposals)
    words = _clean(met.written)
    return Row("", "", words, met.resources, len(met.patients), _places(met), read, proposals)


def _places(met: Met) -> tuple[str, ...]:
    return tuple(place for place, _ in met.places.most_common())


def _ordered(rows: list[Row]) -> tuple[Row, ...]:
    """The most frequent first, hidden counts last."""
    return tuple(
        sorted(
            rows,
            key=lambda row: (-(row.patients or 0), -(row.resources or 0), row.system, row.code, row.words),
        )
    )


def _summed(met: Iterable[Met]) -> NotListed:
    met = list(met)
    return NotListed(len(met), sum(each.resources for each in met))


def _clean(text: str) -> str:
    """Without control characters, and not without end."""
    return "".join(each for each in text if each.isprintable())[:_LONGEST]
