"""docs/audit.md: its settings are accepted, and its numbers are those of the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from cds_service import background, settings
from cds_service.errors import SettingsRefused
from cds_service.watch import audit, audit_event
from tests.docs.test_docs import examples, rows, text

PAGE = text("audit.md")


def test_every_setting_is_described_with_its_default_and_no_other() -> None:
    described = rows(PAGE.split("## What is written")[0])
    fields = settings.Audit.model_fields
    assert set(described) == set(fields)
    told = {name: cells[0].strip("`") for name, cells in described.items()}
    assert {name for name, default in told.items() if default == "false"} == {
        name for name, field in fields.items() if field.default is False
    }
    assert set(told.values()) == {"none", "false", "the system's authorities"}


def test_the_example_is_accepted(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x")
    example = "\n".join(examples(PAGE)).replace("/run/secrets/audit-token", str(token))
    assert set(tomllib.loads(example)["audit"]) == {"url", "token_file", "file"}
    file = tmp_path / "service.toml"
    file.write_text(example)
    found = settings.load(file).audit
    assert found
    assert found.token_file == token


def test_the_environment_takes_it_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    (value,) = re.findall(r"`LEG_WEAKNESS_CDS_AUDIT='(.*?)'`", PAGE)
    monkeypatch.setenv("LEG_WEAKNESS_CDS_AUDIT", value)
    found = settings.load().audit
    assert found
    assert str(found.file) in PAGE


def test_no_variable_names_a_file_with_the_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It would look as if it were `audit.file`."""
    monkeypatch.setenv("LEG_WEAKNESS_CDS_AUDIT_FILE", str(tmp_path / "audit.ndjson"))
    with pytest.raises(SettingsRefused, match="no such setting"):
        settings.load()


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"{audit.CAPACITY:,} events wait" in PAGE
    assert background.PAUSES == (1.0, 5.0, 15.0, 60.0)
    assert "after 1, 5, 15 and then every 60 seconds" in PAGE
    assert f"longer than {audit_event.MOST_OF_A_NAME} characters" in PAGE
    assert f"longer than {audit_event.MOST_OF_A_TARGET:,}" in PAGE
