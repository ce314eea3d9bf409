"""The locks: everything pinned with hashes, as pyproject.toml asks, and no address in them."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.rules import imports, modules

TOP = Path(__file__).resolve().parents[2]
OWN = ("cards", "cds_service", "tests", "benchmarks")
FOR_TYPES = ("_typeshed",)
"""Known to the type checker alone."""
BROWSER = "tests/browser/requirements.txt"
TRACES = "requirements-otel.txt"
LOCKS = ("requirements.txt", "requirements-build.txt", "requirements-dev.txt", TRACES, BROWSER)
PINNED = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?: *;[^\\]+)?")


def lock(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def entries(text: str) -> list[str]:
    """One line for each requirement or option, its hashes with it, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return [line for line in re.sub(r"\\\n\s*", " ", "\n".join(lines)).splitlines() if line.strip()]


def not_pinned_with_a_hash(text: str) -> list[str]:
    """Finds option lines too (--index-url, --find-links, -e ...): none of them is a pinned requirement."""
    good = re.compile(rf"{PINNED.pattern}(\s+--hash=sha256:[0-9a-f]{{64}})+\s*")
    return [entry for entry in entries(text) if not good.fullmatch(entry)]


def naming_an_address(text: str) -> list[str]:
    """Comments included: a machine's path or an index is none of the reader's business."""
    return [line for line in text.splitlines() if re.search(r"://|(^|[\s=])[/~]|@\s*file:", line)]


def pins(text: str) -> dict[str, str]:
    found = (PINNED.match(entry) for entry in entries(text))
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


def not_locked(asked: list[str], text: str) -> list[str]:
    locked = pins(text)
    requirements = [Requirement(each) for each in asked]
    return [
        str(each)
        for each in requirements
        if not each.specifier.contains(locked.get(canonicalize_name(each.name), "0"))
    ]


def brought(text: str) -> set[str]:
    """The top-level modules of what the lock pins, as installed here."""
    found: set[str] = set()
    for name in pins(text):
        with suppress(PackageNotFoundError):  # one for other systems
            found |= {file.parts[0].partition(".")[0] for file in files(name) or ()}
    return found


def imported_beside(text: str, tree: Path, *packages: str) -> list[str]:
    """What the code imports and the lock does not bring: it would fail in a fresh checkout only."""
    known = {*sys.stdlib_module_names, *OWN, *FOR_TYPES, *brought(text), "?"}
    return [
        module.at(node, name)
        for module in modules(tree, *packages)
        for node, name in imports(module)
        if name.partition(".")[0] not in known
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_everything_with_hashes_and_names_no_address(name: str) -> None:
    text = lock(name)
    assert entries(text)
    assert not_pinned_with_a_hash(text) == []
    assert naming_an_address(text) == []


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    pyproject = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))
    project = pyproject["project"]
    assert not_locked(project["dependencies"], lock("requirements.txt")) == []
    assert not_locked(pyproject["build-system"]["requires"], lock("requirements-build.txt")) == []
    assert not_locked(project["optional-dependencies"]["otel"], lock(TRACES)) == []
    assert not_locked(project["optional-dependencies"]["dev"], lock("requirements-dev.txt")) == []
    assert not_locked(entries(lock("tests/browser/requirements.in")), lock(BROWSER)) == []


def test_the_tests_run_with_the_versions_that_are_installed_in_production() -> None:
    assert pins(lock("requirements.txt")).items() <= pins(lock("requirements-dev.txt")).items()
    assert pins(lock("requirements.txt")).items() <= pins(lock(TRACES)).items()
    assert pins(lock(TRACES)).items() <= pins(lock("requirements-dev.txt")).items()
    assert pins(lock("requirements-build.txt")).items() <= pins(lock("requirements-dev.txt")).items()


def test_the_browser_tests_change_no_package_of_the_others() -> None:
    """They are installed into the same environment."""
    others, more = pins(lock("requirements-dev.txt")), pins(lock(BROWSER))
    assert {name: version for name, version in more.items() if others.get(name, version) != version} == {}


def test_what_is_imported_comes_with_the_locks() -> None:
    """Also in tests that plain `pytest` leaves out; those in the browser have a lock more."""
    alone = imported_beside(lock("requirements.txt"), TOP, "cards", "cds_service")
    # The extra has a lock of its own, and one module that it is loaded by.
    traced = re.compile(r"cds_service/watch/traces\.py:\d+: opentelemetry\b")
    assert [each for each in alone if not traced.match(each)] == []
    assert imported_beside(lock(TRACES), TOP, "cards", "cds_service") == []
    beside = imported_beside(lock("requirements-dev.txt"), TOP, "tests", "benchmarks")
    # By name, as it may not be installed here.
    driven = re.compile(r"tests/browser/\S+: (playwright|PIL)\b")
    assert {"playwright", "pillow"} <= set(pins(lock(BROWSER)))
    assert [each for each in beside if not driven.match(each)] == []


@pytest.mark.parametrize("folder", ["tests/browser", "tests/peers"])
def test_what_comes_from_npm_is_pinned_with_a_digest_and_no_address(folder: str) -> None:
    asked = json.loads(lock(f"{folder}/package.json"))["dependencies"]
    locked = json.loads(lock(f"{folder}/package-lock.json"))["packages"]
    packages = {name.removeprefix("node_modules/"): each for name, each in locked.items() if name}
    assert asked.items() <= {name: each["version"] for name, each in packages.items()}.items()
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert naming_an_address(lock(f"{folder}/package-lock.json")) == []


HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "breach",
    [
        "flask==3.1.3",
        f"flask>=3.1 {HASH}",
        "--index-url mirror.example",
        "--find-links wheels",
        "--trusted-host mirror.example",
        "-e .",
        "flask==3.1.3 \\\n    --hash=md5:00",
    ],
)
def test_what_is_not_pinned_with_a_hash_is_found(breach: str) -> None:
    assert len(not_pinned_with_a_hash(f"click==8.3.0 \\\n    {HASH}\n    # via flask\n{breach}\n")) == 1


@pytest.mark.parametrize(
    "breach", ["--index-url https://mirror.example/simple", "# via -r /home/me/x.in", "-f ~/wheels"]
)
def test_an_address_is_found_even_in_a_comment(breach: str) -> None:
    assert naming_an_address(f"click==8.3.0 {HASH}\n{breach}\n") == [breach]


def test_a_dependency_that_is_missing_or_too_old_in_the_lock_is_found() -> None:
    text = f"click==8.1.0 {HASH}\n"
    assert not_locked(["click>=8.1"], text) == []
    assert not_locked(["click>=8.3", "Flask>=3.1"], text) == ["click>=8.3", "Flask>=3.1"]


@pytest.mark.parametrize("breach", ["import nobody_makes_this", "from packaging import version"])
def test_an_import_that_no_lock_brings_is_found(tmp_path: Path, breach: str) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/a.py").write_text(f"import json\nimport click\n{breach}\n", encoding="utf-8")
    found = imported_beside(f"click==8.3.0 {HASH}\n", tmp_path, "tests")
    assert [each.partition(": ")[0] for each in found] == ["tests/a.py:3"]
