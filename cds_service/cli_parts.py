"""What the commands share: their common options, and how they say what is wrong."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cards.content_files import ContentError
from cds_service.errors import JournalUnavailable, ServiceError, SettingsRefused

if TYPE_CHECKING:
    from rich.console import Console

CONFIG = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file with the settings (docs/settings.md).",
)
AS_OF = click.option(
    "--as-of", metavar="TIME", help="Assess as of this moment (ISO 8601, UTC unless it says otherwise)."
)


class Misuse(click.ClickException):
    exit_code = 2


def plainly(command: Callable[..., None]) -> Callable[..., None]:
    """Says what is wrong in a sentence instead of a stack trace."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except SettingsRefused as error:
            raise Misuse(f"The settings are refused:\n{error}") from None
        except (ContentError, ImportError, FileNotFoundError, ServiceError, JournalUnavailable) as error:
            raise click.ClickException(str(error)) from None

    return run


def open_console() -> Console:
    """For the standard output: coloured on a terminal only, and never stopped by what it cannot encode."""
    from rich.console import Console

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console(markup=False, highlight=False, emoji=False)


def moment_of(as_of: str | None) -> datetime:
    if as_of is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(as_of)
    except ValueError:
        raise Misuse(
            f"--as-of {as_of}: must be a moment such as 2026-11-20 or 2026-11-20T09:30+00:00."
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def log_lines(*, shown: bool) -> Iterator[None]:
    """What the service logs, on the standard error or nowhere."""
    import structlog

    from cds_service import logs

    before = structlog.get_config()
    if shown:
        logs.set_up()
    else:
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        yield
    finally:
        structlog.configure(**before)
