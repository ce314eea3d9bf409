"""Words of onset and course that are denied, on the entry of the weakness."""

from __future__ import annotations

import pytest

from cards.findings import Stance
from tests.clinical.bedside import patient, red_flags, weakness
from tests.clinical.wordings import counts, reader

NO_SUDDEN_ONSET = [
    *("Sudden onset denied.", "Sudden onset denied", "Denies sudden onset", "No sudden onset"),
    *("Onset not sudden", "Sudden onset: no", "Sudden onset (denied)", "Acute onset: none"),
]
SUDDEN_ONSET = [
    *("Sudden onset", "Sudden onset, no trauma", "Sudden onset no trauma", "Sudden onset, denied fall"),
    *("Sudden onset: yes", "Onset sudden, denies pain"),
]


@pytest.mark.parametrize("note", NO_SUDDEN_ONSET)
@pytest.mark.parametrize("concept", ["words_onset_sudden", "words_new", "words_new_episode"])
def test_a_sudden_onset_that_is_denied_is_none(note: str, concept: str) -> None:
    assert not counts(note, concept)


@pytest.mark.parametrize("note", SUDDEN_ONSET)
def test_a_sudden_onset_beside_another_denial_is_one(note: str) -> None:
    assert counts(note, "words_onset_sudden")
    assert counts(note, "words_new")


def test_a_weakness_for_weeks_whose_sudden_onset_is_denied_is_no_stroke() -> None:
    def flags(note: str) -> dict[str, str]:
        one_sided = weakness("left arm and leg", since="20 days", note=[{"text": note}])
        return red_flags(patient(one_sided, age=70))

    assert flags("Sudden onset denied.") == flags("")


FLUCTUATING = "words_fluctuating_fatigable"


@pytest.mark.parametrize(
    "note",
    [
        "Not fluctuating and worse with activity.",
        "Not fluctuating or worse with activity",
        "Denies worse with activity and better with rest",
    ],
)
def test_one_denial_denies_the_whole_of_fluctuating_and_worse_with_activity(note: str) -> None:
    said = {each.stance for each in reader().read(note).mentions if each.concept == FLUCTUATING}
    assert said == {Stance.DENIED}


@pytest.mark.parametrize(
    "note",
    [
        "Fluctuating and worse with activity",
        "Not fluctuating, worse with activity",
        "Not fluctuating but worse with activity",
        "Not painful, fluctuating and worse with activity",
    ],
)
def test_what_is_not_denied_of_it_is_there(note: str) -> None:
    assert counts(note, FLUCTUATING)
