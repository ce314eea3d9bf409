"""What codes a site has that nothing is read from, without a word of a patient."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cards.knowledge import load
from cds_service.cli import main
from cds_service.site import local_codes
from tests.privacy import canaries
from tests.site.hospital import SITE, Json, coded, concept_map, element, group, written

SCT = "http://snomed.info/sct"


def chart(number: int, *resources: Json) -> Json:
    subject = {"reference": f"Patient/{canaries.IDENTITY}{number}"}
    person = {"resourceType": "Patient", "id": f"{canaries.IDENTITY}{number}", "birthDate": canaries.BORN}
    entries = [person, *({"id": f"r{number}", "subject": subject} | each for each in resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in entries]}


def charts(folder: Path, found: Iterable[Json]) -> Path:
    for number, each in enumerate(found):
        (folder / f"chart-{number}.json").write_text(json.dumps(each))
    return folder


def problem(code: Json) -> Json:
    return {"resourceType": "Condition", "code": code}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["mapping", "report", *map(str, arguments)])


def told(*arguments: object) -> Any:
    ran = run(*arguments, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.output)


DROP = problem(coded("FD1", "Foot drop"))
MANY = [chart(number, DROP, problem(coded("ZZ9", "Sleeps badly"))) for number in range(6)]


def test_codes_are_listed_by_frequency_with_what_their_words_may_mean(tmp_path: Path) -> None:
    more = chart(6, DROP, {"resourceType": "Observation", "code": coded("FD1", "Foot drop")})
    found = told(charts(tmp_path, [*MANY, more]))
    assert (found["patients"], found["resources"]) == (7, 14)
    first, second = found["codes"]
    assert (first["system"], first["code"], first["words"]) == (SITE, "FD1", "Foot drop")
    assert (first["patients"], first["resources"]) == (7, 8)
    assert first["where"] == ["Condition.code", "Observation.code"]
    assert first["readAsText"]
    (proposal,) = first["proposals"]
    assert (proposal["concept"], proposal["by"]) == ("cs_foot_drop", "text")
    assert "foot_drop" in proposal["features"]
    system, code = proposal["code"].split()
    assert [row.concept for row in load().codes.lookup(system, code)] == ["cs_foot_drop"]
    assert (second["code"], second["readAsText"], second["proposals"]) == ("ZZ9", False, [])


def test_a_standard_code_with_nearly_the_same_words_is_proposed(tmp_path: Path) -> None:
    """SNOMED CT "Monoplegia of left dominant lower limb", as a form may turn it round."""
    turned = problem(coded("M1", "Limb lower dominant left of monoplegia"))
    (row,) = told(charts(tmp_path, [chart(number, turned) for number in range(5)]))["codes"]
    assert not row["readAsText"]
    assert (row["proposals"][0]["concept"], row["proposals"][0]["by"]) == ("cs_leg_weakness", "words")


def proposed(words: str, kind: str, folder: Path) -> list[str]:
    """The concepts that are proposed for a code with these words in resources of this type."""
    element = "medicationCodeableConcept" if kind.startswith("Medication") else "code"
    met = {"resourceType": kind, element: coded("C1", words)}
    (row,) = told(charts(folder, [chart(number, met) for number in range(5)]))["codes"]
    return [each["concept"] for each in row["proposals"]]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Hemoglobin [Mass/volume] in Blood", "Observation"),
        ("Platelets [#/volume] in Blood by Automated count", "Observation"),
        ("Chloride [Moles/volume] in Blood", "Observation"),
        ("Protein [Mass/volume] in Serum or Plasma", "Observation"),
        ("Long term (current) use of insulin", "Condition"),
    ],
)
def test_what_two_names_have_in_common_must_tell_what_they_name(
    words: str, kind: str, tmp_path: Path
) -> None:
    """Calcium too is "[Mass/volume] in Blood": it is not haemoglobin for that."""
    assert proposed(words, kind, tmp_path) == []


def test_a_medicine_is_no_measurement(tmp_path: Path) -> None:
    assert proposed("Naproxen sodium 220 MG Oral Tablet", "MedicationRequest", tmp_path) == []


def test_a_measurement_is_proposed_by_its_words(tmp_path: Path) -> None:
    assert proposed("Sodium level", "Observation", tmp_path) == ["cs_na"]


def test_a_describing_word_within_a_longer_name_is_no_proposal(tmp_path: Path) -> None:
    assert proposed("Acute kidney failure, unspecified", "Condition", tmp_path) == []


def test_what_is_read_needs_no_map(tmp_path: Path) -> None:
    known = problem({"coding": [coded("FD1")["coding"][0], {"system": SCT, "code": "102568007"}]})
    found = told(charts(tmp_path, [chart(number, known) for number in range(6)]))
    assert found["codes"] == []


@pytest.mark.parametrize(
    "mapped", [element("FD1", "cs_foot_drop"), {"code": "FD1", "target": [{"equivalence": "unmatched"}]}]
)
def test_what_the_site_has_decided_is_not_listed(mapped: Json, tmp_path: Path) -> None:
    local, folder = tmp_path / "local", tmp_path / "charts"
    local.mkdir()
    folder.mkdir()
    written(local, concept_map(group(mapped)))
    codes = told(charts(folder, MANY), "--local", local)["codes"]
    assert [each["code"] for each in codes] == ["ZZ9"]


def test_questions_of_a_form_are_codes_of_the_form(tmp_path: Path) -> None:
    item = {"linkId": "q7", "text": "Saddle numbness?", "answer": [{"valueBoolean": True}]}
    form = {"resourceType": "QuestionnaireResponse", "questionnaire": "https://f.example/a|2", "item": [item]}
    (row,) = told(charts(tmp_path, [chart(number, form) for number in range(5)]))["codes"]
    assert (row["system"], row["code"]) == ("https://f.example/a", "q7")
    assert row["where"] == ["QuestionnaireResponse.item.linkId"]
    assert row["proposals"][0]["concept"] == "cs_saddle_sensory"


def test_several_forms_of_files_are_read(tmp_path: Path) -> None:
    lines = b"\n".join(json.dumps(each).encode() for each in MANY[:2])
    (tmp_path / "a.ndjson").write_bytes(lines)
    rest = b"\n".join(json.dumps(each).encode() for each in MANY[2:5])
    (tmp_path / "b.ndjson.gz").write_bytes(gzip.compress(rest))
    call = {"hook": "patient-view", "prefetch": {"conditions": MANY[5]}}
    (tmp_path / "c.json").write_text(json.dumps(call))
    assert {each["patients"] for each in told(tmp_path)["codes"]} == {6}


def test_an_export_with_a_resource_in_each_line_is_read(tmp_path: Path) -> None:
    lines = [json.dumps(each["resource"]) for one in MANY for each in one["entry"]]
    (tmp_path / "export.ndjson").write_text("\n".join(lines))
    found = told(tmp_path / "export.ndjson")
    assert found["patients"] == 6
    assert {each["patients"] for each in found["codes"]} == {6}


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    charts(tmp_path, MANY)
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "bad.ndjson.gz").write_bytes(b"no gzip")
    ran = run(tmp_path, "--json")
    assert ran.exit_code == 1
    assert json.loads(ran.output)["unreadable"] == 2


# ---- nothing of a patient


def rare(number: int) -> list[Json]:
    """What one patient has: words, codes of the site and texts that nobody else has."""
    word = canaries.secret
    return [
        problem(coded("FD1", f"Foot drop {word()}")),
        problem(coded(word("code"), word("display"))),
        problem({"coding": coded("FD1")["coding"], "text": f"Foot drop {word()}"}),
        problem({"text": f"Foot drop {word()}"}),
        problem(coded("300577008", f"{word()}", SCT)),
        problem(coded(word("standard"), system=SCT)),
        problem(coded("X", word(), f"urn:{word()}")),
        {
            "resourceType": "Observation",
            "code": {"text": word("name")},
            "valueString": word("value"),
            "note": [{"text": word("note")}],
            "valueCodeableConcept": coded(word("value"), word("value")),
        },
    ]


@pytest.mark.parametrize("how", [[], ["--json"], ["--csv"], ["--as-conceptmap"]])
def test_no_word_of_a_patient_is_in_the_report(how: list[str], tmp_path: Path) -> None:
    charts(tmp_path, [chart(number, *rare(number)) for number in range(6)])
    ran = run(tmp_path, *how)
    assert ran.exit_code == 0, ran.output
    assert "FD1" in ran.output
    for word in (canaries.SECRET, canaries.IDENTITY, canaries.BORN):
        assert word not in ran.output.lower()


def test_that_search_would_find_them(tmp_path: Path) -> None:
    charts(tmp_path, [chart(number, *rare(number)) for number in range(6)])
    assert canaries.SECRET in run(tmp_path, "--json", "--min-cell", "1").output


def test_a_small_count_of_a_standard_code_is_hidden(tmp_path: Path) -> None:
    found = told(charts(tmp_path, [chart(1, problem(coded("300577008", "Something", SCT)))]))
    (row,) = found["codes"]
    assert (row["system"], row["code"], row["words"]) == ("sct", "300577008", None)
    assert row["patients"] is row["resources"] is None


def test_what_few_have_is_counted_together(tmp_path: Path) -> None:
    found = told(charts(tmp_path, [*MANY, chart(7, problem(coded("A1")), problem({"text": "Odd"}))]))
    assert found["codesNotListed"] == {"different": 1, "resources": 1}
    assert found["textsNotListed"] == {"different": 1, "resources": 1}


def test_words_that_many_have_are_shown(tmp_path: Path) -> None:
    found = told(charts(tmp_path, [chart(number, problem({"text": "Weak legs"})) for number in range(5)]))
    (row,) = found["texts"]
    assert (row["words"], row["patients"]) == ("Weak legs", 5)
    assert row["readAsText"]


# ---- forms of the report


def test_the_table_names_all_there_is(tmp_path: Path) -> None:
    ran = run(charts(tmp_path, MANY), "--top", "1")
    assert "FD1" in ran.output
    assert "cs_foot_drop" in "".join(ran.output.split())
    assert "ZZ9" not in ran.output
    assert "1 more codes" in ran.output


def test_the_csv_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    formula = problem(coded("=1+1", "@SUM(A1)"))
    ran = run(charts(tmp_path, [chart(number, formula) for number in range(5)]), "--csv")
    (row,) = csv.DictReader(io.StringIO(ran.output))
    assert (row["code"], row["words"]) == ("'=1+1", "'@SUM(A1)")


def test_one_form_at_a_time(tmp_path: Path) -> None:
    assert run(charts(tmp_path, MANY), "--json", "--csv").exit_code == 2


def test_a_skeleton_says_nothing_until_it_is_completed(tmp_path: Path) -> None:
    folder, local = tmp_path / "charts", tmp_path / "local"
    folder.mkdir()
    local.mkdir()
    skeleton = json.loads(run(charts(folder, MANY), "--as-conceptmap").output)
    written(local, skeleton)
    assert local_codes.load((local,), load(), {}).codes.meanings == {}
    assert len(told(folder, "--local", local)["codes"]) == 2
    first = skeleton["group"][0]["element"][0]
    assert first["code"] == "FD1"
    first["target"][0]["equivalence"] = "equivalent"
    skeleton["group"][0]["element"][1]["target"] = [{"equivalence": "unmatched"}]
    written(local, skeleton)
    loaded = local_codes.load((local,), load(), {})
    assert loaded.codes.meanings[SITE, "FD1"].rows[0].concept == "cs_foot_drop"
    assert told(folder, "--local", local)["codes"] == []


def test_a_folder_without_charts_is_misuse(tmp_path: Path) -> None:
    assert "No chart is in the folder" in run(tmp_path).output
