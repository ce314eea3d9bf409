"""The folder in which the workers of one service count together; it lives as long as `serve`."""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import structlog

from cds_service import settings

PREFIX = "leg-weakness-cds-metrics"
_OURS = re.compile(rf"{PREFIX}-(\d+)-\w+")
_LIVE = re.compile(r"gauge_live[a-z]+_(\d+)\.db")
IN_MEMORY = Path("/dev/shm")  # noqa: S108  (a folder with a name of its own is made in it, for us alone)
"""Nothing is written to a disk, and it is there where a container's own files are read only."""

log = structlog.get_logger()


@contextmanager
def shared(*, wanted: bool) -> Iterator[Path | None]:
    """A new folder, taken away at the end. None where no metrics are wanted, or no folder can be made.

    To be entered before the library of the metrics is loaded, which looks for it then.
    """
    if not wanted:
        yield None
        return
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK | os.X_OK) else None
    try:
        _remove_leftovers(place or Path(tempfile.gettempdir()))
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-", dir=place))
    except OSError:
        log.error("not counted", reason="no-folder")
        yield None
        return
    settings.count_in(folder)
    try:
        yield folder
    finally:
        settings.count_in(None)
        shutil.rmtree(folder, ignore_errors=True)


def reserve(folder: Path, worker: int) -> None:
    """The room of a worker's files, which are made sparse: a write into a full disk would end the process.

    Raises `OSError`.
    """
    for file in folder.glob(f"*_{worker}.db"):
        with file.open("r+b") as opened:
            os.posix_fallocate(opened.fileno(), 0, os.fstat(opened.fileno()).st_size)


def forget_dead_workers(folder: Path) -> None:
    """What a worker that ended had of now; what it counted stays counted."""
    for file in folder.glob("gauge_live*.db"):
        found = _LIVE.fullmatch(file.name)
        if found and not _runs(int(found[1])):
            with suppress(FileNotFoundError):  # another worker does the same
                file.unlink()


def _remove_leftovers(place: Path) -> None:
    """Of services that were killed; only our own folders, whose process is gone."""
    for each in place.glob(f"{PREFIX}-*"):
        found = _OURS.fullmatch(each.name)
        with suppress(FileNotFoundError):
            what = each.lstat()
            if (
                found
                and stat.S_ISDIR(what.st_mode)
                and what.st_uid == os.getuid()
                and not _runs(int(found[1]))
            ):
                shutil.rmtree(each, ignore_errors=True)
                log.info("metrics of an ended service removed")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
