"""Answered questionnaires: each answer is read as an observation of what was asked."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from msgspec import Raw

from cards.findings import Finding
from cds_service.evidence.codes import Coded
from cds_service.evidence.dates import Dated
from cds_service.evidence.folding import holds_any
from cds_service.evidence.hits import NOWHERE
from cds_service.evidence.open_chart import OpenResource
from cds_service.evidence.statements import read_statement
from cds_service.evidence.thin import Part, parts, state_of, text_of

COUNTS = ("completed", "amended", "in-progress", "")
_LOINC = re.compile(r"(?:^|[/#])([0-9]{1,7}-[0-9])$")


def read_questionnaire(opened: OpenResource) -> list[Finding]:
    if state_of(opened.resource.status) not in COUNTS:
        return []
    return _items(opened, opened.resource.item, opened.saw(opened.date(opened.resource.authored)))


def _items(opened: OpenResource, raw: Raw, dated: Dated | None) -> list[Finding]:
    found: list[Finding] = []
    for item in parts(raw):
        question = _question(opened, item)
        if question.not_the_patients or _of_the_family(opened, question):
            continue  # with all that is asked below it: "family history"
        for answer in parts(item.answer):
            found += read_statement(opened, question, answer, NOWHERE, dated=dated)
            found += _items(opened, answer.item, dated)
        found += _items(opened, item.item, dated)
    return found


def _of_the_family(opened: OpenResource, question: Coded) -> bool:
    return holds_any(question.words, opened.chart.knowledge.reading["values"]["family_questions"])


def _question(opened: OpenResource, item: Part) -> Coded:
    """The question as asked, with the LOINC code that linkId or definition may carry.

    A linkId counts as a code of the questionnaire, for a site that says what its questions mean.
    """
    asked: dict[str, Any] = {"text": text_of(item.text)}
    codes = (_LOINC.search(text_of(where)) for where in (item.link_id, item.definition))
    if code := next((found[1] for found in codes if found), ""):
        asked["coding"] = [{"system": "http://loinc.org", "code": code}]
    questionnaire = text_of(opened.resource.questionnaire).partition("|")[0]
    if questionnaire and opened.chart.codes.knows_system(questionnaire):
        asked.setdefault("coding", []).append({"system": questionnaire, "code": text_of(item.link_id)})
    return opened.code(Raw(msgspec.json.encode(asked)), name=True)
