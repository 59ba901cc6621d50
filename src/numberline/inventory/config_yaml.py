"""YAML as nodes with their places: composed once, bounded, and read key by key.

Values stay text until numberline.inventory.config_values reads them, so that `area_code: 0123` or an unquoted
`+442079460000` mean what they say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from numberline.inventory.config_problems import ConfigError, Problem

MOST_CHARACTERS = 5_000_000
"""The longest file that is read: some 200,000 single numbers, or any number of blocks that anybody has."""

MOST_NODES = 1_000_000
"""How many values a file may have once its aliases are followed: a few lines of aliases can mean billions."""

NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"


class Problems(list[Problem]):
    """Collects errors at the places of nodes."""

    def add(self, node: Node, message: str, column: bool = False) -> None:
        """Note an error at the start of a node."""
        mark = node.start_mark
        self.append(Problem(mark.line + 1, mark.column + 1 if column else 0, message))


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping and its value."""

    key: str
    key_node: Node
    value: Node


def compose(text: str) -> tuple[str, MappingNode]:
    """The text with plain line ends, and its top mapping. Raises ConfigError when it is no bounded YAML mapping."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_CHARACTERS:
        raise _error(1, 0, f"the file has more than {MOST_CHARACTERS:,} characters: write numbers as blocks.")
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False
        top = yaml.compose(text)
    except RecursionError:
        raise _error(1, 0, "the file is nested too deeply: write it as the documentation shows.") from None
    except MarkedYAMLError as error:
        raise _broken(error) from None
    except ReaderError as error:
        raise _unprintable(error, text) from None
    if top is None:
        raise _error(1, 0, "the file is empty: it needs at least the line tenant: NAME.")
    _refuse_bombs(top)
    if not isinstance(top, MappingNode):
        raise _error(
            top.start_mark.line + 1, 0, "the file must consist of keys, such as tenant: and ranges:."
        )
    return text, top


def entries(node: Node, problems: Problems, what: str) -> dict[str, Entry]:
    """The keys of a mapping; `<<` is merged in. A key that stands twice is noted, and its first value kept."""
    if not isinstance(node, MappingNode):
        problems.add(node, f"{what} must consist of keys and values, but this is {describe(node)}.")
        return {}
    found: dict[str, Entry] = {}
    merged: list[Node] = []
    for key_node, value in node.value:
        if key_node.tag == _MERGE:
            merged.append(value)
        elif not isinstance(key_node, ScalarNode):
            problems.add(key_node, f"a key of {what} must be a word.")
        elif key_node.value in found:
            first = found[key_node.value].key_node.start_mark.line + 1
            problems.add(
                key_node, f'"{key_node.value}" stands twice in {what}: it stands in line {first} already.'
            )
        else:
            found[key_node.value] = Entry(key_node.value, key_node, value)
    for mapping in _merged(merged):
        for key, entry in entries(mapping, problems, what).items():
            found.setdefault(key, entry)
    return found


def items(node: Node, problems: Problems, what: str) -> list[Node]:
    """The items of a list; one value alone counts as a list of one."""
    if isinstance(node, SequenceNode):
        return list(node.value)
    if isinstance(node, ScalarNode) and node.tag != NULL:
        return [node]
    problems.add(node, f"{what} must be a list, but this is {describe(node)}.")
    return []


def describe(node: Node) -> str:
    """What a node is, in words."""
    if isinstance(node, MappingNode):
        return "a group of keys"
    if isinstance(node, SequenceNode):
        return "a list"
    return "empty" if node.tag == NULL else f'"{shortened(node.value)}"'


def shortened(text: str, most: int = 60) -> str:
    """The text on one line, cut to a length that a sentence can bear."""
    flat = " ".join(str(text).split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def meant(word: str, known: list[str]) -> str:
    """`: did you mean "…"?` for a word that is near a known one, else which are known."""
    spelled = {name.casefold().replace("-", "_"): name for name in known}
    near = get_close_matches(
        word.strip().casefold().replace("-", "_").replace(" ", "_"), spelled, n=1, cutoff=0.6
    )
    return f'did you mean "{spelled[near[0]]}"?' if near else f"use {one_of(known)}."


def one_of(words: list[str]) -> str:
    """The words as a choice: `a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _merged(nodes: list[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from node.value if isinstance(node, SequenceNode) else [node]


def _refuse_bombs(top: Node) -> None:
    """Refuse aliases that lead into themselves or mean more values than any real file has."""
    sizes: dict[int, int | None] = {}
    stack: list[tuple[Node, bool]] = [(top, False)]
    while stack:
        node, leaving = stack.pop()
        if leaving:
            sizes[id(node)] = 1 + sum(sizes[id(child)] or 0 for child in _children(node))
            if (sizes[id(node)] or 0) > MOST_NODES:
                raise _error(
                    node.start_mark.line + 1, 0, f"the aliases here mean more than {MOST_NODES:,} values."
                )
            continue
        if id(node) in sizes:
            if sizes[id(node)] is None:
                raise _error(
                    node.start_mark.line + 1, 0, "an alias here leads into itself: write the value out."
                )
            continue
        sizes[id(node)] = None
        stack.append((node, True))
        stack.extend((child, False) for child in _children(node))


def _children(node: Node) -> Iterator[Node]:
    if isinstance(node, MappingNode):
        for pair in node.value:
            yield from pair
    elif isinstance(node, SequenceNode):
        yield from node.value


def _broken(error: MarkedYAMLError) -> ConfigError:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 0)
    problem = (
        str(error.problem or error.context or "it cannot be read")
        .replace("\\t", "a tab")
        .replace("'\t'", "tab")
    )
    began = ""
    if error.context and error.context_mark and error.context_mark.line + 1 != line:
        began = f" ({error.context}, begun in line {error.context_mark.line + 1})"
    return _error(line, column, f"this is not valid YAML: {problem}{began}: mend it here or just above.")


def _unprintable(error: ReaderError, text: str) -> ConfigError:
    line = text.count("\n", 0, error.position) + 1
    sign = f"U+{ord(text[error.position]):04X}"
    return _error(line, 0, f"this is not valid YAML: the character {sign} is not allowed in it: remove it.")


def _error(line: int, column: int, message: str) -> ConfigError:
    return ConfigError([Problem(line, column, message)])
