"""What `leg-weakness-cds explain` prints for a person: the chain from findings to cards, and nothing else."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cards import assessment
from cds_service import fixtures
from cds_service.cli import main
from cds_service.conformance import Departure, departures
from cds_service.evidence import Entry
from cds_service.told_words import number, span
from tests.wire.calls import bundle, call, condition, everything, patient

MOMENT = "2026-11-22T09:00"
SADDLE, MESSY = "sciatica-with-saddle-numbness", "messy-chart"


def hook_call(situation: str) -> bytes:
    return json.dumps(fixtures.call(situation, datetime.fromisoformat(MOMENT).replace(tzinfo=UTC))).encode()


def run(given: Any, *options: str, width: int = 80) -> Result:
    data = given if isinstance(given, bytes) else json.dumps(given).encode()
    environment = {"COLUMNS": str(width), "FORCE_COLOR": None, "TTY_COMPATIBLE": None}
    arguments = ["explain", "-", "--as-of", MOMENT, *options]
    return CliRunner().invoke(main, arguments, input=data, env=environment)


def shown(given: Any, *options: str, width: int = 80) -> str:
    result = run(given, *options, width=width)
    assert result.exit_code == 0, result.output
    return result.stdout


def part(text: str, title: str) -> str:
    """One section, its lines joined, so that a test does not depend on where they break."""
    found = re.search(rf"^{title}[^\n]*\n(.*?)(?=^[A-Z][^\n]* ───|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title} in:\n{text}"
    return " ".join(found[1].split())


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(each) for each in parts]
    return -1 not in places and places == sorted(places)


@pytest.mark.parametrize("width", [80, 140])
def test_the_chain_is_told_from_the_findings_to_the_cards(width: int) -> None:
    text = shown(hook_call(SADDLE), width=width)
    titles = ("Patient lw-saddle", "Findings (13)", "Features (15", "Red flags (1)", "Possible causes (2)")
    assert in_order(text, *titles, "Not recorded, and would", "Not read or not assessed (0)", "Cards (2)")
    assert max(map(len, text.splitlines())) <= width


def test_the_header_says_whose_chart_when_which_content_and_how_urgent_in_words() -> None:
    head = shown(hook_call(SADDLE)).partition("Findings")[0]
    assert in_order(head, "Patient lw-saddle", "CRITICAL: a red flag", "22 Nov 2026 09:00 UTC", "sha256:")
    assert "empty: DiagnosticReport" in head


def test_findings_have_a_date_as_people_write_it_their_words_and_their_resource_newest_first() -> None:
    findings = part(shown(hook_call(SADDLE)), "Findings")
    assert in_order(
        findings,
        "22 Nov 2026 08:20 Post-void residual 420 mL · Post-void residual volume "
        "Observation/lw-saddle-post-void-residual",
        "22 Nov 2026 07:00 Pain in both legs · Leg pain · bilateral Encounter/lw-saddle-visit",
        "12 Nov 2026 Low back pain Condition/lw-saddle-back-pain",
        "1 May 2026 Influenza vaccine",
    )
    assert "affirmed" not in findings


def test_a_wide_terminal_gets_columns() -> None:
    rows = [re.split(r"\s{2,}", row.strip()) for row in shown(hook_call(SADDLE), width=140).splitlines()]
    assert ["12 Nov 2026", "Low back pain", "Condition/lw-saddle-back-pain"] in rows
    assert ["When", "The record says", "What it names", "Side", "Where"] in rows
    assert ["present", "Post-void residual", "420 mL", "22 Nov 2026 08:20"] in [row[:4] for row in rows]


@pytest.mark.parametrize(
    ("onset", "as_written"),
    [("2026-03", "Mar 2026"), ("2026", "2026"), ("2026-11-12", "12 Nov 2026"), (None, "no date")],
)
def test_a_vague_date_is_shown_as_vague_as_it_is(onset: str | None, as_written: str) -> None:
    entry = condition("weakness of left leg") | {"onsetDateTime": onset}
    findings = part(shown(call(everything(conditions=entry))), "Findings")
    assert findings.startswith(f"{as_written} weakness of left leg")


def test_what_is_only_suspected_or_denied_says_so() -> None:
    doubted = condition("weakness of left leg", verificationStatus={"coding": [{"code": "provisional"}]})
    assert "(suspected)" in part(shown(call(everything(conditions=doubted))), "Findings")
    denied = condition("no weakness of left leg")
    text = shown(call(everything(conditions=denied)))
    assert "(denied)" in part(text, "Findings")
    assert "absent Weakness stated for one or both legs" in part(text, "Features")


def test_features_have_rounded_values_and_the_rest_is_a_count() -> None:
    features = part(shown(hook_call(SADDLE)), "Features")
    assert "present Post-void residual · 420 mL · 22 Nov 2026 08:20 Observation/" in features
    assert "(at evaluation time) · 1 hour · 22 Nov 2026 08:00 Observation/lw-saddle-ankle-power" in features
    assert "0.04" not in features
    assert "Leg pain · bilateral · since 12 Nov 2026 Condition/lw-saddle-sciatica Encounter/" in features
    assert re.search(r"Not recorded, which does not mean normal: 1\d\d other features\.", features)
    assert "Follow from these: Explicit leg weakness;" in features


def test_a_red_flag_has_its_level_its_grounds_and_those_that_were_merged_into_it() -> None:
    flags = part(shown(hook_call(SADDLE)), "Red flags")
    assert flags.startswith("CRITICAL Loss of bladder, bowel or saddle sensation")
    assert "Urinary retention (new) Condition/lw-saddle-retention" in flags
    assert "(rf_ces_threatened): said more exactly by “Loss of bladder, bowel or saddle sensation" in flags


def test_a_lowered_red_flag_says_why() -> None:
    known = condition("Cauda equina syndrome", "c2", "2026-11-15", recordedDate="2026-11-15") | {
        "verificationStatus": {"coding": [{"code": "confirmed"}]}
    }
    signs = [
        condition("numbness of saddle area", "c3", "2026-11-14"),
        condition("weakness of both legs", "c4", "2026-11-14"),
    ]
    flags = part(shown(call(everything(conditions=bundle(known, *signs)))), "Red flags")
    assert flags.startswith("WARNING")
    assert "Lowered from critical: the diagnosis is recorded since 15 Nov 2026, Condition/c2." in flags


def test_causes_have_rows_for_and_against_with_strength_and_source() -> None:
    causes = part(shown(hook_call(SADDLE)), "Possible causes")
    assert in_order(
        causes,
        "1. Cauda equina syndrome (cauda_equina), named by a critical red flag",
        "for, strong Saddle / perianal / genital numbness · Dionne 2019 Observation/lw-saddle-saddle-numb",
        "against nothing recorded",
        "2. Lumbar disc herniation",
    )


def test_cards_look_as_in_an_ehr() -> None:
    cards = shown(hook_call(SADDLE)).partition("Cards (2)")[2]
    assert in_order(cards, "─ CRITICAL ─", "Saddle numbness, new", "• New urinary retention", "─ INFO ─")
    assert "**" not in cards


def test_text_of_the_record_is_shown_as_written_and_is_no_markup() -> None:
    words = "weakness of both legs *a* <b>x</b> [bold]y[/bold]"
    chart = everything(conditions=condition(words, onset="2026-11-22T07:00:00Z"))
    text = shown(call(chart), width=140)
    assert words in part(text, "Findings")
    assert f"“{words}”" in " ".join(text.partition("Cards (")[2].split())


@pytest.mark.parametrize("situation", fixtures.names())
def test_a_pipe_gets_no_colour_codes_and_no_line_that_is_cut(situation: str) -> None:
    text = shown(hook_call(situation), "--conformance")
    assert "\x1b" not in text
    assert "…" not in text.partition("Cards (")[0]  # a card may cut what it quotes, the explanation nothing


@pytest.mark.parametrize("situation", [SADDLE, MESSY, "sudden-right-sided-weakness"])
@pytest.mark.parametrize("width", [80, 140])
def test_every_finding_stands_with_its_whole_reference(situation: str, width: int) -> None:
    chain = shown(hook_call(situation), width=width).partition("Red flags")[0]
    for finding in json.loads(shown(hook_call(situation), "--json"))["findings"]:
        assert re.search(rf"{re.escape(finding['resource'])}(?!\S)", chain), finding["resource"]


def test_a_general_red_flag_beside_an_exact_one_says_why_it_is_not_shown() -> None:
    flags = part(shown(hook_call("weakness-with-numbness-getting-worse")), "Red flags")
    assert "Fired too, not shown: Worsening leg weakness (rf_worsening): general, and another rule" in flags


def test_a_reference_that_is_too_long_goes_on_in_the_next_line() -> None:
    long = "x" * 100
    text = shown(call(everything(conditions=condition("weakness of left leg", long))))
    assert f"Condition/{long}" in re.sub(r"\s+", "", part(text, "Findings"))


def test_the_messy_chart_names_what_could_not_be_read_and_why() -> None:
    text = shown(hook_call(MESSY))
    unread = part(text, "Not read or not assessed")
    assert unread == (
        "• resources of another patient: they name another patient "
        "• CK 110 furlong: unit not understood · a red flag may stand there "
        "Observation/lw-messy-creatine-kinase"
    )
    assert "Beware" in text.partition("Findings")[0]


def test_what_the_ehr_did_not_give_is_named() -> None:
    unread = part(shown(call({"patient": patient(), "conditions": bundle()})), "Not read or not assessed")
    assert "observations and results: not given by the EHR · a red flag may stand there Observation" in unread


def test_a_chart_without_anything_says_that_it_was_looked_at() -> None:
    text = shown(call())
    assert "NO CARD: looked, nothing to say" in text.partition("Findings")[0]
    assert "No rule fired" in part(text, "Red flags")
    assert "Possible causes" not in text


def test_a_patient_who_died_gets_no_card_for_that_reason() -> None:
    dead = patient() | {"deceasedBoolean": True}
    text = shown(call(everything(patient=dead, conditions=condition("paralysis of both legs"))))
    assert "NO CARD: Patient has died" in text.partition("Findings")[0]


def test_a_stage_that_fails_is_named_and_fails_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assessment, "find_red_flags", fail)
    result = run(hook_call(SADDLE))
    assert result.exit_code == 1
    assert "INCOMPLETE" in result.stdout.partition("Findings")[0]
    assert "FAILED: the stage “red flags”" in result.stdout
    assert result.stderr == ""


def test_several_patients_are_set_apart_and_counted() -> None:
    other = bundle(patient("p2"), condition("b", subject={"reference": "Patient/p2"}))
    lines = [bundle(patient(), condition("sudden weakness of both legs")), other]
    text = shown(gzip.compress(b"\n".join(json.dumps(each).encode() for each in lines)))
    first, second, count = text.split("═" * 80)
    assert "Patient p1" in first
    assert "Patient p2" in second
    assert count.strip() == "2 patients: 1 info, 1 no card."
    assert "patients" not in shown(other)


def test_a_broken_gzip_file_is_said_in_a_sentence() -> None:
    result = run(gzip.compress(hook_call(SADDLE))[:-20])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The file begins like gzip")


@pytest.mark.parametrize("options", [(), ("--json",), ("--conformance",)])
def test_no_log_line_appears_unless_asked_for(options: tuple[str, ...]) -> None:
    assert run(hook_call(MESSY), *options).stderr == ""
    logged = [json.loads(line) for line in run(hook_call(MESSY), *options, "--verbose").stderr.splitlines()]
    assert "hook call" in [line["event"] for line in logged]


def test_no_log_line_appears_when_started_as_a_program() -> None:
    command = [sys.executable, "-m", "cds_service.cli", "explain", "-"]
    done = subprocess.run(command, input=hook_call(MESSY), capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    assert b"\x1b" not in done.stdout


def test_a_terminal_gets_colours_and_the_words_all_the_same() -> None:
    environment = {"FORCE_COLOR": "1", "COLUMNS": "80", "TERM": "xterm-256color", "NO_COLOR": None}
    asked = ["explain", "-", "--as-of", MOMENT]
    result = CliRunner().invoke(main, asked, input=hook_call(SADDLE), env=environment, color=True)
    assert re.search(r"\x1b\[[0-9;]*31m[^\x1b]*CRITICAL", result.stdout)


# ---- conformance


def found(content: Any) -> list[tuple[str, str]]:
    entry = Entry(json.dumps(content).encode(), "conditions, entry 1")
    return [(each.path, each.what) for each in departures([entry])]


def test_conformance_lists_paths_of_the_messy_chart() -> None:
    said = part(shown(hook_call(MESSY), "--conformance"), "Not valid FHIR R4")
    assert "Condition/lw-messy-hay-fever category: a list belongs here clinicalStatus: a text" in said
    assert "Observation/lw-messy-impossible-date effectiveDateTime: not a date" in said
    assert "Observation/lw-messy-no-code code: required, and not there" in said
    assert "Not valid" not in shown(hook_call(MESSY))


def test_conformance_never_quotes_the_record() -> None:
    secret = "Snowdrop"
    content = {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": 5, secret + " was here": 1},
        "code": secret,
        "onsetDateTime": secret,
        "onsetAge": {"value": secret},
        "bodySite": [{"coding": [{"code": [secret]}]}],
        "stage": [secret, None],
        "contained": [{"resourceType": secret}],
        secret + " is ill": True,
    }
    for each in (
        content,
        {"resourceType": secret + " is ill"},
        {"resourceType": "Condition"} | {"id": [secret]},
    ):
        said = repr(departures([Entry(json.dumps(each).encode(), "conditions, entry 1")]))
        assert said != "[]"
        assert secret not in said
    assert ("code", "a text or number stands where an object belongs") in found(
        {"resourceType": "Condition", "subject": {"reference": "Patient/p1"}, "code": secret}
    )


@pytest.mark.parametrize("raw", [b"5", b"{", b'"x"', b"[]", b"{}", b'{"resourceType": 5}', b"\xff"])
def test_what_is_no_resource_is_named_by_its_place(raw: bytes) -> None:
    (departure,) = departures([Entry(raw, "conditions, entry 1")])
    assert departure == Departure("conditions, entry 1", "(the whole resource)", "not a FHIR resource")


def test_conformance_changes_nothing_else() -> None:
    plain = json.loads(run(hook_call(MESSY), "--json").stdout)
    checked = json.loads(run(hook_call(MESSY), "--json", "--conformance").stdout)
    listed = checked.pop("notConformant")
    assert checked == plain
    assert {"resource": "Observation/lw-messy-no-code", "path": "code"}.items() <= listed[4].items()


def test_a_sound_chart_conforms_and_the_limits_of_the_check_are_said() -> None:
    said = part(shown(hook_call(SADDLE), "--conformance"), "Not valid FHIR R4")
    assert said.startswith("Nothing found.")


@pytest.mark.parametrize("options", [(), ("--conformance",)])
def test_the_validator_is_loaded_only_when_asked_for(options: tuple[str, ...]) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "cds_service.cli", "explain", "-", *options]
    done = subprocess.run(command, input=hook_call(SADDLE), capture_output=True, check=True, timeout=60)
    assert bool(re.search(rb"\| +fhir\.resources", done.stderr)) == bool(options)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0.0003, "less than a minute"),
        (0.02, "29 minutes"),
        (0.042, "1 hour"),
        (1.4, "1 day"),
        (9, "9 days"),
        (14, "2 weeks"),
        (60.9, "2 months"),
        (400, "13 months"),
        (800, "2 years"),
    ],
)
def test_a_span_is_told_in_the_unit_in_which_people_say_it(days: float, words: str) -> None:
    assert span(days) == words


@pytest.mark.parametrize(("value", "words"), [(0.00042, "0.00042"), (6.8333, "6.83"), (12345.6, "12,346")])
def test_a_number_is_rounded_and_never_to_nothing(value: float, words: str) -> None:
    assert number(value) == words
