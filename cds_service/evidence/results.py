"""What a laboratory adds to a value: interpretation, reference range, remarks on the sample."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from cards.findings import Quantity
from cards.knowledge import Knowledge
from cds_service.evidence.codes import Coded, CodeReader
from cds_service.evidence.decoded import Interpretation
from cds_service.evidence.folding import any_of, folded
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.text import Answer
from cds_service.evidence.thin import Part, listed, load, member, notes, parts, text_of
from cds_service.evidence.values import Value

_DENIED = re.compile(
    r"\b(?:no|not|non|without|nil)(?: (?:evidence|signs?|significant|visible|gross) ?(?:of)?)*[ -]+$|\bun$"
)
_NOT_INTERPRETED: Interpretation = (frozenset(), ())


class _Words(NamedTuple):
    """The codes and words of a content that tell an outcome."""

    negative_codes: frozenset[str]
    positive_codes: frozenset[str]
    low_codes: frozenset[str]
    negative: re.Pattern[str]
    turned: re.Pattern[str]
    """Words behind which a negative text goes on to something else."""
    traces: re.Pattern[str]
    grades: re.Pattern[str]
    outcome: re.Pattern[str]
    present: frozenset[str]
    """Those of the outcomes that mean yes."""
    haemolysed: re.Pattern[str]
    haemolysis_denied: re.Pattern[str]
    """That it is denied, right behind its name."""


@lru_cache(maxsize=16)
def _words(knowledge: Knowledge) -> _Words:
    """Put together once for a content."""
    values, negation = knowledge.reading["values"], knowledge.reading["negation"]
    absent, present = knowledge.concepts["cs_q_absent"], knowledge.concepts["cs_q_present"]
    # Words that only deny what stands before them, or "negative"; "no" may begin a denial of something else.
    other = set(negation["before"]) - set(negation["at_clause_start"])
    return _Words(
        negative_codes=frozenset(values["negative_codes"]),
        positive_codes=frozenset(values["positive_codes"]),
        low_codes=frozenset(values["low_codes"]),
        negative=any_of(tuple(cue for cue in negation["after"] if cue not in other and len(cue) > 1)),
        turned=any_of((*present.phrases, *knowledge.reading["text"]["clause_words"])),
        traces=any_of(values["traces"]),
        grades=any_of(values["grades"]),
        outcome=any_of((*absent.phrases, *present.guards, *present.phrases)),
        present=frozenset(map(folded, present.phrases)),
        haemolysed=any_of(values["haemolysed"]),
        haemolysis_denied=_denied_behind(values["haemolysed_marks"], values["haemolysed_denied"]),
    )


def interpretation(opened: OpenResource, part: Part) -> Interpretation:
    """Codes, in upper case, and texts of an interpretation, which is a list, one concept or a plain code."""
    if not part.interpretation:
        return _NOT_INTERPRETED
    known, written = opened.chart.decoded.interpretations, bytes(part.interpretation)
    if written not in known:
        known[written] = _interpretation(part, opened.chart.codes)
    return known[written]


def _interpretation(part: Part, reader: CodeReader) -> Interpretation:
    codes: set[str] = set()
    texts: list[str] = []
    for each in listed(load(part.interpretation)):
        codings = [*listed(member(each, "coding")), each]
        codes |= {text_of(member(coding, "code")) or text_of(coding) for coding in codings}
        codes |= {_meant(coding, reader) for coding in codings}
        texts += [text_of(each), text_of(member(each, "text"))]
        texts += [text_of(member(coding, "display")) for coding in codings]
    return frozenset(code.upper() for code in codes if code), tuple(text for text in texts if text)


def _meant(coding: object, reader: CodeReader) -> str:
    """The standard code that a code of the site stands for; empty for any other."""
    system, code = text_of(member(coding, "system")), text_of(member(coding, "code"))
    known = reader.known(system, code) if system and code else None
    return known.code if known and known.local else ""


def answer_of(opened: OpenResource, part: Part) -> Answer:
    """Whether the interpretation says yes or no."""
    codes, texts = interpretation(opened, part)
    words = _words(opened.chart.knowledge)
    if not codes.isdisjoint(words.negative_codes):
        return Answer.NO
    if not codes.isdisjoint(words.positive_codes):
        return Answer.YES
    return _plain_answer(opened, texts)


def begins_negative(knowledge: Knowledge, words: str) -> bool:
    """Whether a longer text is negative from its first word to its end: "negative <1:10 by IFA"."""
    found = _words(knowledge).negative.match(words)
    return found is not None and _words(knowledge).turned.search(words, found.end()) is None


def flagged_low(opened: OpenResource, part: Part) -> bool:
    codes, _ = interpretation(opened, part)
    return not codes.isdisjoint(_words(opened.chart.knowledge).low_codes)


def positive(opened: OpenResource, part: Part, value: Value) -> bool | None:
    """Outcome of a test: as graded, interpreted or told, else by its range; None when nobody says."""
    words = _words(opened.chart.knowledge)
    if words.traces.match(value.coded.words):
        return None
    if words.grades.match(value.coded.words):
        return True
    said = answer_of(opened, part)
    if said is Answer.NONE:
        said = value.answer
    if said is Answer.NONE and value.words:
        said = _first_word(words, value.coded.words)
    if said in (Answer.YES, Answer.NO):
        return said is Answer.YES
    quantity = value.quantity
    if quantity is None or interpretation(opened, part)[0]:
        return None
    if quantity.value == 0 and not quantity.comparator:
        return False
    return None if quantity.high is None else _above(quantity, quantity.high)


def unusable(opened: OpenResource, part: Part, *coded: Coded) -> str:
    """Why a value must not be used; empty when nothing is said against it."""
    codes, texts = interpretation(opened, part)
    beside = [_remark(opened, each) for each in parts(opened.resource.component)]
    remarks = [*notes(opened.resource.note), *codes, *texts, *[each.words for each in coded], *beside]
    words = _words(opened.chart.knowledge)
    if not words.haemolysed.search(folded(" | ".join(remarks))):
        return ""
    return "haemolysed" if any(_haemolysed(folded(remark), words) for remark in remarks) else ""


def _remark(opened: OpenResource, part: Part) -> str:
    """Name and value of a component: "Haemolysis: gross"."""
    name = opened.code(part.code, name=True)
    value = opened.code(part.value_codeable_concept or part.value_coding or part.value_string)
    return f"{name.words}: {value.words}"


def _haemolysed(remark: str, words: _Words) -> bool:
    """Whether a remark says that the sample was haemolysed, and not that it was not."""
    return any(
        not _DENIED.search(remark[: found.start()]) and not words.haemolysis_denied.match(remark, found.end())
        for found in words.haemolysed.finditer(remark)
    )


def _denied_behind(marks: tuple[str, ...], denied: tuple[str, ...]) -> re.Pattern[str]:
    mark, answer = ("|".join(map(re.escape, words)) for words in (marks, denied))
    return re.compile(rf"(?:\s*(?:{mark})|\s)*\s*(?:{answer})(?![\w+])")


def _plain_answer(opened: OpenResource, texts: tuple[str, ...]) -> Answer:
    said = (opened.text(text, name=True).answer for text in texts)
    return next((answer for answer in said if answer in (Answer.YES, Answer.NO)), Answer.NONE)


def _first_word(words: _Words, told: str) -> Answer:
    """The first of the words that tell an outcome: "positive 1:80", "not detected in this sample"."""
    found = words.outcome.search(told)
    if found is None:
        return Answer.NONE
    return Answer.YES if found[0] in words.present else Answer.NO


def _above(quantity: Quantity, high: float) -> bool | None:
    if quantity.comparator.startswith("<"):
        return False if quantity.value <= high else None
    if quantity.comparator.startswith(">"):
        return True if quantity.value >= high else None
    return quantity.value > high
