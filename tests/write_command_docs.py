"""Writes the commands into docs/commands.md anew, from the commands themselves.

    python -m tests.write_command_docs

All between the two marks is replaced; the rest of the page is written by hand.
"""

from __future__ import annotations

from pathlib import Path

from tests.docs.command_pages import rendered

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"
BEGIN, END = "<!-- begin: python -m tests.write_command_docs -->", "<!-- end -->"


def written_anew(page: str) -> str:
    """Raises `ValueError` for a page without its marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("docs/commands.md has lost the marks between which the commands stand")
    return f"{before}{BEGIN}\n\n{rendered()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written_anew(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
