"""Everything that has a name is documented, and the documents name nothing that is not there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from pydantic import BaseModel

from cards import knowledge
from cds_service import errors, log_fields, settings
from cds_service.log_outlet import LOST
from cds_service.site.given import GoLive, Narrowed, SilentTopic, Tuned
from cds_service.site.switches import NONE, as_table
from cds_service.transparency.site import LocalEvaluation, SiteStatement
from cds_service.watch.catalogue import METRICS
from tests.docs.command_pages import COMMAND, commands, options
from tests.docs.markdown import TOP, pages, text
from tests.docs.test_docs import rows
from tests.write_command_docs import BEGIN, written_anew

PAGES = [page for page in pages() if page.startswith(("docs/", "benchmarks/")) or "/" not in page]
PAGES.remove("CHANGELOG.md")  # tells of what has been, too
CONTENT = knowledge.load()
SCRIPTS = {"--port", "--workers", "--config", "--groups"}
"""Options of ./run and ./check."""
OF_OTHERS = {
    "--require-hashes": "pip",
    "--only-binary": "pip",
    "--disable-pip": "pip-audit",
    "--upgrade": "pip-compile",
    "--build-arg": "docker build",
    "--memory": "docker run",
    "--signal": "docker kill",
    "--sizes": "python -m benchmarks",
    "--rounds": "python -m benchmarks",
    "--seed": "python -m benchmarks",
    "--help": "click",
    "--version": "click",
}


def said() -> Iterator[tuple[str, str]]:
    """Each page with what stands on it between backticks."""
    for page in PAGES:
        for code in re.findall(r"`([^`\n]+)`", text(page)):
            yield page, code


def section(page: str, title: str) -> str:
    return text(page).partition(f"## {title}\n")[2].partition("\n## ")[0]


# ---- commands, options, exit codes, variables, checks


def test_the_page_of_commands_is_what_the_commands_say() -> None:
    page = text("docs/commands.md")
    stale = written_anew(page) != page
    assert not stale, "docs/commands.md is stale: run `python -m tests.write_command_docs`"
    assert set(re.findall(r"^### (.+)$", page, re.MULTILINE)) == {" ".join(words) for words in commands()}


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="lost the marks"):
        written_anew(text("docs/commands.md").replace(BEGIN, ""))


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_and_option_says_what_it_does(words: tuple[str, ...]) -> None:
    command = commands()[words]
    assert command.help
    part = text("docs/commands.md").partition(f"### {' '.join(words)}\n")[2].partition("\n### ")[0]
    for name, option in options(command).items():
        assert option.help, name
        assert name in part


def named_commands() -> set[tuple[str, str]]:
    """What follows the name of our program, between backticks, up to the first word that is no command."""
    found = ((page, code) for page, code in said() if re.match(rf"(\S*/)?{COMMAND} ", code))
    return {(page, code.split(f"{COMMAND} ", 1)[1]) for page, code in found}


def command_of(code: str) -> tuple[str, ...] | None:
    """The words of the command that a line begins with; None where there is no such."""
    words = code.split()
    return next((each for each in commands() if tuple(words[: len(each)]) == each), None)


def test_every_command_that_is_named_is_there_with_its_options() -> None:
    groups = {words[0] for words in commands() if len(words) == 2}
    assert len(named_commands()) > 20
    for page, code in named_commands():
        command = command_of(code)
        assert command or code in groups, f"{page}: {code}"
        given = set(re.findall(r"--[a-z-]+", code))
        assert not command or given <= options(commands()[command]).keys() | {"--help"}, f"{page}: {code}"


def test_every_option_that_is_named_is_there() -> None:
    ours = {name for command in commands().values() for name in options(command)}
    named = {(page, name) for page, code in said() for name in re.findall(r"(?<![\w-])--[a-z][a-z-]+", code)}
    assert {each for each in named if each[1] not in ours | SCRIPTS | OF_OTHERS.keys()} == set()


def test_a_command_that_is_gone_would_be_found() -> None:
    assert command_of("report feedback --by topic") == ("report", "feedback")
    assert command_of("report nonsense") is None


def test_the_exit_codes_are_the_three_that_there_are() -> None:
    assert set(rows(section("docs/commands.md", "Exit codes"))) == {"0", "1", "2"}
    used = {
        ast.unparse(node.args[0]) if node.args else "0"
        for file in (TOP / "cds_service").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "sys.exit"
    }
    numbers = {int(each) for code in used for each in re.findall(r"\b\d+\b", code)}
    assert numbers <= {0, 1, 2}


def test_every_variable_that_is_read_is_described_and_no_other() -> None:
    described = rows(section("docs/commands.md", "Environment variables"))
    python = {settings.CONFIG, f"{settings.PREFIX}...", settings.METRICS_FOLDER}
    of_libraries, of_scripts = {"OTEL_...", "TMPDIR"}, {"PYTHON"}
    assert set(described) == python | of_libraries | of_scripts
    assert "${PYTHON:+" in (TOP / ".ci/environment.sh").read_text(encoding="utf-8")


def test_every_variable_that_is_named_is_a_setting() -> None:
    known = {name.upper() for name in settings.Settings.model_fields}
    for page in PAGES:
        for name in re.findall(rf"\b{settings.PREFIX}(\w+)", text(page)):
            assert {name, name.removesuffix("_FILE")} & (known | {"CONFIG"}), f"{page}: {name}"


def groups() -> list[str]:
    found = re.search(r"^groups=\((.+)\)$", (TOP / "check").read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return found[1].split()


def test_every_group_of_checks_is_described_and_no_other() -> None:
    assert list(rows(section("docs/development.md", "Checks"))) == groups()
    for page in PAGES:
        for name in re.findall(r"\./check ([a-z]+)\b", text(page)):
            assert name in groups(), f"{page}: ./check {name}"


# ---- settings, errors, metrics, log lines


def keys_of_settings() -> set[str]:
    models: tuple[type[BaseModel], ...] = (settings.Settings, settings.Client, GoLive, Narrowed, SilentTopic)
    models = (*models, Tuned, SiteStatement, LocalEvaluation)
    of_others = {"synchronous"}  # of SQLite, in a decision
    return {name for model in models for name in model.model_fields} | set(as_table(NONE)) | of_others


def test_every_setting_that_is_named_with_a_value_is_there() -> None:
    named = {(page, name) for page, code in said() for name in re.findall(r"^([a-z]\w+)(?:\.\w+)? = ", code)}
    assert len(named) > 10
    assert {each for each in named if each[1] not in keys_of_settings()} == set()


def test_every_error_that_is_named_with_its_status_is_there() -> None:
    status = {each.code: str(each.status) for each in errors.ServiceError.__subclasses__()}
    named = {
        (page, number, code)
        for page in PAGES
        for number, code in re.findall(r"\b([45]\d\d) `([a-z]+(?:-[a-z]+)+)`", text(page))
    }
    assert len(named) > 3
    assert {each for each in named if status.get(each[2]) != each[1]} == set()


def test_every_metric_that_is_named_is_there() -> None:
    """That every metric has its row: tests/watch/test_deploy.py."""
    known = {name for each in METRICS for name in (each.name, each.exposed)}
    for page in PAGES:
        for name in re.findall(r"\blegweakness_\w+", text(page)):
            assert name in known, f"{page}: {name}"


@cache
def log_lines() -> dict[str, set[str]]:
    """By event the levels of the lines that the code writes."""
    found: dict[str, set[str]] = {LOST: {"error"}}  # which the outlet of the log says itself
    for base in ("cards", "cds_service"):
        for file in (TOP / base).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="log"), attr=level),
                        args=[ast.Constant(value=str(event)), *_],
                    ):
                        found.setdefault(event, set()).add(level)
    return found


def test_every_log_line_is_described_with_its_level_and_no_other() -> None:
    described = {event: cells[0] for event, cells in rows(section("docs/logs.md", "Lines")).items()}
    assert described == {event: " or ".join(sorted(levels)) for event, levels in log_lines().items()}
    assert len(described) > 30


def test_every_field_of_a_log_line_is_described_and_no_other() -> None:
    assert list(rows(section("docs/logs.md", "Fields"))) == sorted(log_fields.FIELDS)


def test_every_line_that_a_page_sends_its_reader_to_is_written() -> None:
    named = {
        (page, event)
        for page in PAGES
        for event in re.findall(r"`([a-z][A-Za-z ,:?-]* [A-Za-z ,:?-]+)`[^`|.]{0,20} in the log", text(page))
    }
    assert len(named) > 5
    assert {each for each in named if each[1] not in log_lines()} == set()


# ---- the clinical content


def test_every_id_of_the_content_that_is_named_is_there() -> None:
    named = {(page, name) for page in PAGES for name in re.findall(r"\brf_\w+", text(page))}
    rules = {rule.id for rule in CONTENT.rules}
    assert {each for each in named if each[1] not in rules} == set()


def test_every_red_flag_cause_and_feature_is_described() -> None:
    flags, causes, features = (
        text(f"docs/clinical/{each}.md") for each in ("red-flags", "causes", "features")
    )
    assert [rule.id for rule in CONTENT.rules if f"### {rule.title}\n" not in flags] == []
    assert [cause.id for cause in CONTENT.causes.values() if f"## {cause.label}\n" not in causes] == []
    assert [name for name in (*CONTENT.features, *CONTENT.derived) if f"`{name}`" not in features] == []
