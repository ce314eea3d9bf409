"""The docs name everything there is, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cds_service import errors, server, settings
from cds_service.trust import refusal
from tests.docs.command_pages import COMMAND, commands

TOP = Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|$", re.MULTILINE)


def text(name: str) -> str:
    return (TOP / "docs" / name).read_text(encoding="utf-8")


def rows(of: str) -> dict[str, list[str]]:
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in ROW.findall(of)}


def examples(of: str) -> list[str]:
    """The lines of the indented blocks."""
    return [line.strip() for line in of.splitlines() if line.startswith("    ")]


def test_every_setting_is_described_and_no_other() -> None:
    service, client = text("settings.md").split("## Each client")
    assert set(rows(service)) == set(settings.Settings.model_fields)
    assert set(rows(client)) == set(settings.Client.model_fields)


@pytest.mark.parametrize(
    "name",
    [
        "profile",
        "host",
        "port",
        "max_body_bytes",
        "prefetch_count",
        "database_url",
        "retention_days",
        "time_budget",
        "max_pages",
        "max_answer_bytes",
        "max_fetch_bytes",
        "rate_limit",
        "rate_limit_storage",
    ],
)
def test_the_default_of_a_setting_is_the_one_described(name: str) -> None:
    described = rows(text("settings.md"))[name][0].strip("`").strip('"')
    assert described == str(settings.Settings.model_fields[name].default)


def test_every_error_is_described_with_its_status_and_no_other() -> None:
    described = {code: int(cells[0]) for code, cells in rows(text("errors.md")).items()}
    assert described == {each.code: each.status for each in errors.ServiceError.__subclasses__()}


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [each.code for each in errors.ServiceError.__subclasses__()]
    assert len(codes) == len(set(codes)) > 10


def test_the_line_to_try_is_the_one_that_the_service_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(TOP)
    monkeypatch.setattr("sys.argv", [str(TOP / ".venv/bin" / COMMAND)])
    server._announce(settings.Settings())
    printed = capsys.readouterr().out.splitlines()[-1].strip()
    assert printed in examples(README)


def test_every_command_is_in_the_readme_and_no_other() -> None:
    named = [
        tuple(words.split())
        for words in re.findall(rf"^\| `{COMMAND} ([a-z -]+?)(?: [A-Z]+)*` \|", README, re.MULTILINE)
    ]
    assert set(named) == set(commands())
    assert len(named) == len(set(named))


def test_the_words_of_the_glossary_are_in_order() -> None:
    words = re.findall(r"^\| ([^|]+?) \| ", (TOP / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)[
        2:
    ]
    assert words == sorted(words)
    assert len(words) == len(set(words)) > 20


def test_the_two_commands_are_there() -> None:
    assert all((TOP / name).stat().st_mode & 0o111 for name in ("run", "check"))


def test_every_reason_for_refusing_a_token_is_described_and_no_other() -> None:
    described = rows(text("tokens.md").split("## When a call is refused")[1].split("\n## ")[0])
    assert set(described) == set(refusal.Why)
