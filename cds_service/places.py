"""Where the product's own files lie, in a checkout as in an installed wheel."""

from __future__ import annotations

import importlib.util
from pathlib import Path

HERE = Path(__file__).resolve().parent


def content_folder() -> Path:
    """The clinical content that came with this very service, not that of a foreign `cards`.

    Another distribution may install a package called `cards` and overwrite ours, or stand before it in the
    import path; then the service would assess with code that is not its own. Nothing of `cards` is imported
    to find out. Raises `ImportError` or `FileNotFoundError` with what is wrong and what to do.
    """
    own = HERE.parent / "cards"
    spec = importlib.util.find_spec("cards")
    origin = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
    if origin != own / "__init__.py":
        raise ImportError(
            f"`cards` does not come from this installation: expected {own}, found {origin or 'no package'}. "
            "Another distribution with a package of that name hides or overwrote it: "
            "install leg-weakness-cds into an environment of its own."
        )
    content = own / "content"
    if not (content / "red_flags.toml").is_file():
        raise FileNotFoundError(
            f"The clinical content is missing: no red_flags.toml in {content}. "
            "Install leg-weakness-cds anew, or restore cards/content in the checkout."
        )
    return content


def fixtures_folder() -> Path:
    """The synthetic charts: a wheel carries them as `cds_service/fixture_files`, a checkout as `fixtures`.

    Raises `FileNotFoundError` with the places that were looked at.
    """
    carried, checkout = HERE / "fixture_files", HERE.parent
    if carried.is_dir():
        return carried
    # Without pyproject.toml beside it, a folder called `fixtures` in site-packages is somebody else's.
    if (checkout / "fixtures").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout / "fixtures"
    raise FileNotFoundError(
        f"The fixtures are missing: not in {carried} (installed), not in {checkout / 'fixtures'} (checkout). "
        "Install leg-weakness-cds anew, or restore fixtures/ in the checkout."
    )


def walkthrough() -> Path | None:
    """The document on the sandbox, which only a checkout has."""
    checkout = HERE.parent
    file = checkout / "docs" / "sandbox.md"
    return file if file.is_file() and (checkout / "pyproject.toml").is_file() else None
