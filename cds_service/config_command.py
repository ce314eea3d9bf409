"""The command `config check`: would the service start, and with what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cds_service.cli_parts import CONFIG, log_lines, plainly

if TYPE_CHECKING:
    from cds_service.settings import Settings

HIDDEN = "(set, and not shown)"


@click.group()
def config() -> None:
    """The settings."""


@config.command()
@CONFIG
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def check(config: Path | None, *, machine: bool) -> None:
    """Say whether the service would start, and with which settings; no password is shown.

    All that is read at start is read: content, local codes, tuning, and the self-test is done. Nothing is
    listened at, fetched or written.
    """
    from cds_service import app, settings

    given = settings.load(config)
    with log_lines(shown=True):  # what the content says of itself belongs to the check
        passed = app.create_app(given).watch.test_itself().passed
    shown = shown_settings(given)
    if machine:
        click.echo(msgspec.json.encode({"settings": shown, "selfTest": passed}))
    else:
        for name, value in shown.items():
            mark = "" if name in given.model_fields_set else "   (default)"
            click.echo(f"{name} = {msgspec.json.encode(value).decode()}{mark}")
        click.echo("The service would start." if passed else "The service would start, and say: not ready.")
    sys.exit(0 if passed else 1)


def shown_settings(given: Settings) -> dict[str, Any]:
    """All settings as they count; those that may hold a password without what it could stand in."""
    from cds_service.journal.address import shown

    told = given.model_dump(mode="json")
    told |= {name: HIDDEN for name, field in type(given).model_fields.items() if not field.repr}
    told["database_url"] = shown(given.database_url)
    if given.rate_limit_storage == type(given).model_fields["rate_limit_storage"].default:
        told["rate_limit_storage"] = given.rate_limit_storage
    return told
