"""docs/acknowledgement.md: its settings are accepted and described, its answer is the one given."""

from __future__ import annotations

import json
from pathlib import Path

from cards.card import Card
from cds_service import hooks, settings
from cds_service.answer import Desk
from cds_service.settings import Settings
from cds_service.site.acknowledgement import WAIT_SECONDS
from cds_service.site.given import FOR_ONE_MOMENT, Acknowledging
from tests.docs.test_docs import examples, rows, text

PAGE = text("acknowledgement.md")
LINES = examples(PAGE)
TOML = "\n".join(line for line in LINES if not line.startswith(("{", "openssl")))


def test_the_settings_are_accepted_and_are_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    file.write_text(TOML)
    (client,) = settings.load(file).clients
    assert client.acknowledgement
    fields = Acknowledging.model_fields
    assert client.acknowledgement.days == fields["days"].default
    assert client.acknowledgement.codes == fields["codes"].default


def test_each_setting_is_described_with_its_default() -> None:
    described = rows(PAGE)
    fields = Acknowledging.model_fields
    assert set(described) >= {"days", "codes"}
    assert "`by`, `reason` | required" in PAGE
    assert set(fields) == {"days", "codes", "by", "reason"}
    assert described["days"][0] == f"`{fields['days'].default}`"
    assert described["codes"][0] == ", ".join(f"`{code}`" for code in fields["codes"].default)
    assert all(f"`{code}`" in PAGE for code in FOR_ONE_MOMENT)
    assert f"{WAIT_SECONDS} s" in PAGE
    assert f"least {settings.SECRET_BYTES} bytes" in PAGE


def test_the_answer_is_the_one_given() -> None:
    (said,) = [json.loads(line) for line in LINES if line.startswith("{")]
    desk = Desk.ready(Settings(database_url="none"))
    card = Card("x", "LegWeaknessDifferential", "", "info", "", "", ())
    assert hooks.response("x", (), None, desk.knowledge, desk.links, acknowledged=[card]) == said
