"""What an eye sees at once: a page that is too wide, words that are cut off, a focus that cannot be found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

TOP = Path(__file__).resolve().parents[2]
KEPT = TOP / "build" / "screenshots"

_SIDEWAYS = """() => {
    const wide = document.documentElement.scrollWidth, seen = window.innerWidth;
    if (wide <= seen) return [];
    const name = each => each.tagName.toLowerCase() + (each.id ? "#" + each.id : "")
        + [...each.classList].map(one => "." + one).join("");
    const out = [...document.body.querySelectorAll("*")]
        .filter(each => each.getBoundingClientRect().right > seen + 0.5).map(name);
    return [`${wide} pixels wide in a window of ${seen}`, ...out.slice(0, 8)];
}"""

_CUT_OFF = """() => {
    const hides = value => value === "hidden" || value === "clip";
    const forEars = each => {  // a box of a pixel, for screen readers alone
        for (; each; each = each.parentElement) {
            const {position} = getComputedStyle(each);
            if (position === "absolute" && each.offsetWidth <= 1 && each.offsetHeight <= 1) return true;
        }
        return false;
    };
    return [...document.body.querySelectorAll("*")].filter(each => {
        if (!each.textContent.trim() || each.closest("svg, .skip") || forEars(each)) return false;
        const style = getComputedStyle(each);
        // What is clamped to some lines ends in an ellipsis, which says itself that there is more.
        return each.checkVisibility() && style.webkitLineClamp === "none"
            && (hides(style.overflowX) && each.scrollWidth > each.clientWidth + 1
                || hides(style.overflowY) && each.scrollHeight > each.clientHeight + 1);
    }).map(each => `${each.tagName.toLowerCase()}: ${each.textContent.trim().slice(0, 60)}`);
}"""

_FOCUS = """() => {
    const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    const inside = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight;
    return inside && (ring || style.boxShadow !== "none");
}"""

_SPACING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
        word-spacing: 0.16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""

_UNFOLD = "() => document.querySelectorAll('details').forEach(each => { each.open = true; })"


def sideways(page: Page) -> list[str]:
    """What makes the page scroll sideways; boxes that scroll by themselves may."""
    found: list[str] = page.evaluate(_SIDEWAYS)
    return found


def cut_off(page: Page) -> list[str]:
    """Words of which a box shows only a part."""
    found: list[str] = page.evaluate(_CUT_OFF)
    return found


def focus_is_seen(page: Page) -> bool:
    """Whether what has the focus is within the window and has a ring around it."""
    seen: bool = page.evaluate(_FOCUS)
    return seen


def space_out(page: Page) -> None:
    """The text spacing that a reader may ask for: WCAG 2.2, 1.4.12."""
    page.evaluate(_SPACING)


def unfold(page: Page) -> None:
    """Open everything that is folded in."""
    page.evaluate(_UNFOLD)


def keep(page: Page, name: str) -> None:
    """A picture of the whole page for whoever judges the looks: build/screenshots/NAME-WIDTH.png."""
    size = page.viewport_size
    assert size
    KEPT.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=KEPT / f"{name}-{size['width']}.png", full_page=True, animations="disabled")
