"""The switches: cards stop while the service runs, every worker sees it, and no call fails of it."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from structlog.testing import capture_logs

from cds_service.cli import main
from cds_service.errors import SettingsRefused
from cds_service.settings import Client
from cds_service.site import switch_change, switches
from cds_service.site.switch_change import Wish
from cds_service.site.switches import Switches, SwitchesWrong
from cds_service.site.switches_file import SwitchesFile
from tests.journal.given import WEAK
from tests.site.conftest import NOON, Open
from tests.wire.calls import SERVICE, call, cards, post
from tests.wire.serving import Served, serving

STROKE = "LegWeaknessRedFlagStroke"
DIFFERENTIAL = "LegWeaknessDifferential"
WHO = ("--by", "A. Nurse", "--reason", "ticket 12: alarms on the wrong ward")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "switches.toml"


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def watching(file: Path) -> tuple[SwitchesFile, list[Switches]]:
    told: list[Switches] = []
    return SwitchesFile(file, told.append), told


@pytest.mark.parametrize(
    ("text", "count", "mode"),
    [
        ("", 2, "visible"),
        ("off = true", 0, "off"),
        ("silent = true", 0, "silent"),
        ('off_clients = ["anybody"]', 0, "off"),
        ('silent_clients = ["anybody"]', 0, "silent"),
        ('off_clients = ["another"]', 2, "visible"),
        (f'off_topics = ["{DIFFERENTIAL}"]', 1, "visible"),
        (f'silent_topics = ["{DIFFERENTIAL}"]', 1, "visible"),
        ('off_topics = ["Typo"]\nsilent = true', 0, "silent"),
        ("off = true\nsilent = true", 0, "off"),
    ],
)
def test_a_switch_takes_cards_away(text: str, count: int, mode: str, site: Open, file: Path) -> None:
    file.write_text(text)
    there = site(switches_file=file)
    response = post(there.client, call(WEAK))
    assert response.status_code == 200
    assert len(response.get_json()["cards"]) == count
    (tally,) = there.rows("tally")
    assert (tally["mode"], tally["calls"]) == (mode, 1)
    assert there.client.get("/healthz").get_json()["showing"]["mode"] == mode


def test_without_a_file_nothing_is_switched(site: Open, file: Path) -> None:
    assert len(cards(site(switches_file=file).client, WEAK)) == 2


def test_a_switch_gives_back_no_card_that_the_settings_hold_back(site: Open, file: Path) -> None:
    file.write_text("off = false\nsilent = false")
    assert cards(site(mode="silent", switches_file=file).client, WEAK) == []


def test_only_the_client_that_is_named_is_switched(site: Open, file: Path) -> None:
    file.write_text('off_clients = ["other"]')
    assert len(cards(site(switches_file=file, clients=(Client(name="ehr"),)).client, WEAK)) == 2


def test_switched_off_nothing_of_the_call_is_looked_at_and_no_call_fails(site: Open, file: Path) -> None:
    file.write_text("off = true")
    there = site(switches_file=file)
    with capture_logs() as lines:
        response = post(there.client, b'{"anything": 1}')
    assert (response.status_code, response.data) == (200, b'{"cards":[]}')
    assert [line["event"] for line in lines] == ["hook call, switched off"]
    (told,) = there.client.get("/cds-services").get_json()["services"]
    assert "switched off" in told["usageRequirements"]
    assert there.rows("call_part") == []


@pytest.mark.parametrize(
    "wrong",
    [
        "off = 1",
        'off = "true"',
        "of = true",
        "off_topics = 'A'",
        "off_topics = [1]",
        'silent_clients = [""]',
        "by = 3",
        "off = true\noff = true",
        "[off]",
        "off = true # " + "x" * switches.LARGEST,
        "\xff",
    ],
)
def test_a_faulty_file_keeps_the_last_good_state_and_is_said_once(wrong: str, file: Path) -> None:
    file.write_text("silent = true")
    there, told = watching(file)
    file.write_bytes(wrong.encode("latin-1"))
    with capture_logs() as lines:
        assert there.look()
        assert there.look() == ""
    assert [line["log_level"] for line in lines] == ["error"]
    assert there.last.silent
    file.write_text("")
    assert there.look() == ""
    assert [each.silent for each in told] == [True, False]


def test_a_faulty_file_at_start_refuses_to_start(site: Open, file: Path) -> None:
    file.write_text("of = true")
    with pytest.raises(SettingsRefused, match=r"switches_file: .*of: there is no such switch; there are off"):
        site(switches_file=file)


def test_a_file_that_cannot_be_read_keeps_the_last_good_state_and_is_said_once(file: Path) -> None:
    file.write_text("off = true")
    there, _ = watching(file)
    file.unlink()
    file.mkdir()
    with capture_logs() as lines:
        assert there.look()
        assert there.look()
    assert len(lines) == 1
    assert there.last.off


@pytest.mark.parametrize("odd", ["off = " + "[" * 60_000, "off = " + "9" * 60_000, "off = [" + "{a=" * 9000])
def test_a_text_that_the_reader_of_toml_stumbles_over_is_faulty_like_any_other(odd: str, file: Path) -> None:
    file.write_text("off = true")
    following, _ = watching(file)
    file.write_text(odd)
    assert following.look().startswith("not TOML: ")
    assert following.last.off


def test_what_is_no_plain_file_is_not_waited_for_and_keeps_the_last_good_state(file: Path) -> None:
    """A pipe in its place would hold the thread for ever, and with it the kill switch."""
    file.write_text("off = true")
    following, told = watching(file)
    file.unlink()
    os.mkfifo(file)
    with capture_logs() as logged:
        problems = {following.look() for _ in range(2)}
    assert problems == {"cannot be read (NoPlainFile)"}
    assert [each["reason"] for each in logged] == ["NoPlainFile"]
    assert following.last.off
    file.unlink()
    file.write_text("off = false")
    assert following.look() == ""
    assert (following.last.off, len(told)) == (False, 2)


def test_a_pipe_at_start_refuses_to_start(site: Open, file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(SettingsRefused, match=r"switches_file: .*NoPlainFile"):
        site(switches_file=file)


def test_of_a_huge_file_only_so_much_is_read_that_it_can_be_refused(file: Path) -> None:
    file.write_text("off = true")
    following, _ = watching(file)
    with file.open("wb") as huge:
        huge.truncate(1 << 40)  # takes no space on the disk, and all memory if it were read
    assert following.look() == f"longer than {switches.LARGEST} bytes"
    assert following.last.off


def test_a_link_is_followed_and_stays_a_link(tmp_path: Path) -> None:
    """Several machines may have a link to one file: a change through one of them holds for all."""
    (tmp_path / "shared").mkdir()
    target, link = tmp_path / "shared" / "all.toml", tmp_path / "switches.toml"
    target.write_text("")
    link.symlink_to(target)
    following, _ = watching(link)
    switch_change.change(link, Wish("off", (), (), "A. Nurse", "ticket 12"), NOON)
    following.look()
    assert following.last.off
    assert link.is_symlink()
    assert switches.read(target.read_bytes()).off
    assert len((tmp_path / "shared" / "all.changes.jsonl").read_text().splitlines()) == 1


def test_a_link_to_nowhere_switches_nothing_and_can_be_switched(tmp_path: Path) -> None:
    link = tmp_path / "switches.toml"
    link.symlink_to(tmp_path / "later.toml")
    following, _ = watching(link)
    switch_change.change(link, Wish("off", (), (), "A. Nurse", "ticket 12"), NOON)
    following.look()
    assert following.last.off


def test_a_file_that_is_gone_switches_nothing(file: Path) -> None:
    file.write_text("off = true")
    there, _ = watching(file)
    file.unlink()
    assert there.look() == ""
    assert not there.last.anything


def test_the_same_size_and_time_hide_no_change(file: Path) -> None:
    file.write_text("off = true  # a")
    there, _ = watching(file)
    before = file.stat()
    file.write_text("off = false # a")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    there.look()
    assert there.last == switches.NONE


def test_no_call_reads_the_file(site: Open, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when it lies on a share that hangs: the thread waits, and calls do not."""
    file.write_text("")
    there = site(switches_file=file)
    hangs, go_on = threading.Event(), threading.Event()
    real = switches.content_of

    def read(path: Path) -> bytes:
        hangs.set()
        assert go_on.wait(60)
        return real(path)

    monkeypatch.setattr(switches, "content_of", read)
    try:
        assert len(cards(there.client, WEAK)) == 2
        assert hangs.wait(60)
        assert len(cards(there.client, WEAK)) == 2
    finally:
        go_on.set()


def test_names_that_are_not_there_are_said_and_the_others_count(site: Open, file: Path) -> None:
    file.write_text(f'off_topics = ["{DIFFERENTIAL}", "Typo"]\noff_clients = ["nobody"]')
    with capture_logs() as lines:
        site(switches_file=file)
    (held_back,) = [line for line in lines if line["event"].startswith("switches: cards")]
    assert held_back["topics"] == [DIFFERENTIAL]
    assert [line["count"] for line in lines if line["log_level"] == "error"] == [2]


# ---- the command


def run(file: Path, *arguments: str) -> Result:
    config = file.with_name("service.toml")
    clients = '[[clients]]\nname = "main-ehr"\n[[clients]]\nname = "b"\n'
    config.write_text(f'database_url = "none"\nswitches_file = "{file}"\n{clients}')
    return CliRunner().invoke(main, ["switch", *arguments, "--config", str(config)])


def changes(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in switch_change.log_beside(file).read_text().splitlines()]


def test_off_and_on_again_is_written_down_with_who_and_why(file: Path) -> None:
    result = run(file, "off", *WHO)
    assert result.exit_code == 0, result.output
    assert "off: no card goes out" in result.output
    assert "Red-flag cards are held back too." in result.output
    assert switches.read(file.read_bytes()).off
    assert run(file, "on", "--by", "B", "--reason", "mended").exit_code == 0
    assert not switches.read(file.read_bytes()).anything
    first, second = changes(file)
    assert (first["by"], first["reason"], first["switch"]) == ("A. Nurse", WHO[3], "off")
    assert (first["before"]["off"], first["after"]["off"]) == (False, True)
    assert (second["by"], second["switch"], second["after"]["off"]) == ("B", "on", False)
    assert first["on"].endswith("+00:00")


@pytest.mark.parametrize("lacking", [("--by", "A"), ("--reason", "why"), ("--by", " ", "--reason", "why")])
def test_nobody_switches_without_a_name_and_a_reason(lacking: tuple[str, ...], file: Path) -> None:
    assert run(file, "off", *lacking).exit_code == 2
    assert not file.exists()


def test_topics_and_clients_are_added_and_taken_out(file: Path) -> None:
    assert run(file, "silent", "--topic", DIFFERENTIAL, "--client", "b", *WHO).exit_code == 0
    assert run(file, "off", "--client", "main-ehr", "--client", "b", *WHO).exit_code == 0
    found = switches.read(file.read_bytes())
    assert found.silent_topics == {DIFFERENTIAL}
    assert found.off_clients == {"b", "main-ehr"}
    assert run(file, "on", "--client", "b", "--topic", DIFFERENTIAL, *WHO).exit_code == 0
    found = switches.read(file.read_bytes())
    assert found.clients == {"main-ehr"}


def test_a_topic_of_red_flags_is_held_back_only_when_that_is_said(file: Path) -> None:
    refused = run(file, "off", "--topic", STROKE, *WHO)
    assert refused.exit_code == 2
    assert f"{STROKE}: these cards are red flags" in refused.output
    assert not file.exists()
    assert run(file, "off", "--topic", STROKE, "--red-flags", *WHO).exit_code == 0
    assert switches.read(file.read_bytes()).off_topics == {STROKE}


@pytest.mark.parametrize("name", [("--topic", "Typo"), ("--client", "typo")])
def test_a_slip_in_a_name_is_refused(name: tuple[str, str], file: Path) -> None:
    result = run(file, "off", *name, *WHO)
    assert result.exit_code == 2
    assert "there are" in result.output


def test_show_says_who_and_why(file: Path) -> None:
    assert "as the settings say" in run(file, "show").output
    run(file, "silent", *WHO)
    assert "Last changed by A. Nurse" in run(file, "show").output
    assert json.loads(run(file, "show", "--json").output)["silent"] is True


def test_a_file_that_is_wrong_is_not_written_over(file: Path) -> None:
    file.write_text("of = true")
    result = run(file, "off", *WHO)
    assert result.exit_code == 2
    assert "there is no such switch" in result.output
    assert file.read_text() == "of = true"


def test_without_the_setting_there_is_nothing_to_switch(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["switch", "show"])
    assert result.exit_code == 2
    assert "switches_file is not set" in result.output


@pytest.mark.parametrize("odd", ['say "no"', "back\\slash", "two\nlines", "tab\t", "ümläut 😀", "#", "\x01"])
def test_what_people_write_is_read_again_as_written(odd: str, file: Path) -> None:
    after = switch_change.change(file, Wish("off", (), (), odd, odd), NOON)
    assert switches.read(file.read_bytes()) == after
    assert after.reason == odd
    with pytest.raises(SwitchesWrong):
        switches.read(file.read_bytes() + b"more = 1\n")


def test_changes_from_several_shells_are_all_kept(file: Path) -> None:
    def work(number: int) -> None:
        switch_change.change(file, Wish("off", (f"T{number}",), (), "x", "y"), NOON)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert switches.read(file.read_bytes()).off_topics == {f"T{number}" for number in range(20)}
    assert len(changes(file)) == 20
    assert not list(file.parent.glob(".switches*"))


# ---- served, under load


def test_flipped_under_load_cards_stop_and_no_call_fails(tmp_path: Path, file: Path) -> None:
    body, seen, end = call(WEAK), [], threading.Event()

    def load(served: Served) -> None:
        while not end.is_set():
            answer = served.ask("POST", SERVICE, body)
            seen.append((answer.status, len(answer.body["cards"])))

    with serving(tmp_path, f'switches_file = "{file}"\n', workers=2) as served:
        threads = [threading.Thread(target=load, args=(served,)) for _ in range(3)]
        for each in threads:
            each.start()
        try:
            for wish, count in (("off", 0), ("on", 2), ("silent", 0), ("on", 2)):
                switch_change.change(file, Wish(wish, (), (), "A", "drill"), NOON)
                # Twelve in a row: both workers have seen it.
                until(lambda count=count: len(seen) > 12 and all(n == count for _, n in seen[-12:]))  # type: ignore[misc]
        finally:
            end.set()
            for each in threads:
                each.join()
        assert {status for status, _ in seen} == {200}
        assert {count for _, count in seen} == {0, 2}
        log = served.log.read_text()
    assert log.count("switches: cards are held back") >= 4
    assert "hook call, switched off" in log
