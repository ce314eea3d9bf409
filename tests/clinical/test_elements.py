"""The quick ways to read a coded element say what the plain ones say, whatever shape the record gave it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from cds_service.evidence.asked import names_nothing
from cds_service.evidence.codes import CodeReader, Gist
from cds_service.evidence.elements import Coding, Element, element_in, element_in_any_shape
from cds_service.evidence.grades import Grades
from cds_service.evidence.memory import Memory, RememberingReader
from cds_service.evidence.quantities import Quantities
from cds_service.evidence.systems import systems_known
from cds_service.evidence.text import TextReader
from cds_service.evidence.uses import uses_of
from tests.clinical.evidence_charts import KNOWLEDGE, LOINC, SCT

TEXTS = RememberingReader(TextReader(KNOWLEDGE))
QUANTITIES = Quantities(KNOWLEDGE)
GRADES = Grades(KNOWLEDGE.reading["values"])
SYSTEMS = systems_known(KNOWLEDGE, {})
USES = uses_of(KNOWLEDGE)


class _ReadsAll(CodeReader):
    """Reads every element in full."""

    def _is_silent(self, element: Element, *, report: bool) -> bool:  # noqa: ARG002
        return False


def reader(kind: type[CodeReader], memory: Memory[Gist]) -> CodeReader:
    return kind(
        KNOWLEDGE,
        TEXTS,
        QUANTITIES,
        SYSTEMS,
        grades=GRADES,
        memory=memory,
        names_nothing=lambda coded: names_nothing(coded, USES),
    )


ROWS = [row for row in KNOWLEDGE.codes.rows if row.system in ("sct", "loinc")]
CODES = [row.code for row in ROWS[:40]] + ["12345", "Y", "N", " 102568007 ", "LA33-6", "", 7, None, ["x"]]
WORDS = [
    *("Hay fever in spring", "Leg weakness", "K", "Na+", "", "  ", "Can you walk?", "left leg", "both hands"),
    *("power 4/5", "M4+", "Denies", "7 of 10", "?", "ear ache", "absent\n\nknee jerk", "knee jerk [ ]", 7),
    *(None, ["a", "weak legs"], {"x": 1}, {}, True),
]
words = st.sampled_from(WORDS)
codings = st.fixed_dictionaries(
    {},
    optional={
        "system": st.sampled_from([SCT, LOINC, "SNOMED", "urn:x", "", None, 7]),
        "code": st.sampled_from(CODES),
        "display": words | st.sampled_from([row.display for row in ROWS[:40]]),
        "userSelected": st.booleans(),
    },
)
concepts = st.fixed_dictionaries(
    {},
    optional={
        "coding": st.lists(codings | st.none(), max_size=3) | codings | words,
        "text": words,
        "extension": st.just([{"url": "x"}]),
    },
)
elements: st.SearchStrategy[Any] = concepts | codings | words | st.lists(concepts, max_size=2)


@given(elements)
@settings(max_examples=400, deadline=None)
def test_an_element_of_the_usual_shape_is_the_same_element(element: object) -> None:
    written = msgspec.json.encode(element)
    assert element_in(written) == element_in_any_shape(written)


@given(elements, st.booleans(), st.booleans())
@settings(max_examples=400, deadline=None)
def test_a_quick_look_at_an_element_says_what_reading_it_says(
    element: object, name: bool, report: bool
) -> None:
    raw = Raw(msgspec.json.encode(element))
    plain = reader(_ReadsAll, Memory())
    gist, coded = (
        plain.look(raw, name=name, report=report),
        plain.of(msgspec.json.decode(raw), name=name, report=report),
    )
    memory: Memory[Gist] = Memory()
    for _ in range(2):  # the second time it is remembered
        quick = reader(CodeReader, memory)
        looked = quick.look(raw, name=name, report=report)
        assert (looked.names_nothing, looked.unreadable, looked.passes) == (
            gist.names_nothing,
            gist.unreadable,
            gist.passes,
        )
        assert quick.read(raw, name=name, report=report) == coded
        assert reader(CodeReader, memory).read(raw, name=name, report=report) == coded


@pytest.mark.parametrize(
    ("element", "silent"),
    [
        ({"text": "Hay fever in spring"}, False),  # "fever" has to be read to see the guard
        ({"text": "Trouble sleeping"}, True),
        ({"text": "Ear ache"}, True),
        ({"text": "Leg weakness"}, False),
        ({"text": "Left leg"}, False),
        ({"text": "Power 4/5"}, False),
        ({"text": "K"}, False),
        ({"coding": [{"system": SCT, "code": "102568007"}]}, False),
        ({"coding": [{"system": SCT, "code": "271737000", "display": "Trouble sleeping"}]}, True),
    ],
)
def test_what_plainly_names_nothing_is_not_read_in_full(element: object, *, silent: bool) -> None:
    gist = reader(CodeReader, Memory()).look(Raw(msgspec.json.encode(element)))
    assert (gist.coded is None) is silent


def test_a_text_as_long_as_a_note_is_never_called_silent_at_a_look() -> None:
    gist = reader(CodeReader, Memory()).look(Raw(msgspec.json.encode({"text": "sleep well " * 3000})))
    assert not gist.passes


def test_blanks_around_what_was_written_do_not_count() -> None:
    written = b'{"coding":[{"system":" x ","code":" 1 ","display":" a "},null],"text":" b "}'
    assert element_in(written) == Element([Coding("x", "1", "a")], ["b"])
