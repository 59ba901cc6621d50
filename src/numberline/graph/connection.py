"""The one HTTP client of a tenant: pooled connections, our certificates, and failures by what they mean."""

from __future__ import annotations

import ssl

import httpx2

from numberline.graph.answers import stop, wait
from numberline.graph.credentials import Credentials, CredentialsError
from numberline.graph.errors import GraphError

TIMEOUT = httpx2.Timeout(60.0, connect=10.0)
"""Seconds; a page of users delta may take Microsoft a long while."""

KEEP_SECONDS = 4.0
"""Idle connections are given up before usual servers close theirs (5 s), so that no write meets a closing one."""

_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


def open_client(credentials: Credentials, timeout: httpx2.Timeout = TIMEOUT) -> httpx2.Client:
    """A thread-safe client that keeps connections open. The environment's proxies serve all but this machine."""
    context = httpx2.create_ssl_context()
    if credentials.ca_pem:
        try:
            context.load_verify_locations(cadata=credentials.ca_pem)
        except (ssl.SSLError, ValueError):
            raise CredentialsError("The CA file cannot be read: give certificates in PEM.") from None
    limits = httpx2.Limits(max_connections=64, max_keepalive_connections=64, keepalive_expiry=KEEP_SECONDS)
    return httpx2.Client(
        verify=context,
        http2=False,
        limits=limits,
        timeout=timeout,
        follow_redirects=False,
        mounts=dict.fromkeys(_LOOPBACK),
    )


def connection_error(error: httpx2.TransportError, host: str, *, writing: bool) -> GraphError:
    """What a failed connection means. A writing call is in doubt unless the connection was never made."""
    detail = _detail(error)
    trouble = _tls_trouble(error)
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return stop("certificate_untrusted", host=host, detail=trouble.verify_message.rstrip("."))
    if isinstance(error, httpx2.ConnectError) and isinstance(trouble, ssl.SSLError) and _is_not_tls(trouble):
        return stop("not_graph", host=host, detail="it does not speak TLS")
    if isinstance(error, httpx2.PoolTimeout):
        return wait("connection_lost", 1.0, host=host, detail="every connection is busy", never_sent=True)
    if isinstance(error, _NEVER_SENT):
        return stop("unreachable", host=host, detail=detail, never_sent=True)
    return wait("connection_lost", 0.0, host=host, detail=detail, in_doubt=writing)


def _tls_trouble(error: BaseException) -> ssl.SSLError | None:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _is_not_tls(error: ssl.SSLError) -> bool:
    return error.reason in {
        "WRONG_VERSION_NUMBER",
        "HTTP_REQUEST",
        "UNKNOWN_PROTOCOL",
        "RECORD_LAYER_FAILURE",
    }


def _detail(error: httpx2.TransportError) -> str:
    """The operating system's words, or the kind of failure where it says nothing."""
    kinds = {
        "ConnectTimeout": "no connection within the time",
        "ReadTimeout": "no answer within the time",
        "WriteTimeout": "nothing accepted within the time",
    }
    return kinds.get(type(error).__name__) or str(error).rstrip(".") or type(error).__name__
