"""A passkey in software: what a browser and its authenticator answer when a page asks them."""

import hashlib
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

FLAG = AuthenticatorData.FLAG
SEEN = FLAG.UP | FLAG.UV
"""Somebody was there, and it was they."""


class Passkey:
    """One key, for one site."""

    def __init__(self, site: str = "testserver") -> None:
        self._site, self._origin = hashlib.sha256(site.encode()).digest(), f"https://{site}"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = os.urandom(16)

    def made(self, challenge: str = "") -> dict[str, Any]:
        """The answer to a page that asks for a new key with this challenge."""
        public = ES256.from_cryptography_key(self._key.public_key())
        attested = AttestedCredentialData.create(bytes(16), self._id, public)
        data = AuthenticatorData.create(self._site, SEEN | FLAG.AT, 0, attested)
        client = self._client(CollectedClientData.TYPE.CREATE, challenge)
        return self._answer(client, attestationObject=AttestationObject.create("none", data, {}))

    def signed(self, challenge: str, account: str = "") -> dict[str, Any]:
        """The answer to a page that asks for the key; `account` is what the site calls whoever it is of."""
        data = AuthenticatorData.create(self._site, SEEN, 1)
        client = self._client(CollectedClientData.TYPE.GET, challenge)
        signature = self._key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=data, signature=signature, userHandle=account.encode())

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self._origin)

    def _answer(self, client: CollectedClientData, **parts: bytes) -> dict[str, Any]:
        own = websafe_encode(self._id)
        response = {name: websafe_encode(part) for name, part in {"clientDataJSON": client, **parts}.items()}
        results = {"credProps": {"rk": True}}
        return {
            "id": own,
            "rawId": own,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": results,
        }
