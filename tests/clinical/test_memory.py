"""Remembered readings are the same readings, and hold no word of the record."""

from __future__ import annotations

from cards import knowledge
from cds_service.evidence.memory import LONGEST_TEXT, RememberingReader
from cds_service.evidence.text import TextReader

READER = TextReader(knowledge.load())
TEXTS = [
    "Weakness of both legs",
    "Denies leg weakness",
    "Mrs Canary's left leg is weak",
    "Saddle numbness: no",
    "",
]


def test_a_remembered_reading_is_the_reading() -> None:
    remembering = RememberingReader(READER)
    for _ in range(2):
        for text in TEXTS:
            for name in (False, True):
                assert remembering.read(text, one_clause=name) == READER.read(text, one_clause=name)


def test_a_name_and_a_report_are_not_confused_with_a_text() -> None:
    remembering = RememberingReader(READER)
    text = "cord compression. No weakness"
    assert remembering.read(text) == READER.read(text)
    assert remembering.read(text, report=True) == READER.read(text, report=True)
    assert remembering.read(text, one_clause=True) == READER.read(text, one_clause=True)


def test_no_word_of_the_record_is_kept() -> None:
    remembering = RememberingReader(READER)
    remembering.read("Mrs Canary's left leg is weak")
    assert "anary" not in repr(vars(remembering)["_known"])


def test_the_memory_is_bounded_and_long_texts_stay_out() -> None:
    remembering = RememberingReader(READER, most=3)
    for number in range(10):
        remembering.read(f"leg weakness {number}")
    assert len(vars(remembering)["_known"]) <= 3
    remembering.read("leg weakness " + "x" * LONGEST_TEXT)
    assert len(vars(remembering)["_known"]) <= 3


def test_half_an_emoji_is_read_like_any_other_text() -> None:
    assert RememberingReader(READER).read("leg weakness \ud83d").mentions
