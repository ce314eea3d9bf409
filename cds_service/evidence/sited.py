"""Names that mean something only together with the site that stands beside them."""

from __future__ import annotations

from msgspec.structs import replace

from cds_service.evidence.codes import Coded
from cds_service.evidence.hits import Site
from cds_service.evidence.open_chart import OpenResource

LONGEST_NAME = 60
"""Characters of a name that is read together with its site; a longer one is a sentence by itself."""


def named_at(opened: OpenResource, coded: Coded, site: Site) -> Coded:
    """A name that says nothing by itself, read with its bodySite: "Weakness" of the "Right leg"."""
    where = site.words or ("leg" if site.leg else "")
    if not coded.names_no_finding or not coded.words or not where or len(coded.label) > LONGEST_NAME:
        return coded
    where = where.replace(" | ", " and ")
    for words in (f"{where} {coded.label}", f"{coded.label} of {where}", f"{coded.label} {where}"):
        told = opened.text(words, name=True)
        if not told.names_no_finding:
            return replace(told, label=coded.label, key=coded.key, asks=coded.asks)
    return coded
