"""Two instances of the service in production, behind nginx, on one PostgreSQL: started once for all tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cds_service.places import content_folder
from tests.several.calls import ISSUER, Ehr
from tests.several.machines import Database, Instance, Proxy, command
from tests.wire.ehr import ec_key, jwk, jwks
from tests.wire.serving import free_port


@dataclass
class Site:
    """All of it."""

    database: Database
    content: Path
    """The folder of content that both instances read."""
    a: Instance
    b: Instance
    proxy: Proxy

    @property
    def both(self) -> tuple[Instance, Instance]:
        return self.a, self.b

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command of the product, with the settings of an instance."""
        told = command(*arguments, "--config", self.a.config)
        return subprocess.run(told, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def database() -> Database:
    return Database(
        os.environ["LEG_WEAKNESS_TEST_DATABASE_URL"], os.environ["LEG_WEAKNESS_TEST_DATABASE_CONTROL"]
    )


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory, database: Database) -> Iterator[Site]:
    """Everything has its place; nothing runs but PostgreSQL, and that is empty."""
    folder = tmp_path_factory.mktemp("several")
    content = folder / "content"
    shutil.copytree(content_folder(), content)
    (folder / "keys.json").write_bytes(jwks(jwk(ec_key(), "of-tests")))
    a, b = (
        Instance(name, folder / f"{name}.toml", free_port(), folder / f"{name}.log") for name in ("a", "b")
    )
    proxy = Proxy(folder, (a, b))
    for each in (a, b):
        each.config.write_text(_settings(folder, proxy.base, each.port, database.url))
    yield Site(database, content, a, b, proxy)
    proxy.clear_away()
    for each in (a, b):
        each.clear_away()


@pytest.fixture(scope="session")
def _started(laid_out: Site) -> Site:
    for each in laid_out.both:
        if each.process is None:
            each.launch()
    laid_out.proxy.start()
    return laid_out


@pytest.fixture
def site(_started: Site) -> Site:
    """Both instances are ready, whatever a test before has done."""
    for each in _started.both:
        if each.running.poll() is not None:
            each.launch()
    for each in _started.both:
        each.await_answers()
    return _started


@pytest.fixture
def ehr(site: Site) -> Iterator[Ehr]:
    made = Ehr(site.proxy)
    yield made
    made.close()


def _settings(folder: Path, base: str, port: int, database_url: str) -> str:
    return f"""
profile = "production"
public_base_url = "{base}"
port = {port}
workers = 1
content = "{folder / "content"}"
database_url = "{database_url}"
trusted_proxies = ["127.0.0.1"]

[[clients]]
name = "ehr"
issuer = "{ISSUER}"
jwks_file = "{folder / "keys.json"}"
"""
