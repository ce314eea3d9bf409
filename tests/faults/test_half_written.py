"""Content that is being written while it is read anew: half of it is never taken for the whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cards.knowledge import load
from cds_service import server, settled
from cds_service.app import Service, create_app
from cds_service.places import content_folder
from cds_service.settings import Settings
from tests.wire.conftest import one_reader_of_texts

__all__ = ["one_reader_of_texts"]

REFUSED = "new content refused, the old one stays"


class Copying:
    """Somebody copies a file, a piece each time that the service waits."""

    def __init__(self, file: Path, *, pieces: int) -> None:
        self._file = file
        self._lines = file.read_bytes().splitlines(keepends=True)
        self._pieces = pieces
        self._done = 0

    def go_on(self, _seconds: float = 0) -> None:
        """Whole lines of it: what is there can be read, and lacks the rest."""
        self._done = min(self._done + 1, self._pieces)
        part = 0.95 + 0.05 * self._done / self._pieces
        self._file.write_bytes(b"".join(self._lines[: int(len(self._lines) * part)]))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(content_folder(), folder)
    return folder


@pytest.fixture
def serving(content: Path, monkeypatch: pytest.MonkeyPatch) -> server._Applications:
    monkeypatch.setattr(server, "_put_aside", lambda: None)
    made = server._Applications(Settings(database_url="none", metrics_from=[], content=content), None)
    for part in (made.app.watch, made.app.audit, made.app.acknowledgements, made.app.journal):
        part.close()
    return made


def another_version(content: Path) -> None:
    head = content / "content.toml"
    head.write_text(head.read_text().replace('version = "0.1.0"', 'version = "0.1.1"'))


def digest(of: server._Applications) -> str:
    """Of the content that answers."""
    return of.app.desk.knowledge.digest


def test_half_a_file_of_codes_can_be_read(content: Path) -> None:
    """Which is why the service has to wait for the rest."""
    whole = load(content).digest
    Copying(content / "codes.csv", pieces=10).go_on()
    assert load(content).digest != whole


def test_a_file_that_is_written_while_the_content_is_read_anew_is_waited_for(
    serving: server._Applications, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another_version(content)
    whole = load(content).digest
    copying = Copying(content / "codes.csv", pieces=3)
    copying.go_on()
    monkeypatch.setattr(settled, "sleep", copying.go_on)
    with capture_logs() as lines:
        serving.renew()
    assert digest(serving) == whole
    assert [line for line in lines if line["event"] == REFUSED] == []


def test_content_that_is_written_without_an_end_is_refused_and_the_old_one_answers(
    serving: server._Applications, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = serving.app
    another_version(content)
    copying = Copying(content / "codes.csv", pieces=100)
    copying.go_on()
    monkeypatch.setattr(settled, "sleep", copying.go_on)
    with capture_logs() as lines:
        serving.renew()
    assert serving.app is before
    (line,) = [line for line in lines if line["event"] == REFUSED]
    assert "still being written" in line["problem"]
    assert before.watch.newer_content_refused


def test_a_file_that_is_changed_while_it_is_read_is_read_again(
    serving: server._Applications, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    another_version(content)
    whole = load(content).digest
    copying = Copying(content / "codes.csv", pieces=2)
    copying.go_on()
    taken: list[Service] = []

    def create(settings: Settings) -> Service:
        taken.append(create_app(settings))
        copying.go_on()
        return taken[-1]

    monkeypatch.setattr(server, "create_app", create)
    monkeypatch.setattr(settled, "sleep", lambda _: None)
    serving.renew()
    assert [each.desk.knowledge.digest == whole for each in taken] == [False, True]
    assert digest(serving) == whole
