"""Sending a mail by SMTP: one message to one address."""

import contextlib
import smtplib

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from numberline.alert_settings import AlertSettings
from numberline.alerts.outcome import Outcome, failed
from numberline.environment import SettingError

TIMEOUT = 15
"""Seconds for which the server may be silent."""


def send(address: str, settings: AlertSettings, key: str, subject: str, text: str) -> Outcome:
    """Hand a mail to the server. The id of the message is the alert's, so that repeats can be told."""
    if settings.smtp is None:
        return failed("no mail server is set: set NUMBERLINE_SMTP_URL")
    host = settings.sender.rpartition("@")[2]
    headers = {
        "Message-ID": f"<{key}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    try:
        backend = _backend(settings)
    except SettingError as error:
        return failed(str(error))
    message = EmailMessage(subject, text, settings.sender, [address], headers=headers, connection=backend)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        return failed(f"the mail server refused the address ({code} {_words(said)})")
    except smtplib.SMTPResponseException as error:
        return failed(f"the mail server refused ({error.smtp_code} {_words(error.smtp_error)})")
    except smtplib.SMTPException as error:
        return failed(f"the mail server did not take it ({error or type(error).__name__})")
    except OSError as error:
        return failed(f"no connection to the mail server ({error or type(error).__name__})")
    finally:
        _hang_up(backend)
    return Outcome()


def _hang_up(backend: EmailBackend) -> None:
    """Close what a failure left open."""
    with contextlib.suppress(OSError):  # smtplib's errors too: what became of the mail is known by now
        backend.close()


def _backend(settings: AlertSettings) -> EmailBackend:
    smtp = settings.smtp
    assert smtp is not None
    backend = EmailBackend(
        host=smtp.host,
        port=smtp.port,
        username=smtp.user,
        password=settings.password() if smtp.user else "",
        use_tls=smtp.security == "starttls",
        use_ssl=smtp.security == "tls",
        timeout=TIMEOUT,
    )
    backend.ssl_context = settings.tls()
    return backend


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
