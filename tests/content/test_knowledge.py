"""Content that is not sound is refused when it is loaded, with the file and the key that are wrong."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import FrozenInstanceError
from functools import cache
from pathlib import Path

import pytest

from cards import content_files, knowledge
from cards.codes import Code, Codes
from cards.conditions import condition
from cards.knowledge import ContentError, Knowledge, load
from tests.content.defects import DEFECTS, Defect

CONTENT = knowledge.BESIDE
Spoil = Callable[[str, str, str], None]


@pytest.fixture(autouse=True, scope="module")
def parse_once() -> Iterator[None]:
    """The same text is parsed once for all tests: most files of a copied folder are as they were."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tomllib, "loads", cache(tomllib.loads))
        patch.setattr(content_files, "condition", cache(condition))
        yield


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the content with a few codes only, so that a hundred defects are seen in seconds."""
    copy = Path(shutil.copytree(CONTENT, tmp_path / "content"))
    head, *rows = (CONTENT / "codes.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    # With those of a stroke, of which features/report.toml names some.
    few = [*rows[:2], *(row for row in rows[2:] if re.search(",range,|,hip\\||^cs_dx_stroke,", row))]
    (copy / "codes.csv").write_text(head + "".join(few), encoding="utf-8")
    return copy


@pytest.fixture
def spoil(folder: Path) -> Spoil:
    def replace_once(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}: the test would prove nothing"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace_once


def refusal(folder: Path) -> str:
    with pytest.raises(ContentError) as refused:
        load(folder)
    return str(refused.value)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_unsound_content_is_refused_with_file_and_key(defect: Defect, folder: Path, spoil: Spoil) -> None:
    spoil(defect.file, defect.old, defect.new)
    assert refusal(folder).startswith(f"{defect.refused_in or defect.file}: {defect.says}")


@pytest.mark.parametrize(
    "name",
    [file.relative_to(CONTENT).as_posix() for file in CONTENT.iterdir() if file.is_file()],
)
def test_a_missing_file_is_refused_by_name(name: str, folder: Path) -> None:
    (folder / name).unlink()
    assert refusal(folder).startswith(f"{name}: no such file")


@pytest.mark.parametrize("name", ["causes", "concepts", "features"])
def test_a_missing_folder_is_refused_by_name(name: str, folder: Path) -> None:
    shutil.rmtree(folder / name)
    assert refusal(folder).startswith(f"{name}/: no such files")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nowhere").startswith("content.toml: no such file")


def test_a_file_that_nobody_reads_is_refused(folder: Path) -> None:
    (folder / "more_red_flags.toml").write_text("")
    assert refusal(folder) == "more_red_flags.toml: a file that the content does not have"


def test_a_file_that_is_not_utf_8_is_refused(folder: Path) -> None:
    (folder / "content.toml").write_bytes('title = "schlaffe Lähmung"'.encode("latin-1"))
    assert refusal(folder).startswith("content.toml: not UTF-8")


def test_notes_of_an_editor_or_a_desktop_do_no_harm(folder: Path) -> None:
    before = load(folder).digest
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "features" / "motor.toml~").write_text("[old]")
    assert load(folder).digest == before


# ---- what is loaded


def test_a_copy_of_the_content_has_the_same_digest(tmp_path: Path, known: Knowledge) -> None:
    assert re.fullmatch("sha256:[0-9a-f]{64}", known.digest)
    assert load(Path(shutil.copytree(CONTENT, tmp_path / "copy"))).digest == known.digest


def test_the_digest_tells_whether_anything_has_changed(folder: Path, spoil: Spoil) -> None:
    before = load(folder).digest
    spoil("content.toml", "# ", "#  ")
    assert load(folder).digest != before


def test_the_digest_tells_whether_a_file_was_renamed(folder: Path) -> None:
    before = load(folder).digest
    (folder / "concepts" / "drugs.toml").rename(folder / "concepts" / "medicines.toml")
    assert load(folder).digest != before


def test_no_part_of_the_knowledge_can_be_changed(known: Knowledge) -> None:
    with pytest.raises(FrozenInstanceError):
        known.version = "2"  # type: ignore[misc]
    mappings = (known.features, known.reading["text"], known.units, known.features["fever"].options)
    for mapping in mappings:
        with pytest.raises(TypeError):
            mapping["new"] = "x"  # type: ignore[index]
    assert isinstance(known.reading["negation"]["before"], tuple)


def test_derived_features_come_after_those_that_they_use(known: Knowledge) -> None:
    seen: set[str] = set()
    for derived in known.derived.values():
        assert derived.when.features & set(known.derived) <= seen, derived.id
        seen.add(derived.id)


def test_causes_come_in_their_order_and_red_flags_in_that_of_the_file(known: Knowledge) -> None:
    orders = [cause.order for cause in known.causes.values()]
    assert orders == sorted(orders)
    assert [rule.position for rule in known.rules] == list(range(len(known.rules)))
    assert known.rules[0].id == "rf_stroke"


def test_a_review_by_a_named_clinician_is_kept(folder: Path, spoil: Spoil) -> None:
    spoil("causes/gbs.toml", "[[evidence]]\n", "[[evidence]]\nreviewed = { by = 'Dr A', on = 2026-01-02 }\n")
    spoil("red_flags.toml", "[[rule]]\n", "[[rule]]\nreviewed = { by = 'Dr B', on = '2026-01-03' }\n")
    loaded = load(folder)
    assert loaded.causes["gbs"].evidence[0].reviewed == knowledge.Reviewed("Dr A", "2026-01-02")
    assert loaded.rules[0].reviewed == knowledge.Reviewed("Dr B", "2026-01-03")


def test_evidence_carries_the_points_of_its_strength(known: Knowledge) -> None:
    first = known.causes["gbs"].evidence[0]
    assert (first.strength, first.points) == ("strong_for", 3)
    assert known.causes["gbs"].prior_points == -1


def test_a_code_system_is_known_by_its_address_and_its_other_names(known: Knowledge) -> None:
    assert known.systems["http://snomed.info/sct"] == "sct"
    assert known.systems["urn:oid:2.16.840.1.113883.6.90"] == "icd10cm"
    assert known.system_urls["loinc"] == "http://loinc.org"


def test_a_concept_knows_all_features_that_use_it(known: Knowledge) -> None:
    assert known.features_of_concept["cs_numbness_any"] == ("numbness_leg",)  # by an option
    assert "urinary_retention" in known.features_of_concept["cs_neurogenic_bladder"]  # which it cancels
    assert "severe_pain" in known.features_of_concept["cs_myalgia"]
    assert known.features_of_concept["value_mri_spine_result_normal"] == ("mri_spine_result",)
    assert known.features_of_concept["stay_inpatient"] == ("prolonged_immobility",)
    assert known.features_of_concept["cs_nihss_face"] == ("facial_weakness",)


def test_the_canonical_unit_comes_first(known: Knowledge) -> None:
    for feature, units in known.units.items():
        assert units[0].unit == known.features[feature].unit
    assert known.units["potassium"][1].unit == "meq/L"


def test_options_of_a_feature_are_read_by_their_kind(known: Knowledge) -> None:
    features = known.features
    assert features["potassium"].options["plausible"] == (1.0, 12.0)
    assert features["longstanding_paralysis"].options["aged"] == {
        "concepts": ("cs_hemiparesis", "cs_paraparesis", "cs_tetraparesis"),
        "older_than_days": 90.0,
        "unless": "worsening",
        "in_words": "words_paralysis",
    }
    assert features["hypoglycaemia"].options["ended_by"] == {"feature": "glucose", "at_least": 4.0}
    assert features["back_pain"].options == {}
    assert features["cancer"].window_days is None


# ---- codes


def row(system: str, code: str, match: str = "exact", **more: str) -> Code:
    return Code(
        concept=more.get("concept", "c"),
        system=system,
        code=code,
        match=match,
        suffix=more.get("suffix", ""),
        verified=True,
        needs=(),
        not_when=(),
        fifth_not=more.get("fifth_not", ""),
        fifth_only=more.get("fifth_only", ""),
        display="",
        note="",
    )


@pytest.mark.parametrize(
    ("one", "asked", "found"),
    [
        (row("sct", "249945007"), "249945007", True),
        (row("sct", "249945007"), " 249945007 ", True),
        (row("sct", "249945007"), "2499450071", False),
        (row("loinc", "LA12345-6"), "la12345-6", True),
        (row("icd10cm", "G61.0"), "G61.0", True),
        (row("icd10cm", "G61.0"), "G610", True),
        (row("icd10cm", "G61.0"), " g61.0 ", True),
        (row("icd10cm", "G61.0"), "G61.01", False),
        (row("icd10cm", "G61.0"), "G61", False),
        (row("icd10cm", "G83.1", "prefix"), "G83.11", True),
        (row("icd10cm", "G83.1", "prefix"), "G8311", True),
        (row("icd10cm", "G83.1", "prefix"), "G83.1", True),
        (row("icd10cm", "G83.1", "prefix"), "G83.21", False),
        (row("icd10cm", "G83.1", "prefix"), "G83", False),
        (row("icd10", "G57", "prefix"), "G57.3", True),
        (row("icd10", "G63.2"), "G63.2*", True),
        (row("icd10", "E11.4"), "E11.4+", True),
        (row("icd10", "G83.1", "prefix"), "G83.1-", True),
        (row("icd10cm", "C0", "prefix"), "C09.9", True),
        (row("icd9", "344.3", "prefix"), "344.31", True),
        (row("icd9", "344.3", "prefix"), "34431", True),
        (row("icd9", "344.3", "prefix"), "34.43", False),  # a procedure
        (row("icd9", "14", "prefix"), "141.0", True),
        (row("icd9", "14", "prefix"), "14.1", False),  # a procedure on the retina is no cancer
        (row("icd9", "03.31"), "03.31", True),
        (row("icd9", "E888", "prefix"), "E8889", True),
        (row("atc", "C10AA", "prefix"), "c10aa05", True),
        (row("atc", "C10AA", "prefix"), "C10AB05", False),
        (row("icd10cm", "S72.0", "prefix_suffix", suffix="A"), "S72.001A", True),
        (row("icd10cm", "S72.0", "prefix_suffix", suffix="A"), "S72001A", True),
        (row("icd10cm", "S72.0", "prefix_suffix", suffix="A"), "S72.001S", False),
        (row("icd10cm", "S72.0", "prefix_suffix", suffix="A"), "S72.00A", False),
        (row("icd10", "C00-C43", "range"), "C00.1", True),
        (row("icd10", "C00-C43", "range"), "C431", True),
        (row("icd10", "C00-C43", "range"), "C44.1", False),
        (row("icd10", "C00-C43", "range"), "D05", False),
        (row("icd10", "M51.1", "prefix", fifth_not="1234"), "M51.1", True),
        (row("icd10", "M51.1", "prefix", fifth_not="1234"), "M51.16", True),
        (row("icd10", "M51.1", "prefix", fifth_not="1234"), "M51.12", False),
        (row("icd10", "M51.1", "prefix", fifth_not="1234"), "M5112", False),
        (row("icd10", "M47.1", "prefix", fifth_only="1234"), "M47.12", True),
        (row("icd10", "M47.1", "prefix", fifth_only="1234"), "M47.16", False),
        (row("icd10", "M47.1", "prefix", fifth_only="1234"), "M47.1", False),
    ],
)
def test_a_code_is_found_as_records_write_it(one: Code, asked: str, found: bool) -> None:
    assert Codes([one]).lookup(one.system, asked) == ((one,) if found else ())


@pytest.mark.parametrize("system", ["", "read2", "icd10"])
def test_a_code_of_another_or_of_no_system_is_not_found(system: str) -> None:
    assert Codes([row("icd10cm", "G61.0")]).lookup(system, "G61.0") == ()


@pytest.mark.parametrize("code", ["", " ", "-"])
def test_no_code_is_not_found(code: str, known: Knowledge) -> None:
    assert all(known.codes.lookup(system, code) == () for system in known.system_urls)


def test_all_rows_that_match_are_found_in_the_order_of_the_table() -> None:
    rows = [
        row("icd10", "C00-C43", "range", concept="a"),
        row("icd10", "C34.1", concept="b"),
        row("icd10", "C34", "prefix", concept="c"),
        row("icd10", "C34", "prefix", concept="d"),
    ]
    codes = Codes(rows)
    assert [one.concept for one in codes.lookup("icd10", "C34.1")] == ["a", "b", "c", "d"]
    assert codes.lookup("icd10", "C34.1") is codes.lookup("icd10", "C34.1")  # remembered


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cards.codes._REMEMBERED", 3)
    codes = Codes([row("sct", "1")])
    for number in range(10):
        codes.lookup("sct", str(number))
        assert len(codes._remembered) <= 3
    assert len(codes.lookup("sct", "1")) == 1


def test_codes_of_the_content_lead_to_their_concepts(known: Knowledge) -> None:
    def concepts(system: str, code: str) -> set[str]:
        return {found.concept for found in known.codes.lookup(system, code)}

    assert "cs_leg_weakness" in concepts("sct", "249945007")
    assert "cs_dx_gbs" in concepts("icd10cm", "G610")
    assert "cs_dx_hip_fracture" in concepts("icd10cm", "S72.001A")
    assert "cs_dx_hip_fracture" not in concepts("icd10cm", "S72.001S")
    assert "cs_cancer" in concepts("icd10", "C50.9")
    assert "cs_cancer" not in concepts("icd10", "C44.9")
    # WHO ICD-10, fifth character of the dorsopathies: 2 is the neck, 6 the lumbar spine.
    assert "cs_dx_dcm" in concepts("icd10", "M47.12")
    assert "cs_dx_dcm" not in concepts("icd10", "M47.16")
    assert "cs_dx_disc_radiculopathy" in concepts("icd10", "M51.16")
    assert "cs_dx_disc_radiculopathy" not in concepts("icd10", "M51.12")


def test_words_that_a_code_needs_are_told_apart(known: Knowledge) -> None:
    needs = {row.needs for row in known.codes.rows}
    assert {(), ("leg",), ("hip", "neck of femur", "femoral neck")} <= needs
    assert ("intracranial", "brain", "cerebral") in {row.not_when for row in known.codes.rows}
