"""The documents of chart files, one by one: JSON, or NDJSON gzipped or not, as `evaluate` reads them."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from cds_service import evaluation_charts

_CANNOT = (OSError, EOFError, zlib.error)


def files(paths: Sequence[Path]) -> list[Path]:
    """Each once; of a folder its charts. Raises `FileNotFoundError`."""
    found = [each for path in paths for each in (evaluation_charts.files(path) if path.is_dir() else [path])]
    if not found:
        raise FileNotFoundError("No chart is in the folder: *.json, *.ndjson or *.ndjson.gz.")
    return list(dict.fromkeys(file.resolve() for file in found))


def documents(file: Path) -> Iterator[bytes | None]:
    """None where the file cannot be opened or unpacked to its end."""
    try:
        if file.name.endswith(".json"):
            yield file.read_bytes()
            return
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for line in lines:
                if line.strip():
                    yield line
    except _CANNOT:
        yield None
