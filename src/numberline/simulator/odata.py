"""OData query options: which are allowed, `$filter` expressions, `$select`."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from .web import Problem, bad_request

Predicate = Callable[[Mapping[str, Any]], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<name>[A-Za-z_][\w./@]*)|(?P<mark>[(),:]))"
)
_CONSTANTS: dict[str, Any] = {"null": None, "true": True, "false": False}


def options(query: Mapping[str, str], allowed: set[str]) -> dict[str, str]:
    """The query options with their names in lower case; 400 for any that the call does not document."""
    found = {}
    for name, value in query.items():
        key = name.lower() if name.startswith("$") else name
        if key not in allowed:
            raise bad_request(f"The query option '{name}' is not supported for this request.")
        found[key] = value
    return found


def whole_number(
    options: Mapping[str, str], name: str, default: int, most: int | None = None, least: int = 0
) -> int:
    """A number among the options; 400 when it is none or out of bounds."""
    text = options.get(name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < least or (most is not None and int(text) > most):
        raise bad_request(f"Invalid value '{text}' for the query option '{name}'.")
    return int(text)


def names(text: str | None) -> tuple[str, ...] | None:
    """The property names of a `$select`, or None when there is none."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip())) if text else None


def query_text(query: Mapping[str, str]) -> str:
    """Query options as text, with `$`, quotes and commas left readable as Graph's own links have them."""
    return urlencode(query, quote_via=quote, safe="$,'()")


def parse(text: str, fields: set[str] | None = None) -> tuple[Predicate, dict[str, Any]]:
    """A `$filter` as a predicate, and the equalities that every match must fulfil.

    Only `fields` may be named when given; 400 in Graph's words for anything else.
    """
    parser = _Parser(text, fields)
    predicate, equal = parser.disjunction()
    parser.end()
    return predicate, equal


class _Parser:
    def __init__(self, text: str, fields: set[str] | None) -> None:
        self.text = text
        self.fields = fields
        self.tokens = self._split(text)
        self.at = 0
        self.variables: list[str] = []

    def _split(self, text: str) -> list[tuple[str, str]]:
        tokens, position, text = [], 0, text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise _invalid(text)
            kind = match.lastgroup or ""
            tokens.append((kind, match.group(kind)))
            position = match.end()
        return tokens

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self, *marks: str) -> tuple[str, str]:
        token = self.peek()
        if token[0] == "end" or (marks and token[1] not in marks):
            raise _invalid(self.text)
        self.at += 1
        return token

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise _invalid(self.text)

    def disjunction(self) -> tuple[Predicate, dict[str, Any]]:
        first, equal = self.conjunction()
        parts = [first]
        while self.peek() == ("name", "or"):
            self.take()
            parts.append(self.conjunction()[0])
            equal = {}
        return (first, equal) if len(parts) == 1 else ((lambda item: any(part(item) for part in parts)), {})

    def conjunction(self) -> tuple[Predicate, dict[str, Any]]:
        first, equal = self.unary()
        parts = [first]
        while self.peek() == ("name", "and"):
            self.take()
            part, more = self.unary()
            parts.append(part)
            equal = equal | more
        return (
            (first, equal) if len(parts) == 1 else ((lambda item: all(part(item) for part in parts)), equal)
        )

    def unary(self) -> tuple[Predicate, dict[str, Any]]:
        if self.peek() == ("name", "not"):
            self.take()
            inner, _ = self.unary()
            return (lambda item: not inner(item)), {}
        if self.peek() == ("mark", "("):
            self.take()
            result = self.disjunction()
            self.take(")")
            return result
        return self.comparison()

    def comparison(self) -> tuple[Predicate, dict[str, Any]]:
        kind, name = self.take()
        if kind != "name":
            raise _invalid(self.text)
        if name in ("startswith", "startsWith", "endswith", "endsWith", "contains"):
            return self.function(name.lower()), {}
        if name.endswith("/any"):
            return self.any(name[: -len("/any")]), {}
        read = self.reader(name)
        _, operator = self.take("eq", "ne", "in")
        if operator == "in":
            values = [_folded(value) for value in self.list()]
            return (lambda item: _folded(read(item)) in values), {}
        value = self.value()
        folded = _folded(value)
        if operator == "ne":
            return (lambda item: _folded(read(item)) != folded), {}
        return (lambda item: _folded(read(item)) == folded), {name: value}

    def function(self, name: str) -> Predicate:
        self.take("(")
        read = self.reader(self.take()[1])
        self.take(",")
        value = str(self.value()).casefold()
        self.take(")")
        if name == "startswith":
            return lambda item: str(read(item) or "").casefold().startswith(value)
        if name == "endswith":
            return lambda item: str(read(item) or "").casefold().endswith(value)
        return lambda item: value in str(read(item) or "").casefold()

    def any(self, name: str) -> Predicate:
        read = self.reader(name)
        self.take("(")
        variable = self.take()[1]
        self.take(":")
        self.variables.append(variable)
        inner, _ = self.disjunction()
        self.variables.pop()
        self.take(")")
        return lambda item: any(inner({**item, variable: each}) for each in read(item) or [])

    def reader(self, name: str) -> Callable[[Mapping[str, Any]], Any]:
        first, *rest = name.split("/")
        if first not in self.variables and self.fields is not None and first not in self.fields:
            raise bad_request(f"Filtering on the property '{name}' is not supported.")

        def read(item: Mapping[str, Any]) -> Any:
            value: Any = item.get(first)
            if isinstance(value, msgspec.Raw):
                value = msgspec.json.decode(value)
            for step in rest:
                value = value.get(step) if isinstance(value, Mapping) else None
            return value

        return read

    def list(self) -> list[Any]:
        self.take("(")
        values = [self.value()]
        while self.peek() == ("mark", ","):
            self.take()
            values.append(self.value())
        self.take(")")
        return values

    def value(self) -> Any:
        kind, text = self.take()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "guid":
            return text.lower()
        if kind == "number":
            return float(text) if "." in text else int(text)
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        raise _invalid(self.text)


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _invalid(text: str) -> Problem:
    return bad_request(f"Invalid filter clause: Syntax error in '{text}'.")
