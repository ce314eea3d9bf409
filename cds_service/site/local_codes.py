"""Loads what a site says of its codes, and refuses what is wrong, naming file, place and what to do.

docs/local-codes.md is for the analyst who writes the files; docs/decisions/0021 says what counts and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import structlog

from cards.codes import Code, normal
from cards.knowledge import Knowledge
from cds_service.evidence.code_rows import CodeRows
from cds_service.evidence.elements import Coding
from cds_service.evidence.local_codes import NO_LOCAL_CODES, LocalCodes, Meaning
from cds_service.evidence.systems import short_name, systems_known
from cds_service.site import fhir_files
from cds_service.site.fhir_files import FhirFile
from cds_service.site.statements import MOST_CODES, Counts, Statement, of_map, of_value_set
from cds_service.site.targets import Targets

log = structlog.get_logger()

_READERS = {"ConceptMap": of_map, "ValueSet": of_value_set}


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """One file that is in force."""

    name: str
    version: str
    digest: str
    codes: int
    """Codes of which it says something."""
    hints: int
    """Of these, codes that are no more than a weak hint."""
    without_effect: int
    """Of these, codes that are said to mean nothing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """All files of a site."""

    codes: LocalCodes = NO_LOCAL_CODES
    files: tuple[LoadedFile, ...] = ()
    digest: str = ""
    """Over all files; empty without any."""

    def over(self, content_digest: str) -> str:
        """The digest of the content together with the files: what cards, journal and log name."""
        if not self.files:
            return content_digest
        return f"sha256:{sha256(f'{content_digest} {self.digest}'.encode()).hexdigest()}"

    def tell(self) -> None:
        for each in self.files:
            log.info(
                "local codes in force",
                source=each.name,
                version=each.version,
                digest=each.digest,
                count=each.codes,
                hints=each.hints,
                without_effect=each.without_effect,
            )


def load(paths: Sequence[Path], knowledge: Knowledge, code_systems: Mapping[str, str]) -> Loaded:
    """Raises `LocalCodesRefused`."""
    if not paths:
        return Loaded()
    files = fhir_files.opened(paths, tuple(_READERS))
    building = _Building(knowledge, code_systems)
    loaded = tuple(building.take(file) for file in files)
    digest = sha256("\n".join(sorted(each.digest for each in loaded)).encode())
    codes = LocalCodes(building.names, frozenset(building.names.values()), building.meanings)
    return Loaded(codes, loaded, f"sha256:{digest.hexdigest()}")


class _Building:
    """The meanings of codes, file by file."""

    def __init__(self, knowledge: Knowledge, code_systems: Mapping[str, str]) -> None:
        self._known = knowledge.system_urls
        self._systems = systems_known(knowledge, code_systems)
        self._aliases = frozenset(code_systems.values())
        self._targets = Targets(knowledge, self._systems)
        self._codes = CodeRows(knowledge, self._systems)
        self._places: dict[tuple[str, str], str] = {}
        self.names: dict[str, str] = {}
        self.meanings: dict[tuple[str, str], Meaning] = {}

    def take(self, file: FhirFile) -> LoadedFile:
        taken = [self._take(each) for each in _READERS[file.kind](file)]
        hints = sum(bool(each.rows) and not any(row.verified for row in each.rows) for each in taken)
        nothing = sum(not (each.rows or each.system) for each in taken)
        return LoadedFile(file.name, file.version, file.digest, len(taken), hints, nothing)

    def _take(self, said: Statement) -> Meaning:
        key = self._key(said)
        where = f"{said.node.file.name}: {said.node.place}"
        if key in self._places:
            raise said.node.fail(
                f"the code {said.code} stands at {self._places[key]} already; keep one of the two"
            )
        if len(self._places) >= MOST_CODES:
            raise said.node.fail(f"more than {MOST_CODES} codes; leave out those that mean nothing here")
        meaning = self._meaning(said)
        if (known := self._concepts_known(key)) and known != {row.concept for row in meaning.rows}:
            raise said.node.fail(
                f"the content reads the code {said.code} of {key[0]} already, and as something else; a site "
                "maps codes that the content does not know: leave it out",
                "code",
            )
        self._places[key] = where
        self.meanings[key] = meaning
        return meaning

    def _key(self, said: Statement) -> tuple[str, str]:
        short = short_name(said.system, self._systems)
        if short in self._known:
            return short, normal(short, said.code)
        short = short or said.system
        self.names[said.system] = short
        if short in self._aliases:
            self.names[short] = short
        return short, said.code

    def _concepts_known(self, key: tuple[str, str]) -> set[str]:
        return {row.concept for row in self._codes.of(Coding(*key)).rows}

    def _meaning(self, said: Statement) -> Meaning:
        rows: dict[Code, None] = {}
        standards: set[tuple[str, str]] = set()
        for target in said.targets:
            if target.counts is not Counts.NOT:
                found, standard = self._targets.rows(target)
                rows.update(dict.fromkeys(found))
                standards.add(standard)
        meant = {row.concept for row in rows}
        for pair in _CONTRADICTIONS:
            if pair <= meant:
                raise said.node.fail(f"means both {' and '.join(sorted(pair))}; choose one", "target")
        system, code = standards.pop() if len(standards) == 1 else ("", "")
        return Meaning(tuple(rows), system, code)


_CONTRADICTIONS = (frozenset({"cs_q_absent", "cs_q_present"}),)
