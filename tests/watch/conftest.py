"""A service of its own for each test, so that it begins to count at nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service, create_app
from cds_service.journal import opening
from cds_service.places import content_folder
from cds_service.settings import Settings
from tests.wire.conftest import content, one_reader_of_texts
from tests.wire.ehr import Started

__all__ = ["one_reader_of_texts"]

Numbers = dict[str, float]


def numbers(client: FlaskClient) -> Numbers:
    """What `/metrics` says: by name and labels, as written there."""
    response = client.get("/metrics")
    assert response.status_code == 200, response.text
    return read(response.text)


def read(text: str) -> Numbers:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def grown(before: Numbers, after: Numbers) -> Numbers:
    """What was counted between the two; without the parts of histograms, and without gauges."""
    return {
        name: value - before.get(name, 0)
        for name, value in after.items()
        if re.match(r"\w+_total", name) and value != before.get(name, 0)
    }


def faulty_content(folder: Path) -> Path:
    """Content that loads, and in which one red flag is hardly ever found."""
    shutil.copytree(content_folder(), folder)
    make_faulty(folder)
    return folder


def make_faulty(folder: Path) -> None:
    flags = folder / "red_flags.toml"
    before, rule, after = flags.read_text(encoding="utf-8").partition('id = "rf_ces"\n')
    assert rule
    after = re.sub(r'when = """.*?"""', 'when = """ces_dx"""', after, count=1, flags=re.DOTALL)
    flags.write_text(before + rule + after, encoding="utf-8")


Make = Callable[..., Service]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    monkeypatch.setattr("cards.knowledge.load", content)
    made: list[Service] = []

    def create(**given: object) -> Service:
        settings = Settings.model_validate({"database_url": f"sqlite:///{tmp_path / 'journal.db'}"} | given)
        if settings.database_url.startswith("sqlite"):
            opening.prepare(settings)
        made.append(create_app(settings))
        return made[-1]

    yield create
    for each in made:
        each.watch.close()
        each.audit.close()
        each.acknowledgements.close()
        each.journal.close()


@pytest.fixture
def service(make: Make) -> Service:
    return make()


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Services in production."""
    monkeypatch.setattr("cds_service.trust.replay.WAIT_SECONDS", 30.0)
    monkeypatch.setattr("cards.knowledge.load", content)
    started = Started(tmp_path)
    yield started
    for each in started.services:
        each.watch.close()
        if each.gate:
            each.gate.replay.close()
        each.audit.close()
        each.journal.close()
