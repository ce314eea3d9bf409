"""docs/openapi.yaml, and whether an answer of the service is one that it describes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

PAGE = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
_HERE = "urn:openapi"


class Operation(NamedTuple):
    """One method of one address."""

    path: str
    method: str
    told: Mapping[str, Any]


@cache
def document() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(PAGE.read_text(encoding="utf-8"))
    return read


def operations() -> list[Operation]:
    return [
        Operation(path, method.upper(), told)
        for path, item in document()["paths"].items()
        for method, told in item.items()
        if method in METHODS
    ]


def operation(method: str, path: str) -> Operation:
    """Raises `KeyError` where it is not described."""
    return Operation(path, method, document()["paths"][path][method.lower()])


def led_to(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference leads to; anything else is itself. Raises `KeyError` where it leads nowhere."""
    if set(told) != {"$ref"}:
        return told
    place: Any = document()
    for name in told["$ref"].removeprefix("#/").split("/"):
        place = place[name]
    return led_to(place)


def references(value: Any) -> Iterator[str]:
    """Every reference in the document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@cache
def _registry() -> Registry[Any]:
    resource = DRAFT202012.create_resource(document())
    registry: Registry[Any] = Registry().with_resource(_HERE, resource)
    return registry


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            name: f"{_HERE}{value}" if name == "$ref" else _absolute(value) for name, value in schema.items()
        }
    return [_absolute(each) for each in schema] if isinstance(schema, list) else schema


def faults(value: Any, schema: Mapping[str, Any]) -> list[str]:
    """Where the value is not what the schema of the document says."""
    judge = Draft202012Validator(
        _absolute(schema),
        registry=_registry(),
        format_checker=FormatChecker(["date", "date-time", "uuid", "uri"]),
    )
    return [f"{each.json_path}: {each.message}" for each in judge.iter_errors(value)]


def not_as_described(response: TestResponse, method: str, path: str) -> list[str]:
    """Where the answer is not one that the description of this address has."""
    answers = operation(method, path).told["responses"]
    if str(response.status_code) not in answers:
        return [f"{method} {path}: {response.status_code} is not described"]
    answer = led_to(answers[str(response.status_code)])
    found = list(_of_headers(response, answer.get("headers", {})))
    if "content" not in answer:
        return found + ([f"{path}: a body that is not described"] if response.data else [])
    if response.mimetype not in answer["content"]:
        return [*found, f"{path}: {response.mimetype} is not described"]
    body = response.get_json() if response.mimetype == "application/json" else response.get_data(as_text=True)
    return found + faults(body, answer["content"][response.mimetype]["schema"])


def _of_headers(response: TestResponse, headers: Mapping[str, Any]) -> Iterator[str]:
    for name, header in headers.items():
        told = led_to(header)
        if name in response.headers:
            yield from (f"{name}: {each}" for each in faults(response.headers[name], told["schema"]))
        elif told["required"]:
            yield f"{name}: missing"
