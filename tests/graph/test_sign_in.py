"""Signing in with a secret or a certificate, keeping the token, and what a refusal means."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from numberline.graph import Credentials, CredentialsError, GraphClient, Stop, Wait, read_certificate
from numberline.graph.credentials import certificate_parts, certificate_thumbprint
from tests.graph.conftest import Open
from tests.graph.microsoft import CLIENT, HTML, JSON, ROLES, SECRET, TENANT, Microsoft, Reply, form

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PLAIN = serialization.NoEncryption()


def certificate_for(key: Key) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "numberline")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(start).not_valid_after(start + timedelta(days=365))
    return builder.sign(key, hashes.SHA256())


def key_pem(key: Key, encryption: serialization.KeySerializationEncryption = PLAIN) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def test_a_secret_signs_in_and_the_token_carries_the_roles(microsoft: Microsoft, client: GraphClient) -> None:
    assert client.roles() == frozenset(ROLES)
    sent = form(microsoft.sign_ins[0])
    assert sent["client_id"] == CLIENT
    assert sent["grant_type"] == "client_credentials"
    assert sent["scope"] == "https://graph.microsoft.com/.default"
    assert sent["client_secret"] == SECRET


def test_a_certificate_signs_an_assertion_as_entra_wants_it(
    microsoft: Microsoft, open_client: Open, key: rsa.RSAPrivateKey
) -> None:
    certificate = certificate_for(key)
    open_client(certificate_pem=(pem(certificate) + key_pem(key)).decode()).roles()
    sent = form(microsoft.sign_ins[0])
    assert "client_secret" not in sent
    assert sent["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    head, claims, signature = sent["client_assertion"].split(".")

    def decoded(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

    assert json.loads(decoded(head))["alg"] == "PS256"
    thumbprint = certificate.fingerprint(hashes.SHA256())
    assert decoded(json.loads(decoded(head))["x5t#S256"]) == thumbprint
    said = json.loads(decoded(claims))
    assert (said["iss"], said["sub"]) == (CLIENT, CLIENT)
    assert said["aud"] == f"{microsoft.url}/{TENANT}/oauth2/v2.0/token"
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
    key.public_key().verify(decoded(signature), f"{head}.{claims}".encode(), pss, hashes.SHA256())


def test_one_token_serves_many_calls(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.on("GET", "/users/a", Reply(200, {"id": "a"}))
    for _ in range(4):
        client.user("a")
    assert len(microsoft.sign_ins) == 1


def test_a_token_is_renewed_before_it_expires(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.token_life = 1
    client.roles()
    client.roles()
    assert len(microsoft.sign_ins) == 1
    time.sleep(0.55)
    client.roles()
    assert len(microsoft.sign_ins) == 2


def test_a_token_that_is_refused_is_renewed_once(microsoft: Microsoft, client: GraphClient) -> None:
    refused = Reply(401, {"error": {"code": "InvalidAuthenticationToken", "message": "No."}}, JSON)
    microsoft.on("GET", "/users/a", refused, Reply(200, {"id": "a"}))
    assert client.user("a") is not None
    microsoft.on("GET", "/users/a", refused)
    with pytest.raises(Stop) as raised:
        client.user("a")
    assert raised.value.code == "token_refused"
    assert len(microsoft.asked) == 4
    assert len(microsoft.sign_ins) == 3


def refused(text: str, status: int = 400, error: str = "invalid_client") -> Reply:
    return Reply(status, {"error": error, "error_description": text}, JSON)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (refused("AADSTS7000215: Invalid client secret provided.", 401), "wrong_secret"),
        (refused("AADSTS7000222: The provided client secret keys are expired.", 401), "secret_expired"),
        (refused("AADSTS700016: Application with identifier 'x' was not found."), "unknown_application"),
        (refused("AADSTS700027: The certificate is not registered on application."), "certificate_unknown"),
        (refused("AADSTS53003: Access has been blocked by Conditional Access.", 403), "sign_in_refused"),
        (Reply(200, b"<html>sign in</html>", HTML), "not_graph"),
        (Reply(200, ["a list"], JSON), "not_graph"),
    ],
)
def test_a_refused_sign_in_stops_with_what_to_do(
    microsoft: Microsoft, client: GraphClient, reply: Reply, code: str
) -> None:
    microsoft.sign_in_answers = [reply]
    with pytest.raises(Stop) as raised:
        client.roles()
    assert raised.value.code == code
    assert str(raised.value).count(": ") >= 1
    assert len(microsoft.sign_ins) == 1


def test_an_unknown_tenant_is_known_by_its_configuration(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.discovery_answers = [refused("AADSTS90002: Tenant 'x' not found.", error="invalid_tenant")]
    with pytest.raises(Stop) as raised:
        client.roles()
    assert raised.value.code == "unknown_tenant"
    assert raised.value.raw is not None
    assert client.roles() == frozenset(ROLES)


def test_a_host_that_is_no_sign_in_service_is_said_so(microsoft: Microsoft, client: GraphClient) -> None:
    microsoft.discovery_answers = [Reply(404, b"<h1>nothing here</h1>", HTML)]
    with pytest.raises(Stop) as raised:
        client.roles()
    assert raised.value.code == "not_graph"
    microsoft.discovery_answers = [Reply(200, {"hello": "world"}, JSON)]
    with pytest.raises(Stop) as again:
        client.roles()
    assert again.value.code == "not_graph"


def test_trouble_at_the_sign_in_service_is_sat_out_within_bounds(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.sign_in_answers = [Reply(503), Reply(cut=True), Reply(429, None, {"Retry-After": "0"})]
    assert client.roles() == frozenset(ROLES)
    assert len(microsoft.sign_ins) == 4


def test_trouble_at_the_sign_in_service_that_lasts_is_a_wait(
    microsoft: Microsoft, client: GraphClient
) -> None:
    microsoft.on("GET", "/users/a", Reply(200, {"id": "a"}))
    microsoft.sign_in_answers = [Reply(503)] * 4
    with pytest.raises(Wait) as raised:
        client.user("a")
    assert raised.value.code == "server_error"
    assert len(microsoft.sign_ins) == 4
    assert microsoft.asked == []


def test_a_certificate_file_may_be_pem_or_pkcs12(key: rsa.RSAPrivateKey) -> None:
    certificate = certificate_for(key)
    other = certificate_for(rsa.generate_private_key(65537, 2048))
    locked = serialization.BestAvailableEncryption(b"open sesame")
    files = [
        (key_pem(key) + pem(other) + pem(certificate), None),
        (pem(certificate) + key_pem(key, locked), "open sesame"),
        (pkcs12.serialize_key_and_certificates(b"n", key, certificate, [other], PLAIN), None),
        (pkcs12.serialize_key_and_certificates(b"n", key, certificate, None, locked), "open sesame"),
    ]
    for content, passphrase in files:
        text = read_certificate(content, passphrase)
        assert certificate_thumbprint(text) == certificate.fingerprint(hashes.SHA1()).hex().upper()
        head, chain = certificate_parts(text)
        assert head.encode() == key_pem(key)
        assert chain.startswith(pem(certificate).decode())


def test_a_certificate_file_that_cannot_serve_is_refused_with_what_to_do(key: rsa.RSAPrivateKey) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    locked = serialization.BestAvailableEncryption(b"open sesame")
    bad = {
        "no private key": pem(certificate_for(key)),
        "no certificate": key_pem(key),
        "no certificate for": key_pem(key) + pem(certificate_for(rsa.generate_private_key(65537, 2048))),
        "RSA": key_pem(curve) + pem(certificate_for(curve)),
        "passphrase": key_pem(key, locked) + pem(certificate_for(key)),
        "cannot be read": b"\x30\x82 nonsense",
    }
    for words, content in bad.items():
        with pytest.raises(CredentialsError, match=words):
            read_certificate(content)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "either a client secret or a certificate"),
        ({"secret": "s", "certificate_pem": "c"}, "not both"),
        ({"secret": "s", "tenant_id": "a/b"}, "tenant id"),
        ({"secret": "s", "client_id": ""}, "client id"),
        ({"secret": "s", "graph_url": "http://graph.microsoft.com"}, "https://host"),
        ({"secret": "s", "graph_url": "https://graph.microsoft.com/v1.0"}, "https://host"),
        ({"secret": "s", "login_url": "login.microsoftonline.com"}, "https://host"),
    ],
)
def test_credentials_that_cannot_be_right_are_refused(given: dict[str, str], words: str) -> None:
    with pytest.raises(CredentialsError, match=words):
        Credentials(**{"tenant_id": TENANT, "client_id": CLIENT, **given})


def test_a_ca_file_that_is_none_is_refused(open_client: Open) -> None:
    with pytest.raises(CredentialsError, match="CA file"):
        open_client(ca_pem="-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")
