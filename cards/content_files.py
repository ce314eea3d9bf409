"""Strict reading of the content's files: every key is asked for once, and none is left over."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from cards.conditions import Condition, NotACondition, condition

T = TypeVar("T")


class ContentError(ValueError):
    """The content cannot be used; the message names the file and the key."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}" if key else f"{file}: {problem}")


class Table:
    """One table of a TOML file, or one row of a CSV file.

    Each key is taken out by its type; `done` refuses the keys that nobody took, which are those
    that the content does not have. A wrong key is thus never silently without effect.
    """

    def __init__(self, file: str, key: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.key = key
        self._left = dict(content)

    def fail(self, key: str, problem: str) -> ContentError:
        return ContentError(self.file, ".".join(part for part in (self.key, key) if part), problem)

    def has(self, key: str) -> bool:
        return key in self._left

    def names(self) -> tuple[str, ...]:
        return tuple(self._left)

    def take(self, key: str, kind: str, fits: Callable[[Any], bool], absent: Any = ...) -> Any:
        """The value of a key, which is required unless `absent` says what stands for it."""
        if key not in self._left:
            if absent is ...:
                raise self.fail(key, "missing")
            return absent
        value = self._left.pop(key)
        if not fits(value):
            raise self.fail(key, f"must be {kind}, is {value!r}")
        return value

    def done(self) -> None:
        if self._left:
            raise self.fail(min(self._left), "unknown key")

    def text(self, key: str, absent: Any = ...) -> str:
        return str(self.take(key, "a text that is not empty", _is_text, absent))

    def choice(self, key: str, of: Collection[str], absent: Any = ...) -> str:
        value = self.text(key, absent)
        if value not in of and value != absent:
            raise self.fail(key, f"{value!r} is not one of: {', '.join(of)}")
        return value

    def texts(self, key: str, absent: Any = ..., *, empty_ok: bool = False) -> tuple[str, ...]:
        kind = "a list of different texts" + ("" if empty_ok else ", not empty")
        values = self.take(key, kind, lambda value: _is_texts(value, empty_ok=empty_ok), absent)
        return tuple(str(value) for value in values)

    def flag(self, key: str) -> bool:
        return bool(self.take(key, "true or false", lambda value: isinstance(value, bool), absent=False))

    def integer(self, key: str) -> int:
        return int(self.take(key, "a whole number", lambda value: type(value) is int))

    def number(self, key: str) -> float:
        return float(self.take(key, "a number", is_number))

    def decimal(self, key: str) -> float:
        """A number in a cell of a CSV file."""
        text = self.text(key)
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self.fail(key, f"must be a number, is {text!r}")
        return number

    def date(self, key: str) -> str:
        """A date, with or without quotes, as YYYY-MM-DD."""
        value = self.take(key, "a date", lambda value: isinstance(value, str) or type(value) is date)
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            raise self.fail(key, f"must be a date, is {value!r}") from None

    def days(self, key: str) -> float | None:
        value = self.take(key, "a number above 0", lambda value: is_number(value) and value > 0, absent=None)
        return None if value is None else float(value)

    def condition(self, key: str) -> Condition:
        return self.read_condition(key, self.text(key))

    def condition_if_any(self, key: str) -> Condition | None:
        text = self.text(key, absent="")
        return self.read_condition(key, text) if text else None

    def read_condition(self, key: str, text: str) -> Condition:
        try:
            return condition(text)
        except NotACondition as problem:
            raise self.fail(key, str(problem)) from None

    def table(self, key: str, absent: Any = ...) -> Table:
        value = self.take(key, "a table", lambda value: isinstance(value, dict), absent)
        return Table(self.file, ".".join(part for part in (self.key, key) if part), value)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of an array, counted from 1 in messages."""
        values = self.take(key, "a list of tables", _is_tables)
        for place, value in enumerate(values, start=1):
            yield Table(self.file, ".".join(part for part in (self.key, f"{key} {place}") if part), value)

    def parts(self) -> Iterator[Table]:
        """The tables of a table in which each has an id of its own."""
        for name in self.names():
            yield self.table(name)

    def numbers(self, key: str) -> Mapping[str, float]:
        """A table of numbers; empty when left out."""
        table = self.table(key, absent={})
        return MappingProxyType({name: table.number(name) for name in table.names()})

    def integers(self, key: str) -> Mapping[str, int]:
        table = self.table(key)
        return MappingProxyType({name: table.integer(name) for name in table.names()})


class Folder:
    """The content's folder: its files are read into memory once, and each must be used."""

    def __init__(self, path: Path) -> None:
        self.path = path
        found = sorted(file for file in path.rglob("*") if file.suffix in {".toml", ".csv"})
        self._bytes = {file.relative_to(path).as_posix(): file.read_bytes() for file in found}
        self._unread = set(self._bytes)
        self._files: dict[str, str] = {}

    def digest(self) -> str:
        """Over names and bytes of all files, in the order of their names with `/`."""
        digest = hashlib.sha256()
        for name in sorted(self._bytes):
            digest.update(f"{name}\0{len(self._bytes[name])}\0".encode())
            digest.update(self._bytes[name])
        return f"sha256:{digest.hexdigest()}"

    def below(self, folder: str) -> list[str]:
        names = sorted(name for name in self._bytes if name.startswith(f"{folder}/"))
        if not names:
            raise ContentError(f"{folder}/", "", f"no such files in {self.path}")
        return names

    def parts_below(self, folder: str) -> Iterator[Table]:
        """The tables of all files of a folder, each with an id of its own."""
        for name in self.below(folder):
            for part in self.toml(name).parts():
                self._files.setdefault(f"{folder}/{part.key}", name)
                yield part

    def file_of(self, folder: str, part: str) -> str:
        """The file of a folder in which the table with this id stands."""
        return self._files[f"{folder}/{part}"]

    def toml(self, name: str) -> Table:
        try:
            return Table(name, "", tomllib.loads(self._text(name)))
        except tomllib.TOMLDecodeError as problem:
            raise ContentError(name, "", f"not TOML: {problem}") from None

    def rows(self, name: str, columns: tuple[str, ...]) -> Iterator[Table]:
        """The rows of a CSV file, named in messages by their line."""
        lines = csv.reader(io.StringIO(self._text(name), newline=""), strict=True)
        try:
            header = next(lines, [])
            for column in [*header, *columns]:
                if column not in columns or header.count(column) != 1:
                    known = ", ".join(columns)
                    raise ContentError(name, column, f"unknown, missing or repeated column; columns: {known}")
            for cells in lines:
                if len(cells) != len(header):
                    raise ContentError(
                        name, f"line {lines.line_num}", f"{len(cells)} cells, not {len(header)}"
                    )
                yield Table(name, f"line {lines.line_num}", dict(zip(header, cells, strict=True)))
        except csv.Error as problem:
            raise ContentError(name, f"line {lines.line_num}", f"not CSV: {problem}") from None

    def _text(self, name: str) -> str:
        if name not in self._bytes:
            raise ContentError(name, "", f"no such file in {self.path}")
        self._unread.discard(name)
        try:
            return self._bytes[name].decode("utf-8")
        except UnicodeDecodeError as problem:
            raise ContentError(name, "", f"not UTF-8: {problem}") from None

    def done(self) -> None:
        if self._unread:
            raise ContentError(min(self._unread), "", "a file that the content does not have")


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def frozen(value: Any) -> Any:
    """Tables as read-only mappings, lists as tuples, all the way down."""
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(frozen(inner) for inner in value)
    return value


def by_id(statements: list[tuple[Table, str, T]]) -> Mapping[str, T]:
    """The statements by their id; the same id twice is refused, in whichever files it stands."""
    found: dict[str, T] = {}
    for table, name, statement in statements:
        if name in found:
            raise ContentError(table.file, name, "this id exists already")
        found[name] = statement
    return MappingProxyType(found)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_texts(value: object, *, empty_ok: bool) -> bool:
    if not isinstance(value, list) or not (value or empty_ok):
        return False
    return all(_is_text(text) for text in value) and len(set(value)) == len(value)


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(table, dict) for table in value)
