"""Files that a browser takes away, written row by row however long they are.

A spreadsheet takes a cell that begins with = + - @, a tab or a line end for a formula, some also after spaces or in full
width, so such a cell gets an apostrophe in front, which spreadsheets show as text. Where lists are parted by semicolons
a spreadsheet opens a file with commas as if quotes were not there: what looks like a formula after a semicolon, a tab or
a line end inside of a cell gets its apostrophe there. A number in E.164 begins with + and stays as it is, since plus and
digits compute nothing and the file can be imported again. UTF-8 with a mark in front, by which spreadsheets know it.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

_UNSEEN = r"[\s\x00-\x20\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*"
_E164 = r"\+[0-9]{2,15}(?:;ext=[0-9]{1,15})?"
_NUMBERS = re.compile(rf"{_E164}(?:[;\n] ?{_E164})*")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CELL = re.compile(rf"({_UNSEEN})(.*)", re.DOTALL)
_INSIDE = re.compile(rf"([;\t\r\n]{_UNSEEN})(?=[{re.escape(''.join(_FORMULA))}])")
_LINE_ENDS = ("\t", "\r", "\n")
_BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets don't read UTF-8


def csv_file(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV file of that name, which does no harm in a spreadsheet."""
    return _file(name, "text/csv; charset=utf-8", _csv(header, rows))


def json_lines(name: str, items: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """A file of that name with an object of JSON on each line."""
    lines = (f"{json.dumps(item, ensure_ascii=False)}\n" for item in items)
    return _file(name, "application/jsonl; charset=utf-8", lines)


def cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if _NUMBERS.fullmatch(text):
        return text
    blank, words = _CELL.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches everything
    harmful = blank.startswith(_LINE_ENDS) or words.startswith(_FORMULA)
    return ("'" if harmful else "") + blank + _INSIDE.sub(r"\1'", words)


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([cell(value) for value in cells])
    return text.getvalue()


def _file(name: str, kind: str, content: Iterable[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
