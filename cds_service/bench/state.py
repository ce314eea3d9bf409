"""What somebody has chosen on the test bench: the same fields in an address, and in forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

from cds_service.bench.documents import NotAChart
from cds_service.bench.ehr import FULL, PARTS, WAYS
from cds_service.demo.records import full_hour
from cds_service.fixtures import moment as whole_minute

_MINUTE = "%Y-%m-%dT%H:%MZ"
_YEARS = range(1900, 2200)
"""In which a chart is looked at: from any other its dates might not be counted back, or not forward."""
MOST_CHANGES = 50
"""Each is made on the chart as the others left it, which is read anew for some of them."""


@dataclass(frozen=True, slots=True)
class State:
    """One chart, looked at in one way."""

    moment: datetime
    """From which the dates of a fixture count back."""
    chart: str = ""
    """The name of a fixture; "" for a document, or before anything was chosen."""
    document: str = ""
    patient: str = ""
    """Which one of a document; "" for the only one."""
    way: str = FULL
    parts: tuple[str, ...] = ()
    """The prefetch keys that the way concerns."""
    changes: tuple[str, ...] = ()
    """What is changed in the chart, each as one text."""

    @property
    def chosen(self) -> bool:
        return bool(self.chart or self.document)

    @property
    def address(self) -> str:
        """Of the page that shows a fixture so, dates and all; a document has none."""
        return f"/?{urlencode(list(self.fields()))}"

    def fields(self, *, changes: bool = True) -> Iterator[tuple[str, str]]:
        """Names and values for hidden fields, without those that say nothing; `changes` with these."""
        yield from (
            (name, value)
            for name, value in (("chart", self.chart), ("document", self.document), ("patient", self.patient))
            if value
        )
        yield "ehr", self.way
        yield from (("part", part) for part in self.parts)
        yield "moment", f"{self.moment:{_MINUTE}}"
        if changes:
            yield from (("change", change) for change in self.changes)

    def with_change(self, change: str) -> State:
        return replace(self, changes=(*self.changes, change))

    def with_document(self, text: str) -> State:
        return replace(self, document=text, chart="")


def read(one: Callable[[str], str | None], several: Callable[[str], Sequence[str]], now: datetime) -> State:
    """`one` and `several` give the values of a field by its name. Raises `NotAChart`."""
    way = one("ehr") or FULL
    if way not in WAYS:
        raise NotAChart(f"ehr: must be one of {', '.join(WAYS)}.")
    if unknown := set(several("part")) - set(PARTS):
        raise NotAChart(f"part: {len(unknown)} of them none of {', '.join(PARTS)}.")
    taken_back = one("without")
    changes = tuple(each for each in several("change") if each.strip() and each != taken_back)
    if len(changes) > MOST_CHANGES:
        raise NotAChart(f"change: at most {MOST_CHANGES} in one chart. Take some of them away.")
    return State(
        _moment(one("moment") or "", now),
        one("chart") or "",
        one("document") or "",
        (one("patient") or "").strip(),
        way,
        tuple(part for part in PARTS if part in several("part")),
        changes,
    )


def _moment(written: str, now: datetime) -> datetime:
    if not written:
        return full_hour(now)
    try:
        told = datetime.fromisoformat(written)
        moment = whole_minute(told if told.tzinfo else told.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise NotAChart("moment: must be a minute such as 2026-11-20T14:00Z.") from None
    if moment.year not in _YEARS:
        raise NotAChart(f"moment: must lie in the years {_YEARS[0]} to {_YEARS[-1]}.")
    return moment
