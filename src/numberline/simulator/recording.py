"""Writes every request and answer down, one JSON object a line, for checking against the contract."""

from pathlib import Path
from typing import Any

import msgspec

from .web import Answer, Request

SECRET = frozenset({"authorization", "cookie"})


class Recorder:
    """Appends to a file; tokens and secrets are never written."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab")

    def write(self, kind: str, request: Request, answer: Answer) -> None:
        """Record one exchange; `distorted` says that a fault spoilt the answer on purpose."""
        line: dict[str, Any] = {
            "kind": kind,
            "method": request.method,
            "path": request.path,
            "query": request.raw_query,
            "request_headers": {name: value for name, value in request.headers.items() if name not in SECRET},
            "request_body": request.body.decode("utf-8", "replace") or None,
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body.decode("utf-8", "replace") or None,
            "distorted": answer.distorted,
        }
        self._file.write(msgspec.json.encode(line) + b"\n")
        self._file.flush()

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
