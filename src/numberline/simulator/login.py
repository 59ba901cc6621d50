"""Entra's side: discovery, and the token endpoint with a secret or a certificate (Microsoft: v2-oauth2-client-creds)."""

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from . import identifiers, jwt, timestamps
from .state import Tenant
from .web import Answer, Problem, Request, answer

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRAPH = "00000003-0000-0000-c000-000000000000"
_PATH = re.compile(
    r"/([^/]+)/(v2\.0/\.well-known/openid-configuration|discovery/v2\.0/keys|oauth2/v2\.0/token)"
)


@dataclass
class Application:
    """An application registration: its secrets and its certificates."""

    id: str
    secrets: list[str]
    certificates: list[x509.Certificate] = field(default_factory=list)


class Refusal(Exception):
    """An error of the token endpoint."""

    def __init__(self, status: int, error: str, code: int, text: str) -> None:
        super().__init__(text)
        self.status, self.error, self.code, self.text = status, error, code, text


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """The key of this process with which Entra signs its tokens: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Login:
    """Gives tokens and knows those it gave."""

    def __init__(self, tenant: Tenant, applications: list[Application]) -> None:
        self._tenant = tenant
        self.applications = {application.id: application for application in applications}
        self._key = signing_key()
        self._kid = identifiers.guid(tenant.random)
        self._issued: dict[str, tuple[float, frozenset[str], str]] = {}

    def route(self, path: str) -> str | None:
        """Which of Entra's endpoints this path is, or None."""
        match = _PATH.fullmatch(path)
        return match[2].rpartition("/")[2] if match else None

    def answer(self, request: Request) -> Answer:
        """Answer for one of Entra's endpoints."""
        match = _PATH.fullmatch(request.path)
        assert match is not None, "route() has said that it is one"
        try:
            self._known_tenant(match[1])
            if match[2].startswith("v2.0"):
                return answer(self._discovery(request, match[1]))
            if match[2].startswith("discovery"):
                return answer({"keys": [jwt.public_key(self._key, self._kid)]})
            return answer(self._token(request), headers={"Cache-Control": "no-store", "Pragma": "no-cache"})
        except Refusal as refusal:
            return self._refused(request, refusal)

    def recognise(self, request: Request) -> None:
        """Note the roles and the application of the request's bearer token; 401 as Graph answers it."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("Access token is empty.")
        found = self._issued.get(token.strip())
        if found is None:
            raise _unauthorized("CompactToken parsing failed with error code: 80049217")
        expires, roles, application = found
        if expires <= request.now:
            raise _unauthorized("Lifetime validation failed, the token is expired.")
        request.roles, request.application = roles, application

    def application_of(self, request: Request) -> str:
        """Whose token the request carries, good or not; empty when it was not given here."""
        _, _, token = request.headers.get("authorization", "").partition(" ")
        found = self._issued.get(token.strip())
        return "" if found is None else found[2]

    def revoke(self) -> None:
        """Let every token be worthless that was given so far."""
        self._issued = {token: (0.0, *found[1:]) for token, found in self._issued.items()}

    def _known_tenant(self, name: str) -> None:
        if name.lower() not in (self._tenant.id, self._tenant.domain):
            text = (
                f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the"
                " correct cloud. Check with your subscription administrator, this may happen if there are no active"
                " subscriptions for the tenant."
            )
            raise Refusal(400, "invalid_tenant", 90002, text)

    def _discovery(self, request: Request, name: str) -> dict[str, Any]:
        root = request.base.removesuffix("/v1.0")
        return {
            "token_endpoint": f"{root}/{name}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": [
                "client_secret_post",
                "private_key_jwt",
                "client_secret_basic",
            ],
            "jwks_uri": f"{root}/{name}/discovery/v2.0/keys",
            "issuer": f"{root}/{self._tenant.id}/v2.0",
            "authorization_endpoint": f"{root}/{name}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{root}/{name}/oauth2/v2.0/devicecode",
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
        }

    def _token(self, request: Request) -> dict[str, Any]:
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if request.method != "POST":
            raise Refusal(400, "invalid_request", 900561, "The endpoint only accepts POST requests.")
        if form.get("grant_type") != "client_credentials":
            raise Refusal(
                400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type."
            )
        application = self._application(form.get("client_id", ""))
        if not form.get("scope", "").endswith("/.default"):
            raise Refusal(
                400, "invalid_scope", 1002012,
                f"The provided value for scope {form.get('scope', '')} is not valid. Client credential flows must have a"
                " scope value with /.default suffixed to the resource identifier (application ID URI).",
            )  # fmt: skip
        if form.get("client_assertion_type") == ASSERTION:
            self._check_assertion(request, application, form.get("client_assertion", ""))
        else:
            self._check_secret(application, form.get("client_secret"))
        return self._issue(request, application)

    def _application(self, id: str) -> Application:
        application = self.applications.get(id.lower())
        if application is None:
            raise Refusal(
                400, "unauthorized_client", 700016,
                f"Application with identifier '{id}' was not found in the directory '{self._tenant.name}'. This can"
                " happen if the application has not been installed by the administrator of the tenant or consented to"
                " by any user in the tenant. You may have sent your authentication request to the wrong tenant.",
            )  # fmt: skip
        return application

    def _check_secret(self, application: Application, secret: str | None) -> None:
        if not secret:
            raise Refusal(
                401, "invalid_client", 7000218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
            )  # fmt: skip
        if secret not in application.secrets:
            raise Refusal(
                401, "invalid_client", 7000215,
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret"
                f" value, not the client secret ID, for a secret added to app '{application.id}'.",
            )  # fmt: skip

    def _check_assertion(self, request: Request, application: Application, assertion: str) -> None:
        try:
            header, claims, content, signature = jwt.read(assertion)
        except ValueError:
            raise Refusal(401, "invalid_client", 50027, "JWT token is invalid or malformed.") from None
        certificate = next((c for c in application.certificates if _named(header, c)), None)
        if certificate is None:
            raise _bad_assertion(
                "The certificate with identifier used to sign the client assertion is not registered on application."
            )
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or not jwt.signed_by(
            key, header.get("alg", ""), content, signature
        ):
            raise _bad_assertion(
                "Client assertion contains an invalid signature. [Reason - The key was not found.]"
            )
        url = f"{request.base.removesuffix('/v1.0')}{request.path}"
        if claims.get("aud") not in (url, url.replace(self._tenant.domain, self._tenant.id)):
            raise Refusal(
                401, "invalid_client", 700023, "Client assertion audience claim does not match Realm issuer."
            )
        if claims.get("iss") != application.id or claims.get("sub") != application.id:
            raise Refusal(
                401,
                "invalid_client",
                700021,
                "Client assertion application identifier doesn't match 'client_id' parameter.",
            )
        self._check_times(claims, request.now)

    def _check_times(self, claims: dict[str, Any], now: float) -> None:
        begins, ends = claims.get("nbf", claims.get("iat", 0)), claims.get("exp", 0)
        if not begins - 300 <= now < ends + 300:
            raise Refusal(
                401, "invalid_client", 700024,
                "Client assertion is not within its valid time range. Current time: "
                f"{timestamps.text(now)}, expiry time of assertion {timestamps.text(ends)}.",
            )  # fmt: skip

    def _issue(self, request: Request, application: Application) -> dict[str, Any]:
        lifetime = self._tenant.faults.timing.token_seconds
        now = int(request.now)
        claims = {
            "aud": "https://graph.microsoft.com",
            "iss": f"https://sts.windows.net/{self._tenant.id}/",
            "iat": now,
            "nbf": now,
            "exp": int(now + lifetime),
            "app_displayname": "Numberline",
            "appid": application.id,
            "appidacr": "1",
            "idtyp": "app",
            "roles": list(self._tenant.permissions),
            "tid": self._tenant.id,
            "uti": request.id,
            "ver": "1.0",
        }
        token = jwt.sign(claims, self._key, self._kid)
        self._issued[token] = (request.now + lifetime, frozenset(self._tenant.permissions), application.id)
        return {
            "token_type": "Bearer",
            "expires_in": int(lifetime),
            "ext_expires_in": int(lifetime),
            "access_token": token,
        }

    def _refused(self, request: Request, refusal: Refusal) -> Answer:
        date = timestamps.text(request.now).replace("T", " ")
        text = f"AADSTS{refusal.code}: {refusal.text} Trace ID: {request.id} Correlation ID: {request.id} Timestamp: {date}"
        document = {
            "error": refusal.error,
            "error_description": text,
            "error_codes": [refusal.code],
            "timestamp": date,
            "trace_id": request.id,
            "correlation_id": request.client_id,
            "error_uri": f"https://login.microsoftonline.com/error?code={refusal.code}",
        }
        return answer(document, refusal.status)


def _named(header: dict[str, Any], certificate: x509.Certificate) -> bool:
    """Whether the header names this certificate; clients write thumbprints with and without padding."""
    if "x5t#S256" in header:
        return str(header["x5t#S256"]).rstrip("=") == jwt.thumbprint(certificate.fingerprint(hashes.SHA256()))
    return str(header.get("x5t")).rstrip("=") == jwt.thumbprint(certificate.fingerprint(hashes.SHA1()))


def _bad_assertion(text: str) -> Refusal:
    return Refusal(401, "invalid_client", 700027, text)


def _unauthorized(text: str) -> Problem:
    return Problem(
        401,
        "InvalidAuthenticationToken",
        text,
        {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'},
    )
