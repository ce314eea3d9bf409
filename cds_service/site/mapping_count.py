"""Counts the codes of charts by the content, the settings and the local codes of a site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cards import knowledge
from cards.knowledge import Knowledge
from cds_service.evidence.code_rows import CodeRows
from cds_service.evidence.systems import systems_known
from cds_service.places import content_folder
from cds_service.settings import Settings
from cds_service.site import chart_files, local_codes
from cds_service.site.proposals import Proposing
from cds_service.site.unmapped import Counting, Counts


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts, and what it takes to tell them."""

    counts: Counts
    proposing: Proposing
    knowledge: Knowledge


def counted(settings: Settings, paths: Sequence[Path], local: Sequence[Path] = ()) -> Counted:
    """`local`: files of local codes besides those of the settings. Raises `SettingsRefused`."""
    content = knowledge.load(settings.content or content_folder())
    codes = local_codes.load((*settings.local_codes, *local), content, settings.code_systems).codes
    systems = systems_known(content, settings.code_systems, codes.names)
    counting = Counting(CodeRows(content, systems, codes))
    for file in chart_files.files(paths):
        for number, document in enumerate(chart_files.documents(file), 1):
            if document is None:
                counting.counts.unreadable += 1
            else:
                counting.take(document, f"{file}, document {number}")
    return Counted(counting.counts, Proposing(content), content)
