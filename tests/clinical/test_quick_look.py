"""The quick look before a text is read never hides anything that reading it would find."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import knowledge
from cds_service.evidence.quick_look import QuickLook
from cds_service.evidence.text import TextReader

KNOWLEDGE = knowledge.load()
READER = TextReader(KNOWLEDGE)


class _Always(QuickLook):
    def may_hold_one(self, words: Collection[str]) -> bool:
        return len(words) >= 0


class _LooksAtNothing(TextReader):
    """Reads every text in full."""

    def __init__(self) -> None:
        super().__init__(KNOWLEDGE)
        self._looks = dict.fromkeys((False, True), _Always(()))


CAREFUL = _LooksAtNothing()
PHRASES = sorted({phrase for concept in KNOWLEDGE.concepts.values() for phrase in concept.phrases})
PHRASES += ["risks:", "goal:", "PMH: stroke", "side effects:"]
CUES = [
    "no",
    "denies",
    "not able to",
    "can't",
    "left",
    "R",
    "legs",
    "arm",
    "mother",
    "risk of",
    "?",
    ",",
    ". ",
]
CUES += [
    "+ve",
    "+VE",
    "isn\u2019t able to",
    "negative",
    "yes",
    "unknown",
    "noted 12 Mar",
    "usual range",
    "\n",
]
CUES += [
    "[ ]",
    "[x]",
    "[]",
    "\u2610",
    "\u2611",
    "\u2193",
    "...",
    "( x )",
    "yes / no",
    "Y/N:",
    "-",
    "+",
    "(-)",
    "__",
]
words = st.lists(st.sampled_from([*PHRASES, *CUES]).map(str), min_size=1, max_size=5)
shortened = words.map(" ".join).flatmap(lambda text: st.integers(0, 8).map(lambda cut: text[cut:]))


@given(text=shortened, report=st.booleans(), one_clause=st.booleans())
def test_a_text_says_the_same_with_and_without_a_quick_look(
    text: str, report: bool, one_clause: bool
) -> None:
    quick = READER.read(text, report=report, one_clause=one_clause)
    assert quick == CAREFUL.read(text, report=report, one_clause=one_clause)


@given(text=shortened, report=st.booleans(), one_clause=st.booleans())
def test_a_text_that_may_name_nothing_names_nothing(text: str, report: bool, one_clause: bool) -> None:
    read = CAREFUL.read(text, report=report, one_clause=one_clause)
    if read.mentions or read.leg_site:
        assert READER.may_name_something(text, report=report)


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("Ear ache", False),
        ("Dry skin of both hands", False),
        ("Both legs", True),
        ("Knee jerk absent", True),
        ("Knee jerk [ ]", True),
        ("Knee jerk\n\nnormal", True),
        ("", False),
    ],
)
def test_a_site_names_something_only_with_a_quality(text: str, *, may: bool) -> None:
    assert READER.may_name_something(text) is may


@pytest.mark.parametrize(
    "text", ["Weakness of both legs", "+ve", "Can\u2019t walk", "No", "not  detected.", "[ ] weakness"]
)
def test_what_says_something_is_read(text: str) -> None:
    assert READER.read(text) == CAREFUL.read(text) != READER.read("")


TOKENISE = vars(READER)["_lexicon"].tokenise
CHARACTERS = st.sampled_from("aB7é '_-+.,:;!?()[]/&%#|*x\n")


@given(text=st.text(CHARACTERS, max_size=12) | shortened)
def test_the_words_told_in_no_order_are_all_words_of_the_text(text: str) -> None:
    assert set(TOKENISE.among(text)) >= set(TOKENISE.words(text)) - {""}


@pytest.mark.parametrize(
    "text", ["It's 4.5 mg, at 10:30; the patient's legs' x-ray", "5/5 * (L)", "a''b -ve"]
)
def test_of_a_plain_text_they_are_hardly_more(text: str) -> None:
    assert set(TOKENISE.among(text)) - set(TOKENISE.words(text)) <= {".", ":", "-"}


def test_all_words_of_a_phrase_must_be_there() -> None:
    look = QuickLook([("weak", "legs"), ("weak", "legs", "both"), ("numb",)])
    assert look.may_hold_one(["legs", "are", "weak"])
    assert look.may_hold_one(["numb"])
    assert not look.may_hold_one(["weak", "arms"])
    assert not look.may_hold_one([])


def test_most_everyday_texts_are_passed_over() -> None:
    look = vars(READER)["_looks"][False]
    for text in (
        "All results within the usual range",
        "Travel plans discussed",
        "Trouble sleeping, no change",
    ):
        assert not look.may_hold_one(text.lower().split())


@pytest.mark.parametrize("text", ["", " ", "_", "(", "\u0301", "\n", "[", "_ _"])
def test_a_text_without_words_says_nothing(text: str) -> None:
    assert READER.read(text) == CAREFUL.read(text)
