"""The command line and the server as they are started, and what the README promises of them."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from click.testing import CliRunner, Result

from cds_service.cli import main
from cds_service.places import content_folder
from tests.wire.calls import bundle, call, condition, everything, patient

SITUATION = "sudden-right-sided-weakness"
PROGRAM = [sys.executable, "-m", "cds_service.cli"]


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=given)


def explained(content: Any, *arguments: str) -> dict[str, Any]:
    given = content if isinstance(content, bytes) else json.dumps(content).encode()
    result = run("explain", "-", "--json", *arguments, given=given)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[0])
    return found


def test_fixture_prints_a_call_and_lists_without_a_name() -> None:
    assert SITUATION in run("fixture").stdout.split()
    assert json.loads(run("fixture", SITUATION).stdout)["hook"] == "patient-view"
    assert run("fixture", "no-such").exit_code == 2


def test_explain_tells_how_a_chart_leads_to_its_cards() -> None:
    shown = run("explain", "-", given=run("fixture", SITUATION).stdout_bytes)
    assert shown.exit_code == 0, shown.output
    for part in ("Findings", "Features", "Red flags", "Possible causes", "─ CRITICAL ─", "(rf_stroke)"):
        assert part in shown.stdout
    assert re.search(r"hemiparesis.*\n +(Condition|Observation|Encounter)/", shown.stdout)


def test_a_call_and_the_same_chart_as_a_file_give_the_same_cards() -> None:
    made = json.loads(run("fixture", SITUATION, "--as-of", "2026-11-20T12:00").stdout)
    resources = [entry["resource"] for each in made["prefetch"].values() for entry in each.get("entry", ())]
    resources.append(made["prefetch"]["patient"])
    as_call = explained(made, "--as-of", "2026-11-20T12:00")
    forms: list[Any] = [
        bundle(*resources),
        resources,
        "\n".join(json.dumps(each) for each in resources).encode(),
        gzip.compress(json.dumps(bundle(*resources)).encode()),
    ]
    for form in forms:
        as_file = explained(form, "--as-of", "2026-11-20T12:00")
        assert [each["detail"] for each in as_file["cards"]] == [each["detail"] for each in as_call["cards"]]


def test_a_file_is_the_whole_chart_and_lacks_nothing() -> None:
    assert explained(bundle(patient(), condition("hay fever")))["cards"] == []


def test_several_patients_are_told_apart() -> None:
    other = bundle(patient("p2"), condition("b", subject={"reference": "Patient/p2"}))
    lines = b"\n".join(json.dumps(each).encode() for each in (bundle(patient(), condition("a")), other))
    both = run("explain", "-", "--json", given=lines)
    assert [json.loads(line)["patient"] for line in both.stdout.splitlines()] == ["p1", "p2"]
    assert explained(lines, "--patient", "p2")["patient"] == "p2"
    assert run("explain", "-", "--patient", "p3", given=json.dumps(call()).encode()).exit_code == 2


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (b"<html>", 1),
        (b'{"resourceType": "Condition"}', 1),
        (json.dumps(call({"patient": patient()})).encode(), 1),
        (json.dumps(call(hook="order-sign")).encode(), 1),
    ],
)
def test_explain_says_in_a_sentence_what_it_cannot_read(given: bytes, code: int) -> None:
    result = run("explain", "-", given=given)
    assert result.exit_code == code
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.output


def test_misuse_is_exit_code_2() -> None:
    assert run("explain", "no-such-file").exit_code == 2
    assert run("explain", "-", "--as-of", "Tuesday", given=b"{}").exit_code == 2
    assert run("serve", "--config", "no-such-file.toml").exit_code == 2
    assert run("serve", "--port", "0").exit_code == 2


def test_text_of_the_record_cannot_steer_the_terminal() -> None:
    chart = everything(conditions=condition("sudden weakness of right leg \x1b[2J\x07"))
    assert "\x1b" not in run("explain", "-", given=json.dumps(call(chart)).encode()).stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[str], int]]:
    """What `serve` prints, and its port."""
    port = free_port()
    log = tmp_path_factory.mktemp("serve") / "log"
    with log.open("w") as errors:
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--port", str(port), "--workers", "2"],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout
    yield _until_ready(process.stdout), port
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    process.stdout.close()
    assert "Traceback" not in log.read_text()


def _until_ready(printed: IO[str]) -> list[str]:
    lines = []
    for line in printed:
        lines.append(line.strip())
        if "curl" in line:
            break
    return lines


def ask(port: int, method: str, path: str, body: Any = None, **options: Any) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": "application/json"} if body is not None else {}
    connection.request(method, path, body=body, headers=headers, **options)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def test_the_printed_addresses_answer(served: tuple[list[str], int]) -> None:
    printed, port = served
    (discovery,) = [line.split()[-1] for line in printed if line.startswith("Discovery:")]
    assert discovery == f"http://127.0.0.1:{port}/cds-services"
    assert ask(port, "GET", "/cds-services")["services"][0]["id"] == "leg-weakness"


def test_the_demo_patients_are_at_the_printed_address(served: tuple[list[str], int]) -> None:
    printed, port = served
    (demo,) = [line.split()[2] for line in printed if line.startswith("Demo FHIR:")]
    assert demo == f"http://127.0.0.1:{port}/demo/fhir"
    found = ask(port, "GET", "/demo/fhir/Condition?patient=lw-hemi&_count=1")
    assert [each["url"].partition("?")[0] for each in found["link"]] == [f"{demo}/Condition"] * 2


def test_the_printed_line_gets_cards(served: tuple[list[str], int]) -> None:
    """Done here without curl, which not every machine has."""
    printed, port = served
    command, _, curl = printed[-1].partition(" | ")
    name, *arguments = shlex.split(command)
    assert Path(name).exists() or Path(name).name == "leg-weakness-cds"
    given = subprocess.run([*PROGRAM, *arguments], capture_output=True, check=True, timeout=60)
    wanted = ["curl", "-s", "-H", "Content-Type: application/json", "-d", "@-"]
    address = f"http://127.0.0.1:{port}/cds-services/leg-weakness"
    assert shlex.split(curl) == [*wanted, address]
    answer = ask(port, "POST", "/cds-services/leg-weakness", given.stdout)
    assert answer["cards"][0]["indicator"] == "critical"


def test_a_body_in_chunks_reaches_the_service_and_has_its_limit(served: tuple[list[str], int]) -> None:
    path, small, large = "/cds-services/leg-weakness", json.dumps(call()).encode(), [b" " * 1024 * 1024] * 33
    assert ask(served[1], "POST", path, iter([small]), encode_chunked=True)["cards"] == []
    refused = ask(served[1], "POST", path, iter(large), encode_chunked=True)
    assert refused["issue"][0]["details"]["coding"][0]["code"] == "too-large"


def test_a_port_that_is_taken_is_said_in_a_sentence(served: tuple[list[str], int]) -> None:
    again = subprocess.run(
        [*PROGRAM, "serve", "--port", str(served[1]), "--workers", "1"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert again.returncode == 2
    assert "another port" in again.stderr
    assert "Traceback" not in again.stderr


def test_content_is_read_anew_on_sighup_and_broken_content_changes_nothing(tmp_path: Path) -> None:
    content, port, log = tmp_path / "content", free_port(), tmp_path / "log"
    shutil.copytree(content_folder(), content)
    (tmp_path / "service.toml").write_text(f'content = "{content}"')
    with log.open("w") as errors:
        process = subprocess.Popen(
            [
                *PROGRAM,
                "serve",
                "--port",
                str(port),
                "--workers",
                "1",
                "--config",
                str(tmp_path / "service.toml"),
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout
    try:
        _until_ready(process.stdout)
        head = content / "content.toml"
        sound = head.read_text()
        head.write_text("colour = 1")
        process.send_signal(signal.SIGHUP)
        for _ in range(60):
            assert f'"{_version(port)}"' in sound
            time.sleep(0.05)
        assert "content.toml" in log.read_text()
        head.write_text(sound.replace('version = "', 'version = "99.'))
        process.send_signal(signal.SIGHUP)
        for _ in range(240):  # for a moment the old worker answers beside the new one
            if (version := _version(port)).startswith("99."):
                break
            time.sleep(0.25)
        assert version.startswith("99.")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in log.read_text()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _version(port: int) -> str:
    health = ask(port, "GET", "/healthz")
    assert health["status"] == "ok"
    version: str = health["content"]["version"]
    return version


def test_bodies_that_never_end_do_not_keep_it_from_ending(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", str(port), "--workers", "1"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        _until_ready(process.stdout)
        hanging = [_half_a_call(port) for _ in range(6)]
        time.sleep(3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        for each in hanging:
            each.close()
    finally:
        process.kill()
        process.stdout.close()


def _half_a_call(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(
        b"POST /cds-services/leg-weakness HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 1000\r\n\r\n{"
    )
    return connection
