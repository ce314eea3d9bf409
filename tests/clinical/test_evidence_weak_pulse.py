"""Weak is also a pulse, a cough or a voice: none of them is a weak leg."""

from __future__ import annotations

from typing import Any

import pytest

from cards.findings import Stance
from tests.clinical.evidence_charts import LEFT_LEG, condition, named, stances, text

NO_LEG_WEAKNESS = [
    ("LLE Pulse", "Weak"),
    ("LLE Pulse Strength", "Weak"),
    ("LLE Pulses", "Weak; Doppler"),
    ("BLE Pulses", "Weak"),
    ("Pedal pulse", "weak"),
    ("Left pedal pulse", "Weak"),
    ("Pedal pulses", "weak left foot"),
    ("Pulses", "left leg weak, right strong"),
    ("RLE Dorsalis Pedis Pulse", "+1 Weak"),
    ("Left dorsalis pedis pulse", "1+ weak"),
    ("Left foot pulses", "weak, thready"),
    ("Radial pulse", "weak"),
    ("Cough", "weak"),
    ("Voice", "weak"),
    ("Voice", "weak, legs swollen"),
    ("Examination", "Voice: weak, legs normal"),
    ("Examination", "Voice: weak, legs: oedema to knees"),
    ("Grip", "weak, legs ache"),
    ("Left hand grip", "weak"),
    ("Vascular", "Legs warm; pulses 1+ weak in both feet"),
    ("Vascular", "Legs: pulses weak"),
    ("Vascular", "weak left pedal pulse"),
]


@pytest.mark.parametrize(("name", "value"), NO_LEG_WEAKNESS)
def test_a_weak_pulse_is_no_weak_leg(name: str, value: str) -> None:
    assert "cs_leg_weakness" not in stances(named(name, value))
    assert "cs_absent_pulse" not in stances(named(name, value))  # absent is what the specification names


@pytest.mark.parametrize("site", [LEFT_LEG, text("Left foot"), text("LLE")])
def test_nor_is_one_whose_site_stands_apart(site: Any) -> None:
    assert "cs_leg_weakness" not in stances(named("Pulse", "Weak", bodySite=site))
    assert stances(named("Strength", "Weak", bodySite=site))["cs_leg_weakness"] is Stance.AFFIRMED


LEG_WEAKNESS = [
    ("LLE Strength", "Weak"),
    ("LLE motor", "Weak"),
    ("Left leg", "weak"),
    ("Vascular", "No pulses left leg weak"),
    ("Vascular", "absent pulse weak left leg"),
    ("Vascular", "no pulse weak left leg"),
    ("Vascular", "pulses weak, leg weak"),
    ("Voice", "Weak. Legs weak too"),
    ("Examination", "weak voice, weak legs"),
    ("Examination", "weak grip and legs"),
    ("Examination", "Cold weak left leg pulse absent"),
]


@pytest.mark.parametrize(("name", "value"), LEG_WEAKNESS)
def test_a_weak_leg_beside_a_pulse_is_one(name: str, value: str) -> None:
    assert stances(named(name, value))["cs_leg_weakness"] is Stance.AFFIRMED


@pytest.mark.parametrize("words", ["No pulses left leg weak", "Cold weak leg pulse absent"])
def test_so_is_one_in_a_diagnosis(words: str) -> None:
    assert stances(condition(text(words)))["cs_leg_weakness"] is Stance.AFFIRMED


def test_an_absent_pulse_is_still_read() -> None:
    assert stances(named("Left pedal pulse", "absent"))["cs_absent_pulse"] is Stance.AFFIRMED
