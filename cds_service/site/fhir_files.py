"""The FHIR files that a site hands in: found, opened, and each wrong place named."""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from cds_service import strict_json
from cds_service.errors import ServiceError, SettingsRefused

MOST_BYTES = 16 * 1024 * 1024
"""Of one file; some hundred thousand codes."""
MOST_FILES = 200


class LocalCodesRefused(SettingsRefused):
    """A file of local codes cannot be used; the message names file and place, and says what to do."""

    def __init__(self, file: Path, place: str, problem: str) -> None:
        where = f"{file}: {place}" if place else str(file)
        super().__init__(f"local_codes: {where}: {problem}")


@dataclass(frozen=True, slots=True)
class Node:
    """A member of a file, with the place where it stands."""

    file: Path
    place: str
    value: Any

    def fail(self, problem: str, member: str = "") -> LocalCodesRefused:
        return LocalCodesRefused(self.file, ".".join(part for part in (self.place, member) if part), problem)

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def text(self, name: str, *, absent: str | None = None) -> str:
        """Required unless `absent` says what stands for it; without blanks around it, never empty."""
        found = self.value.get(name)
        if found is None and absent is not None:
            return absent
        if not isinstance(found, str) or not found.strip():
            raise self.fail("must be a text", name) if found is not None else self.fail("is missing", name)
        return found.strip()

    def objects(self, name: str) -> list[Node]:
        """The objects of a list; none where it is missing."""
        found = self.value.get(name)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self.fail("must be a list of objects", name)
        return [Node(self.file, f"{self._of(name)}[{at}]", each) for at, each in enumerate(found)]

    def inside(self, name: str) -> Node:
        """An object; an empty one where it is missing."""
        found = self.value.get(name)
        if not isinstance(found, Mapping | None):
            raise self.fail("must be an object", name)
        return Node(self.file, self._of(name), found or {})

    def refuse(self, names: Sequence[str], why: str) -> None:
        """What would change the meaning, and is not understood here."""
        for name in names:
            if self.has(name):
                raise self.fail(why, name)

    def _of(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name


@dataclass(frozen=True, slots=True)
class FhirFile:
    """One resource of a site."""

    root: Node
    kind: str
    name: str
    version: str
    digest: str
    """``sha256:`` and the digest of its bytes."""


def opened(paths: Sequence[Path], kinds: Sequence[str]) -> list[FhirFile]:
    """The files of these paths, of a folder those that end in .json. Raises `LocalCodesRefused`."""
    files = [file for path in paths for file in _files(path)]
    if len(files) > MOST_FILES:
        raise LocalCodesRefused(files[-1], "", f"there are more than {MOST_FILES} files; put them together")
    twice = {file for file in files if files.count(file) > 1}
    if twice:
        raise LocalCodesRefused(min(twice), "", "is named twice; name it once")
    return [_opened(file, kinds) for file in files]


def _files(path: Path) -> list[Path]:
    try:
        if not path.is_dir():
            return [path.resolve(strict=True)]
        found = sorted(file.resolve() for file in path.iterdir() if file.suffix == ".json")
    except OSError as error:
        raise LocalCodesRefused(
            path, "", f"cannot be read ({error.strerror}); name a file or folder"
        ) from None
    if not found:
        # As after a mount that failed: to start would be to read none of the site's codes, in silence.
        raise LocalCodesRefused(
            path,
            "",
            "no file in this folder ends in .json: is it mounted? Without codes of your own leave it out",
        )
    return found


def _opened(file: Path, kinds: Sequence[str]) -> FhirFile:
    content = _content(file)
    try:
        value = msgspec.json.decode(strict_json.checked(content))
    except ServiceError as error:
        raise LocalCodesRefused(file, "", f"is not one JSON document: {error.sentence}") from None
    root = Node(file, "", value)
    kind = value.get("resourceType") if isinstance(value, dict) else None
    if kind not in kinds:
        wanted = " or ".join(kinds)
        raise root.fail(f"must be a FHIR R4 {wanted}; one resource in each file", "resourceType")
    if root.text("status") not in ("active", "draft"):
        raise root.fail("must be active or draft; a retired one is not used", "status")
    if value.get("experimental") is True:
        raise root.fail(
            "is true: it is marked as not meant for use; take the mark out, or the file", "experimental"
        )
    return FhirFile(
        root,
        str(kind),
        root.text("name", absent=file.stem),
        root.text("version", absent=""),
        f"sha256:{sha256(content).hexdigest()}",
    )


def _content(file: Path) -> bytes:
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise LocalCodesRefused(file, "", "is no plain file")
        if found.st_size > MOST_BYTES:
            raise LocalCodesRefused(file, "", f"has {found.st_size} bytes, more than {MOST_BYTES}; part it")
        return file.read_bytes()
    except OSError as error:
        raise LocalCodesRefused(file, "", f"cannot be read ({error.strerror})") from None
