"""Takes the pictures of the docs anew, of synthetic patients: `python -m tests.browser.screenshots`.

It needs what `./check browser` installs. Look at each picture before it is committed.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.browser.chromium import chromium
from tests.browser.states import STATES
from tests.browser.visiting import visit
from tests.wire.serving import serving

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "images"
COLOURS = 128
"""Enough for pages with few colours, and a third of the size."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What of a page is shown; width and height in pixels."""

    name: str
    state: str
    width: int = 1280
    height: int = 1000
    at: str = ""
    """The heading at which it begins; "" for the top of the page."""


PICTURES = (
    Picture("bench-cards", "bench-cards"),
    Picture("bench-why", "bench-cards", at="Why"),
)


def small(png: bytes) -> bytes:
    """The same picture with a palette."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def take(address: str) -> None:
    """All of them. `address` is that of a running service."""
    states = {state.name: state for state in STATES}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for picture in PICTURES:
            state = states[picture.state]
            with visit(browser, address, width=picture.width) as (page, watch):
                page.goto(state.path)
                state.then(page)
                page.set_viewport_size({"width": picture.width, "height": picture.height})
                page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0); }")
                if picture.at:
                    heading = page.get_by_role("heading", name=picture.at, exact=True)
                    heading.evaluate("each => each.scrollIntoView({block: 'start'})")
                file = FOLDER / f"{picture.name}.png"
                file.write_bytes(small(page.screenshot(animations="disabled")))
                assert watch.complaints == []
                sys.stdout.write(f"{file.name}: {file.stat().st_size // 1024} KiB\n")


if __name__ == "__main__":
    with TemporaryDirectory() as folder, serving(Path(folder)) as served:
        take(f"http://127.0.0.1:{served.port}")
