"""The command `switch`: takes cards away and gives them back while the service runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cds_service.cli_parts import CONFIG, Misuse, plainly

if TYPE_CHECKING:
    from cds_service.settings import Settings
    from cds_service.site.switches import Switches


@click.group()
def switch() -> None:
    """Hold cards back, or show them again, while the service runs (docs/modes.md)."""


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            CONFIG,
            click.option("--topic", "topics", multiple=True, help="Only cards of this topic; several times."),
            click.option("--client", "clients", multiple=True, help="Only this client; several times."),
            click.option("--by", required=True, help="Who decides. A name, or a role and a name."),
            click.option("--reason", required=True, help="Why, for whoever reads the log of changes."),
            click.option("--red-flags", is_flag=True, help="Yes, a topic of red flags too."),
        )
    ):
        command = option(command)
    return command


@switch.command()
@_options
@plainly
def off(**given: Any) -> None:
    """Nothing is assessed and no card goes out."""
    _switch("off", **given)


@switch.command()
@_options
@plainly
def silent(**given: Any) -> None:
    """All is assessed and counted, and no card goes out."""
    _switch("silent", **given)


@switch.command()
@_options
@plainly
def on(**given: Any) -> None:
    """As the settings say, again. Without --topic or --client: what was switched for all; the lists stay."""
    _switch("on", **given)


@switch.command()
@CONFIG
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def show(config: Path | None, *, machine: bool) -> None:
    """Say what is switched now, by whom and why."""
    from cds_service.site import switch_change, switches

    _, file = _file(config)
    found = switch_change.current(file)
    if machine:
        click.echo(msgspec.json.encode({"file": str(file), **switches.as_table(found)}))
    else:
        _say(found, file)


def _switch(
    to: str,
    *,
    config: Path | None,
    topics: tuple[str, ...],
    clients: tuple[str, ...],
    by: str,
    reason: str,
    red_flags: bool,
) -> None:
    from cds_service.site import switch_change

    for option, text in (("--by", by), ("--reason", reason)):
        if not text.strip():
            raise Misuse(f"{option}: must say something. It is kept with the change.")
    settings, file = _file(config)
    if to != "on":
        _refuse_what_is_not_there(settings, topics, clients, red_flags=red_flags)
    wish = switch_change.Wish(to, topics, clients, by.strip(), reason.strip())
    try:
        after = switch_change.change(file, wish, datetime.now(UTC))
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or file}: cannot be written: {error.strerror}."
        ) from None
    _say(after, file)


def _refuse_what_is_not_there(
    settings: Settings, topics: tuple[str, ...], clients: tuple[str, ...], *, red_flags: bool
) -> None:
    """A name with a slip in it would switch nothing; `on` takes out any name."""
    from cards import knowledge
    from cds_service.places import content_folder
    from cds_service.site import modes

    names = {client.name for client in settings.clients} or {settings.caller.name}
    if unknown := sorted(set(clients) - names):
        raise Misuse(f"--client {unknown[0]}: no such client; there are {', '.join(sorted(names))}.")
    if not topics:
        return
    content = knowledge.load(settings.content or content_folder())
    known = modes.topics(content)
    if unknown := sorted(set(topics) - known):
        raise Misuse(f"--topic {unknown[0]}: no such topic; there are {', '.join(sorted(known))}.")
    urgent = sorted(set(topics) & modes.red_flag_topics(content))
    if urgent and not red_flags:
        raise Misuse(
            f"{', '.join(urgent)}: these cards are red flags that need review now. "
            "If they are really to be held back, add --red-flags."
        )


def _file(config: Path | None) -> tuple[Settings, Path]:
    from cds_service import settings

    given = settings.load(config)
    if given.switches_file is None:
        raise Misuse("switches_file is not set, so there is nothing to switch (docs/modes.md).")
    return given, given.switches_file


def _say(found: Switches, file: Path) -> None:
    click.echo(f"Switches: {file}")
    state = "off: no card goes out" if found.off else "silent: no card goes out" if found.silent else ""
    click.echo(f"  All cards:  {state or 'as the settings say'}")
    for words, names in (
        ("off, topics", found.off_topics),
        ("silent, topics", found.silent_topics),
        ("off, clients", found.off_clients),
        ("silent, clients", found.silent_clients),
    ):
        if names:
            click.echo(f"  {words}:  {', '.join(sorted(names))}")
    if found.off or found.silent or found.clients:
        click.echo("  Red-flag cards are held back too. No card does not mean that there is no red flag.")
    if found.by:
        click.echo(f"  Last changed by {found.by} on {found.on}: {found.reason}")
    click.echo("Running services follow within about a second; GET /healthz says what holds.")
