"""Remembered readings are the same readings, and hold no word of the record."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import Raw

from cards import knowledge
from cds_service.evidence.asked import names_nothing
from cds_service.evidence.codes import CodeReader, Gist
from cds_service.evidence.grades import Grades
from cds_service.evidence.memory import LONGEST_TEXT, Memory, RememberingReader
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.systems import systems_known
from cds_service.evidence.text import Reading, TextReader
from cds_service.evidence.uses import uses_of

READER = TextReader(knowledge.load())
TEXTS = [
    "Weakness of both legs",
    "Denies leg weakness",
    "Mrs Canary's left leg is weak",
    "Saddle numbness: no",
    "",
]


def memory_of(remembering: RememberingReader) -> Memory[Reading]:
    memory: Memory[Reading] = vars(remembering)["_memory"]
    return memory


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
    assert "anary" not in repr(vars(memory_of(remembering))["_known"])


def test_the_memory_is_bounded_and_long_texts_stay_out() -> None:
    remembering = RememberingReader(READER, most=3)
    for number in range(10):
        remembering.read(f"leg weakness {number}")
    assert len(memory_of(remembering)) <= 3
    remembering.read("leg weakness " + "x" * LONGEST_TEXT)
    assert len(memory_of(remembering)) <= 3


def test_half_an_emoji_is_read_like_any_other_text() -> None:
    assert RememberingReader(READER).read("leg weakness \ud83d").mentions


def test_what_is_asked_for_again_outlives_what_is_not() -> None:
    memory: Memory[int] = Memory(4)
    often = memory.name(b"often", b"x")
    memory.keep(often, 1)
    for number in range(20):
        memory.keep(memory.name(str(number).encode(), b"x"), number)
        assert memory.get(often) == 1
    assert memory.get(memory.name(b"1", b"x")) is None
    assert len(memory) <= 4


def test_a_memory_holds_digests_under_a_key_of_its_own() -> None:
    one, other = Memory[int](), Memory[int]()
    assert one.name(b"Canary", b"x") == one.name(b"Canary", b"x")
    assert one.name(b"Canary", b"x") != one.name(b"Canary", b"y")
    assert one.name(b"Canary", b"x") != other.name(b"Canary", b"x")


CODES = [
    {"coding": [{"system": "http://snomed.info/sct", "code": "26544005", "display": "Canary weakness"}]},
    {"text": "Mrs Canary's left leg is weak"},
    {"coding": [{"code": "Canary"}], "text": "K"},
    {"text": "12 Canary"},
    {"coding": [{"display": "3 = Canary effort"}]},
    {"text": {"Canary": 1}},
    {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M79.604", "display": "Canary pain"}
        ]
    },
    ["weak legs", {"text": "Canary"}],
    7,
]


def code_reader(memory: Memory[Gist]) -> CodeReader:
    content = knowledge.load()
    uses = uses_of(content)
    return CodeReader(
        content,
        RememberingReader(READER),
        Quantities(content),
        systems_known(content, {}),
        grades=Grades(content.reading["values"]),
        memory=memory,
        names_nothing=lambda coded: names_nothing(coded, uses),
    )


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", [False, True])
def test_a_remembered_code_is_the_same_code_and_no_word_of_it_is_kept(code: object, *, name: bool) -> None:
    memory: Memory[Gist] = Memory()
    raw = Raw(msgspec.json.encode(code))
    plain = code_reader(Memory()).of(msgspec.json.decode(raw), name=name)
    for _ in range(2):
        reader = code_reader(memory)
        assert reader.read(raw, name=name) == plain
        gist = reader.look(raw, name=name)
        assert gist.coded is not None  # it was read in full
        assert (gist.coded.silent, gist.coded.rows) == (plain.silent, plain.rows)
    assert "Canary" not in repr(vars(memory)["_known"])
