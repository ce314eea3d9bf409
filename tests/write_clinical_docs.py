"""Writes docs/clinical.md and docs/clinical/ anew from the content and the tests.

    python -m tests.write_clinical_docs

A test of tests/docs fails when a page differs from what this writes. Read the difference before committing:
it is what a hospital's clinical safety board would read.
"""

from __future__ import annotations

from cards import knowledge
from tests.clinical_docs import pages


def write() -> None:
    for name, text in pages.rendered(knowledge.load()).items():
        path = pages.FOLDER / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
