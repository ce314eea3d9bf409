"""The commands `register` and `check-registration`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
import msgspec

from cds_service.cli_parts import AS_OF, CONFIG, Misuse, log_lines, moment_of, plainly

if TYPE_CHECKING:
    from cds_service.settings import Client, Settings
    from cds_service.site.ehrs import Ehr

EHRS = ("epic", "oracle", "generic", "sandbox")


@click.command()
@click.argument("ehr", type=click.Choice(EHRS))
@CONFIG
@AS_OF
@click.option("--client", "name", metavar="NAME", help="Which registered client, when there are several.")
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of Markdown.")
@plainly
def register(ehr: str, config: Path | None, as_of: str | None, name: str | None, *, machine: bool) -> None:
    """Print what an integration team enters in its EHR, from the settings as they are."""
    from cds_service import settings
    from cds_service.site import sheet, sheet_markdown

    given, wrong = settings.load_unfinished(config)
    client = _client(given, ehr, name)
    with log_lines(shown=False):
        written = sheet.write(cast("Ehr", ehr), given, client, wrong, moment_of(as_of))
    click.echo(msgspec.json.encode(written) if machine else sheet_markdown.markdown(written))


def _client(settings: Settings, ehr: str, name: str | None) -> Client | None:
    """The one named; else the only one, or the only one with the EHR in its name. None when there is none."""
    clients = settings.clients
    if name is not None:
        found = [each for each in clients if each.name == name]
        if not found:
            known = ", ".join(each.name for each in clients) or "none"
            raise Misuse(f"No client is called {name}. Registered: {known}.")
        return found[0]
    if len(clients) < 2:
        return clients[0] if clients else None
    named = [each for each in clients if ehr in each.name.casefold()]
    if len(named) == 1:
        return named[0]
    raise Misuse(f"Several clients: {', '.join(each.name for each in clients)}. Say which: --client NAME.")
