"""The list of parts names every package that is installed in production, and no other."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.house import sbom
from tests.house.test_locks import TOP, lock

Json = dict[str, Any]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Json:
    return sbom.build(tmp_path_factory.mktemp("sbom") / "sbom.cdx.json")


def test_the_list_has_every_locked_package_with_version_and_hashes(made: Json) -> None:
    assert sbom.differences(made, lock(sbom.LOCK)) == []
    assert len(made["components"]) > 20
    assert made["specVersion"] == sbom.VERSION
    assert made["metadata"]["component"]["name"] == "leg-weakness-cds"


def test_the_same_lock_gives_the_same_list(made: Json, tmp_path: Path) -> None:
    assert sbom.build(tmp_path / "again.json") == made


def test_a_package_that_is_missing_changed_or_unknown_is_found(made: Json) -> None:
    text = lock(sbom.LOCK)
    fewer, newer, other = copy.deepcopy(made), copy.deepcopy(made), copy.deepcopy(made)
    gone = fewer["components"].pop()
    newer["components"][0]["version"] += ".post1"
    other["components"][0]["externalReferences"][0]["hashes"].pop()
    first = made["components"][0]["name"]
    assert sbom.differences(fewer, text) == [gone["name"].lower().replace("_", "-")]
    assert sbom.differences(newer, text) == sbom.differences(other, text) == [first]
    added = made | {"components": [*made["components"], {"name": "surprise", "version": "1"}]}
    assert sbom.differences(added, text) == ["surprise"]


def test_it_is_a_group_of_check_and_so_runs_in_ci_and_is_not_committed() -> None:
    check = (TOP / "check").read_text(encoding="utf-8")
    assert "python -m tests.house.sbom" in check
    assert "./check --groups" in (TOP / ".ci" / "run").read_text(encoding="utf-8")
    ignored = (TOP / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{sbom.PLACE.parent.relative_to(TOP)}/" in ignored
