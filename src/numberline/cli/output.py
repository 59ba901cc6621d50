"""How results are shown: JSON that scripts can rely on, or tables for people; numbers grouped, times in UTC.

Results go to stdout and nothing else does. In a pipe tables are plain aligned text, never cut to a width.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from numberline.cli import narrow
from numberline.core.held import WHY
from numberline.core.limits import Limit

NOTHING = "-"
RICH_ROWS = 2000
"""Longer tables are written plainly, also on a terminal: nobody reads them there, and rich measures every cell."""


def out(text: str = "") -> None:
    """One line of the result."""
    sys.stdout.write(f"{text}\n")


def as_json(value: object) -> None:
    """The whole result as JSON."""
    out(json.dumps(value, ensure_ascii=False, indent=2, default=plain))


def items_as_json(items: Iterable[dict[str, Any]]) -> None:
    """A listing as `{"items":[...]}`, written row by row so that its length does not matter."""
    write = sys.stdout.write
    write('{"items": [')
    comma = ""
    for item in items:
        write(f"{comma}\n  {json.dumps(item, ensure_ascii=False, default=plain)}")
        comma = ","
    write("\n]}\n" if comma else "]}\n")


def plain(value: object) -> str:
    """A value that JSON does not know: times become RFC 3339 in UTC."""
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} is not for JSON")


def rfc3339(at: datetime) -> str:
    """`2026-11-23T09:20:00Z`, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def held(told: dict[str, Any] | None) -> list[tuple[str, object]]:
    """The line that says what keeps a decision from being done; none when nothing does."""
    if told is None:
        return []
    by = "the mode" if told["limit"] == "mode" else f"the limit {told['limit']}"
    since = f" since {moment(told['since'])} UTC" if told["since"] else ""
    return [("Held", f"by {by}{since}: {WHY[Limit(told['limit'])]}")]


def moment(at: datetime | str | None) -> str:
    """A time for people, in UTC."""
    if not at:
        return NOTHING
    known = datetime.fromisoformat(at) if isinstance(at, str) else at
    return known.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


@lru_cache(maxsize=4096)
def grouped(number: str | None) -> str:
    """A number as people write it: `+44 20 7946 0012`, an extension after it."""
    if not number:
        return NOTHING
    from numberline.core import phone

    return phone.grouped(number)


def words(value: object) -> str:
    """A value of a code, a flag or nothing, as a cell of a table."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """A table; `empty` is the sentence for no rows at all."""
    cells = [[words(cell) for cell in row] for row in rows]
    if not cells:
        out(empty)
    elif sys.stdout.isatty() and len(cells) <= RICH_ROWS:
        _rich_table(columns, cells)
    else:
        _plain_table(columns, cells)


def facts(rows: Iterable[tuple[str, object]]) -> None:
    """Facts about one thing, a line each."""
    listed = [(name, words(value)) for name, value in rows]
    width = max((len(name) for name, _ in listed), default=0)
    for name, value in listed:
        for line in _wrapped(f"{name:<{width}}  {value}", " " * (width + 2)):
            out(line)


def _wrapped(text: str, indent: str) -> list[str]:
    """A line as lines of the terminal's width, or as it is in a pipe."""
    if not sys.stdout.isatty():
        return [text]
    import shutil
    import textwrap

    room = max(len(indent) + 20, shutil.get_terminal_size().columns)
    return textwrap.wrap(text, room, subsequent_indent=indent, break_on_hyphens=False) or [text]


def quoted(name: str) -> str:
    """A name as one writes it in a shell."""
    from shlex import quote

    return quote(name)


def plural(count: int, one: str, many: str = "") -> str:
    """`1 number`, `2 numbers`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _rich_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    wide = narrow.widths(columns, rows)
    if sum(wide) + 3 * len(wide) > console.width:
        heading = True
        for line, below in narrow.lines(columns, rows, console.width, NOTHING):
            style = "bold" if heading else "dim" if below else ""
            console.print(Text(line, style=style), soft_wrap=True)
            heading = False
        return
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column, no_wrap=True)
    for row in rows:
        shown.add_row(*(Text(cell) for cell in row))
    console.print(shown)


def _plain_table(columns: Sequence[str], rows: list[list[str]]) -> None:
    widths = narrow.widths(columns, rows)
    for row in (list(columns), *rows):
        out("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
