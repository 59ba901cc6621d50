"""Where in the file a place inside a YAML text value stands, whatever way the value is written.

YAML folds lines, drops indents and resolves escapes, but it neither adds nor drops a visible character: so the
n-th visible character of the value is the n-th visible one in the file.
"""

import re

from ruamel.yaml.nodes import ScalarNode

_DOUBLE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[\s\S])|[\s\S]")
_SINGLE = re.compile(r"''|[\s\S]")
_PLAIN = re.compile(r"[\s\S]")
_INVISIBLE = frozenset({" ", "\t", "\n", "\\n", "\\t", "\\ ", "\\\n", "\\r", "\\L", "\\P", "\\N", "\\_"})


def place(text: str, node: ScalarNode, line: int, column: int) -> tuple[int, int]:
    """The line and column in the file (both from 1) of a line and column of the node's value."""
    value: str = node.value
    offset = _offset(value, line, column)
    skip = sum(not char.isspace() for char in value[:offset])
    inside = offset < len(value) and not value[offset].isspace()
    return _line_and_column(text, _find(text, node, skip, inside))


def _offset(value: str, line: int, column: int) -> int:
    lines = value.split("\n")
    before = sum(len(one) + 1 for one in lines[: line - 1])
    return min(before + column - 1, len(value))


def _find(text: str, node: ScalarNode, skip: int, inside: bool) -> int:
    """The offset of the visible character after `skip` others; behind the last of those unless `inside`."""
    start, pattern = _content(text, node)
    behind = start
    for match in pattern.finditer(text, start, max(node.end_mark.index, start)):
        if match[0] in _INVISIBLE or match[0].isspace():
            continue
        if skip == 0:
            return match.start() if inside else behind
        skip -= 1
        behind = match.end()
    return behind


def _content(text: str, node: ScalarNode) -> tuple[int, re.Pattern[str]]:
    """Where the value's own characters begin, and what counts as one of them."""
    start: int = node.start_mark.index
    if node.style in ("|", ">"):
        return text.find("\n", start) + 1 or len(text), _PLAIN
    if node.style == "'":
        return start + 1, _SINGLE
    return (start + 1, _DOUBLE) if node.style == '"' else (start, _PLAIN)


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - (text.rfind("\n", 0, offset) + 1) + 1
