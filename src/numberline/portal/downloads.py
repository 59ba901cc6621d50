"""Files that a browser takes away, written row by row however long they are."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would take for a formula."""
_NUMBER = re.compile(r"\+[0-9]+(;ext=[0-9]+)?")
_BYTE_ORDER_MARK = "\ufeff"  # without it spreadsheets don't read UTF-8


def csv_file(name: str, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A CSV file of that name, which does no harm in a spreadsheet."""
    return _file(name, "text/csv; charset=utf-8", _csv(header, rows))


def json_lines(name: str, items: Iterable[dict[str, Any]]) -> StreamingHttpResponse:
    """A file of that name with an object of JSON on each line."""
    lines = (f"{json.dumps(item, ensure_ascii=False)}\n" for item in items)
    return _file(name, "application/jsonl; charset=utf-8", lines)


def safe(value: Any) -> str:
    """The text of a cell. What a spreadsheet would take for a formula has an apostrophe before it; a telephone number
    stays as it is, because nothing can be computed from it."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) and not _NUMBER.fullmatch(text) else text


def _csv(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    yield _BYTE_ORDER_MARK + _line(header)
    for row in rows:
        yield _line(row)


def _line(cells: Iterable[Any]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([safe(cell) for cell in cells])
    return text.getvalue()


def _file(name: str, kind: str, content: Iterable[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
