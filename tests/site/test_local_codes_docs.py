"""The examples of docs/local-codes.md work as they stand."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest

from cards.knowledge import load
from cds_service.errors import SettingsRefused
from cds_service.site import local_codes
from cds_service.site.statements import EQUIVALENCES, Counts
from tests.clinical.bedside import condition, observation, patient, weakness
from tests.site.hospital import SITE, Json, coded, concept_map, element, group, red_flags, written

DOC = (Path(__file__).resolve().parents[2] / "docs" / "local-codes.md").read_text(encoding="utf-8")
BLOCKS = [textwrap.dedent(found) for found in re.findall(r"(?:^(?: {4}.*)\n)+", DOC, re.MULTILINE)]
FILES: list[Json] = [json.loads(block) for block in BLOCKS if block.startswith("{")]
LAB = "https://codes.hospital.example/laboratory"


def test_the_worked_example_raises_the_red_flags_that_it_maps(tmp_path: Path) -> None:
    local = written(tmp_path, *FILES)
    assert len(FILES) == 2
    saddle = condition() | {"code": coded("N-117", "PSL")}
    assert "rf_ces" in red_flags(local, patient(weakness(), saddle))
    low = {"value": 2.1, "unit": "mmol/L", "system": "http://unitsofmeasure.org", "code": "mmol/L"}
    potassium = observation("Kal.", valueQuantity=low) | {"code": coded("KAL", system=LAB)}
    assert "rf_potassium_low" in red_flags(local, patient(weakness(), potassium))


def test_the_list_of_the_example_means_foot_drop(tmp_path: Path) -> None:
    meanings = local_codes.load((written(tmp_path, *FILES),), load(), {}).codes.meanings
    for code in ("N-301", "N-302"):
        assert [row.concept for row in meanings[SITE, code].rows] == ["cs_foot_drop"]
    assert meanings[SITE, "N-204"].rows == ()


def test_the_refusal_of_the_example_is_what_is_said(tmp_path: Path) -> None:
    wrong = concept_map(
        group(element("N-117", "sadle_sensory_loss"), target="urn:x-leg-weakness-cds:feature")
    )
    with pytest.raises(SettingsRefused) as refused:
        local_codes.load((written(tmp_path, wrong),), load(), {})
    (shown,) = [block.strip() for block in BLOCKS if block.startswith("local_codes: /")]
    assert str(refused.value) == shown.replace(
        "/etc/leg-weakness-cds/codes/neuro.json", str(tmp_path.resolve() / "codes-1.json")
    )


def test_every_equivalence_is_described_with_what_it_counts() -> None:
    described: dict[str, str] = {}
    table = DOC.split("| `equivalence` | The target is | Counts |")[1].split("\n\n")[0]
    for names, _, counts in re.findall(r"^\| (`[a-z`, ]+`) \| ([^|]+) \| ([^|]+) \|$", table, re.MULTILINE):
        described |= dict.fromkeys(re.findall(r"`([a-z]+)`", names), counts)
    words = {Counts.FULLY: "fully", Counts.HINT: "as a weak hint", Counts.NOT: "not"}
    assert described.keys() == EQUIVALENCES.keys()
    for name, counts in described.items():
        assert counts.startswith(words[EQUIVALENCES[name]]), name
