"""The commands `journal` and `report`. What they need is loaded only when they run."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import msgspec

from cds_service.cli_parts import AS_OF, CONFIG, Misuse, moment_of, open_console, plainly

BY = ("week", "topic", "client")


@click.group()
def journal() -> None:
    """The journal: what was shown, and what became of it."""


@journal.command()
@CONFIG
@plainly
def upgrade(config: Path | None) -> None:
    """Make the journal, or bring its schema to that of this program; `serve` does so too."""
    from cds_service import settings
    from cds_service.journal import opening, schema
    from cds_service.journal.address import shown

    given = settings.load(config)
    done = opening.upgrade(given)
    state = "is now at" if done else "was already at"
    click.echo(f"{shown(given.database_url)} {state} schema {schema.REVISIONS[-1]}.")


@journal.command()
@CONFIG
@AS_OF
@click.option("--dry-run", is_flag=True, help="Only say how many rows would go.")
@plainly
def prune(config: Path | None, as_of: str | None, *, dry_run: bool) -> None:
    """Remove what is older than retention_days; the service does so once a day."""
    from cds_service import settings
    from cds_service.journal import opening
    from cds_service.journal.journal import first_day_kept, marks_kept
    from cds_service.journal.store import Store

    given = settings.load(config)
    now = moment_of(as_of)
    before = first_day_kept(now, timedelta(days=given.retention_days))
    with opening.reading(given):
        pass  # so that a journal that is not there is not made
    with closing(Store(given.database_url)) as store:
        removed = store.prune(before, dry_run=dry_run)
        marks = store.forget_marks(marks_kept(now, given.clients), dry_run=dry_run)
    rows = ", ".join(f"{table} {count}" for table, count in removed.items())
    click.echo(f"{'Would go' if dry_run else 'Removed'}, as older than {before}: {rows}.")
    click.echo(f"{'Would end' if dry_run else 'Ended'}, of acknowledgements: {marks}.")


@journal.command()
@CONFIG
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def info(config: Path | None, *, machine: bool) -> None:
    """Say where the journal is, its schema, and how many rows it has."""
    from cds_service import settings
    from cds_service.journal import opening, reading
    from cds_service.journal.address import shown

    given = settings.load(config)
    with opening.reading(given) as engine:
        told: dict[str, Any] = {"database": shown(given.database_url), **reading.info(engine)}
    told |= {"retentionDays": given.retention_days, "keepComments": given.keep_comments}
    if machine:
        click.echo(msgspec.json.encode(told))
        return
    rows = ", ".join(f"{table} {count}" for table, count in told["rows"].items())
    click.echo(f"Database:  {told['database']}, schema {told['schema']}")
    click.echo(f"Rows:      {rows}")
    click.echo(f"Oldest:    {told['oldestDay'] or 'nothing yet'}; kept for {given.retention_days} days")
    click.echo(f"Comments:  {'kept' if given.keep_comments else 'not kept'}")


@click.group()
def report() -> None:
    """Reports from the journal."""


@report.command()
@CONFIG
@AS_OF
@click.option("--since", metavar="DATE", help="First day that counts, UTC.")
@click.option("--until", metavar="DATE", help="Last day that counts, UTC.")
@click.option("--by", type=click.Choice(BY), multiple=True, help="Groups; may be given several times.")
@click.option("--min-cell", type=click.IntRange(min=1), default=5, help="Smallest count shown; 1 hides none.")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of a table.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV instead of a table.")
@plainly
def feedback(
    *,
    config: Path | None,
    as_of: str | None,
    since: str | None,
    until: str | None,
    by: tuple[str, ...],
    min_cell: int,
    machine: bool,
    as_csv: bool,
) -> None:
    """What became of the cards: accepted, overridden and why, ignored; by topic unless told otherwise."""
    from cds_service import settings
    from cds_service.journal import feedback_report, opening, report_show
    from cds_service.journal.reading import Period

    if machine and as_csv:
        raise Misuse("--json and --csv: choose one of the two.")
    moment = moment_of(as_of)
    last = _day("--until", until) or moment.astimezone(UTC).date()
    first = _day("--since", since)
    if first and first > last:
        raise Misuse(f"--since {first} is after {last}.")
    grouped = tuple(dict.fromkeys(by)) or ("topic",)
    with opening.reading(settings.load(config)) as engine:
        told = feedback_report.report(engine, Period(first, last, moment), grouped, min_cell)
    if machine:
        click.echo(msgspec.json.encode(report_show.as_json(told)))
    elif as_csv:
        click.echo(report_show.as_csv(told), nl=False)
    else:
        report_show.show(told, open_console())


@report.command()
@CONFIG
@AS_OF
@click.option("--weeks", type=click.IntRange(1, 53), default=8, help="So many weeks, the present one too.")
@click.option("--client", "clients", multiple=True, help="Only calls of this client; several times.")
@click.option("--min-cell", type=click.IntRange(min=1), default=5, help="Smallest count shown; 1 hides none.")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def silent(
    *,
    config: Path | None,
    as_of: str | None,
    weeks: int,
    clients: tuple[str, ...],
    min_cell: int,
    machine: bool,
) -> None:
    """What the service finds, shown or not, and whether that is good enough to go live."""
    from cds_service import settings
    from cds_service.journal import opening, silent_report, silent_show
    from cds_service.journal.reading import Period

    moment = moment_of(as_of)
    last = moment.astimezone(UTC).date()
    first = last - timedelta(days=last.weekday(), weeks=weeks - 1)
    given = settings.load(config)
    known = {client.name for client in given.clients} or {given.caller.name}
    if unknown := sorted(set(clients) - known):
        raise Misuse(f"--client {unknown[0]}: no such client; there are {', '.join(sorted(known))}.")
    with opening.reading(given) as engine:
        told = silent_report.report(engine, Period(first, last, moment), given.go_live, min_cell, clients)
    if machine:
        click.echo(msgspec.json.encode(silent_show.as_json(told)))
    else:
        silent_show.show(told, open_console())


def _day(option: str, given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise Misuse(f"{option} {given}: must be a day such as 2026-11-20.") from None
