"""What the wheel carries: all code, content and fixtures, nothing else; installed, it finds them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

TOP = Path(__file__).resolve().parents[2]
CARRIED = ("cards", "cds_service", "fixtures")
DOCS = {"docs/sandbox.md", "docs/errors.md"}
"""To which pages lead."""
BUILT_FROM = (*CARRIED, "docs", "pyproject.toml", "LICENSE", "NOTICE")

ASK_WHERE = """
import json, sys
sys.path.insert(0, sys.argv[1])
from cds_service import places
found = {"content": places.content_folder(), "fixtures": places.fixtures_folder()}
from cards import knowledge
knowledge.load(found["content"])
print(json.dumps({name: str(folder) for name, folder in found.items()}))
"""


def wanted_in_wheel(tree: Path) -> set[str]:
    """The names that a wheel made from `tree` must carry; Python among the fixtures is never wanted."""
    files = {
        file.relative_to(tree).as_posix()
        for folder in CARRIED
        for file in (tree / folder).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    carried = {
        name.replace("fixtures/", "cds_service/fixture_files/", 1) if name.startswith("fixtures/") else name
        for name in files
        if not (name.startswith("fixtures/") and name.endswith(".py"))
    }
    return carried | {name.replace("docs/", "cds_service/doc_files/", 1) for name in DOCS}


def carried(wheel: Path) -> set[str]:
    """What the wheel holds, but for its own metadata."""
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}


def copy_of_the_tree(folder: Path) -> Path:
    """A build leaves its traces, and old traces get into wheels: so it is never done in the checkout."""
    folder.mkdir()
    for name in BUILT_FROM:
        if (TOP / name).is_dir():
            shutil.copytree(
                TOP / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(TOP / name, folder / name)
    return folder


def build(tree: Path, into: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(into), str(tree)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (wheel,) = into.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    return build(copy_of_the_tree(folder / "tree"), folder)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("installed")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([*command, str(target), str(wheel)], check=True, capture_output=True, text=True)
    return target


def where(installed: Path, elsewhere: Path) -> subprocess.CompletedProcess[str]:
    """Loads the installed content, without this environment's packages and away from the checkout."""
    command = [sys.executable, "-I", "-S", "-c", ASK_WHERE, str(installed)]
    return subprocess.run(command, cwd=elsewhere, check=False, capture_output=True, text=True)


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }


def test_the_wheel_carries_all_code_content_and_fixtures_and_nothing_else(wheel: Path) -> None:
    assert carried(wheel) == wanted_in_wheel(TOP)


def test_the_wheel_carries_licence_and_notice_and_the_command(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name.partition(".dist-info/")[2] for name in archive.namelist()}
        (entry_points,) = [name for name in archive.namelist() if name.endswith("/entry_points.txt")]
        commands = archive.read(entry_points).decode()
    assert {"licenses/LICENSE", "licenses/NOTICE"} <= names
    assert "leg-weakness-cds = cds_service.cli:main" in commands


def test_the_installed_wheel_finds_its_content_and_its_fixtures(installed: Path, tmp_path: Path) -> None:
    answer = where(installed, tmp_path)
    assert answer.returncode == 0, answer.stderr
    folders = {name: Path(folder) for name, folder in json.loads(answer.stdout).items()}
    assert all(folder.is_relative_to(installed.resolve()) for folder in folders.values())
    assert files_below(folders["content"]) == files_below(TOP / "cards/content")
    assert files_below(folders["fixtures"]) == files_below(TOP / "fixtures")


def test_a_folder_of_code_that_pyproject_forgets_is_noticed(tmp_path: Path) -> None:
    tree = copy_of_the_tree(tmp_path / "tree")
    (tree / "cds_service/forgotten").mkdir()
    (tree / "cds_service/forgotten/__init__.py").write_text("")
    (tree / "fixtures/conftest.py").write_text("")
    found = carried(build(tree, tmp_path))
    assert wanted_in_wheel(tree) - found == {"cds_service/forgotten/__init__.py"}
    assert found - wanted_in_wheel(tree) == {"cds_service/fixture_files/conftest.py"}


def copy_of(installed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(installed, tmp_path / "copy"))


def test_a_foreign_cards_that_overwrote_ours_is_named(installed: Path, tmp_path: Path) -> None:
    broken = copy_of(installed, tmp_path)
    shutil.rmtree(broken / "cards")
    (broken / "cards.py").write_text("")
    answer = where(broken, tmp_path)
    assert answer.returncode == 1
    assert f"found {broken / 'cards.py'}" in answer.stderr
    assert "an environment of its own" in answer.stderr


def test_cards_without_its_content_is_named(installed: Path, tmp_path: Path) -> None:
    broken = copy_of(installed, tmp_path)
    shutil.rmtree(broken / "cards/content")
    answer = where(broken, tmp_path)
    assert answer.returncode == 1
    assert f"no red_flags.toml in {broken / 'cards/content'}" in answer.stderr


def test_missing_fixtures_are_named_and_a_foreign_folder_of_that_name_is_not_taken(
    installed: Path, tmp_path: Path
) -> None:
    broken = copy_of(installed, tmp_path)
    (broken / "cds_service/fixture_files").rename(broken / "fixtures")
    answer = where(broken, tmp_path)
    assert answer.returncode == 1
    assert "The fixtures are missing" in answer.stderr
