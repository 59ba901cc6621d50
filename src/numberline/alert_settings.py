"""What the environment says of alerts: who hears of them by default, the mail server, certificates to trust.

Files are named here and read when something is sent, so that a command which sends nothing needs no access to them.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from numberline.core.receivers import ReceiverError, is_loopback, mail_address, webhook_url
from numberline.environment import SettingError, read

PORTS = {"smtp": 587, "smtps": 465}
SHAPE = "write smtp://user@host:587, smtps://user@host:465, or smtp://host:25?tls=none"


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server. `security` is `starttls` (required, not tried), `tls` from the first byte, or `none`."""

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """The installation's receivers, and how they are reached."""

    webhook: str = ""
    mail: tuple[str, ...] = ()
    sender: str = ""
    smtp: Smtp | None = None
    password_file: Path | None = None
    ca_file: Path | None = None

    def password(self) -> str:
        """The password of the mail server. SettingError when its file can't be read."""
        if self.password_file is None:
            return self.smtp.password if self.smtp else ""
        return _text_of(self.password_file, "NUMBERLINE_SMTP_PASSWORD_FILE").strip()

    def tls(self) -> ssl.SSLContext:
        """Verifies certificates and names, by the system's authorities and those of the CA file. SettingError."""
        context = ssl.create_default_context()
        if self.ca_file is not None:
            pem = _text_of(self.ca_file, "NUMBERLINE_ALERT_CA_FILE")
            try:
                context.load_verify_locations(cadata=pem)
            except (ssl.SSLError, ValueError) as error:
                raise SettingError(
                    f"NUMBERLINE_ALERT_CA_FILE: {self.ca_file} holds no certificates in PEM."
                ) from error
        return context


def alert_settings(environ: Mapping[str, str] | None = None) -> AlertSettings:
    """The settings of alerts. Raises SettingError with one sentence."""
    try:
        mail = tuple(mail_address(x.strip()) for x in _list(read("NUMBERLINE_ALERT_MAIL", environ)))
    except ReceiverError as error:
        raise SettingError(f"NUMBERLINE_ALERT_MAIL: {error}") from None
    webhook, url = read("NUMBERLINE_ALERT_WEBHOOK", environ), read("NUMBERLINE_SMTP_URL", environ)
    sender = read("NUMBERLINE_MAIL_FROM", environ)
    try:
        webhook = webhook_url(webhook) if webhook else ""
    except ReceiverError as error:
        raise SettingError(f"NUMBERLINE_ALERT_WEBHOOK: {error}") from None
    try:
        sender = mail_address(sender) if sender else ""
    except ReceiverError as error:
        raise SettingError(f"NUMBERLINE_MAIL_FROM: {error}") from None
    if url and not sender:
        raise SettingError(
            "NUMBERLINE_SMTP_URL is set: set NUMBERLINE_MAIL_FROM too, the address that writes."
        )
    if mail and not url:
        raise SettingError(
            "NUMBERLINE_ALERT_MAIL is set: set NUMBERLINE_SMTP_URL too, the server that sends."
        )
    return AlertSettings(
        webhook=webhook,
        mail=mail,
        sender=sender,
        smtp=_smtp(url) if url else None,
        password_file=_path(read("NUMBERLINE_SMTP_PASSWORD_FILE", environ)),
        ca_file=_path(read("NUMBERLINE_ALERT_CA_FILE", environ)),
    )


def _smtp(url: str) -> Smtp:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        asked = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
    except ValueError:
        raise SettingError(f"NUMBERLINE_SMTP_URL is not such a URL: {SHAPE}.") from None
    tls = asked.pop("tls", ["starttls"])[0] if parts.scheme == "smtp" else "tls"
    if parts.scheme not in PORTS or not host or parts.path.strip("/") or asked:
        raise SettingError(f"NUMBERLINE_SMTP_URL is not such a URL: {SHAPE}.")
    if tls not in ("starttls", "tls", "none"):
        raise SettingError("NUMBERLINE_SMTP_URL: tls can be starttls or none.")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if user and tls == "none" and not is_loopback(host):
        raise SettingError(
            "NUMBERLINE_SMTP_URL: without TLS nobody signs in: the password would be readable."
        )
    return Smtp(host, port or PORTS[parts.scheme], tls, user, password)


def _list(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _text_of(file: Path, setting: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingError(f"{setting}: {file} can't be read ({reason}).") from error
