"""`python -m benchmarks`: the service side by side with plain JSON parsing and with a naive service."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console

from benchmarks import charts, over_http, race
from benchmarks.figures import Figures, Measured
from cards import knowledge

WIDTH = 140
"""Columns when the output goes into a file."""


class _Sizes(click.ParamType[tuple[int, ...]]):
    name = "n,n,..."

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        try:
            sizes = tuple(int(part) for part in str(value).split(","))
        except ValueError:
            self.fail(f"{value} is not a list of numbers such as 20,300,5000.", param, ctx)
        if min(sizes) < charts.SMALLEST:
            self.fail(f"A chart needs at least {charts.SMALLEST} resources.", param, ctx)
        return sizes


@click.command()
@click.option("--sizes", type=_Sizes(), default="20,300,5000", show_default=True, help="Resources per chart.")
@click.option("--seed", default=1, show_default=True, help="Another seed, another chart.")
@click.option(
    "--rounds", type=click.IntRange(1), default=15, show_default=True, help="Turns of each contestant."
)
@click.option("--http", "with_http", is_flag=True, help="Also over HTTP, against the real server.")
@click.option(
    "--profile", "top", type=click.IntRange(1), help="Also this many functions that take most time."
)
@click.option("--json", "machine", is_flag=True, help="JSON instead of tables.")
def main(
    *, sizes: tuple[int, ...], seed: int, rounds: int, with_http: bool, top: int | None, machine: bool
) -> None:
    """Time the service beside plain JSON parsing and a naive service, each in its own process."""
    content, now = knowledge.load(), datetime.now(UTC)
    series = {size: charts.Series(size, seed, now, content) for size in sizes}
    quiet = {size: charts.Series(size, seed, now, content, quiet=True) for size in sizes}
    figures = Figures(seed, content.version, content.digest)
    with race.contestants() as runners:
        for size, bodies in series.items():
            (body,) = bodies(1)
            charts.must_be_critical(runners["service"].answer(body))
            figures.measured.append(Measured(size, len(body), race.race(bodies, size, rounds, runners)))
        for size, bodies in quiet.items():
            (body,) = bodies(1)
            charts.must_be_quiet(runners["service"].answer(body))
            figures.quiet.append(Measured(size, len(body), race.race(bodies, size, rounds, runners)))
    if with_http:
        with over_http.serving() as port:
            figures.over_http = {
                size: over_http.measure(bodies, size, port) for size, bodies in series.items()
            }
    if top:
        figures.hot_spots = {size: race.hot_spots(bodies, size, top) for size, bodies in series.items()}
    if machine:
        click.echo(json.dumps(figures.as_json(), indent=2))
    else:
        figures.show(Console(width=None if sys.stdout.isatty() else WIDTH))


if __name__ == "__main__":
    main()
