"""An authenticator app, and a browser that signs in as people do."""

import base64
import hashlib
import hmac
import re
import struct
import time

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse


def code_of(secret: str, steps: int = 0) -> str:
    """The six digits that an app shows for a secret (RFC 6238), now or so many steps of 30 seconds from now."""
    counter = int(time.time()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def sign_in(client: Client, email: str, password: str, **more: str) -> HttpResponse:
    """What comes of mail address and password."""
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def set_up_app(client: Client) -> str:
    """Set up an authenticator app as somebody does who reads the page; gives the secret that stands there."""
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'id="authenticator_secret"[^>]* value="([A-Z2-7]+)"', page)
    assert found is not None, page
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1], -1)})
    assert answer.status_code == 302, answer.content.decode()
    return found[1]


def recovery_codes(client: Client) -> list[str]:
    """The recovery codes as the page shows them."""
    page = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    return re.findall(r"<li>(\d{8})</li>", page)


def second_factor(client: Client, code: str) -> HttpResponse:
    """What comes of a code."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_signed_in(client: Client) -> bool:
    """Whether the home page opens."""
    answer = client.get(reverse("account"))
    return answer.status_code == 200 or (
        answer.status_code == 302 and answer["Location"] == reverse("mfa_index")
    )
