"""Holds what the simulator recorded against the OpenAPI contract of Microsoft Graph v1.0."""

import json
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml
from openapi_schema_validator import OAS30Validator

REPOSITORY = Path(__file__).resolve().parents[2]
OUTSIDE = re.compile(r"/directory/deletedItems(/.*)?")
"""What Graph documents but the pruned contract leaves out."""
LINK_OPTIONS = frozenset({"$skiptoken", "$deltatoken", "$skip", "$top"})
"""Options that the service's own next links may carry."""

STATUS = "microsoft.graph.longRunningOperationStatus"
DOCUMENTED_STATUS = "skipped"
"""On Microsoft's page of the operation, though not in the metadata from which the contract is made."""

Line = Mapping[str, Any]


def contract_path() -> Path:
    """Where the contract is: NUMBERLINE_GRAPH_CONTRACT, else beside the repository."""
    default = REPOSITORY.parent / "shared" / "reference" / "graph-openapi-v1.0.yaml"
    return Path(os.environ.get("NUMBERLINE_GRAPH_CONTRACT", default))


def validate_recording(path: Path) -> list[str]:
    """One sentence for every request or answer in the recording that breaks the contract."""
    contract = load(contract_path())
    found: list[str] = []
    seen: set[tuple[Any, ...]] = set()
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        key = (
            line["method"],
            line["path"],
            line["query"],
            line["status"],
            line["request_body"],
            line["body"],
        )
        if key not in seen:
            seen.add(key)
            found += [f"{path.name}:{number}: {problem}" for problem in contract.problems(line)]
    return found


@cache
def load(path: Path) -> "Contract":
    """The contract of that file, read once."""
    return Contract(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))


class Contract:
    """The paths and schemas of one OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        statuses = document["components"]["schemas"][STATUS]["enum"]
        if DOCUMENTED_STATUS not in statuses:
            statuses.append(DOCUMENTED_STATUS)
        templates = sorted(document["paths"], key=lambda path: (path.count("{"), -len(path)))
        self._paths = [(_pattern(template), template) for template in templates]
        self._validators: dict[int, OAS30Validator] = {}
        self._items: dict[int, Mapping[str, Any] | None] = {}
        self._known: dict[tuple[int, str], tuple[str, ...]] = {}

    def problems(self, line: Line) -> Iterator[str]:
        """What is wrong with one exchange."""
        name = f"{line['method']} {line['path']} -> {line['status']}"
        path = line["path"].removeprefix("/v1.0")
        operation = self._operation(line["method"], path)
        if operation is None:
            if line["status"] < 400 and not OUTSIDE.fullmatch(path):
                yield f"{name}: answered, but Graph documents no such call"
            return
        if line["status"] < 400:
            yield from (f"{name}: {problem}" for problem in self._request(operation, line))
        if not line["distorted"]:
            yield from (f"{name}: {problem}" for problem in self._answer(operation, line))

    def _operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        for pattern, template in self._paths:
            if pattern.fullmatch(path):
                operation: Mapping[str, Any] | None = self._document["paths"][template].get(method.lower())
                return operation
        return None

    def _request(self, operation: Mapping[str, Any], line: Line) -> Iterator[str]:
        known = {
            parameter["name"]: parameter for parameter in map(self._resolved, operation.get("parameters", ()))
        }
        for name, value in parse_qsl(line["query"], keep_blank_values=True):
            if name not in known and name not in LINK_OPTIONS:
                yield f"the query option {name} is not in the contract"
            elif known.get(name, {}).get("schema", {}).get("type") == "integer" and not value.isdigit():
                yield f"{name}={value} is no number"
        body = operation.get("requestBody")
        if body is not None:
            schema = body["content"]["application/json"]["schema"]
            yield from (
                f"request: {p}" for p in self._invalid(schema, json.loads(line["request_body"] or "null"))
            )

    def _answer(self, operation: Mapping[str, Any], line: Line) -> Iterator[str]:
        status = str(line["status"])
        responses = operation["responses"]
        response = responses.get(status) or responses.get(status[0] + "XX")
        if response is None:
            yield f"the contract has no answer {status}"
            return
        response = self._resolved(response)
        headers = {name.lower() for name in line["headers"]}
        for name, header in response.get("headers", {}).items():
            if header.get("required") and name.lower() not in headers:
                yield f"the header {name} is missing"
        content = response.get("content", {}).get("application/json")
        if content is None:
            if line["body"]:
                yield "there is a body where the contract has none"
            return
        yield from self._invalid(content["schema"], json.loads(line["body"] or "null"))

    def _invalid(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        """What is wrong with a body. A listing's items are looked at one by one: most are alike in many listings."""
        items = value.get("value") if isinstance(value, dict) else None
        each = self._items_of(schema) if isinstance(items, list) else None
        if each is None:
            yield from self._errors(schema, value)
            return
        yield from self._errors(schema, {**value, "value": []})
        for index, item in enumerate(items or ()):
            yield from (f"value/{index}: {problem}" for problem in self._errors(each, item))

    def _items_of(self, schema: Mapping[str, Any]) -> Mapping[str, Any] | None:
        if id(schema) not in self._items:
            found = self._merged(schema).get("properties", {}).get("value", {}).get("items")
            self._items[id(schema)] = found
        return self._items[id(schema)]

    def _errors(self, schema: Mapping[str, Any], value: Any) -> tuple[str, ...]:
        """What is wrong with a value, found out once. Schemas are parts of the document, so each has one id."""
        key = id(schema), json.dumps(value, sort_keys=True)
        if key not in self._known:
            self._known[key] = tuple(self._look(schema, value))
        return self._known[key]

    def _look(self, schema: Mapping[str, Any], value: Any) -> Iterator[str]:
        for error in self._validator(schema).iter_errors(value):
            where = "/".join(map(str, error.absolute_path))
            yield f"{where or 'body'}: {error.message[:300]}"
        yield from self._unknown(schema, value, "body")

    def _validator(self, schema: Mapping[str, Any]) -> OAS30Validator:
        if id(schema) not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[id(schema)] = OAS30Validator(whole)
        return self._validators[id(schema)]

    def _unknown(self, schema: Mapping[str, Any], value: Any, where: str) -> Iterator[str]:
        """Properties that the type does not have: JSON Schema lets them pass, Graph would never send them."""
        schema = self._merged(schema)
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._unknown(schema.get("items", {}), item, f"{where}/{index}")
        if not isinstance(value, dict) or schema.get("additionalProperties") is not None:
            return
        properties = schema.get("properties", {})
        for name, item in value.items():
            if name in properties:
                yield from self._unknown(properties[name], item, f"{where}/{name}")
            elif properties and "@" not in name:
                yield f"{where}: the type has no property {name}"

    def _merged(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        schema = self._resolved(schema)
        parts = [*schema.get("allOf", ()), *schema.get("anyOf", ())]
        if not parts:
            return schema
        merged = [self._merged(part) for part in parts]
        properties = {name: each for part in merged for name, each in part.get("properties", {}).items()}
        extra = next(
            (p["additionalProperties"] for p in merged if p.get("additionalProperties") is not None), None
        )
        return {
            **schema,
            "properties": {**properties, **schema.get("properties", {})},
            "additionalProperties": extra,
        }

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        while "$ref" in schema:
            target: Any = self._document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            schema = target
        return schema


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]*\\\}", r"[^/']+", re.escape(template)))
