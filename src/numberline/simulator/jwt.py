"""JSON Web Tokens: the few parts that Entra's token endpoint needs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa


def sign(claims: dict[str, Any], key: rsa.RSAPrivateKey, kid: str) -> str:
    """A token signed with RS256."""
    head = _pack({"typ": "JWT", "alg": "RS256", "kid": kid})
    content = head + b"." + _pack(claims)
    return (content + b"." + _text(key.sign(content, padding.PKCS1v15(), hashes.SHA256()))).decode()


def read(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, the signed part and the signature; ValueError when it is no token."""
    parts = token.split(".")
    if len(parts) != 3:
        raise ValueError("A token has three parts.")
    try:
        header, claims = (msgspec.json.decode(_bytes(part), type=dict[str, Any]) for part in parts[:2])
        return header, claims, ".".join(parts[:2]).encode(), _bytes(parts[2])
    except (Error, msgspec.MsgspecError) as error:
        raise ValueError("The token cannot be decoded.") from error


def signed_by(key: rsa.RSAPublicKey, algorithm: str, content: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's, by PS256 or RS256."""
    scheme: padding.AsymmetricPadding
    if algorithm == "PS256":
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    elif algorithm == "RS256":
        scheme = padding.PKCS1v15()
    else:
        return False
    try:
        key.verify(signature, content, scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def public_key(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    """The public half, as a key set lists it."""
    numbers = key.public_key().public_numbers()

    def spelled(number: int) -> str:
        return _text(number.to_bytes((number.bit_length() + 7) // 8, "big")).decode()

    return {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": kid,
        "n": spelled(numbers.n),
        "e": spelled(numbers.e),
    }


def thumbprint(digest: bytes) -> str:
    """A certificate's digest as `x5t` spells it."""
    return _text(digest).decode()


def _pack(document: dict[str, Any]) -> bytes:
    return _text(msgspec.json.encode(document))


def _text(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
