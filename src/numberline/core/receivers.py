"""Who hears of alerts: addresses that may stand in the settings or the configuration file, and nothing else."""

import ipaddress
import re
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
LONGEST = 500
LONGEST_ADDRESS = 254


class ReceiverError(ValueError):
    """An address can't be used. The message is one sentence that says what to write."""


def webhook_url(text: str) -> str:
    """The URL of a webhook, if it can be used: https, or http on this machine alone; no user, password or fragment."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ReceiverError(f'"{text[:80]}" is not a URL: write https://host/path.') from None
    if not text.isascii() or not text.isprintable() or " " in text or len(text) > LONGEST:
        raise ReceiverError(f"The webhook must be a URL of at most {LONGEST} plain characters.")
    if parts.scheme not in ("http", "https") or not host:
        raise ReceiverError(f'"{text[:80]}" is not a URL: write https://host/path.')
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ReceiverError("The webhook must be a URL without user, password and fragment.")
    if parts.scheme == "http" and not is_loopback(host):
        raise ReceiverError(
            "The webhook must begin with https://: what is sent would be readable on its way."
        )
    return text


def mail_address(text: str) -> str:
    """One mail address, as it stands in an envelope: no name, no angle brackets."""
    if not _ADDRESS.fullmatch(text) or len(text) > LONGEST_ADDRESS:
        raise ReceiverError(f'"{text[:80]}" is not a mail address: write name@host.')
    return text


def without_path(url: str) -> str:
    """The address of a webhook without what may be secret in it: `https://host/…`; other texts as they are."""
    parts = urlsplit(url)
    if not parts.netloc:
        return url
    root = f"{parts.scheme}://{parts.netloc}"
    return f"{root}/…" if parts.path.strip("/") or parts.query else root


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by its very name."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
