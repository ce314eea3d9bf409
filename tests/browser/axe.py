"""axe-core's rules for accessible pages, run in the page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
RUN = """tags => axe.run(document, {
    runOnly: {type: "tag", values: tags},
    rules: {"target-size": {enabled: true}},
    resultTypes: ["violations"],
})"""


def violations(page: Page) -> list[str]:
    """Each breach of WCAG 2.2 A and AA or of axe's good practice: which rule, where, and what is wrong.

    What is folded in (`<details>`) is not looked at, as nobody sees it: unfold it first.
    """
    # Run by the debugger, so that the page's own policy, which lets no foreign script in, stays as it is.
    page.evaluate(SCRIPT.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(RUN, list(TAGS))
    assert len(found["passes"]) > 5, "axe ran hardly a rule"
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
