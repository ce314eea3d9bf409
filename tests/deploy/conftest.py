"""Settings as a container or a unit gets them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from cds_service import settings
from tests.deploy.files import URL_FILE

Given = Callable[[Mapping[str, str], str], None]


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Given:
    """Hands in an environment, where the file with the database's address is one that holds it."""

    def hand_in(environment: Mapping[str, str], database_url: str = "") -> None:
        for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
            monkeypatch.delenv(name)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        if URL_FILE in environment:
            (tmp_path / "database-url").write_text(f"{database_url}\n")
            monkeypatch.setenv(URL_FILE, str(tmp_path / "database-url"))

    return hand_in
