"""From what Microsoft answers to an error that says what to do next."""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx2

from numberline.graph import reasons
from numberline.graph.errors import Details, GiveUp, GraphError, Stop, Wait

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to stay away after a 429 that does not say for how long; some resources omit it (Microsoft: throttling)."""

_PERMISSIONS = re.compile(r"permission\(s\):\s*([A-Za-z][\w.]*(?:\s*,\s*[A-Za-z][\w.]*)*)")
_NEEDED = (
    ("/admin/teams/telephonenumbermanagement", "TeamsTelephoneNumber.ReadWrite.All"),
    ("/admin/teams/policy", "TeamsPolicyUserAssign.ReadWrite.All"),
    ("/admin/teams/userconfigurations", "TeamsUserConfiguration.Read.All"),
    ("/subscribedskus", "LicenseAssignment.Read.All"),
    ("/", "User.Read.All"),
)
_SYNC_STATE = re.compile(
    r"sync ?state|resync|deltalink|delta ?token|page ?token|skip ?token|DeltaLinkExpired", re.IGNORECASE
)


def stop(code: str, *, detail: str = "", host: str = "", permission: str = "", **more: Any) -> Stop:
    """A `Stop` of the table, its blanks filled in."""
    cause, remedy = _filled(code, detail=detail, host=host, permission=permission)
    return Stop(code, cause, remedy, **more)


def wait(code: str, after: float, *, detail: str = "", host: str = "", **more: Any) -> Wait:
    """A `Wait` of the table, its blanks filled in."""
    cause, remedy = _filled(code, detail=detail, host=host, permission="")
    return Wait(code, cause, remedy, after=after, **more)


def refusal(text: str, **details: Any) -> GiveUp:
    """What a refused assignment means: Microsoft's text, at once or from an operation's `statusDetail`."""
    reason = next((r for r in reasons.REFUSALS if r.matches(text)), reasons.by_code("refused"))
    details.setdefault("raw", text)
    return GiveUp(reason.code, reason.cause, reason.remedy, concerns=reason.concerns, **details)


def sign_in_error(text: str, **details: Any) -> Stop:
    """What the token endpoint's refusal means."""
    reason = next((r for r in reasons.SIGN_IN if r.matches(text)), reasons.by_code("sign_in_refused"))
    return Stop(reason.code, reason.cause, reason.remedy, raw=text, **details)


def error_text(content: bytes) -> str | None:
    """Microsoft's error as `code: message`; None when the body is not an error of Microsoft's.

    Knows Graph's form, the sign-in service's, and the older one with JSON inside the message.
    """
    try:
        body = json.loads(content)
    except ValueError:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    if isinstance(error, str):
        return f"{error}: {body.get('error_description') or ''}".rstrip(": ")
    if not isinstance(error, dict):
        return None
    return _code_and_message(error)


def is_expired_sync(status: int, text: str) -> bool:
    """Whether a 4xx to a delta link means: start over (Microsoft: delta-query-overview, 410 and syncStateNotFound)."""
    return status == 410 or (status in (400, 404, 409, 412) and _SYNC_STATE.search(text) is not None)


def retry_after(response: httpx2.Response, now: float) -> float | None:
    """Seconds that `Retry-After` asks for, given as seconds or as a date; None when absent or unreadable."""
    value = response.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", value):
        return float(value)
    if not value:
        return None
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None


def limit_used(response: httpx2.Response) -> float | None:
    """Which share of its limit the application has used, from 0.8 to 1.8; None while Microsoft does not say
    (Microsoft: throttling-limits, x-ms-throttle-limit-percentage)."""
    try:
        return float(response.headers.get("x-ms-throttle-limit-percentage", ""))
    except ValueError:
        return None


def of_application(response: httpx2.Response) -> bool:
    """Whether a 429 is about the application in all tenants: `Scope/Limit/ApplicationId/...` of
    `x-ms-throttle-scope`, of which the scope is `Application` (and not `Tenant_Application`)."""
    return bool(response.headers.get("x-ms-throttle-scope", "").partition("/")[0].casefold() == "application")


def error_of(response: httpx2.Response, *, writing: bool, now: float = 0.0) -> GraphError:
    """The error of an answer that is no success. A writing call is in doubt after a 5xx or a timeout (408)."""
    text = error_text(response.content)
    status, host = response.status_code, response.url.netloc.decode()
    details: Details = {
        "raw": text or _beginning(response),
        "status": status,
        "request_id": response.headers.get("request-id"),
    }
    if status == 429:
        return wait("throttled", _or_default(retry_after(response, now)), **details)
    if status >= 500 or status == 408:
        details["in_doubt"] = writing
        return wait("server_error", retry_after(response, now) or 0.0, detail=f"HTTP {status}", **details)
    if text is None and (response.content.strip() or 300 <= status < 400):
        return stop("not_graph", host=host, detail=f"HTTP {status}, {_kind(response)}", **details)
    return _refused(response, text or "", details, writing=writing, host=host)


def _refused(
    response: httpx2.Response, text: str, details: Details, *, writing: bool, host: str
) -> GraphError:
    """A 4xx with an error of Microsoft's, or with no body."""
    status = response.status_code
    if status == 401:
        return stop("token_refused", **details)
    if status == 404 and "for the segment" in text:
        return stop(
            "not_graph", host=host, detail="it does not offer this part of Microsoft Graph", **details
        )
    refused = refusal(text, **details)
    if writing and refused.code != "refused":
        return refused
    if status == 403:
        return stop("permission_missing", permission=_permission(text, response.url.path), **details)
    if status == 404 and not text:
        unknown = reasons.by_code("person_unknown")
        return GiveUp(unknown.code, unknown.cause, unknown.remedy, concerns=unknown.concerns, **details)
    return refused


def _code_and_message(error: dict[str, Any]) -> str:
    code, message = str(error.get("code") or ""), str(error.get("message") or "")
    if message.lstrip().startswith("{"):
        try:
            inner = json.loads(message)
        except ValueError:
            inner = None
        if isinstance(inner, dict) and ("message" in inner or "code" in inner):
            inner_code = str(inner.get("code") or code)
            return f"{inner_code}: {inner.get('message') or ''}".rstrip(": ")
    return f"{code}: {message}".strip(": ")


def _permission(text: str, path: str) -> str:
    """The permission to ask for: one that Microsoft names and Numberline uses, else one that it names, else ours."""
    found = _PERMISSIONS.search(text)
    named = [name.strip(" .") for name in found[1].split(",")] if found else []
    ours = [permission for _, permission in _NEEDED]
    fallback = next(permission for part, permission in _NEEDED if part in path.lower())
    return next((name for name in named if name in ours), named[0] if named else fallback)


def _filled(code: str, **blanks: str) -> tuple[str, str]:
    reason = reasons.by_code(code)
    return reason.cause.format(**blanks).replace(" ()", ""), reason.remedy.format(**blanks)


def _or_default(after: float | None) -> float:
    return DEFAULT_RETRY_AFTER if after is None else after


def _kind(response: httpx2.Response) -> str:
    if 300 <= response.status_code < 400:
        to = urlsplit(response.headers.get("location", "")).netloc
        return f"a redirect to {to}" if to else "a redirect"
    return response.headers.get("content-type", "").partition(";")[0] or "no content type"


def _beginning(response: httpx2.Response) -> str | None:
    return response.content[:300].decode("utf-8", "replace").strip() or None
