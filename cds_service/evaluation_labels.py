"""What a reader of charts expects of each: the rows of `labels.csv` and `moments.csv`."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from cds_service.evaluation_measures import LABELS, MOMENTS
from cds_service.evidence.dates import Dates

_YES_OR_NO = ("card_required", "card_allowed", "critical_required", "critical_allowed")


class FolderRefused(Exception):
    """The folder cannot be evaluated as it is; says what, where and what to do."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one chart is expected to give at one moment."""

    table: str
    """The file it stands in."""
    source: str
    """Stem of the file that holds the chart."""
    patient: str
    card_required: bool
    card_allowed: bool
    critical_required: bool
    critical_allowed: bool
    expected: str = ""
    reason: str = ""
    top_cause: str = ""
    """Id of the cause that ought to stand first; empty when nobody said."""
    as_of: datetime | None = None
    """None: the day after the chart's newest clinical date."""


def read_labels(folder: Path, causes: Collection[str], zone: tzinfo) -> list[Label]:
    """Of both files, the second of which may be missing. Raises `FolderRefused`."""
    if not (folder / LABELS).is_file():
        raise FolderRefused(f"{LABELS}: not in the folder. It says what each chart is expected to give.")
    labels = _read(folder / LABELS, causes, zone)
    if (folder / MOMENTS).is_file():
        labels += _read(folder / MOMENTS, causes, zone)
    if not labels:
        raise FolderRefused(f"{LABELS}: holds no label.")
    return labels


def _read(file: Path, causes: Collection[str], zone: tzinfo) -> list[Label]:
    needed = {"source", "patient_id", *_YES_OR_NO, *(["as_of"] if file.name == MOMENTS else [])}
    labels = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, restval="")
            if missing := sorted(needed - set(rows.fieldnames or ())):
                raise FolderRefused(f"{file.name}: lacks the column {', '.join(missing)}.")
            for row in rows:
                place = f"{file.name}, line {rows.line_num}"
                labels.append(_label(row, file.name, place, causes, zone))
    except (csv.Error, UnicodeDecodeError) as error:
        raise FolderRefused(f"{file.name}: is no CSV file in UTF-8 ({error}).") from None
    return _each_once(labels)


def _label(row: Mapping[str, str], table: str, place: str, causes: Collection[str], zone: tzinfo) -> Label:
    answers = {name: _yes(row[name], f"{place}, {name}") for name in _YES_OR_NO}
    top_cause, as_of = row.get("top_cause", "").strip(), row.get("as_of", "").strip()
    if top_cause and top_cause not in causes:
        raise FolderRefused(f"{place}: top_cause {top_cause!r} is no cause of the content.")
    if not as_of and table == MOMENTS:
        raise FolderRefused(f"{place}: as_of is empty.")
    return Label(
        table=table,
        source=row["source"].strip(),
        patient=row["patient_id"].strip(),
        expected=row.get("expected", "").strip(),
        reason=row.get("reason", "").strip(),
        top_cause=top_cause,
        as_of=_moment(as_of, place, zone) if as_of else None,
        **answers,
    )


def _yes(text: str, place: str) -> bool:
    if text.strip() not in ("yes", "no"):
        raise FolderRefused(f"{place}: must be yes or no, not {text!r}.")
    return text.strip() == "yes"


def _moment(text: str, place: str, zone: tzinfo) -> datetime:
    """A day alone is meant to its end, where the records were written."""
    found = Dates(zone).read(text)
    if found is None or found.when.span > timedelta(hours=25):  # the longest day of a year
        raise FolderRefused(f"{place}: as_of {text!r} must be a day or a moment, such as 2026-11-20.")
    return found.when.latest


def _each_once(labels: list[Label]) -> list[Label]:
    seen = set()
    for each in labels:
        key = (each.source, each.patient, each.as_of)
        if key in seen:
            raise FolderRefused(f"{each.table}: patient {each.patient} of {each.source} is labelled twice.")
        seen.add(key)
    return labels
