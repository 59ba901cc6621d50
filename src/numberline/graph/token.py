"""Tokens: MSAL over our own HTTP client, one token kept per client, renewed before it expires or when refused.

Neither secret nor token may be seen: they show in no repr, and errors leave here without the frames in whose
local variables they stand.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import urlencode, urlsplit

import httpx2
import msal

from numberline.graph.answers import error_text, sign_in_error, stop
from numberline.graph.credentials import Credentials, certificate_parts
from numberline.graph.errors import GraphError

EARLY = 300.0
"""Seconds before its expiry at which a token is renewed; at most half of its life."""

_MICROSOFT_LOGINS = frozenset(
    {
        "login.microsoftonline.com",
        "login.microsoftonline.us",
        "login.partner.microsoftonline.cn",
        "login.chinacloudapi.cn",
    }
)
_MICROSOFT_GRAPHS = frozenset(
    {"graph.microsoft.com", "graph.microsoft.us", "dod-graph.microsoft.us", "microsoftgraph.chinacloudapi.cn"}
)

Send = Callable[[httpx2.Request], httpx2.Response]


class Token:
    """An access token; `authorization` is the header's value, `roles` what the application was granted."""

    __slots__ = ("_text", "expires_in")

    def __init__(self, text: str, expires_in: float) -> None:
        self._text = text
        self.expires_in = expires_in

    def __repr__(self) -> str:
        return "Token(***)"

    def authorize(self, request: httpx2.Request) -> None:
        """Put the token into the request."""
        request.headers["Authorization"] = f"Bearer {self._text}"

    def roles(self) -> frozenset[str]:
        """The application permissions in the token. It is read, not validated: only Graph can do that."""
        try:
            payload = self._text.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            return frozenset(str(role) for role in claims.get("roles") or ())
        except (IndexError, ValueError, AttributeError):
            return frozenset()


class TokenSource:
    """Gives the current token, fetching one when there is none, when it is about to expire, or after `forget`."""

    def __init__(
        self, credentials: Credentials, http: httpx2.Client, send: Send, monotonic: Callable[[], float]
    ) -> None:
        self._credentials = credentials
        self._http = _MsalHttp(http, send)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._app: Any = None
        self._token: Token | None = None
        self._renew_at = 0.0

    def get(self) -> Token:
        """A token that is still good for a while. Raises `Stop` or `Wait` when there is none to be had."""
        with self._lock:
            if self._token is None or self._monotonic() >= self._renew_at:
                self._token = self._fetch()
                life = self._token.expires_in
                self._renew_at = self._monotonic() + life - min(EARLY, life / 2)
            return self._token

    def forget(self, token: Token) -> None:
        """Graph has refused this token: the next `get` fetches another, unless somebody already did."""
        with self._lock:
            if self._token is token:
                self._token = None

    def _fetch(self) -> Token:
        outcome = self._outcome()
        if isinstance(outcome, GraphError):
            _raise_bare(outcome)
        return outcome

    def _outcome(self) -> Token | GraphError:
        """The token or the error: returned, so that what MSAL holds in its hands ends with this frame."""
        try:
            answer = self._ask()
        except GraphError as error:
            return error
        except (ValueError, KeyError, RuntimeError, msal.exceptions.MsalError) as error:
            detail = f"an answer of the sign-in service that MSAL cannot read, {type(error).__name__}"
            return stop("not_graph", host=urlsplit(self._credentials.login_url).netloc, detail=detail)
        if "access_token" not in answer:
            return sign_in_error(self._without_secret(answer))
        return Token(str(answer["access_token"]), float(answer.get("expires_in") or 3600))

    def _ask(self) -> Mapping[str, Any]:
        if self._app is None:
            self._app = self._application()
        else:
            self._app.remove_tokens_for_client()
        answer: Mapping[str, Any] = self._app.acquire_token_for_client(scopes=[self._scope()])
        return answer

    def _without_secret(self, answer: Mapping[str, Any]) -> str:
        text = f"{answer.get('error')}: {answer.get('error_description') or ''}".rstrip(": ")
        return text.replace(self._credentials.secret, "***") if self._credentials.secret else text

    def _application(self) -> Any:
        """MSAL's client; it reads the tenant's OpenID configuration at once."""
        given = self._credentials
        credential: Any = given.secret
        if given.certificate_pem:
            key, certificates = certificate_parts(given.certificate_pem)
            credential = {"private_key": key, "public_certificate": certificates}
        return msal.ConfidentialClientApplication(
            given.client_id,
            authority=f"{given.login_url}/{given.tenant_id}",
            client_credential=credential,
            http_client=self._http,
            instance_discovery=None if urlsplit(given.login_url).hostname in _MICROSOFT_LOGINS else False,
        )

    def _scope(self) -> str:
        host = urlsplit(self._credentials.graph_url).hostname
        root = self._credentials.graph_url if host in _MICROSOFT_GRAPHS else "https://graph.microsoft.com"
        return f"{root}/.default"


class _MsalHttp:
    """The `http_client` that MSAL wants, shaped like `requests.Session`, over our client with our error handling."""

    def __init__(self, http: httpx2.Client, send: Send) -> None:
        self._http = http
        self._send = send

    def get(self, url: str, params: Any = None, headers: Any = None, **_: Any) -> _Answer:
        """A discovery document; a 4xx here means an unknown tenant, which MSAL would hide."""
        response = self._send(self._http.build_request("GET", url, params=params, headers=headers))
        _require_json(response)
        if response.status_code >= 400:
            raise sign_in_error(error_text(response.content) or "invalid_tenant", status=response.status_code)
        return _Answer(response)

    def post(self, url: str, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> _Answer:
        """A request for a token; refusals are JSON and go to MSAL."""
        # urlencode, because MSAL gives the signed assertion as bytes, which httpx2 would send as their repr
        content = urlencode(data or {}, doseq=True)
        headers = {**(headers or {}), "Content-Type": "application/x-www-form-urlencoded"}
        request = self._http.build_request("POST", url, params=params, content=content, headers=headers)
        response = self._send(request)
        _require_json(response)
        return _Answer(response)

    def close(self) -> None:
        """The connections belong to the Graph client, which closes them."""


class _Answer:
    """What MSAL reads of an answer."""

    def __init__(self, response: httpx2.Response) -> None:
        self.status_code = response.status_code
        self.text = response.text
        self.headers = dict(response.headers)

    def raise_for_status(self) -> None:
        """Nothing to raise: our own handling has already seen 5xx."""


def _require_json(response: httpx2.Response) -> None:
    """MSAL writes a body that is not JSON into its log, and a proxy may echo the request there: stop before."""
    try:
        body = json.loads(response.content)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        kind = response.headers.get("content-type", "").partition(";")[0] or "no content type"
        host = response.url.netloc.decode()
        raise stop(
            "not_graph", host=host, detail=f"HTTP {response.status_code}, {kind}", status=response.status_code
        )


def _raise_bare(error: GraphError) -> NoReturn:
    """Raise without the frames and causes behind it: the secret stands in their local variables."""
    error.__cause__ = error.__context__ = None
    raise error.with_traceback(None)
