"""What a laboratory adds to a value: interpretation, reference range, remarks on the sample."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from cards.findings import Quantity
from cards.knowledge import Knowledge
from cds_service.evidence.codes import Coded
from cds_service.evidence.folding import any_of, folded
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part, listed, load, member, notes, parts, text_of
from cds_service.evidence.values import Value

_DENIED = re.compile(
    r"\b(?:no|not|non|without|nil)(?: (?:evidence|signs?|significant|visible|gross) ?(?:of)?)*[ -]+$|\bun$"
)


def interpretation(part: Part) -> tuple[frozenset[str], tuple[str, ...]]:
    """Codes, in upper case, and texts of an interpretation, which is a list, one concept or a plain code."""
    if not part.interpretation:
        return frozenset(), ()
    codes: set[str] = set()
    texts: list[str] = []
    for each in listed(load(part.interpretation)):
        codings = [*listed(member(each, "coding")), each]
        codes |= {text_of(member(coding, "code")) or text_of(coding) for coding in codings}
        texts += [text_of(each), text_of(member(each, "text"))]
        texts += [text_of(member(coding, "display")) for coding in codings]
    return frozenset(code.upper() for code in codes if code), tuple(text for text in texts if text)


def answer_of(opened: OpenResource, part: Part) -> Answer:
    """Whether the interpretation says yes or no."""
    codes, texts = interpretation(part)
    values = opened.chart.knowledge.reading["values"]
    if codes & set(values["negative_codes"]):
        return Answer.NO
    if codes & set(values["positive_codes"]):
        return Answer.YES
    return _plain_answer(opened, texts)


def begins_negative(knowledge: Knowledge, words: str) -> bool:
    """Whether a longer text is negative from its first word to its end: "negative <1:10 by IFA"."""
    negation, clauses = knowledge.reading["negation"], knowledge.reading["text"]["clause_words"]
    # Words that only deny what stands before them, or "negative"; "no" may begin a denial of something else.
    other = set(negation["before"]) - set(negation["at_clause_start"])
    told = any_of(tuple(cue for cue in negation["after"] if cue not in other and len(cue) > 1))
    turned = any_of((*knowledge.concepts["cs_q_present"].phrases, *clauses))
    found = told.match(words)
    return found is not None and turned.search(words, found.end()) is None


def flagged_low(opened: OpenResource, part: Part) -> bool:
    codes, _ = interpretation(part)
    return bool(codes & set(opened.chart.knowledge.reading["values"]["low_codes"]))


def positive(opened: OpenResource, part: Part, value: Value) -> bool | None:
    """Outcome of a test: as graded, interpreted or told, else by its range; None when nobody says."""
    graded = opened.chart.knowledge.reading["values"]
    if any_of(graded["traces"]).match(value.coded.words):
        return None
    if any_of(graded["grades"]).match(value.coded.words):
        return True
    said = answer_of(opened, part)
    if said is Answer.NONE:
        said = value.answer
    if said is Answer.NONE and value.words:
        said = _first_word(opened.chart.knowledge, value.coded.words)
    if said in (Answer.YES, Answer.NO):
        return said is Answer.YES
    quantity = value.quantity
    if quantity is None or interpretation(part)[0]:
        return None
    if quantity.value == 0 and not quantity.comparator:
        return False
    return None if quantity.high is None else _above(quantity, quantity.high)


def unusable(opened: OpenResource, part: Part, *coded: Coded) -> str:
    """Why a value must not be used; empty when nothing is said against it."""
    codes, texts = interpretation(part)
    beside = [_remark(opened, each) for each in parts(opened.resource.component)]
    remarks = [*notes(opened.resource.note), *codes, *texts, *(each.words for each in coded), *beside]
    values = opened.chart.knowledge.reading["values"]
    return "haemolysed" if any(_haemolysed(words, values) for words in map(folded, remarks)) else ""


def _remark(opened: OpenResource, part: Part) -> str:
    """Name and value of a component: "Haemolysis: gross"."""
    name = opened.code(part.code, name=True)
    value = opened.code(part.value_codeable_concept or part.value_coding or part.value_string)
    return f"{name.words}: {value.words}"


def _haemolysed(words: str, values: Mapping[str, Any]) -> bool:
    """Whether words say that the sample was haemolysed, and not that it was not."""
    marks, denied = values["haemolysed_marks"], values["haemolysed_denied"]
    return any(
        not _DENIED.search(words[: found.start()])
        and not _denied_behind(marks, denied).match(words, found.end())
        for found in any_of(values["haemolysed"]).finditer(words)
    )


@cache
def _denied_behind(marks: tuple[str, ...], denied: tuple[str, ...]) -> re.Pattern[str]:
    mark, answer = ("|".join(map(re.escape, words)) for words in (marks, denied))
    return re.compile(rf"(?:\s*(?:{mark})|\s)*\s*(?:{answer})(?![\w+])")


def _plain_answer(opened: OpenResource, texts: tuple[str, ...]) -> Answer:
    said = (opened.text(text, name=True).answer for text in texts)
    return next((answer for answer in said if answer in (Answer.YES, Answer.NO)), Answer.NONE)


def _first_word(knowledge: Knowledge, words: str) -> Answer:
    """The first of the words that tell an outcome: "positive 1:80", "not detected in this sample"."""
    absent, present = knowledge.concepts["cs_q_absent"], knowledge.concepts["cs_q_present"]
    found = any_of((*absent.phrases, *present.guards, *present.phrases)).search(words)
    if found is None:
        return Answer.NONE
    return Answer.YES if found[0] in map(folded, present.phrases) else Answer.NO


def _above(quantity: Quantity, high: float) -> bool | None:
    if quantity.comparator.startswith("<"):
        return False if quantity.value <= high else None
    if quantity.comparator.startswith(">"):
        return True if quantity.value >= high else None
    return quantity.value > high
