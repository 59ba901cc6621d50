"""Entra's token endpoint, driven by real MSAL."""

import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import jwt
import msal
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from numberline.simulator.certificates import context
from numberline.simulator.process import SimulatorProcess
from tests.simulator.graph import SCOPE, Caller, MsalHttp
from tests.support import programs


class Certificate:
    """A self-signed client certificate."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "numberline")])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(name, name, self.key.public_key(), 7, now, now + timedelta(days=1))
        self.certificate = builder.sign(self.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def private_pem(self) -> str:
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()

    @property
    def sha1(self) -> str:
        return self.certificate.fingerprint(hashes.SHA1()).hex()


@pytest.fixture(scope="module")
def certificate() -> Certificate:
    return Certificate()


@pytest.fixture(scope="module")
def simulator(
    certificate: Certificate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimulatorProcess]:
    """A tenant where the certificate is registered."""
    path: Path = tmp_path_factory.mktemp("client") / "client.pem"
    path.write_bytes(certificate.pem)
    with programs.simulator(certificate=[path], client_secret="s3cret") as process:
        yield process


def token(simulator: SimulatorProcess, credential: Any, **changes: str) -> dict[str, Any]:
    """What MSAL makes of the token endpoint's answer."""
    tenant = changes.get("tenant", simulator.tenant_id)
    with httpx2.Client(verify=context(simulator.ca_file), trust_env=False) as http:
        application = msal.ConfidentialClientApplication(
            changes.get("client_id", simulator.client_id),
            authority=f"{simulator.url}/{tenant}",
            client_credential=credential,
            instance_discovery=False,
            http_client=MsalHttp(http),
        )
        return dict(application.acquire_token_for_client(SCOPE))


def post(simulator: SimulatorProcess, **form: str) -> httpx2.Response:
    """A token request by hand."""
    whole = {"client_id": simulator.client_id, "scope": SCOPE[0], "grant_type": "client_credentials"} | form
    with httpx2.Client(verify=context(simulator.ca_file), trust_env=False) as http:
        return http.post(f"{simulator.url}/{simulator.tenant_id}/oauth2/v2.0/token", data=whole)


def assertion(simulator: SimulatorProcess, certificate: Certificate, **changes: Any) -> str:
    """A client assertion by hand, right but for the changes."""
    url = f"{simulator.url}/{simulator.tenant_id}/oauth2/v2.0/token"
    claims = {"aud": url, "iss": simulator.client_id, "sub": simulator.client_id, "jti": "1"}
    claims |= {"nbf": int(time.time()), "exp": int(time.time()) + 300}
    headers = {"x5t": urlsafe_b64encode(bytes.fromhex(certificate.sha1)).decode()}
    return jwt.encode(claims | changes, certificate.key, algorithm="RS256", headers=headers)


ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def test_the_secret_gives_a_token_whose_roles_are_the_permissions(simulator: SimulatorProcess) -> None:
    simulator.control.permissions(["User.Read.All"])
    claims = jwt.decode(token(simulator, "s3cret")["access_token"], options={"verify_signature": False})
    assert claims["roles"] == ["User.Read.All"]
    assert (claims["tid"], claims["appid"]) == (simulator.tenant_id, simulator.client_id)


def test_a_registered_certificate_gives_a_token_by_sha1_and_by_sha256(
    simulator: SimulatorProcess, certificate: Certificate
) -> None:
    by_sha1 = {"private_key": certificate.private_pem, "thumbprint": certificate.sha1}
    by_sha256 = {"private_key": certificate.private_pem, "public_certificate": certificate.pem.decode()}
    for credential in (by_sha1, by_sha256):
        assert "access_token" in token(simulator, credential), credential


def test_a_certificate_that_is_not_registered_is_refused(simulator: SimulatorProcess) -> None:
    other = Certificate()
    answer = token(simulator, {"private_key": other.private_pem, "thumbprint": other.sha1})
    assert answer["error_codes"] == [700027]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://elsewhere.example/token"}, 700023),
        ({"iss": "somebody"}, 700021),
        ({"exp": 1_000_000_000}, 700024),
    ],
)
def test_an_assertion_with_a_wrong_claim_is_refused(
    simulator: SimulatorProcess, certificate: Certificate, changes: dict[str, Any], code: int
) -> None:
    good, bad = assertion(simulator, certificate), assertion(simulator, certificate, **changes)
    assert post(simulator, client_assertion_type=ASSERTION, client_assertion=good).status_code == 200
    answer = post(simulator, client_assertion_type=ASSERTION, client_assertion=bad)
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [code])


def test_an_assertion_signed_with_another_key_is_refused(
    simulator: SimulatorProcess, certificate: Certificate
) -> None:
    forged = Certificate()
    forged.certificate = certificate.certificate
    answer = post(simulator, client_assertion_type=ASSERTION, client_assertion=assertion(simulator, forged))
    assert answer.json()["error_codes"] == [700027]


def test_a_wrong_secret_is_refused_in_entras_words(simulator: SimulatorProcess) -> None:
    answer = token(simulator, "wrong")
    assert answer["error"] == "invalid_client"
    assert answer["error_description"].startswith("AADSTS7000215: Invalid client secret provided.")


def test_an_unknown_application_is_refused(simulator: SimulatorProcess) -> None:
    answer = token(simulator, "s3cret", client_id="11111111-2222-4333-8444-555555555555")
    assert answer["error_codes"] == [700016]


def test_an_unknown_tenant_is_refused_at_discovery(simulator: SimulatorProcess) -> None:
    with pytest.raises(ValueError, match="Unable to get authority configuration"):
        token(simulator, "s3cret", tenant="11111111-2222-4333-8444-555555555555")
    with httpx2.Client(verify=context(simulator.ca_file), trust_env=False) as http:
        answer = http.get(f"{simulator.url}/nobody.example/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_tenant")
    assert "AADSTS90002" in answer.json()["error_description"]


def test_graph_refuses_what_is_no_token_of_ours_or_no_longer(simulator: SimulatorProcess) -> None:
    simulator.control.permissions(["User.Read.All"])
    with Caller(simulator) as caller:
        assert caller.get("/organization").status_code == 200
        simulator.control.revoke_tokens()
        answer = caller.get("/organization")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        caller.headers = {}
        assert caller.get("/organization").status_code == 401


def test_a_new_permission_shows_only_in_a_new_token(simulator: SimulatorProcess) -> None:
    simulator.control.permissions([])
    with Caller(simulator) as caller:
        assert caller.get("/organization").status_code == 403
        simulator.control.permissions(["User.Read.All"])
        assert caller.get("/organization").status_code == 403
        caller.sign_in()
        assert caller.get("/organization").status_code == 200


def test_a_token_can_be_checked_with_the_published_key(simulator: SimulatorProcess) -> None:
    with httpx2.Client(verify=context(simulator.ca_file), trust_env=False) as http:
        (key,) = http.get(f"{simulator.url}/{simulator.tenant_id}/discovery/v2.0/keys").json()["keys"]
    access = token(simulator, "s3cret")["access_token"]
    checked = jwt.decode(access, jwt.PyJWK(key), algorithms=["RS256"], audience="https://graph.microsoft.com")
    assert checked["idtyp"] == "app"
