"""What docs/commands.md says of each command, from the commands themselves."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

import click

from cds_service.cli import main

COMMAND = "leg-weakness-cds"


def commands(group: click.Group = main, before: tuple[str, ...] = ()) -> dict[tuple[str, ...], click.Command]:
    """By their words all commands that do something."""
    found: dict[tuple[str, ...], click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= commands(command, (*before, name))
        else:
            found[*before, name] = command
    return found


def options(command: click.Command) -> dict[str, click.Option]:
    return {name: each for each in command.params if isinstance(each, click.Option) for name in each.opts}


def rendered() -> str:
    """One section for each command, in the order of their names."""
    return "\n".join(line for words in sorted(commands()) for line in _section(words, commands()[words]))


def _section(words: tuple[str, ...], command: click.Command) -> Iterator[str]:
    yield f"### {' '.join(words)}\n"
    arguments = [
        each.make_metavar(click.Context(command))
        for each in command.params
        if not isinstance(each, click.Option)
    ]
    yield f"`{' '.join([COMMAND, *words, *arguments])}`\n"
    yield from (f"{paragraph}\n" for paragraph in _paragraphs(command.help or ""))
    given = dict.fromkeys(options(command).values())
    if given:
        yield "| Option | What it does |\n| --- | --- |"
        yield from map(_row, given)
        yield ""


def _paragraphs(text: str) -> list[str]:
    """The help as click shows it, without what marks a paragraph that keeps its lines."""
    told = textwrap.dedent(text).replace("\b\n", "").split("\n\n")
    return [re.sub(r"([*_<])", r"\\\1", " ".join(each.split())) for each in told]


def _row(option: click.Option) -> str:
    metavar = "" if option.is_flag else f" {option.make_metavar(click.Context(main))}"
    names = ", ".join(f"`{name}`" for name in option.opts[:-1])
    last = f"`{option.opts[-1]}{metavar}`".replace("|", "\\|")
    return (
        f"| {names + ', ' if names else ''}{last} | {option.help}{' Required.' if option.required else ''} |"
    )
