"""Forms and templates: boxes, yes or no left open, plus and minus, arrows, labels without a value."""

from __future__ import annotations

import pytest

from tests.clinical.wordings import counts, reader

LEG, SADDLE = "cs_leg_weakness", "cs_saddle_sensory"


@pytest.mark.parametrize(
    "text",
    [
        "[x] leg weakness [ ] saddle anaesthesia",
        "[ ] saddle anaesthesia  [X] leg weakness",
        "☑ Leg weakness\n☐ Saddle anaesthesia",
        "✓ leg weakness ✗ saddle anaesthesia",
        "Red flags: [x] leg weakness [ ] saddle anaesthesia",
        "Leg weakness [x]\nSaddle anaesthesia [ ]",
        "Saddle anaesthesia [ ] Leg weakness [x]",
        "Saddle anaesthesia: N  Leg weakness: Y",
        "Saddle anaesthesia: yes [ ] no [x]\nLeg weakness: yes [x] no [ ]",
        "Saddle anaesthesia ☐ yes ☑ no, leg weakness ☑ yes ☐ no",
        "Leg weakness Y/N: Y. Saddle anaesthesia Y/N: N",
        "Leg weakness +, saddle anaesthesia -",
        "+ leg weakness, - saddle anaesthesia",
        "(+) leg weakness (-) saddle anaesthesia",
        "leg weakness (+), saddle anaesthesia (-)",
        "leg weakness (+ve), saddle anaesthesia (–)",
        "Leg weakness [yes] Saddle anaesthesia [no]",
    ],
)
def test_a_form_says_what_is_ticked(text: str) -> None:
    assert counts(text, LEG)
    assert not counts(text, SADDLE)


@pytest.mark.parametrize(
    "text",
    [
        "Leg weakness Y/N\nSaddle anaesthesia Y/N",
        "Leg weakness: yes / no, saddle anaesthesia: yes / no",
        "Leg weakness: yes [ ] no [ ]\nSaddle anaesthesia: yes [ ] no [ ]",
        "[ ] leg weakness [ ] saddle anaesthesia",
        "☐ leg weakness ☐ saddle anaesthesia",
        "Leg weakness: ___ Saddle anaesthesia: ___",
        "Leg weakness:\nSaddle anaesthesia:\nBladder:",
    ],
)
def test_a_form_that_nobody_filled_in_says_nothing(text: str) -> None:
    assert not counts(text, LEG)
    assert not counts(text, SADDLE)
    # It denies nothing, either.
    assert {each.stance for each in reader().read(text).mentions} <= {"hypothetical"}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Plantars ↑↑", "cs_babinski"),
        ("plantars: ↑ R ↓ L", "cs_babinski"),
        ("reflexes ↓ in legs", "cs_reflex_reduced"),
        ("↑ reflexes", "cs_reflex_increased"),
        ("anal tone ↓", "cs_anal_tone"),
        ("tone ↑ in legs", "cs_spasticity_clonus"),
        ("power ↓ left leg", LEG),
    ],
)
def test_an_arrow_is_read_as_what_it_points_to(text: str, concept: str) -> None:
    assert counts(text, concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("plantars ↓↓", "cs_babinski"),
        ("anal tone normal", "cs_anal_tone"),
        ("power normal, left leg ↑", LEG),
        ("reflexes ↑", "cs_reflex_reduced"),
    ],
)
def test_an_arrow_the_other_way_is_something_else(text: str, concept: str) -> None:
    assert not counts(text, concept)


def test_a_label_with_a_value_below_it_is_no_empty_form() -> None:
    assert counts("Leg weakness:\nsince Monday, both sides", LEG)
    assert counts("Presenting complaint:\nLeg weakness", LEG)


def test_a_word_beside_a_slash_or_a_dash_is_no_form() -> None:
    assert counts("leg weakness - worse today", LEG)
    assert counts("leg weakness/numbness", LEG)
    assert counts("leg weakness x 3 days", LEG)
