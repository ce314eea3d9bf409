"""Shows what was concluded: red flags, the differential, and what is missing or could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from cards.assessment import Assessment, RedFlag
from cards.causes import RankedCause, Weighed
from cards.findings import Unread
from cds_service.explain_layout import Row, line, listing, references, safe, section
from cds_service.told_words import Words

COLOURS = {"critical": "red", "warning": "yellow", "info": "blue"}
"""Always beside the word: never colour alone."""


def show_red_flags(console: Console, assessed: Assessment, words: Words) -> None:
    """Those on the card, then those that fired as well and are not shown there, with the reason."""
    section(console, f"Red flags ({len(assessed.red_flags)})")
    if not assessed.fired:
        line(console, Text("No rule fired on what is recorded."))
    for flag in assessed.red_flags:
        _show_flag(console, flag, assessed, words)
    shown = {flag.rule.id for flag in assessed.red_flags}
    for name in assessed.fired:
        if name not in shown:
            why = _why_not_shown(name, shown, assessed, words)
            line(console, Text(f"Fired too, not shown: {words.rule(name)} ({name}): {why}.", "dim"))


def _show_flag(console: Console, flag: RedFlag, assessed: Assessment, words: Words) -> None:
    level = Text(flag.indicator.upper(), f"bold {COLOURS[flag.indicator]}")
    line(console, Text.assemble(level, "  ", (flag.rule.title, "bold"), (f" ({flag.rule.id})", "dim")))
    for why in _lowered(flag, assessed, words):
        line(console, safe(why))
    rows = [(Text(" "), safe(words.said(name)), references(words.grounds(name))) for name in flag.support]
    listing(console, ("", "Because of", "Where"), rows)


def _lowered(flag: RedFlag, assessed: Assessment, words: Words) -> Iterator[str]:
    if flag.known_since is not None:
        since, source = words.date(flag.known_since.when), flag.known_since.source.reference
        yield f"Lowered from critical: the diagnosis is recorded since {since}, {source}."
    elif flag.rule.critical and not flag.critical and assessed.lowered_for_comfort:
        yield "Lowered from critical: comfort-only care is recorded."
    elif flag.rule.critical and not flag.critical:
        yield "Lowered from critical: it rests on unconfirmed codes alone."


def _why_not_shown(name: str, shown: set[str], assessed: Assessment, words: Words) -> str:
    policy = words.knowledge.policy
    over = [first for first, second in policy.dominates if second == name and first in assessed.fired]
    over.sort(key=lambda first: first not in shown)
    if over:
        return f"said more exactly by {over[0]}"
    if name in policy.generic_rules:
        return "general, and another rule says more"
    return "merged"


def show_differential(console: Console, assessed: Assessment, words: Words) -> None:
    section(console, f"Possible causes ({len(assessed.causes)}), best supported first")
    for place, ranked in enumerate(assessed.causes, start=1):
        marks = "".join(f", {mark}" for mark in _marks(ranked, words))
        head = Text.assemble((f"{place}. {ranked.cause.label}", "bold"), (f" ({ranked.cause.id})", "dim"))
        line(console, head + safe(marks, "italic"))
        listing(console, ("", "Recorded", "Source", "Where"), list(_arguments(ranked, words)))
    for title, causes in (
        ("Not enough recorded to rank", assessed.not_enough),
        ("Do not miss", assessed.do_not_miss),
    ):
        if causes:
            line(console, Text(f"{title}: {'; '.join(cause.short for cause in causes)}."))
    if not assessed.causes:
        line(console, Text("None ranked."))


def _marks(ranked: RankedCause, words: Words) -> Iterator[str]:
    if ranked.pinned:
        yield "named by a critical red flag"
    if ranked.tied:
        yield "tied with the one above"
    if ranked.on_list is not None:
        place = "on the problem list" if ranked.on_list.problem_list else "recorded as a diagnosis"
        yield f"{place} ({words.date(ranked.on_list.when)}, {ranked.on_list.source.reference})"


def _arguments(ranked: RankedCause, words: Words) -> Iterator[Row]:
    for word, rows in (("for", ranked.arguments_for), ("against", ranked.arguments_against)):
        for row in rows:
            yield _argument(word, row, words)
        if not rows:
            yield Text(f"   {word}"), Text("nothing recorded", "dim"), Text(), Text()


def _argument(word: str, row: Weighed, words: Words) -> Row:
    said = "; ".join(map(words.said, row.features)) or "holds by what is not recorded"
    strength = row.evidence.strength.partition("_")[0]
    source = Text(words.knowledge.sources[row.evidence.source].short, "italic")
    return (Text(f"   {word}, {strength}"), safe(said), source, references(words.grounds(*row.features)))


def show_gaps(console: Console, gaps: Iterable[str]) -> None:
    items = list(gaps)
    if items:
        section(console, "Not recorded, and would change the order")
        line(console, Text("; ".join(items)))


def show_unread(console: Console, unread: Iterable[Unread], stages: Iterable[str], words: Words) -> None:
    """What was not assessed, with the reason; silence about it would look like a normal result."""
    rows = [_unread_row(each, words) for each in unread]
    failed = list(stages)
    section(console, f"Not read or not assessed ({len(rows) + len(failed)})")
    listing(console, ("What", "Why", "", "Where"), rows)
    for stage in failed:
        line(console, Text(f"FAILED: the stage “{stage}” of the service; --verbose says where.", "bold red"))
    if not rows and not failed:
        line(console, Text("Everything given was read."))


def _unread_row(unread: Unread, words: Words) -> Row:
    """Parts have names of any length, so that the first column stays free."""
    flag = Text("a red flag may stand there", "yellow") if unread.could_hold_red_flag else Text()
    part = words.part(unread)
    where = Text() if part == unread.what else safe(unread.what, "dim")
    return (Text("•"), safe(f"{part}: {unread.why}"), flag, where)
