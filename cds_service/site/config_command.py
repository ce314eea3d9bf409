"""The command `config`. What it needs is loaded only when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cds_service.cli_parts import CONFIG, log_lines, plainly

if TYPE_CHECKING:
    from cds_service.app import Service


@click.group()
def config() -> None:
    """The settings of this installation."""


@config.command()
@CONFIG
@plainly
def check(config: Path | None) -> None:
    """Say whether the service would start with these settings, and what then holds. Nothing is started.

    No secret is printed. Databases, key servers and FHIR servers are not asked.
    """
    from cds_service import settings
    from cds_service.app import create_app

    given = settings.load(config)
    with log_lines(shown=False):
        service = create_app(given)
        passed = service.watch.test_itself().passed
    click.echo("\n".join(_lines(service)))
    if not passed:
        click.echo("The self-test fails: this content does not give the cards it must (docs/watching.md).")
    sys.exit(0 if passed else 1)


def _lines(service: Service) -> Iterator[str]:
    from cds_service.journal.address import shown
    from cds_service.site import tuning
    from cds_service.site.modes import configured

    given, content = service.settings, service.desk.knowledge
    yield "The service would start with these settings."
    yield f"Profile:   {given.profile}, as {given.base_url}, listening at {given.host} port {given.port}"
    for client in given.clients:
        yield f"Client:    {client.name}, {configured(given, client)}; issuer {client.issuer or 'none'}"
    yield f"Content:   {content.version}, {content.digest}"
    for said in tuning.changes(content, given):
        yield f"Tuned:     {said}"
    yield f"Journal:   {shown(given.database_url)}, kept for {given.retention_days} days"
    yield f"Switches:  {given.switches_file or 'no file: cards cannot be stopped without a restart'}"
    yield "Not asked: databases and servers; when the service runs, /readyz says how they are."
