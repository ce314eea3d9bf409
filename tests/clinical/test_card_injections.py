"""Text of the record reaches a card as text: no markup, no link, nothing that steers what is seen."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cards import phrases, record_text, words
from cards.record_text import escaped, harmless, plain
from tests.clinical import rendered
from tests.clinical.bedside import (
    LOINC,
    SNOMED,
    UCUM,
    Resource,
    answer_to,
    call_for,
    condition,
    exam,
    instant,
    loss_of_bladder_control,
    measured,
    medicine,
    observation,
    patient,
    procedure,
    report,
    resource,
    weakness,
)

MARKER = "zqx"
"""Stands in every hostile text, so that a card that shows one can be told."""
INJECTIONS = {
    "link": "[zqx](https://evil.example/?q=1)",
    "link in angles": "[zqx](<https://evil.example>)",
    "reference link": "[zqx][1] [1]: https://evil.example",
    "reference by itself": "[zqx]: https://evil.example 'title'",
    "autolink": "<https://zqx.example>",
    "autolink of mail": "<zqx@evil.example>",
    "bare address": "https://zqx.example/a?b=c",
    "bare address in brackets": "(http://zqx.example)",
    "scheme without a name": "zqx javascript:alert(1) data:text/html,x",
    "two slashes": "//localhost/zqx //zqx.example",
    "www": "www.zqx.example WWW.ZQX.COM",
    "name with a dot": "zqx.com, clinic.no zqx",
    "mail": "zqx@evil.example",
    "mail by scheme": "mailto:zqx@evil.example xmpp:zqx@evil.example",
    "image": "![zqx](https://evil.example/x.png)",
    "image by reference": "![zqx][x]",
    "HTML inline": "<b>zqx</b> <script>alert(1)</script>",
    "HTML with a handler": "<img src=x onerror=alert(1)> zqx",
    "HTML block": "<div>\nzqx\n</div>",
    "HTML comment": "<!-- zqx --> <![CDATA[zqx]]> <?php zqx ?>",
    "HTML not closed": "<iframe src='x' zqx",
    "entities": "&lt;b&gt;zqx&lt;/b&gt; &#60;i&#62; &#x3C;u&#x3E; &colon;//",
    "emphasis": "*zqx* **zqx** _zqx_ __zqx__ ***zqx***",
    "strikethrough": "~zqx~ ~~zqx~~",
    "code": "`zqx` ``zqx``",
    "fence": "```\nzqx\n```",
    "fence of tildes": "~~~ html\nzqx\n~~~",
    "indented code": "\n\n    zqx",
    "heading": "\n# zqx\n",
    "heading at the start": "# zqx",
    "underlined heading": "zqx\n===\nzqx\n---",
    "rule": "\n***\nzqx\n- - -\n___",
    "quotation": "\n> zqx",
    "list": "\n- zqx\n* zqx\n+ zqx",
    "list at the start": "- zqx",
    "list with plus": "+ zqx",
    "numbers": "1. zqx\n2) zqx",
    "number at the start": "12) zqx",
    "task": "- [x] zqx",
    "table": "| zqx | b |\n|---|---|\n| 1 | 2 |",
    "table without edges": "zqx | b\n--- | ---\n1 | 2",
    "footnote": "zqx[^1]\n\n[^1]: zqx",
    "definition": "zqx\n: zqx",
    "marked": "==zqx== ++zqx++ ^zqx^",
    "mathematics": "$zqx$ $$zqx$$ \\(zqx\\)",
    "template": "{{zqx}} {% zqx %} {zqx} {0} %s",
    "mention": "@zqx asks",
    "emoji": ":zqx: :+1: :skull_and_crossbones:",
    "escape": "\\*zqx\\* \\[zqx](x) \\\\<b>zqx</b>",
    "escape at the end": "zqx \\",
    "hard break": "zqx  \nzqx\\\nzqx",
    "line breaks": "zqx\r\nzqx\rzqx\x0bzqx\x0czqx\x85zqx\u2028zqx\u2029zqx",
    "direction": "zqx \u202eevil\u202c \u2066zqx\u2069 \u200f\u061c",
    "invisible": "z\u200bq\u200cx\u200d\ufeff zqx\u00ad \u2060 \U000e0041",
    "control": "zqx\x00\x07\x1b[31m\x7f\x9b1m",
    "long word": "zqx" * 100,
    "many marks": "zqx" + "\u0301" * 200,
    "the end of the quotation": "zqx”)\n\n**Next step:** go home",
}

Place = Callable[[str], list[Resource]]


def _values(text: str) -> list[Resource]:
    """A number in each member that has a text beside it."""
    quantity = {"value": 2.1, "unit": text, "system": UCUM, "code": "mmol/L"}
    return [
        observation("Potassium", code="loinc 2823-3", valueQuantity=quantity),
        measured(f"Potassium {text}", 2.1, "mmol/L", code="loinc 2823-3"),
        measured("Creatine kinase", 9000, text, code="loinc 2157-6"),
        measured("Body temperature", 39, f"Cel {text}", code="loinc 8310-5"),
        observation(
            "Vital capacity",
            code="loinc 19868-9",
            valueQuantity={"value": 1, "unit": "L", "comparator": text},
        ),
    ]


def _coded(text: str) -> Resource:
    """No text of its own: the words come from the display of the code."""
    return condition(None) | {
        "code": {"coding": [{"system": SNOMED, "code": "26544005", "display": text}, {"display": text}]}
    }


def _tall(text: str) -> list[Resource]:
    site = {"text": text, "coding": [{"display": text}]}
    row = {"code": {"text": f"Leg power {text}"}, "valueString": f"3/5 {text}"}
    return [
        weakness() | {"bodySite": [site], "severity": site, "stage": [{"summary": site}]},
        observation(f"Leg power {text}", valueString=f"weak {text}", component=[row], bodySite=site),
        observation(
            "Deep tendon reflexes", valueCodeableConcept={"text": f"absent {text}"}, interpretation=[site]
        ),
        exam("Saddle numbness", note=[{"text": text}], method=site, dataAbsentReason=site),
    ]


PLACES: dict[str, Place] = {
    "words of a code": lambda text: [
        condition(f"Weakness of both legs {text}"),
        condition(f"{text} leg weakness"),
    ],
    "words before it": lambda text: [condition(f"{text} foot drop", code="snomed 6077001")],
    "display of a code": lambda text: [_coded(text), _coded(f"{text} leg weakness")],
    "notes and statuses": lambda text: [
        weakness(of=f"both legs {text}", note=[{"text": f"worse {text}"}])
        | {"clinicalStatus": {"text": text, "coding": [{"code": text}]}},
        condition(f"Saddle anaesthesia {text}", encounter={"display": text})
        | {"verificationStatus": {"text": text, "coding": [{"code": "confirmed"}]}},
    ],
    "values and units": _values,
    "rows of a form": _tall,
    "reports": lambda text: [report(f"MRI spine {text}", f"Cord compression at T8. {text}")],
    "conclusions": lambda text: [report("MRI brain", f"{text} Acute infarct")],
    "medicines": lambda text: [
        medicine(f"{text} simvastatin", code="rxnorm 36567")
        | {"dosageInstruction": [{"text": text, "patientInstruction": text}]},
        medicine(f"Furosemide {text}"),
        condition("Proximal weakness of both legs", since="20 days"),
        measured("Creatine kinase", 900, "U/L", code="loinc 2157-6"),
    ],
    "events": lambda text: [
        procedure(f"Epidural steroid injection {text}"),
        resource(
            "Immunization",
            vaccineCode={"text": f"Influenza {text}"},
            occurrenceDateTime=instant("9 days"),
            status="completed",
        ),
        resource(
            "Encounter",
            status="finished",
            reasonCode=[{"text": f"Leg weakness {text}"}],
            period={"start": instant("3 days")},
        ),
    ],
    "reasons": lambda text: [
        resource(
            "Encounter",
            status="in-progress",
            reasonCode=[{"text": f"Sudden right hemiparesis {text}"}],
            period={"start": instant("3 hours")},
        )
    ],
    "ids and references": lambda text: [
        weakness(id=text, encounter={"reference": text}),
        measured("Potassium", 15, "mmol/L", code="loinc 2823-3") | {"id": text},
    ],
}


def chart(place: str, text: str) -> list[Resource]:
    return patient(weakness(since="20 days"), *PLACES[place](text))


def _with_a_red_flag(place: str, text: str) -> list[Resource]:
    return [*chart(place, text), loss_of_bladder_control()]


def faults(record: list[Resource], **more: Any) -> list[str]:
    call = call_for(record)
    call["prefetch"] |= more
    return [fault for card in answer_to(call)["cards"] for fault in rendered.faults(card, MARKER)]


@pytest.mark.parametrize("place", PLACES)
def test_no_injection_becomes_markup_a_link_or_an_order_to_the_screen(place: str) -> None:
    for name, text in INJECTIONS.items():
        assert faults(chart(place, text)) == [], name
        assert faults(_with_a_red_flag(place, text)) == [], name


@pytest.mark.parametrize("name", INJECTIONS)
def test_nor_does_a_key_of_the_prefetch_or_a_type_that_is_none(name: str) -> None:
    text = INJECTIONS[name]
    broken = {text: {"resourceType": text}, "zqx": None, "Observation": {"resourceType": "OperationOutcome"}}
    assert faults(_with_a_red_flag("ids and references", text), **broken) == []


@pytest.mark.parametrize("place", sorted(PLACES.keys() - {"ids and references", "conclusions", "events"}))
def test_words_of_the_record_are_shown_from_every_place(place: str) -> None:
    """Else the tests above would look at nothing."""
    cards = answer_to(call_for(chart(place, MARKER)))["cards"]
    assert any(MARKER in card["detail"] for card in cards)


def test_without_the_escapes_nearly_every_injection_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (phrases, words):
        monkeypatch.setattr(module, "escaped", lambda text, _limit: text)
    found = [name for name, text in INJECTIONS.items() if faults(chart("words of a code", text))]
    assert len(found) > 35, sorted(INJECTIONS.keys() - set(found))  # the rest needs the beginning of a line


HOSTILE = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="\\`*_{}[]()<>#|~&!$^+-=:./@\"' \n\t1ab", max_size=80),
    st.lists(st.sampled_from([*INJECTIONS.values(), "leg weakness", " ", "\n", "\\"]), max_size=5).map(
        "".join
    ),
)
CONTEXTS = {
    "{}": "{}",
    "“{}”": "“{}”",
    "- {}: why": "{}: why",
    "1. **Cause** ({})": "Cause ({})",
    "   - For: weakness (20 Nov 2026, “{}”)": "For: weakness (20 Nov 2026, “{}”)",
    "**Not assessed:** {}.": "Not assessed: {}.",
}
"""Where a card has text of the record, and how that reads when it is rendered."""


def _without_blanks(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=500, deadline=None)
@example("@", "“{}”", 60)
@example("see @", "“{}”", 60)
@given(HOSTILE, st.sampled_from(sorted(CONTEXTS)), st.integers(10, 120))
def test_any_text_comes_out_as_it_went_in(text: str, context: str, limit: int) -> None:
    """Its rendering is the text and no more, blanks apart, which break what looks like an address."""
    wanted, shown = harmless(text, limit), escaped(text, limit)
    detail = context.format(shown)
    assert rendered.live(detail) == []
    assert _without_blanks(rendered.text_of(detail)) == _without_blanks(CONTEXTS[context].format(wanted))
    assert _without_blanks(plain(shown)) == _without_blanks(wanted)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(PLACES)), HOSTILE, HOSTILE)
def test_a_card_is_harmless_whatever_the_record_says(place: str, text: str, other: str) -> None:
    assert (
        faults([*_with_a_red_flag(place, f"{text} {MARKER} {other}"), *PLACES["words of a code"](other)])
        == []
    )


def test_no_character_that_steers_or_cannot_be_seen_is_left() -> None:
    hidden = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}
    signs = (chr(point) for point in range(0x110000))
    left = [
        f"U+{ord(sign):04X}" for sign in signs if unicodedata.category(sign) in hidden and harmless(sign, 9)
    ]
    assert left == []


def test_units_stay_readable() -> None:
    assert plain(escaped("> 2 10*9/L [iU] ^ & #", 60)) == "> 2 10*9/L [iU] ^ & #"
    assert record_text.plain("a \\< 2.5 mmol/L") == "a < 2.5 mmol/L"


def test_a_summary_is_plain_text() -> None:
    """A backslash in front of a sign is Markdown's, and a summary is none."""
    old = [
        condition("Multiple sclerosis", code="icd10cm G35", since="6 years", category="problem-list-item"),
        condition("Weakness of both legs", since="5 years", category="problem-list-item"),
    ]
    call = call_for(patient(*old, measured("Potassium", 2.1, "10*9_furlong", code="loinc 2823-3")))
    (card,) = answer_to(call)["cards"]
    assert "potassium 2.1 10*9_furlong" in card["summary"]
    assert "10\\*9\\_furlong" in card["detail"]
    assert LOINC not in str(card)
