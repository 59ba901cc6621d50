"""NUMBERLINE_DATABASE_URL, read into what Django wants to know."""

from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from numberline.environment import SettingError

NAME = "NUMBERLINE_DATABASE_URL"
POSTGRESQL_OPTIONS = {
    "application_name",
    "connect_timeout",
    "host",
    "options",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
}
SYNCHRONOUS = {"full", "normal", "off"}
CACHE_KIB, CHECKPOINT_PAGES = 32_768, 8_192


def databases(url: str, data_dir: Path) -> dict[str, Any]:
    """The entry of Django's DATABASES for a URL; an empty one means SQLite in the data folder."""
    if not url:
        return _sqlite(data_dir / "numberline.sqlite3", {})
    parts = _split(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme == "sqlite":
        return _sqlite(_sqlite_path(parts), query)
    if parts.scheme in ("postgresql", "postgres"):
        return _postgresql(parts, query)
    scheme = f"starts with {parts.scheme}" if parts.scheme else "has no scheme"
    raise SettingError(f"{NAME} {scheme}: use sqlite:////path or postgresql://host/name.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # The reason is left out: it may quote a piece of the password.
        raise SettingError(
            f"{NAME} can't be read as a URL: percent-encode special characters in user and password."
        ) from None
    return parts


def _sqlite_path(parts: SplitResult) -> Path:
    if parts.netloc or parts.path in ("", "/"):
        raise SettingError(
            f"{NAME} names no file: SQLite needs sqlite:/// and then the path, which starts with /."
        )
    path = unquote(parts.path[1:])
    return Path(path).expanduser().absolute()


def _sqlite(path: Path, query: dict[str, str]) -> dict[str, Any]:
    """WAL lets readers go on beside one writer; synchronous FULL keeps an intent through a power cut.

    Tens of thousands of people are written in one go, in the order of random ids: with SQLite's own 2 MB of cache
    and a checkpoint every 4 MB the same pages would be read and written over and over.
    """
    timeout, synchronous = query.pop("timeout", "20"), query.pop("synchronous", "full").lower()
    _refuse(query, "SQLite", {"timeout", "synchronous"})
    if synchronous not in SYNCHRONOUS:
        raise SettingError(
            f"{NAME} has synchronous={synchronous!r}: use one of {', '.join(sorted(SYNCHRONOUS))}."
        )
    return {
        "ENGINE": "numberline.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": _seconds("timeout", timeout),
            "transaction_mode": "IMMEDIATE",
            "init_command": f"PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous.upper()}; "
            f"PRAGMA cache_size = -{CACHE_KIB}; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}",
        },
    }


def _postgresql(parts: SplitResult, query: dict[str, str]) -> dict[str, Any]:
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise SettingError(
            f"{NAME} names no database: end it with /name, as in postgresql://host/numberline."
        )
    _refuse(
        {key: value for key, value in query.items() if key not in POSTGRESQL_OPTIONS},
        "PostgreSQL",
        POSTGRESQL_OPTIONS,
    )
    host = query.pop("host", "")
    timeout = _seconds("connect_timeout", query.pop("connect_timeout", "10"))
    return {
        "ENGINE": "numberline.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": max(1, round(timeout)), **query},
    }


def _refuse(unknown: dict[str, str], database: str, known: set[str]) -> None:
    if unknown:
        raise SettingError(
            f"{NAME} has {min(unknown)!r}, which {database} does not take: use {', '.join(sorted(known))}."
        )


def _seconds(name: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 86400:
        raise SettingError(f"{NAME} has {name}={text!r}: give a number of seconds.")
    return seconds
