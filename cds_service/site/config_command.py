"""The command `config`. What it needs is loaded only when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cds_service.cli_parts import CONFIG, log_lines, plainly

if TYPE_CHECKING:
    from cds_service.app import Service
    from cds_service.settings import Settings

HIDDEN = "(set, and not shown)"


@click.group()
def config() -> None:
    """The settings of this installation."""


@config.command()
@CONFIG
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def check(config: Path | None, *, machine: bool) -> None:
    """Say whether the service would start with these settings, what then holds, and every setting.

    All that is read at start is read: content, local codes, tuning; and the self-test is done. No secret is
    printed. Nothing is listened at or written; databases, key servers and FHIR servers are not asked.
    """
    from cds_service import settings
    from cds_service.app import create_app

    given = settings.load(config)
    with log_lines(shown=True):  # what the content says of itself belongs to the check
        service = create_app(given)
        passed = service.watch.test_itself().passed
    if machine:
        click.echo(msgspec.json.encode({"settings": shown_settings(given), "selfTest": passed}))
    else:
        click.echo("\n".join(_lines(service, passed=passed)))
    sys.exit(0 if passed else 1)


def shown_settings(given: Settings) -> dict[str, Any]:
    """All settings as they count; those that may hold a password without what it could stand in."""
    from cds_service.journal.address import shown

    told = given.model_dump(mode="json")
    fields = type(given).model_fields
    told |= {
        name: HIDDEN
        for name, field in fields.items()
        if not field.repr and getattr(given, name) != field.default
    }
    told["database_url"] = shown(given.database_url)
    return told


def _lines(service: Service, *, passed: bool) -> Iterator[str]:
    from cds_service.journal.address import shown
    from cds_service.site import tuning
    from cds_service.site.modes import configured

    given, content = service.settings, service.desk.knowledge
    yield "The service would start with these settings."
    yield f"Profile:   {given.profile}, as {given.base_url}, listening at {given.host} port {given.port}"
    for client in given.clients:
        yield f"Client:    {client.name}, {configured(given, client)}; issuer {client.issuer or 'none'}"
    yield f"Content:   {content.version}, {content.digest}"
    if content.local_codes:
        yield f"Own codes: {content.local_codes}"
    for said in tuning.changes(content, given):
        yield f"Tuned:     {said}"
    yield f"Journal:   {shown(given.database_url)}, kept for {given.retention_days} days"
    yield f"Switches:  {_switches(given.switches_file)}"
    yield "Not asked: databases and servers; when the service runs, /readyz says how they are."
    yield ""
    for name, value in shown_settings(given).items():
        mark = "" if name in given.model_fields_set else "   (default)"
        yield f"{name} = {msgspec.json.encode(value).decode()}{mark}"
    if not passed:
        yield ""
        yield "The self-test fails: this content does not give the cards it must (docs/watching.md)."


def _switches(file: Path | None) -> str:
    if file is None:
        return "no file: cards cannot be stopped without a restart"
    if not file.parent.is_dir():
        return f"{file}: its folder is not there, so cards cannot be stopped without a restart"
    return str(file)
