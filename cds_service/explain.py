"""Shows how a chart led to its cards: findings, features, red flags, causes, each with its resources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cards.card import Card
from cards.knowledge import Knowledge
from cds_service import explain_chart, explain_reasons
from cds_service.explain_layout import line, safe, section
from cds_service.explain_reasons import COLOURS
from cds_service.explained import LEVELS, Explained
from cds_service.sorting import State
from cds_service.told_words import Words

if TYPE_CHECKING:
    from cds_service.conformance import Departure


def show(told: Explained, zone: tzinfo, console: Console) -> None:
    """The whole chain, in the order in which it was found out."""
    done, assessed = told.done, told.done.assessment
    words = told.words(zone)
    console.print(_header(told, words))
    explain_chart.show_findings(console, done.chart.findings, words)
    if assessed is not None:
        explain_chart.show_features(console, words)
        explain_reasons.show_red_flags(console, assessed, words)
        if assessed.indicator is not None:
            explain_reasons.show_differential(console, assessed, words)
            explain_reasons.show_gaps(console, assessed.gaps)
    explain_reasons.show_unread(console, told.unread, done.failed_stages, words)
    if told.departures is not None:
        _show_departures(console, told.departures)
    _show_cards(console, told)


def _header(told: Explained, words: Words) -> Panel:
    colour = COLOURS.get(told.level, "default")
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    grid.add_row("Answer", Text(told.headline, f"bold {colour}"))
    flagged = sum(each.could_hold_red_flag for each in told.unread)
    if flagged or told.done.failed_stages:
        parts = flagged + len(told.done.failed_stages)
        grid.add_row("Beware", Text(f"a red flag may stand in what was not assessed ({parts}, see below)"))
    grid.add_row("As of", f"{words.moment(told.as_of)} {told.as_of.astimezone(words.zone):%Z}")
    grid.add_row("Content", f"{told.knowledge.version}, {told.knowledge.digest[:19]}")
    if told.done.record:
        grid.add_row("Record", _states(told.done.record.states.items()))
    title = safe(f"Patient {told.call.context.patientId}", "bold")
    return Panel(grid, title=title, title_align="left", border_style=colour, box=box.ROUNDED)


def _states(states: Iterable[tuple[str, State]]) -> Text:
    """Resource types by what the call said of them."""
    groups: dict[str, list[str]] = {}
    for kind, state in states:
        groups.setdefault(state.name.lower(), []).append(kind)
    return Text("\n").join(Text(f"{state}: {', '.join(kinds)}") for state, kinds in groups.items())


def _show_departures(console: Console, departures: Iterable[Departure]) -> None:
    found = list(departures)
    section(console, f"Not valid FHIR R4 ({len(found)}); it was read all the same")
    resource = ""
    for each in found:
        if each.resource != resource:
            line(console, safe(each.resource, "bold"))
            resource = each.resource
        line(console, safe(f"  {each.path}: {each.what}"))
    if not found:
        line(console, Text("Nothing found. Whether codes are of the right value sets is not checked."))


def _show_cards(console: Console, told: Explained) -> None:
    section(console, f"Cards ({len(told.done.cards)}), as the EHR shows them")
    for each in told.done.cards:
        console.print(_card(each, told.knowledge))
    if not told.done.cards:
        line(console, Text(told.headline))


def _card(card: Card, knowledge: Knowledge) -> Panel:
    colour = COLOURS[card.indicator]
    # The text of the record was escaped when the card was written: Markdown takes the escapes off again.
    detail = Markdown(card.detail, hyperlinks=False)
    source = str(knowledge.wording["source_label"]).format(version=knowledge.version)
    return Panel(
        Group(Text(card.summary, "bold", overflow="fold"), "", detail),
        title=Text(card.indicator.upper(), f"bold {colour}"),
        title_align="left",
        subtitle=Text(source, "dim"),
        subtitle_align="right",
        border_style=colour,
    )


def show_count(levels: Iterable[str], console: Console) -> None:
    """The last line when several patients were shown."""
    counts = Counter(levels)
    each = ", ".join(f"{counts[level]} {level}" for level in LEVELS if counts[level])
    console.rule(characters="═")
    line(console, Text(f"{counts.total()} patients: {each}.", "bold"))
