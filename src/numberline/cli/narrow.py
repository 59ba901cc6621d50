"""Tables on a terminal that is too narrow for them: what does not fit beside the rest stands below, with its name.

UPN                    Number            Entitlement
adele@contoso.example  +44 20 7946 0000  carrier
  Name: Adele Vance; Decision: keep: holds
  Why: Holds +442079460000 of range "London Park Lane".
"""

import textwrap
from collections.abc import Iterator, Sequence

GAP = 2
INDENT = "  "
PROSE = 32
"""A column that is wider than this holds sentences or names, and stands below unless it is the first."""


def widths(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """How wide each column is by itself."""
    return [max(len(name), *(len(row[i]) for row in rows)) for i, name in enumerate(columns)]


def split(wide: Sequence[int], room: int, empty: frozenset[int]) -> tuple[list[int], list[int]]:
    """Which columns stand in a line of so many characters, and which below it; `empty` ones nowhere."""
    beside, below, used = [0], [], wide[0]
    for column in range(1, len(wide)):
        if column in empty:
            continue
        if wide[column] <= PROSE and used + GAP + wide[column] <= room:
            beside.append(column)
            used += GAP + wide[column]
        else:
            below.append(column)
    return beside, below


def lines(
    columns: Sequence[str], rows: Sequence[Sequence[str]], room: int, nothing: str
) -> Iterator[tuple[str, bool]]:
    """The lines of the table, each with whether it stands below another. The first is the heading."""
    empty = frozenset(i for i in range(len(columns)) if all(row[i] == nothing for row in rows))
    wide = widths(columns, rows)
    wide[0] = min(wide[0], room // 2)  # one long name shall not push everything else below
    beside, below = split(wide, room, empty)
    yield _line(columns, beside, wide), False
    for row in rows:
        yield _line(row, beside, wide), False
        for line in _packed([f"{columns[i]}: {row[i]}" for i in below if row[i] != nothing], room):
            yield line, True


def _packed(parts: Sequence[str], room: int) -> Iterator[str]:
    """The parts in as few lines as hold them; one that fits in no line is wrapped."""
    line = ""
    for part in parts:
        if line and len(f"{INDENT}{line}; {part}") > room:
            yield from _wrapped(line, room)
            line = ""
        line = f"{line}; {part}" if line else part
    yield from _wrapped(line, room)


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, initial_indent=INDENT, subsequent_indent=INDENT * 2)


def _line(cells: Sequence[str], chosen: Sequence[int], wide: Sequence[int]) -> str:
    return (" " * GAP).join(cells[i].ljust(wide[i]) for i in chosen).rstrip()
