"""`leg-weakness-cds content diff`."""

from __future__ import annotations

import sys

import click
import msgspec

from cards.content_files import ContentError
from cds_service.cli_parts import Misuse, plainly
from cds_service.places import content_folder

SHIPPED = "shipped"


@click.command()
@click.argument("before")
@click.argument("after")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def diff(before: str, after: str, *, machine: bool) -> None:
    """Say in clinical words what changed from one content to another.

    BEFORE and AFTER are folders of content, or the word shipped for the one that came with this service. Over
    the fixtures it shows which charts get other cards. Ends with 0 when nothing changed, else with 1.
    """
    from pathlib import Path

    from cds_service import logs
    from cds_service.content_changes import result

    folders = [content_folder() if name == SHIPPED else Path(name) for name in (before, after)]
    try:
        with logs.silent():
            found = result.compared(*folders)
    except ContentError as error:
        raise Misuse(f"The content cannot be read: {error}") from None
    if machine:
        click.echo(msgspec.json.encode(result.as_json(found)))
    else:
        click.echo("\n".join(result.lines(found)))
    sys.exit(0 if found.same else 1)
