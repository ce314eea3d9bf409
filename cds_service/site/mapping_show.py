"""Shows the report on unmapped codes: a table, JSON, CSV, and a ConceptMap to be completed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cds_service.explain_layout import line, section
from cds_service.site.mapping_report import NotListed, Report, Row
from cds_service.site.proposals import Proposal
from cds_service.site.targets import CONCEPT

_FEW = "few"
_COLUMNS = ("patients", "resources", "system", "code", "words", "where", "read as text", "proposal")


def show(told: Report, top: int, console: Console) -> None:
    line(console, Text(f"{told.patients} patients, {told.resources} resources that are read."))
    if told.unreadable:
        line(console, Text(f"{told.unreadable} documents could not be read."))
    section(console, "Codes from which nothing is read")
    _table(told.codes[:top], console)
    _rest(len(told.codes) - top, told.codes_not_listed, told.least, "codes", console)
    section(console, "Words without a code")
    _table(told.texts[:top], console)
    _rest(len(told.texts) - top, told.texts_not_listed, told.least, "wordings", console)
    line(console, Text("Proposals come from the words alone. Whether a code means it, you decide."))


def _lines(row: Row) -> tuple[str, ...]:
    """A row for a narrow window."""
    words = f"{row.words}{' (read as text)' if row.read_as_text else ''}"
    proposals = "\n".join(map(_proposal, row.proposals))
    named = "\n".join(part for part in (row.code, row.system) if part)
    where = "\n".join(row.places[:3])
    return _count(row.patients), _count(row.resources), named, f"{words}\n{where}", proposals


def _table(rows: Sequence[Row], console: Console) -> None:
    if not rows:
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("patients", "resources", "code", "words, where", "may mean"):
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in _lines(row)))
    console.print(table)


def _rest(more: int, few: NotListed, least: int, what: str, console: Console) -> None:
    if more > 0:
        line(console, Text(f"{more} more {what}: --top, or --json for all."))
    if few.different:
        told = f"{few.different} {what} that fewer than {least} patients have, in {few.resources} resources"
        line(console, Text(f"{told}, are not listed."))


def _cells(row: Row) -> tuple[str, ...]:
    return (
        _count(row.patients),
        _count(row.resources),
        row.system,
        row.code,
        row.words,
        ", ".join(row.places),
        "yes" if row.read_as_text else "no",
        "; ".join(_proposal(each) for each in row.proposals),
    )


def _count(count: int | None) -> str:
    return _FEW if count is None else str(count)


def _proposal(each: Proposal) -> str:
    return f"{each.concept} ({each.label}{f', {each.code}' if each.code else ''})"


def as_csv(told: Report, top: int) -> str:
    """One line for each code, then one for each wording without a code."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(
        [_harmless(cell) for cell in _cells(row)] for row in (*told.codes[:top], *told.texts[:top])
    )
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def as_json(told: Report, top: int) -> dict[str, Any]:
    """A hidden count is null."""
    return {
        "patients": told.patients,
        "resources": told.resources,
        "unreadable": told.unreadable,
        "minCell": told.least,
        "codes": [_row_json(row) for row in told.codes[:top]],
        "texts": [_row_json(row) for row in told.texts[:top]],
        "codesNotListed": _few_json(told.codes_not_listed),
        "textsNotListed": _few_json(told.texts_not_listed),
    }


def _row_json(row: Row) -> dict[str, Any]:
    coded = {"system": row.system, "code": row.code} if row.code else {}
    return coded | {
        "words": row.words or None,
        "patients": row.patients,
        "resources": row.resources,
        "where": list(row.places),
        "readAsText": row.read_as_text,
        "proposals": [
            {
                "concept": each.concept,
                "label": each.label,
                "features": list(each.features),
                "code": each.code or None,
                "by": each.by,
            }
            for each in row.proposals
        ],
    }


def _few_json(few: NotListed) -> dict[str, int]:
    return {"different": few.different, "resources": few.resources}


def as_concept_map(told: Report, top: int, urls: Mapping[str, str]) -> dict[str, Any]:
    """A map to be completed. As it is it says nothing: each proposal stands there as `unmatched`.

    `urls`: the addresses of known systems by their short names.
    """
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in told.codes[:top]:
        if row.system:
            groups.setdefault(urls.get(row.system, row.system), []).append(_element(row))
    made = [{"source": source, "target": CONCEPT, "element": rows} for source, rows in groups.items()]
    return {
        "resourceType": "ConceptMap",
        "name": "LocalCodes",
        "version": "0.1.0",
        "status": "draft",
        "description": "Of each code: write what it means and how (equivalence), or unmatched without a "
        "code, or take it out. docs/local-codes.md says how.",
        "group": made,
    }


def _element(row: Row) -> dict[str, Any]:
    element: dict[str, Any] = {"code": row.code} | ({"display": row.words} if row.words else {})
    if row.proposals:
        element["target"] = [
            {
                "code": each.concept,
                "display": each.label,
                "equivalence": "unmatched",
                "comment": "Proposed by its words, not decided.",
            }
            for each in row.proposals
        ]
    return element
