"""The command line, `leg-weakness-cds`. It exits with 0 when all is well, 1 for failures, 2 for misuse."""

from __future__ import annotations

import gzip
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from cds_service import hangup
from cds_service.cli_parts import AS_OF, CONFIG, Misuse, log_lines, moment_of, open_console, plainly
from cds_service.content_changes.command import diff
from cds_service.journal.commands import journal, report
from cds_service.site.commands import check_registration, register
from cds_service.site.config_command import config
from cds_service.site.mapping_commands import mapping
from cds_service.site.switch_command import switch

if TYPE_CHECKING:
    from cds_service.answer import Desk
    from cds_service.charts import ChartCall
    from cds_service.explained import Explained


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="leg-weakness-cds")
def main() -> None:
    """Leg weakness decision support: the service, and tools to look at it."""


@main.command()
@CONFIG
@click.option("--host", help="Address to listen at.")
@click.option("--port", type=int, help="Port to listen at.")
@click.option(
    "--workers", type=int, help="Processes; by default one in development, one per core in production."
)
@plainly
def serve(config: Path | None, host: str | None, port: int | None, workers: int | None) -> None:
    """Start the service; it ends on Ctrl-C and SIGTERM."""
    with hangup.noted() as early:
        from cds_service import server, settings

        server.serve(settings.load(config, host=host, port=port, workers=workers), early)


@main.command()
@click.argument("file", type=click.File("rb"))
@CONFIG
@AS_OF
@click.option("--patient", metavar="ID", help="Whose chart, when the file holds several or no Patient.")
@click.option("--json", "machine", is_flag=True, help="One JSON object per patient instead of text.")
@click.option("--conformance", is_flag=True, help="Say too what is not valid FHIR R4, without any value.")
@click.option("--verbose", is_flag=True, help="Show the log lines of the service, on the standard error.")
@plainly
def explain(
    *,
    file: Any,
    config: Path | None,
    as_of: str | None,
    patient: str | None,
    machine: bool,
    conformance: bool,
    verbose: bool,
) -> None:
    """Show how a chart leads to its cards.

    FILE is a hook call, a Bundle, a resource, or NDJSON of these, gzipped or not; - reads standard input.
    """
    from cds_service import explain, explain_json, settings
    from cds_service.answer import Desk

    moment = moment_of(as_of)
    console = open_console()
    levels: list[str] = []
    failed = False
    with log_lines(shown=verbose):
        desk = Desk.ready(settings.load(config))
        calls = _charts(file.read(), patient)
        for each in calls:
            told = _explained(each, desk, moment, conformance=conformance)
            failed |= bool(told.done.failed_stages)
            if machine:
                click.echo(msgspec.json.encode(explain_json.as_json(told, desk.links)))
                continue
            if levels:
                console.rule(characters="═")
            explain.show(told, desk.client.zone, console)
            levels.append(told.level)
    if len(levels) > 1:
        explain.show_count(levels, console)
    sys.exit(1 if failed else 0)


def _charts(content: bytes, patient: str | None) -> list[ChartCall]:
    from cds_service import charts

    try:
        calls = charts.read(content, patient)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise click.ClickException("The file begins like gzip and cannot be unpacked. Is it whole?") from None
    if not calls:
        raise Misuse(f"No chart of patient {patient} is in the file.")
    return calls


def _explained(chart: ChartCall, desk: Desk, moment: datetime, *, conformance: bool) -> Explained:
    from cds_service.answer import answer
    from cds_service.explained import Explained

    done = answer(chart.call, desk.for_whole_charts() if chart.whole else desk, moment)
    found = None
    if conformance:
        from cds_service.conformance import departures  # it alone takes longer to import than all the rest

        found = tuple(departures(done.record.entries if done.record else ()))
    return Explained(chart.call, done, desk.knowledge, moment, found)


@main.command()
@click.argument("name", required=False)
@AS_OF
@plainly
def fixture(name: str | None, as_of: str | None) -> None:
    """Print the ready hook call of a synthetic chart; without a NAME, list them."""
    from cds_service import fixtures

    if name is None:
        click.echo("\n".join(fixtures.names()))
        return
    if name not in fixtures.names():
        raise Misuse(f"No fixture is called {name}. `leg-weakness-cds fixture` lists them.")
    click.echo(msgspec.json.encode(fixtures.call(name, moment_of(as_of))))


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@CONFIG
@AS_OF
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def evaluate(folder: Path, config: Path | None, as_of: str | None, machine: bool) -> None:
    """Hold the answers to labelled charts against their labels.

    FOLDER has charts (*.json, *.ndjson, *.ndjson.gz), labels.csv, and moments.csv for days in their past.
    --as-of is for labels that name no moment; by default that is the day after a chart's newest date.
    """
    from cds_service import evaluation, evaluation_show, settings
    from cds_service.answer import Desk
    from cds_service.evaluation_labels import FolderRefused

    given = moment_of(as_of) if as_of else None
    with log_lines(shown=False):
        desk = Desk.ready(settings.load(config))
        try:
            done = evaluation.evaluate(folder, desk, given, now=datetime.now(UTC))
        except FolderRefused as error:
            raise Misuse(str(error)) from None
    if machine:
        click.echo(msgspec.json.encode(evaluation_show.as_json(done, desk.knowledge)))
    else:
        evaluation_show.show(done, open_console())
    sys.exit(0 if done.all_met else 1)


@main.group()
def content() -> None:
    """The clinical content."""


@content.command()
@CONFIG
@plainly
def check(config: Path | None) -> None:
    """Check the content beyond what loading it refuses."""
    from cards import content_check, knowledge
    from cds_service import icd_check, places, settings

    content = knowledge.load(settings.load(config).content or places.content_folder())
    report, unknown = content_check.check(content), icd_check.unknown_codes(content)
    for line in (*(unknown or ()), *report.lines):
        click.echo(line)
    click.echo(icd_check.NOT_CHECKED if unknown is None else icd_check.CHECKED)
    sys.exit(1 if report.problems or unknown else 0)


@content.command()
@CONFIG
@click.option("--json", "machine", is_flag=True, help="One JSON object instead of text.")
@plainly
def tunable(config: Path | None, *, machine: bool) -> None:
    """List what a site may set in the content, and what is set."""
    from cards import knowledge
    from cds_service import places, settings
    from cds_service.site import tuning_show

    given = settings.load(config)
    found = knowledge.load(given.content or places.content_folder())
    if machine:
        click.echo(msgspec.json.encode(tuning_show.as_json(found, given)))
    else:
        for line in tuning_show.lines(found, given):
            click.echo(line)


@content.command()
@click.argument("folder", type=click.Path(path_type=Path))
@plainly
def export(folder: Path) -> None:
    """Copy the content that came with this service to a new FOLDER, for the setting `content`."""
    from shutil import copytree

    from cds_service import places

    try:
        copytree(places.content_folder(), folder)
    except FileExistsError:
        raise Misuse(f"{folder} is there already. Name a new folder: nothing is overwritten.") from None
    click.echo(f"The content is in {folder}. Changes there count where the setting `content` names it.")


content.add_command(diff)
main.add_command(config)
main.add_command(journal)
main.add_command(report)
main.add_command(register)
main.add_command(check_registration)
main.add_command(mapping)
main.add_command(switch)

if __name__ == "__main__":
    main()
