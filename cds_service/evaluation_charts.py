"""The charts of a folder, one call each, and a chart as it was on an earlier day."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from cds_service import charts
from cds_service.charts import ChartCall
from cds_service.errors import RecordUnavailable, ServiceError
from cds_service.evidence import thin
from cds_service.evidence.dates import Dated, Dates
from cds_service.hooks import HookCall

_SUFFIXES = (".json", ".ndjson", ".ndjson.gz")
_UNDECODABLE = (msgspec.MsgspecError, ValueError, RecursionError)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A chart, or a whole file, that could not be read."""

    where: str
    why: str


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.name.endswith(_SUFFIXES) and file.is_file())


def source_of(file: Path) -> str:
    """The stem, without `.ndjson` too."""
    return file.name.removesuffix(".gz").removesuffix(".ndjson").removesuffix(".json")


def read(file: Path) -> Iterator[ChartCall | Unreadable]:
    """One by one, so that a broken line loses none of the others."""
    try:
        content = file.read_bytes()
        if file.suffix == ".gz":
            content = gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        yield Unreadable(file.name, f"cannot be opened or unpacked ({type(error).__name__})")
        return
    if file.suffix == ".json":
        yield from _charts(content, file.name)
        return
    for number, line in enumerate(content.splitlines(), start=1):
        if line.strip():
            yield from _charts(line, f"{file.name}, line {number}")


def _charts(content: bytes, where: str) -> Iterator[ChartCall | Unreadable]:
    try:
        yield from charts.read(content)
    except RecordUnavailable:
        yield Unreadable(where, "no Patient is in it")
    except ServiceError as error:
        yield Unreadable(where, error.sentence)
    except (*_UNDECODABLE, OSError, EOFError, zlib.error) as error:
        yield Unreadable(where, f"not understood ({type(error).__name__})")


def as_it_was(call: HookCall, moment: datetime, zone: tzinfo) -> HookCall:
    """The chart without what happened or was written down after the moment; what has no date stays."""
    past = _Past(moment, Dates(zone), call)
    kept = {key: past.kept(raw) for key, raw in (call.prefetch or {}).items()}
    return replace(call, prefetch={key: raw for key, raw in kept.items() if raw is not None})


class _Past:
    """Tells what was in the chart at the moment."""

    def __init__(self, moment: datetime, dates: Dates, call: HookCall) -> None:
        self._moment, self._dates = moment, dates
        self._later_visits: set[str] = set()
        for raw in (call.prefetch or {}).values():
            for resource in _resources(raw):
                self._note_visit(resource)

    def _note_visit(self, raw: Raw) -> None:
        try:
            part = thin.decode(raw)
        except _UNDECODABLE:
            return
        if part.resource_type == "Encounter" and self._is_later(part):
            self._later_visits |= {f"Encounter/{part.id}", f"urn:uuid:{part.id}"}

    def kept(self, raw: Raw) -> Raw | None:
        """A Bundle with the entries that were there; a resource, or None when it was not."""
        entries = _entries(raw)
        if entries is None:
            return raw if self._was_there(raw) else None
        kept = [each for each in entries if self._was_there(_resource(each))]
        if len(kept) == len(entries):
            return raw
        bundle = msgspec.json.decode(raw, type=dict[str, Raw])
        bundle.pop("total", None)  # it would say that some are missing
        return Raw(msgspec.json.encode(bundle | {"entry": Raw(msgspec.json.encode(kept))}))

    def _was_there(self, raw: Raw) -> bool:
        """What cannot be decoded stays, to be named as unread."""
        try:
            part = thin.decode(raw)
            visit = thin.local(thin.reference_of(thin.load(part.encounter or part.context)))
            return visit not in self._later_visits and not self._is_later(part)
        except _UNDECODABLE:
            return True

    def _is_later(self, part: thin.Part) -> bool:
        return any(date.when.earliest > self._moment for date in self._begun_or_written(part) if date)

    def _begun_or_written(self, part: thin.Part) -> Iterator[Dated | None]:
        """Not its end, which may well lie ahead."""
        for moment in (
            part.onset_date_time,
            part.recorded_date,
            part.asserted_date,
            part.effective_date_time,
            part.effective_instant,
            part.issued,
            part.authored,
            part.authored_on,
            part.date_asserted,
            part.performed_date_time,
            part.occurrence_date_time,
        ):
            yield self._dates.read(moment)
        for period in (part.onset_period, part.effective_period, part.performed_period, part.period):
            yield self._dates.period(thin.load(period))[0]


def _resources(raw: Raw) -> Iterator[Raw]:
    entries = _entries(raw)
    yield from [raw] if entries is None else map(_resource, entries)


def _entries(raw: Raw) -> list[Raw] | None:
    """None for what is no Bundle that can be taken apart."""
    try:
        bundle = msgspec.json.decode(raw, type=dict[str, Raw])
        if msgspec.json.decode(bundle.get("resourceType", Raw(b"null"))) != "Bundle":
            return None
        return msgspec.json.decode(bundle.get("entry", Raw(b"[]")), type=list[Raw])
    except _UNDECODABLE:
        return None


def _resource(entry: Raw) -> Raw:
    try:
        return msgspec.json.decode(entry, type=dict[str, Raw]).get("resource", Raw(b"null"))
    except _UNDECODABLE:
        return Raw(b"null")
