"""The titles of ICD-10-CM, which charts carry as text: what is read without a row for their code.

Each finding or disease that can bring a red flag stands here with the codes whose titles may name it. A new
phrase that is a part of some other title, as "gastro" is of "Gastro-esophageal reflux", fails here.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
import simple_icd_10_cm

from cards.findings import Stance
from cards.knowledge import load
from cards.knowledge_types import Knowledge
from tests.clinical.wordings import reader

LONGEST_CODE = 5
"""Longer ones repeat their titles by side, trimester and encounter."""
_COUNTS = (Stance.AFFIRMED, Stance.SUSPECTED)

MAY_BE_NAMED_BY = {
    # Infections, of which a severe or rare kind has a code of its own.
    "cs_infection_gi": "A02 A05 A06 A18 B37 K52 P78",
    "cs_infection_resp": """
        A01 A02 A37 A38 A50 A54 A89 B01 B05 B06 B08 B09 B34 B77 H65 H66 H67 J31 J40 J44 J47 J68 J85 P23
    """,
    "cs_infection_other": "A92 J15 J20",
    # The brain: strokes of a cause of their own, and of the newborn.
    "cs_dx_stroke": "G43.6 G46 P10 P91 S06.6",
    "cs_dx_tia": "G45",
    "cs_hemiparesis": "G80 I69",
    "cs_hemisensory_neglect": "",
    "cs_aphasia": "R47",
    "cs_visual_balance": "G45 H53 H54",
    "cs_facial_weakness": "",
    "cs_dx_brain_tumour": "R90",
    # The cord and the roots.
    "cs_dx_ces": "S34",
    "cs_dx_cord_compression": "",
    "cs_dx_cord_infarct": "G83 S14 S24",
    "cs_dx_sea": "",
    "cs_dx_seh": "",
    "cs_dx_tm": "B00 B01 B02 G04 G05",
    "cs_sensory_level": "",
    "cs_saddle_sensory": "",
    "cs_anal_tone": "",
    "cs_urinary_retention": "R33 R39.1",
    "cs_urinary_incontinence": "L24.A2 N39.4 R39.8",
    "cs_bowel_incontinence": "R15",
    "cs_spinal_mets": "",
    "cs_cancer": "C44.13 D70 O9A R97.21 Z08 Z19",
    "cs_immunosuppression": "B97 D73 E88 I95 M31 O98 P61 R75 R88 T82 T85 T86 Y62 Y84 Z48 Z49 Z91",
    "cs_ivdu": "",
    "cs_spinal_procedure": "G97 O29 O74 O89",
    # Nerve and muscle.
    "cs_dx_gbs": "",
    "cs_dx_mg": "G70",
    "cs_dx_mg_crisis": "",
    "cs_dx_mg_exac": "",
    "cs_dx_botulism": "",
    "cs_dx_afm": "",
    "cs_dx_rhabdo": "",
    "cs_reflex_reduced": "",
    "cs_reflex_increased": "",
    "cs_babinski": "",
    # The leg.
    "cs_leg_weakness": "I69",
    "cs_limb_weakness": "R29",
    "cs_paraparesis": "G04 G11 G82 M62.3",
    "cs_tetraparesis": "G80 G82",
    "cs_proximal_weakness": "",
    "cs_distal_weakness": "",
    "cs_foot_drop": "M21",
    "cs_numbness_any": "",
    "cs_numbness_leg": "",
    "cs_leg_swelling_tense": "M79.A T79.A",
    "cs_dx_ali": "",
    "cs_absent_pulse": "",
    "cs_cold_pale_limb": "",
    "cs_dx_hip_fracture": "S72",
    "cs_unable_to_walk": "",
    # What weakness of long standing is explained by.
    "cs_dx_longstanding_paralysis": "Q07",
    "cs_dx_stroke_old": "",
}


@pytest.fixture(scope="module")
def known() -> Knowledge:
    return load()


@pytest.fixture(scope="module")
def named(known: Knowledge) -> dict[str, set[str]]:
    """For each concept the codes, without a row of it, whose titles name it."""
    found, seen = defaultdict(set), set()
    for code in simple_icd_10_cm.get_all_codes(with_dots=True):
        if len(code) > LONGEST_CODE or not simple_icd_10_cm.is_category_or_subcategory(code):
            continue
        title = simple_icd_10_cm.get_description(code)
        if title in seen:
            continue
        seen.add(title)
        reading = reader().read(title)
        said = {each.concept for each in reading.mentions if each.stance in _COUNTS}
        elsewhere = reading.other_site and not reading.leg_site
        for concept in said - {row.concept for row in known.codes.lookup("icd10cm", code)}:
            if not (elsewhere and known.concepts[concept].about == "leg"):
                found[concept].add(code)
    return found


@pytest.mark.parametrize(("concept", "codes"), MAY_BE_NAMED_BY.items())
def test_only_titles_that_mean_it_name_a_finding(
    known: Knowledge, named: dict[str, set[str]], concept: str, codes: str
) -> None:
    assert concept in known.concepts
    prefixes = tuple(codes.split())
    assert {code for code in named[concept] if not (prefixes and code.startswith(prefixes))} == set()


def test_the_titles_were_read(named: dict[str, set[str]]) -> None:
    """Titles that do mean a finding are read, so that an empty set above says something."""
    assert "R33.0" in named["cs_urinary_retention"]
    assert "S34.3" in named["cs_dx_ces"]
