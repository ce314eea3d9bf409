"""docs/modes.md: its settings, limits and switches are those that there are."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from cds_service import settings
from cds_service.site import switches
from cds_service.site.given import GoLive
from tests.docs.command_pages import COMMAND
from tests.docs.test_docs import examples, rows, text

LINES = examples(text("modes.md"))
SETTINGS = "\n".join(line for line in LINES if not line.startswith(COMMAND))


def test_the_settings_are_accepted(tmp_path: Path) -> None:
    file = tmp_path / "service.toml"
    top, _, limits = SETTINGS.partition("[go_live]")
    file.write_text(f"{top}\n[go_live]{limits}")
    found = settings.load(file)
    assert (found.mode, found.visible_share, found.clients[0].mode) == ("visible", 50, "silent")
    assert found.silent_topics[0].topic == "LegWeaknessDifferential"
    assert set(tomllib.loads(SETTINGS)["go_live"]) <= set(GoLive.model_fields)


def test_the_limits_are_all_described_with_their_defaults() -> None:
    described = rows(text("modes.md").split("[go_live]")[1])
    plain = {name: cells[0].strip("`") for name, cells in described.items() if name in GoLive.model_fields}
    assert plain == {
        name: "none" if field.default is None else str(field.default)
        for name, field in GoLive.model_fields.items()
        if name not in {"calls", "days"}
    }
    both = re.search(r"\| `calls`, `days` \| `(\d+)`, `(\d+)` \|", text("modes.md"))
    assert both
    assert [int(each) for each in both.groups()] == [GoLive().calls, GoLive().days]


def test_every_switch_is_described() -> None:
    table = text("modes.md").split("| Switch |")[1].split("\n\n")[0]
    described = {
        name for row in re.findall(r"^\| (`.*?`) \|", table, re.MULTILINE) for name in row.split(", ")
    }
    assert described == {f"`{name}`" for name in switches.as_table(switches.NONE)}
