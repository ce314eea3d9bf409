"""A file that cannot be used stops the start, with the file, the place and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cards.knowledge import load
from cds_service import settings
from cds_service.answer import Desk
from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.settings import Settings
from cds_service.site import fhir_files, local_codes
from tests.site.hospital import CONCEPT, FEATURE, SITE, concept_map, element, group, value_set, written

KNOWLEDGE = load()
SCT = "http://snomed.info/sct"
FINE = element("A", "cs_foot_drop")


def refusal(folder: Path, *files: Any, **code_systems: str) -> str:
    with pytest.raises(SettingsRefused) as refused:
        local_codes.load((written(folder, *files),), KNOWLEDGE, code_systems)
    return str(refused.value)


def of_target(**target: Any) -> dict[str, Any]:
    return concept_map(group({"code": "A", "target": [target]}))


FULL = {"code": "cs_foot_drop", "equivalence": "equivalent"}
BAD: dict[str, tuple[Any, str]] = {
    "another resource": (
        {"resourceType": "Patient"},
        "resourceType: must be a FHIR R4 ConceptMap or V",
    ),
    "a list": ([{"resourceType": "ConceptMap"}], "resourceType: must be a FHIR R4"),
    "retired": (concept_map(group(FINE), status="retired"), "status: must be active or draft"),
    "without status": (concept_map(group(FINE), status=None), "status: is missing"),
    "experimental": (concept_map(group(FINE), experimental=True), "experimental: is true"),
    "without groups": (concept_map(), "group: is missing"),
    "groups that are none": (concept_map() | {"group": ["x"]}, "group: must be a list of objects"),
    "without source": (concept_map(group(FINE, source=None)), "group[0].source: is missing"),
    "without target system": (concept_map(group(FINE, target=None)), "group[0].target: is missing"),
    "unknown target system": (
        concept_map(group(FINE, target="urn:nobody")),
        "the target system urn:nobody is not known; write a system of systems.toml",
    ),
    "a default for all codes": (
        concept_map(group(FINE) | {"unmapped": {"mode": "fixed", "code": "cs_foot_drop"}}),
        "group[0].unmapped: codes that are not named never count",
    ),
    "unknown concept": (of_target(**FULL | {"code": "cs_nothing"}), "has no concept cs_nothing"),
    "unknown feature": (
        concept_map(group(element("A", "nothing"), target=FEATURE)),
        "group[0].element[0].target[0].code: the content has no feature nothing",
    ),
    "a feature that follows from others": (
        concept_map(group(element("A", "bilateral"), target=FEATURE)),
        "the feature bilateral",
    ),
    "a feature of several concepts": (
        concept_map(group(element("A", "infection_6w"), target=FEATURE)),
        "cs_infection_resp, cs_infection_gi, cs_infection_other",
    ),
    "a standard code that says nothing": (
        concept_map(group(element("A", "102568008"), target=SCT)),
        "the content reads nothing from the code 102568008",
    ),
    "without equivalence": (of_target(code="cs_foot_drop"), "target[0].equivalence: is missing"),
    "another equivalence": (of_target(code="cs_foot_drop", equivalence="same"), "must be one of equal"),
    "R5": (of_target(code="cs_foot_drop", relationship="equivalent"), "relationship: is FHIR R5"),
    "on a condition": (
        of_target(**FULL, dependsOn=[{"property": "x"}]),
        "dependsOn: a target on a",
    ),
    "without target code": (of_target(equivalence="equivalent"), "target[0].code: is missing"),
    "a code that is a number": (concept_map(group(element(1, "cs_foot_drop"))), "element[0].code: must be a"),  # type: ignore[arg-type]
    "a blank code": (concept_map(group(element(" ", "cs_foot_drop"))), "element[0].code: must be a text"),
    "the same code twice": (
        concept_map(group(FINE, FINE)),
        "element[1]: the code A stands at codes-1.json: group[0].element[0] already; keep one of the two",
    ),
    "contradicting itself": (
        concept_map(group(FINE), group(element("A", "cs_leg_weakness"))),
        "group[1].element[0]: the code A stands at",
    ),
    "yes and no": (
        concept_map(
            group(
                {
                    "code": "A",
                    "target": [
                        {"code": "cs_q_absent", "equivalence": "equal"},
                        {"code": "cs_q_present", "equivalence": "equal"},
                    ],
                }
            )
        ),
        "means both cs_q_absent and cs_q_present",
    ),
    "a kind of no": (concept_map(group(element("A", "cs_q_absent", "subsumes"))), "must be meant exactly"),
    "a weak no": (concept_map(group(element("A", "cs_q_absent", "relatedto"))), "a weak hint must not"),
    "a weak diagnosis": (concept_map(group(element("A", "cs_dx_gbs", "wider"))), "a weak hint must not"),
    "weak comfort care": (
        concept_map(group(element("A", "comfort_care", "inexact"), target=FEATURE)),
        "a weak hint must not",
    ),
    "what the content reads otherwise": (
        concept_map(group(element("102568007", "cs_foot_drop"), source=SCT)),
        "the content reads the code 102568007 of sct already",
    ),
    "a list without meaning": (
        value_set((CONCEPT, "cs_foot_drop"), ["A"], useContext=[]),
        "useContext: must",
    ),
    "a list of nothing": (value_set((CONCEPT, "cs_foot_drop"), [], compose={}), "compose: names no code"),
    "a whole system": (value_set((CONCEPT, "cs_foot_drop"), []), "concept: is missing: a whole system"),
    "a list of unknown meaning": (value_set((CONCEPT, "cs_x"), ["A"]), "has no concept cs_x"),
    "a filter": (
        value_set((CONCEPT, "cs_foot_drop"), ["A"], compose={"include": [{"system": SITE, "filter": [{}]}]}),
        "compose.include[0].filter: is not understood",
    ),
    "an exclusion": (
        value_set((CONCEPT, "cs_foot_drop"), ["A"], compose={"include": [], "exclude": [{}]}),
        "compose.exclude: is not understood",
    ),
    "half an expansion": (
        value_set(
            (CONCEPT, "cs_foot_drop"),
            [],
            expansion={"total": 3, "contains": [{"system": SITE, "code": "A"}]},
        ),
        "expansion.total: says 3, and 1 codes are there",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_used_is_refused(what: str, tmp_path: Path) -> None:
    file, problem = BAD[what]
    said = refusal(tmp_path, file)
    assert said.startswith(f"local_codes: {tmp_path / 'codes-1.json'}: ")
    assert problem in said


def test_two_files_must_not_say_different_things_of_a_code(tmp_path: Path) -> None:
    said = refusal(tmp_path, concept_map(group(FINE)), value_set((CONCEPT, "cs_leg_weakness"), ["A"]))
    assert "codes-2.json: compose.include[0].concept[0]: the code A stands at codes-1.json" in said


def test_two_names_of_one_system_are_one_system(tmp_path: Path) -> None:
    said = refusal(
        tmp_path,
        concept_map(group(FINE), group(element("A", "cs_leg_weakness"), source="urn:other")),
        **{"urn:other": SITE},
    )
    assert "group[1].element[0]: the code A stands at" in said


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "is not one JSON document"),
        (b'{"a":' * 400, "is not one JSON document"),
        (b"\xff", "is not one"),
    ],
)
def test_what_is_no_json_is_refused(content: bytes, problem: str, tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_bytes(content)
    with pytest.raises(SettingsRefused, match=r"bad.json") as refused:
        local_codes.load((tmp_path,), KNOWLEDGE, {})
    assert problem in str(refused.value)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(fhir_files.MOST_BYTES + 1)
    with pytest.raises(SettingsRefused, match=r"large.json: has .* bytes, more than"):
        local_codes.load((tmp_path,), KNOWLEDGE, {})


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_files, "MOST_FILES", 1)
    assert "more than 1 files" in refusal(tmp_path, concept_map(group(FINE)), concept_map(group(FINE)))


def test_too_many_codes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_codes, "MOST_CODES", 1)
    assert "more than 1 codes" in refusal(tmp_path, concept_map(group(FINE, element("B", "cs_foot_drop"))))


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"no file in this folder ends in .json: is it mounted\?"):
        local_codes.load((tmp_path,), KNOWLEDGE, {})


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "codes.json")
    with pytest.raises(SettingsRefused, match=r"codes.json: is no plain file"):
        local_codes.load((tmp_path,), KNOWLEDGE, {})


def test_a_file_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path, concept_map(group(FINE)))
    with pytest.raises(SettingsRefused, match="is named twice"):
        local_codes.load((folder, folder / "codes-1.json"), KNOWLEDGE, {})


def test_the_service_does_not_start(tmp_path: Path) -> None:
    folder = written(tmp_path, of_target(code="cs_nothing", equivalence="equal"))
    with pytest.raises(SettingsRefused, match="cs_nothing"):
        Desk.ready(Settings(local_codes=(folder,)))
    config = tmp_path / "service.toml"
    config.write_text(f'local_codes = "{folder}"\n')
    ran = CliRunner().invoke(main, ["serve", "--config", str(config)])
    assert ran.exit_code == 2
    assert "cs_nothing" in ran.output


def test_a_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match=r"gone.json: cannot be read"):
        Desk.ready(Settings(local_codes=(tmp_path / "gone.json",)))


def test_one_path_needs_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(settings.PREFIX)]:
        monkeypatch.delenv(name)
    config = tmp_path / "service.toml"
    config.write_text('local_codes = "codes"\n')
    assert settings.load(config).local_codes == (Path("codes"),)
    config.write_text('local_codes = ["a.json", "b.json"]\n')
    assert settings.load(config).local_codes == (Path("a.json"), Path("b.json"))
    monkeypatch.setenv("LEG_WEAKNESS_CDS_LOCAL_CODES", json.dumps(["c.json"]))
    assert settings.load(config).local_codes == (Path("c.json"),)


def test_what_is_not_decided_yet_has_no_effect(tmp_path: Path) -> None:
    """As a skeleton has it: codes without a target, and proposals that nobody has accepted."""
    skeleton = concept_map(
        group({"code": "A"}, element("B", "cs_foot_drop", "unmatched"), element("C", "cs_foot_drop"))
    )
    loaded = local_codes.load((written(tmp_path, skeleton),), KNOWLEDGE, {})
    assert set(loaded.codes.meanings) == {(SITE, "C")}
    assert loaded.files[0].codes == 1


def test_the_log_says_at_start_what_is_in_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from cds_service.app import create_app

    weak = element("W", "cs_foot_drop", "wider")
    nothing = {"code": "Z", "target": [{"equivalence": "disjoint"}]}
    folder = written(tmp_path, concept_map(group(FINE, weak, nothing)))
    create_app(Settings(local_codes=(folder,), database_url="none"))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    (told,) = [line for line in lines if line["event"] == "local codes in force"]
    assert (told["source"], told["version"], told["count"]) == ("Ours", "1.2", 3)
    assert (told["hints"], told["without_effect"]) == (1, 1)
    assert told["digest"].startswith("sha256:")
