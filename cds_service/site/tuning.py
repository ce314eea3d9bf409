"""The content as this site tunes it: within what the content offers, by somebody, for a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import structlog

from cards.knowledge import Knowledge
from cards.tunable import Tuning, TuningRefused, tuned
from cds_service.errors import SettingsRefused
from cds_service.settings import Settings

log = structlog.get_logger()


def applied(content: Knowledge, settings: Settings) -> Knowledge:
    """Raises `SettingsRefused` naming the safe range."""
    numbers = {each.name: each.value for each in settings.tuning}
    options = tuple((each.rule, each.option) for each in settings.narrowing)
    _refuse_twice("tuning", (each.name for each in settings.tuning))
    _refuse_twice("narrowing", (f"{rule} by {option}" for rule, option in options))
    try:
        return tuned(content, Tuning(numbers, options))
    except TuningRefused as error:
        raise SettingsRefused(f"tuning, narrowing: {error}") from None


def say(content: Knowledge, settings: Settings) -> None:
    """Log each change with who and why."""
    for said in changes(content, settings):
        log.warning("content tuned", problem=said, content=content.version, digest=content.digest)


def _refuse_twice(setting: str, names: Iterable[str]) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise SettingsRefused(f"{setting}: {twice[0]} stands there twice")


def changes(content: Knowledge, settings: Settings) -> Iterator[str]:
    """What is set, in a sentence each."""
    for each in settings.tuning:
        default = content.tunable.numbers[each.name].default
        yield f"{each.name} = {each.value:g} (default {default}), by {each.by} on {each.on}: {each.reason}"
    for one in settings.narrowing:
        yield f"{one.rule} narrowed by {one.option}, by {one.by} on {one.on}: {one.reason}"
