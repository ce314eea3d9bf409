"""The pages for security and data protection name tests, settings and groups that are there."""

from __future__ import annotations

import re
from pathlib import Path

from cds_service.settings import Settings
from tests.docs.named_tests import names_in
from tests.house import sbom

TOP = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
THREATS = (
    "tokens",
    "stolen access token",
    "SSRF",
    "malicious or broken FHIR server",
    "Record text that becomes markup",
    "Oversized",
    "come slowly",
    "another patient",
    "in logs",
    "journal",
    "clinical content",
    "Supply chain",
    "insider",
    "demo",
    "Too many calls",
    "clock",
)


def text(name: str) -> str:
    return (TOP / name).read_text(encoding="utf-8")


def rows() -> list[list[str]]:
    """Of the table of threats, without its head."""
    lines = [line for line in text("docs/threat-model.md").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def missing(page: str) -> list[str]:
    """The tests that a page names and that are not there."""
    return [
        f"{file}::{name}"
        for file, name in NAMED.findall(page)
        if not (TOP / file).is_file() or (name and name not in names_in(file))
    ]


def test_every_threat_has_a_control_and_a_test_that_is_there() -> None:
    assert len(rows()) >= len(THREATS)
    for threat, kind, control, tests in rows():
        assert threat
        assert set(kind.split(", ")) <= set("STRIDE")
        assert control.endswith(".")
        assert NAMED.findall(tests), threat
    assert missing(text("docs/threat-model.md")) == []


def test_every_kind_of_threat_is_thought_of() -> None:
    assert {kind for row in rows() for kind in row[1].split(", ")} == set("STRIDE")
    table = " ".join(row[0] for row in rows())
    assert [threat for threat in THREATS if threat not in table] == []


def test_a_test_that_is_gone_is_found() -> None:
    assert missing("`tests/docs/test_security_docs.py::test_a_test_that_is_gone_is_found`") == []
    assert missing("`tests/docs/test_security_docs.py::test_of_yesterday`") != []
    assert missing("`tests/docs/test_of_yesterday.py`") != []


def test_tests_that_other_pages_name_are_there() -> None:
    pages = ("SECURITY.md", "docs/privacy.md", "docs/supply-chain.md")
    assert [each for page in pages for each in missing(text(page))] == []


def test_retention_is_that_of_the_settings() -> None:
    days = Settings.model_fields["retention_days"].default
    assert f"`retention_days`, {days} by default" in text("docs/privacy.md")
    assert Settings.model_fields["keep_comments"].default is False


def test_the_list_of_parts_is_where_the_page_says() -> None:
    page = text("docs/supply-chain.md")
    assert f"`{sbom.PLACE.relative_to(TOP)}` (CycloneDX {sbom.VERSION})" in page
    assert "sbom" in re.findall(r"^groups=\((.+)\)$", text("check"), re.MULTILINE)[0].split()


def test_no_digest_of_a_base_image_is_invented() -> None:
    """A digest comes from who builds, by the build argument; one that stands here would be stale."""
    for name in ("Dockerfile", "docs/supply-chain.md"):
        assert re.search(r"sha256:[0-9a-f]", text(name)) is None, name
        assert re.search(r"--build-arg BASE=\S+@sha256:\.\.\.", text(name)), name
    assert re.search(r"^ARG BASE=", text("Dockerfile"), re.MULTILINE)
    froms = re.findall(r"^FROM (\S+)", text("Dockerfile"), re.MULTILINE)
    assert set(froms) == {"${BASE}"}


def test_nobodys_name_or_address_is_in_the_report_form() -> None:
    assert not re.search(r"\S@\S|https?://", text("SECURITY.md"))
