"""Nowhere to count: no memory to share, and no folder for files that come and go."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cds_service import server
from cds_service.hangup import Hangup
from cds_service.settings import Settings
from cds_service.watch import folder


def test_cards_go_out_where_nothing_can_be_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a file system that has no room for one more folder, just when the service is restarted."""
    monkeypatch.setattr(folder, "IN_MEMORY", tmp_path / "gone")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone too"))
    served: list[tuple[Settings, Path | None]] = []
    monkeypatch.setattr(server, "_serve", lambda settings, where, _early: served.append((settings, where)))
    with capture_logs() as lines:
        server.serve(Settings(database_url="none"), Hangup())
    ((settings, where),) = served
    assert where is None
    assert settings.metrics_from == (), "one worker's numbers would pass for those of all"
    (line,) = lines
    assert line == {"event": "not counted", "log_level": "error", "reason": "no-folder"}
