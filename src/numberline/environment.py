"""The settings that come from the environment: one table, and what each value means once it is read.

Nothing here touches Django, so that a bad value can be told in one sentence before anything starts.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from numberline.core import duration
from numberline.core.receivers import ReceiverError, webhook_url
from numberline.graph.rates import Rates

LEVELS = ("debug", "info", "warning", "error")
SHORTEST_KEY = 32
RATES = ("reads", "writes", "writes_most", "rise", "total", "patience", "app_reads", "app_writes")


class StartError(Exception):
    """Numberline can't start as it is set up. The message is one sentence that says what to do."""


class SettingError(StartError):
    """A setting of the environment can't be used."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, what holds when it is not set, and what it means."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting(
        "NUMBERLINE_DATA_DIR",
        "the user's data folder, for example `~/.local/share/numberline`",
        "The folder for what Numberline keeps on this machine: the SQLite database and the secret key. "
        "It is made on first use, readable by its owner alone.",
    ),
    Setting(
        "NUMBERLINE_DATABASE_URL",
        "`numberline.sqlite3` in the data folder",
        "The database: `sqlite:////absolute/path` or `postgresql://user:password@host:port/name?sslmode=require`.",
    ),
    Setting(
        "NUMBERLINE_DATABASE_URL_FILE",
        "none",
        "A file that holds the database's address, password and all. Give it or `NUMBERLINE_DATABASE_URL`, not both.",
    ),
    Setting(
        "NUMBERLINE_SECRET_KEY",
        "the contents of `NUMBERLINE_SECRET_KEY_FILE`",
        "The key that encrypts tenants' credentials and seals the audit trail in the database: any text of "
        f"{SHORTEST_KEY} characters or more, without commas. To change it, give the new key, a comma and the old one: "
        "the first encrypts and seals, all of them decrypt and verify. Give it or the file, not both.",
    ),
    Setting(
        "NUMBERLINE_SECRET_KEY_FILE",
        "`secret.key` in the data folder, made on first use",
        "A file that holds the secret key. Keep a copy of it: without the key the credentials in a backup are lost "
        "and its audit trail can't be verified or continued.",
    ),
    Setting(
        "NUMBERLINE_LOG", "`warning`", f"How much is logged to stderr: {', '.join(f'`{x}`' for x in LEVELS)}."
    ),
    Setting(
        "NUMBERLINE_URL",
        "`http://127.0.0.1:8480`",
        "The address under which people reach the portal, as `https://numbers.example.com`: no other host is answered. "
        "With `https` cookies are sent over TLS alone and browsers are told to keep to it; a reverse proxy in front "
        "speaks TLS and sets `X-Forwarded-Proto`.",
    ),
    Setting(
        "NUMBERLINE_LISTEN",
        "`127.0.0.1:8480`",
        "Where `numberline serve` listens: a host and a port. On an address that other machines reach it starts only "
        "if `NUMBERLINE_URL` is an `https` one.",
    ),
    Setting(
        "NUMBERLINE_PROXY",
        "this machine, if `NUMBERLINE_URL` is an `https` one; else none",
        "The IP address of the reverse proxy whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, or `*` for "
        "any, where nothing but the proxy can reach the portal.",
    ),
    Setting(
        "NUMBERLINE_MFA",
        "`required`",
        "Whether everybody who signs in to the portal must have a second factor: `required`, or `optional` for trying "
        "things out.",
    ),
    Setting(
        "NUMBERLINE_SESSIONS",
        "`idle=1h,age=12h`",
        "When somebody is signed out of the portal: after so long without doing anything (`idle`), and so long after "
        "signing in whatever they do (`age`).",
    ),
    Setting(
        "NUMBERLINE_SETTLE",
        "`15m`",
        "How long a change whose outcome is in doubt is only repeated, never replaced, before it is given up: "
        "one whole number and `s`, `m`, `h` or `d`.",
    ),
    Setting(
        "NUMBERLINE_GRAPH_RATES",
        "`reads=25,writes=5,writes_most=20,rise=1,patience=300,app_reads=750,app_writes=100`",
        "How fast Microsoft Graph is asked, for each tenant, in requests a second: reads; writes at the start, "
        "rising by `rise` each second without a complaint to `writes_most` and halved when Microsoft throttles; "
        "`total` bounds both together. `patience` is how many seconds a call waits for a throttled tenant. `app_reads` and "
        "`app_writes` bound all tenants of one application together. Give all processes the same.",
    ),
    Setting(
        "NUMBERLINE_NOTIFICATION_URL",
        "none: changes are found by polling alone",
        "The address at which Microsoft [tells of changes](../how-to/notifications.md) at once: the portal's public `https` address with the path `/notifications/graph`.",
    ),
    Setting(
        "NUMBERLINE_ALERT_WEBHOOK",
        "none",
        "The URL that is called with [alerts](../how-to/get-alerts.md) of every tenant that names none of its own: `https://`, or `http://` on this machine.",
    ),
    Setting(
        "NUMBERLINE_ALERT_MAIL",
        "nobody",
        "The mail addresses, separated by commas, that are written to about every tenant that names none of its own.",
    ),
    Setting(
        "NUMBERLINE_ALERT_CA_FILE",
        "the system's authorities",
        "A file with certificates (PEM) to trust besides the system's, for the webhook and the mail server.",
    ),
    Setting(
        "NUMBERLINE_MAIL_FROM",
        "none; needed with `NUMBERLINE_SMTP_URL`",
        "The mail address that alerts come from.",
    ),
    Setting(
        "NUMBERLINE_SMTP_URL",
        "no mail is sent",
        "The mail server: `smtp://user@host:587` (STARTTLS is required), `smtps://user@host:465` (TLS from the first byte), or `smtp://host:25?tls=none` for a relay without either. Percent-encode special characters in the user.",
    ),
    Setting(
        "NUMBERLINE_SMTP_PASSWORD_FILE",
        "the password in `NUMBERLINE_SMTP_URL`, if any",
        "A file that holds the password of the mail server's user.",
    ),
)


def read(name: str, environ: Mapping[str, str] | None = None) -> str:
    """The text of a setting, without outer spaces; empty when it is not set."""
    if name not in {setting.name for setting in SETTINGS}:
        raise KeyError(name)
    return (os.environ if environ is None else environ).get(name, "").strip()


def data_dir(environ: Mapping[str, str] | None = None) -> Path:
    """The data folder. It may not exist yet: `make_data_dir` makes it."""
    chosen = read("NUMBERLINE_DATA_DIR", environ)
    if chosen:
        return Path(chosen).expanduser().absolute()
    return _user_data_dir(os.environ if environ is None else environ) / "numberline"


def _user_data_dir(environ: Mapping[str, str]) -> Path:
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support"
    xdg = environ.get("XDG_DATA_HOME", "")
    return Path(xdg) if xdg.startswith("/") else home / ".local" / "share"


def make_data_dir(folder: Path) -> Path:
    """Make the data folder, readable by its owner alone, unless it is there. SettingError if that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"The data folder {folder} can't be made ({error.strerror}): set NUMBERLINE_DATA_DIR to a folder "
            "that you may write to."
        ) from error
    return folder


def database_url(environ: Mapping[str, str] | None = None) -> str:
    """The database's address: given, or from its file; empty when neither is set."""
    given, named = (read(f"NUMBERLINE_DATABASE_URL{end}", environ) for end in ("", "_FILE"))
    if given and named:
        raise SettingError("Set NUMBERLINE_DATABASE_URL or NUMBERLINE_DATABASE_URL_FILE, not both.")
    if not named:
        return given
    try:
        text = Path(named).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingError(f"NUMBERLINE_DATABASE_URL_FILE: {named} can't be read ({reason}).") from error
    if not text:
        raise SettingError(f"NUMBERLINE_DATABASE_URL_FILE: {named} is empty: write the address into it.")
    return text


def secret_key(environ: Mapping[str, str] | None = None) -> str:
    """The secret key: given, from its file, or made once in the data folder (mode 600)."""
    given, named = read("NUMBERLINE_SECRET_KEY", environ), read("NUMBERLINE_SECRET_KEY_FILE", environ)
    if given and named:
        raise SettingError("Set NUMBERLINE_SECRET_KEY or NUMBERLINE_SECRET_KEY_FILE, not both.")
    if given:
        return _long_enough(given, "NUMBERLINE_SECRET_KEY")
    if named:
        return _key_in(Path(named).expanduser())
    kept = make_data_dir(data_dir(environ)) / "secret.key"
    if not kept.exists():
        _make_key(kept)
    return _key_in(kept)


def _key_in(file: Path) -> str:
    try:
        return _long_enough(file.read_text(encoding="utf-8").strip(), str(file))
    except UnicodeDecodeError as error:
        raise SettingError(
            f"The secret key in {file} is not text: name a file that holds the key as text."
        ) from error
    except OSError as error:
        raise SettingError(
            f"The secret key {file} can't be read ({error.strerror}): make it readable, or name another file "
            "in NUMBERLINE_SECRET_KEY_FILE."
        ) from error


def _long_enough(key: str, where: str) -> str:
    if any(len(part.strip()) < SHORTEST_KEY for part in key.split(",")):
        raise SettingError(
            f"The secret key in {where} is too short: use {SHORTEST_KEY} characters or more, "
            "and restore the old key if there was one."
        )
    return key


def _make_key(file: Path) -> None:
    """Write a new key whole under another name, then link it: of two processes one wins, and both read that key."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as output:
            output.write(secrets.token_urlsafe(48) + "\n")
            output.flush()
            os.fsync(output.fileno())
        try:
            os.link(draft, file)
        except FileExistsError:
            return
        finally:
            draft.unlink()
    except OSError as error:
        raise SettingError(
            f"The secret key can't be kept in {file} ({error.strerror}): make the folder writable, or set "
            "NUMBERLINE_DATA_DIR or NUMBERLINE_SECRET_KEY."
        ) from error


def portal_url(environ: Mapping[str, str] | None = None) -> str:
    """The root of the portal's addresses, without a slash at its end."""
    text = (read("NUMBERLINE_URL", environ) or "http://127.0.0.1:8480").rstrip("/")
    parts = urlsplit(text)
    try:
        fine = bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if parts.scheme not in ("http", "https") or not fine or parts.path or parts.query or parts.username:
        raise SettingError(
            f"NUMBERLINE_URL is {text!r}: give a scheme and a host alone, as in https://numbers.example.com."
        )
    return text


NOTIFICATION_PATH = "/notifications/graph"


def notification_url(environ: Mapping[str, str] | None = None) -> str:
    """Where Microsoft tells of changes; empty: nowhere. Without TLS only on this machine, for trials."""
    text = read("NUMBERLINE_NOTIFICATION_URL", environ)
    if not text:
        return ""
    try:
        url = webhook_url(text)
    except ReceiverError:
        url = ""
    parts = urlsplit(url)
    if not url or parts.path != NOTIFICATION_PATH or parts.query:
        raise SettingError(
            f"NUMBERLINE_NOTIFICATION_URL is {text[:80]!r}: give the portal's public address with this path, as in "
            f"https://numbers.example.com{NOTIFICATION_PATH}."
        )
    return url


def second_factor_required(environ: Mapping[str, str] | None = None) -> bool:
    """Whether nobody may work in the portal without a second factor."""
    text = (read("NUMBERLINE_MFA", environ) or "required").lower()
    if text not in ("required", "optional"):
        raise SettingError(f"NUMBERLINE_MFA is {text!r}: use required or optional.")
    return text == "required"


def session_times(environ: Mapping[str, str] | None = None) -> tuple[timedelta, timedelta]:
    """How long a session of the portal lasts without being used, and at most."""
    times = {"idle": timedelta(hours=1), "age": timedelta(hours=12)}
    for part in filter(None, (x.strip() for x in read("NUMBERLINE_SESSIONS", environ).split(","))):
        name, _, text = (x.strip() for x in part.partition("="))
        if name not in times:
            raise SettingError(f"NUMBERLINE_SESSIONS has {part!r}: write idle=1h,age=12h.")
        try:
            times[name] = duration.parse(text)
        except duration.DurationError as error:
            raise SettingError(f"NUMBERLINE_SESSIONS: {error}") from error
        if times[name] < timedelta(minutes=1):
            raise SettingError(f"NUMBERLINE_SESSIONS has {part!r}: give at least 1m.")
    return times["idle"], times["age"]


def log_level(environ: Mapping[str, str] | None = None) -> str:
    """The least level that is logged, in capitals."""
    level = (read("NUMBERLINE_LOG", environ) or "warning").lower()
    if level not in LEVELS:
        raise SettingError(f"NUMBERLINE_LOG is {level!r}: use one of {', '.join(LEVELS)}.")
    return level.upper()


def settle_time(environ: Mapping[str, str] | None = None) -> timedelta:
    """How long a change in doubt is left to settle."""
    text = read("NUMBERLINE_SETTLE", environ) or "15m"
    try:
        return duration.parse(text)
    except duration.DurationError as error:
        raise SettingError(f"NUMBERLINE_SETTLE: {error}") from error


def graph_rates(environ: Mapping[str, str] | None = None) -> Rates:
    """How fast Microsoft Graph may be asked, for each tenant."""
    chosen: dict[str, float] = {}
    for part in filter(None, (x.strip() for x in read("NUMBERLINE_GRAPH_RATES", environ).split(","))):
        name, _, text = (x.strip() for x in part.partition("="))
        try:
            chosen[name] = float(text)
        except ValueError:
            chosen[name] = 0.0
        if name not in RATES or not 0 < chosen[name] < float("inf"):
            raise SettingError(
                f"NUMBERLINE_GRAPH_RATES has {part!r}: write name=number, the number above 0, with names of "
                f"{', '.join(RATES)}."
            )
    return Rates(**chosen)
