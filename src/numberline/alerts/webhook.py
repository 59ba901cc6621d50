"""Calling a webhook: one POST over verified TLS, whose answer's body is never read."""

import ssl
from datetime import datetime

import httpx2

from numberline import __version__
from numberline.alert_settings import AlertSettings
from numberline.alerts.outcome import Outcome, failed
from numberline.alerts.signing import signatures
from numberline.environment import SettingError

TIMEOUT = httpx2.Timeout(15.0, connect=5.0)
"""Seconds for which a receiver may be silent."""
LONGEST_WAIT = 3600.0
GONE = 410
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")


def post(
    url: str, settings: AlertSettings, secrets: list[str], key: str, body: bytes, at: datetime
) -> Outcome:
    """Send a body that `key` tells apart, signed at `at`. A redirection is not followed: it is a failure."""
    timestamp = int(at.timestamp())
    headers = {
        "content-type": "application/json",
        "user-agent": f"numberline/{__version__}",
        "webhook-id": key,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signatures(secrets, key, timestamp, body),
    }
    try:
        with (
            httpx2.Client(
                verify=settings.tls(),
                timeout=TIMEOUT,
                follow_redirects=False,
                mounts=dict.fromkeys(_LOOPBACK),
            ) as client,
            client.stream("POST", url, content=body, headers=headers) as response,
        ):
            return _meaning(response)
    except SettingError as error:
        return failed(str(error))
    except httpx2.TimeoutException:
        return failed("no answer within the time")
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError) as error:
        return failed(f"no connection ({error or type(error).__name__})")


def _meaning(response: httpx2.Response) -> Outcome:
    status = response.status_code
    if 200 <= status < 300:
        return Outcome()
    if status == GONE:
        return failed("it says that it is gone (HTTP 410), so nothing more is sent to it", gone=True)
    if 300 <= status < 400:
        return failed(f"it points elsewhere (HTTP {status}), which is not followed: correct the URL")
    return failed(f"it answered HTTP {status}", after=_asked(response))


def _asked(response: httpx2.Response) -> float:
    """Seconds that it asks to be left alone, when it says so in seconds."""
    text = response.headers.get("retry-after", "")
    return min(float(text), LONGEST_WAIT) if text.isdecimal() and len(text) < 9 else 0.0
