"""Shows an evaluation: as a table for people, as one JSON object for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cards.extension import content
from cards.knowledge import Knowledge
from cds_service.evaluation import Evaluation
from cds_service.evaluation_labels import Label
from cds_service.evaluation_measures import LABELS, MOMENTS, NAMES, WITH_INTERVAL
from cds_service.evaluation_score import Case, Score
from cds_service.explain_layout import line, safe, section
from cds_service.share import Share


def show(done: Evaluation, console: Console) -> None:
    """The score, its parts, then one by one what is not as expected."""
    scores = _scores(done)
    table = Table("", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in scores:
        table.add_column(name, overflow="fold")
    for row in zip(*map(_rows, scores.values()), strict=True):
        table.add_row(row[0][0], *(cell for _, cell in row))
    console.print(table)
    if MOMENTS in scores:
        line(console, Text(f"{MOMENTS}: several days of one patient count, so its intervals are too narrow."))
    for name, score in scores.items():
        _show_parts(console, name, score)
    _show_wrong(console, done)
    _show_rest(console, done)


def _scores(done: Evaluation) -> dict[str, Score]:
    """By the file of labels; the second only when it was there."""
    found = {name: done.score(name) for name in (LABELS, MOMENTS)}
    return {name: score for name, score in found.items() if score.cases or name == LABELS}


def _shares(score: Score) -> dict[str, Share]:
    return {
        "sensitivity": score.sensitivity,
        "specificity": score.specificity,
        "missedCards": score.missed_cards,
        "falseCards": score.false_cards,
        "quiet": score.quiet,
        "top1": score.named_within(1),
        "top3": score.named_within(3),
    }


def _rows(score: Score) -> Iterator[tuple[str, str]]:
    yield "Labels with a chart", str(len(score.cases))
    for key, share in _shares(score).items():
        yield NAMES[key], _written(share, interval=key in WITH_INTERVAL)


def _written(share: Share, *, interval: bool = False) -> str:
    counts = f"{share.met} of {share.of}" if share.of else "none to count"
    if not interval or share.interval is None:
        return counts
    low, high = share.interval
    return f"{share.met / share.of:.1%} ({counts}; 95 % {low:.1%} to {high:.1%})"


def _show_parts(console: Console, name: str, score: Score) -> None:
    parts = {f"Cause {cause}": part for cause, part in score.by_cause().items()}
    parts |= {str(way).capitalize(): part for way, part in score.by_way().items()}
    section(console, f"Parts of {name}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("", "Labels", "Critical", "Missed", "False", "First", "In three"):
        table.add_column(head, overflow="fold")
    for part, each in parts.items():
        first, three = each.named_within(1), each.named_within(3)
        named = [f"{share.met}/{share.of}" if share.of else "" for share in (first, three)]
        missed = sum(case.missed_card or case.missed_critical for case in each.cases)
        false = sum(case.false_card or case.false_critical for case in each.cases)
        critical = sum(case.critical for case in each.cases)
        table.add_row(part, *map(str, (len(each.cases), critical, missed, false)), *named)
    console.print(table)


def _show_wrong(console: Console, done: Evaluation) -> None:
    section(console, f"Not as expected ({len(done.wrong)})")
    for case in done.wrong:
        label = case.label
        who = f"{label.source}  {label.patient}  as of {case.as_of:%Y-%m-%d}"
        line(console, safe(f"{who}: {', '.join(case.wrong)}", "bold"))
        line(console, safe(f"  expected {_expected(label)}; came {_came(case)}"))
        if label.reason:
            line(console, safe(f"  {label.reason}", "dim"))


def _expected(label: Label) -> str:
    said = label.expected or (
        "critical" if label.critical_required else "card" if label.card_required else "none"
    )
    return f"{said}, {label.top_cause} first" if label.top_cause else said


def _came(case: Case) -> str:
    return ", ".join((case.level, *case.red_flags, *case.causes[:3]))


def _show_rest(console: Console, done: Evaluation) -> None:
    section(console, "Not evaluated")
    line(console, Text(f"{len(done.unlabelled)} charts unlabelled, {len(done.unreadable)} not readable."))
    for each in done.unreadable:
        line(console, safe(f"  {each.where}: {each.why}"))
    if done.without_chart:
        line(console, Text(f"{len(done.without_chart)} labels without a chart that could be read:"))
    for label in done.without_chart:
        line(console, safe(f"  {label.table}: {label.source}  {label.patient}"))


def as_json(done: Evaluation, knowledge: Knowledge) -> dict[str, Any]:
    """The same for machines; shares as counts, the interval null when there was nothing to count."""
    return {
        "content": content(knowledge),
        "allMet": done.all_met,
        "scores": {name: _score_json(score, parts=True) for name, score in _scores(done).items()},
        "wrong": [_case_json(each) for each in done.wrong],
        "unlabelled": done.unlabelled,
        "unreadable": [{"where": each.where, "why": each.why} for each in done.unreadable],
        "withoutChart": [
            {"table": each.table, "source": each.source, "patient": each.patient}
            for each in done.without_chart
        ],
    }


def _score_json(score: Score, *, parts: bool = False) -> dict[str, Any]:
    told: dict[str, Any] = {"labels": len(score.cases)}
    for key, share in _shares(score).items():
        told[key] = {"met": share.met, "of": share.of}
        if key in WITH_INTERVAL:
            told[key]["interval"] = share.interval
    if parts:
        told["byCause"] = {name: _score_json(part) for name, part in score.by_cause().items()}
        told["byRecording"] = {str(way): _score_json(part) for way, part in score.by_way().items()}
    return told


def _case_json(case: Case) -> dict[str, Any]:
    return {
        "table": case.label.table,
        "source": case.label.source,
        "patient": case.label.patient,
        "asOf": case.as_of.isoformat(timespec="minutes"),
        "wrong": list(case.wrong),
        "expected": _expected(case.label),
        "came": case.level,
        "redFlags": list(case.red_flags),
        "causes": list(case.causes),
        "recorded": str(case.way),
    }
