"""The command `mapping`. What it needs is loaded only when it runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

from cds_service.cli_parts import CONFIG, Misuse, open_console, plainly

_A_PATH = click.Path(exists=True, path_type=Path)


@click.group()
def mapping() -> None:
    """The codes of a site, and what they mean here."""


@mapping.command()
@click.argument("paths", nargs=-1, required=True, type=_A_PATH, metavar="PATH...")
@CONFIG
@click.option("--local", multiple=True, type=_A_PATH, help="Local codes to try, besides those in force.")
@click.option("--top", type=click.IntRange(min=1), help="How many rows; 50 in the table, else all.")
@click.option(
    "--min-cell",
    type=click.IntRange(min=1),
    default=5,
    help="How many patients must have the same words, or code of the site, for it to be shown.",
)
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of a table.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
@click.option("--as-conceptmap", "skeleton", is_flag=True, help="A FHIR ConceptMap to be completed.")
@plainly
def report(
    *,
    paths: tuple[Path, ...],
    config: Path | None,
    local: tuple[Path, ...],
    top: int | None,
    min_cell: int,
    machine: bool,
    as_csv: bool,
    skeleton: bool,
) -> None:
    """List the codes in charts from which the service reads nothing, the most frequent first.

    PATH is a chart (*.json, *.ndjson, *.ndjson.gz) or a folder of charts. No data of a patient is in the
    list: words, and codes of the site, that few patients have are counted and not shown.
    """
    from cds_service import settings
    from cds_service.site import mapping_report, mapping_show
    from cds_service.site.mapping_count import counted

    if machine + as_csv + skeleton > 1:
        raise Misuse("--json, --csv, --as-conceptmap: choose one.")
    made = counted(settings.load(config), paths, local)
    told = mapping_report.report(made.counts, made.proposing, made.knowledge.system_urls, min_cell)
    rows = top or (50 if not (machine or as_csv or skeleton) else sys.maxsize)
    if machine:
        click.echo(msgspec.json.encode(mapping_show.as_json(told, rows)))
    elif as_csv:
        click.echo(mapping_show.as_csv(told, rows), nl=False)
    elif skeleton:
        whole = mapping_show.as_concept_map(told, rows, made.knowledge.system_urls)
        click.echo(msgspec.json.format(msgspec.json.encode(whole), indent=2))
    else:
        mapping_show.show(told, rows, open_console())
    sys.exit(1 if told.unreadable else 0)
