"""The results of `evaluate --json` on a site's own charts, as a file that the settings name.

Only the totals are taken: the file also names charts and patients, and what is shown here is for everybody.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from cds_service.errors import SettingsRefused
from cds_service.evaluation_measures import LABELS, NAMES, WITH_INTERVAL
from cds_service.share import Share

_Count = Annotated[int, Meta(ge=0)]


class _Share(Struct):
    met: _Count
    of: _Count


class _Score(Struct, rename="camel"):
    labels: Annotated[int, Meta(ge=1)]
    sensitivity: _Share
    specificity: _Share
    missed_cards: _Share
    false_cards: _Share
    quiet: _Share
    top1: _Share
    top3: _Share


class _Content(Struct):
    version: Annotated[str, Meta(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+[0-9A-Za-z.+-]{0,40}$")]
    digest: Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}$")]


class _Told(Struct):
    content: _Content
    scores: dict[str, _Score]


def read(file: Path) -> dict[str, Any]:
    """Content, labels and score, as in evaluation.json. Raises `SettingsRefused`, which quotes nothing."""
    try:
        told = msgspec.json.decode(file.read_bytes(), type=_Told)
    except OSError as error:
        raise SettingsRefused(f"cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        place = str(error).partition(" - at ")[2].strip("`") or "the file"
        raise SettingsRefused(
            f"is not what `leg-weakness-cds evaluate FOLDER --json` writes: see {place}"
        ) from None
    score = told.scores.get(LABELS)
    if score is None:
        raise SettingsRefused(f"has no results for {LABELS}")
    counts = msgspec.to_builtins(score)
    shares = {key: Share(**counts[key]) for key in NAMES}
    if wrong := [key for key, share in shares.items() if not share.met <= share.of <= score.labels]:
        raise SettingsRefused(f"counts more than there is: {', '.join(wrong)}")
    return {
        "labels": score.labels,
        "content": msgspec.to_builtins(told.content),
        "score": {key: _written(key, share) for key, share in shares.items()},
    }


def _written(key: str, share: Share) -> dict[str, Any]:
    """The interval is reckoned anew: a file can say anything."""
    counts: dict[str, Any] = {"met": share.met, "of": share.of}
    return counts | {"interval": share.interval} if key in WITH_INTERVAL else counts
