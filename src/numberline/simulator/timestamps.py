"""Times as Microsoft Graph writes them: RFC 3339, UTC, whole seconds and a Z."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], float]
"""Gives the present moment as seconds since 1970 (UTC)."""


def text(seconds: float) -> str:
    """`seconds` since 1970 as Graph spells it, e.g. `2026-03-01T09:00:00Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> float:
    """The inverse of `text`; raises ValueError on anything that is not RFC 3339."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
