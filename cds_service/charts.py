"""Charts in files as hook calls: a call, a Bundle, a resource, a list, or NDJSON of these, gzipped or not."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec
from msgspec import Raw, Struct

from cds_service import hooks, prefetch, strict_json
from cds_service.errors import NotJson, RecordUnavailable
from cds_service.hooks import Context, HookCall

_GZIP = b"\x1f\x8b"


class _Kind(Struct):
    hook: str | None = None
    id: str = ""


_kind = msgspec.json.Decoder(_Kind)


@dataclass(frozen=True, slots=True)
class ChartCall:
    """A call made from a file."""

    call: HookCall
    whole: bool
    """The file is the whole chart: what is not in it does not exist. A call says itself what is missing."""


def read(content: bytes, patient: str | None = None) -> list[ChartCall]:
    """The calls that a file stands for: one per hook call in it, else one per patient.

    `patient` picks one of several, or names the patient of a file without a Patient. Raises `ServiceError`.
    """
    documents = _documents(gzip.decompress(content) if content.startswith(_GZIP) else content)
    calls = [ChartCall(hooks.read_call(bytes(raw)), False) for raw in documents.values() if _is_call(raw)]
    charts = {name: raw for name, raw in documents.items() if not _is_call(raw)}
    if charts:
        calls += [_of_patient(each, charts) for each in _patients(charts, patient)]
    return [each for each in calls if patient in {None, each.call.context.patientId}]


def _documents(text: bytes) -> dict[str, Raw]:
    try:
        whole = strict_json.checked(text)
    except NotJson:
        lines = enumerate(text.splitlines(), start=1)
        documents = {f"line-{number}": Raw(line) for number, line in lines if line.strip()}
        if len(documents) < 2:
            raise
        return documents
    if whole.lstrip().startswith(b"["):
        items = msgspec.json.decode(whole, type=list[Raw])
        return {f"item-{number}": item for number, item in enumerate(items, start=1)}
    return {"file": Raw(whole)}


def _is_call(raw: Raw) -> bool:
    try:
        return _kind.decode(raw).hook is not None
    except msgspec.MsgspecError:
        return False


def _patients(charts: Mapping[str, Raw], patient: str | None) -> list[str]:
    found = list(dict.fromkeys(each for name, raw in charts.items() for each in _patients_in(raw, name)))
    if patient:
        return [patient]
    if not found:
        raise RecordUnavailable("No Patient is in the file. Say whose chart it is: --patient ID.")
    return found


def _patients_in(raw: Raw, name: str) -> Iterator[str]:
    contents = prefetch.contents(raw, name)
    if "Patient" not in contents.types:
        return
    for entry in contents.entries:
        if prefetch.type_of(entry.raw) == "Patient":
            yield _kind.decode(entry.raw).id


def _of_patient(patient: str, charts: Mapping[str, Raw]) -> ChartCall:
    """The documents that hold this patient, or no patient at all."""
    holders = {name: set(_patients_in(raw, name)) for name, raw in charts.items()}
    own = {name: raw for name, raw in charts.items() if not holders[name] or patient in holders[name]}
    return ChartCall(HookCall(hooks.HOOK, f"file {patient}", Context(patient), own), True)
