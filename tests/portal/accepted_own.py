"""What every writing route of the door, of one's own account and of the installation accepts, by whom it is sent."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from numberline import clock
from numberline.accounts import links
from numberline.accounts.models import User
from tests.portal.accepted import Request
from tests.portal.codes import code_of, set_up_app, sign_in
from tests.portal.people import PASSWORD, somebody
from tests.support.passkey import Passkey

NEW = "another long password, and a new one"
CHALLENGE = re.compile(r'"challenge": ?"([\w-]+)"')
ELSE = "else@example.org"


@dataclass(frozen=True)
class Sender:
    """Somebody's browser; `user` is None where nobody is signed in."""

    client: Client
    user: User | None

    @property
    def who(self) -> User:
        """Whose account it is about: the own one, or for whoever stands at the door one that is there."""
        return self.user or User.objects.get(email=ELSE)

    def __str__(self) -> str:
        return str(self.user or "nobody who is signed in")


@dataclass(frozen=True)
class Own:
    """A request: how it is filled in by the sender, where that leads (nowhere: the answer is a page), and whether anything
    is written besides sessions; `named` is what its address names.

    `inside`: who is signed in has nothing to do there, and is led home.
    """

    fields: Callable[[Sender], Mapping[str, Any]]
    leads: str
    writes: bool = True
    named: Callable[[Sender], Mapping[str, Any]] = lambda _sender: {}
    inside: bool = False

    def whole(self, name: str, sender: Sender) -> Request:
        """What the sender's browser sends to that route; what was said till then is read."""
        address = reverse(name, kwargs=self.named(sender))
        fields = self.fields(sender)
        list(get_messages(sender.client.get(reverse("account_logout")).wsgi_request))
        return Request(address, fields, {})


def _fixed(**fields: Any) -> Callable[[Sender], Mapping[str, Any]]:
    return lambda _sender: fields


def _app(sender: Sender) -> str:
    """The secret of the app that the sender, or somebody else's browser, set up."""
    client = sender.client
    if sender.user is None:
        client = Client()
        sign_in(client, ELSE, PASSWORD)
    return set_up_app(client)


def _passkey(user: User) -> Passkey:
    key = Passkey()
    Authenticator.objects.create(
        pk=1, user=user, type="webauthn", data={"name": "Laptop", "credential": key.made()}
    )
    return key


def _challenge(client: Client, route: str) -> str:
    """What the page of a passkey asks the browser to sign."""
    answer = client.get(reverse(route), headers={"x-requested-with": "XMLHttpRequest"})
    found = CHALLENGE.search(answer.content.decode())
    return found[1] if found else ""


def _signed(route: str) -> Callable[[Sender], Mapping[str, Any]]:
    def fields(sender: Sender) -> Mapping[str, Any]:
        key = _passkey(sender.who)
        return {"credential": json.dumps(key.signed(_challenge(sender.client, route), str(sender.who.pk)))}

    return fields


def _made(sender: Sender) -> Mapping[str, Any]:
    made = Passkey().made(_challenge(sender.client, "mfa_add_webauthn"))
    return {"name": "Laptop", "credential": json.dumps(made)}


def _second_step(sender: Sender) -> Mapping[str, Any]:
    secret = _app(sender)
    sign_in(sender.client, ELSE, PASSWORD)
    return {"code": code_of(secret)}


def _first_code(sender: Sender) -> Mapping[str, Any]:
    page = sender.client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'id="authenticator_secret"[^>]* value="([A-Z2-7]+)"', page)
    return {"code": code_of(found[1])} if found else {}


def _code(sender: Sender) -> Mapping[str, Any]:
    return {"code": code_of(_app(sender))}


def _with_app(sender: Sender) -> Mapping[str, Any]:
    _app(sender)
    return {}


def _link(_sender: Sender) -> Mapping[str, Any]:
    made = links.make(somebody("linked@example.org"), clock.now(), "cli:anna")
    return {"token": made.address.removeprefix(settings.PORTAL_URL).strip("/").rpartition("/")[2]}


def _key(sender: Sender) -> Mapping[str, Any]:
    _passkey(sender.who)
    return {"pk": 1}


def _else(_sender: Sender) -> Mapping[str, Any]:
    return {"account_id": User.objects.get(email=ELSE).pk}


OWN: dict[str, Own] = {
    # The door
    "account_login": Own(_fixed(login=ELSE, password=PASSWORD), "home", inside=True),
    "account_logout": Own(_fixed(), "account_login", writes=False),
    "account_link": Own(_fixed(name="New", password=NEW, again=NEW), "home", named=_link),
    "mfa_authenticate": Own(_second_step, "home", inside=True),
    "mfa_login_webauthn": Own(_signed("mfa_login_webauthn"), "home", inside=True),
    # One's own account
    "account": Own(_fixed(name="Another"), "account"),
    "account_sessions": Own(_fixed(everywhere="1"), "account_login"),
    "account_change_password": Own(_fixed(oldpassword=PASSWORD, password1=NEW, password2=NEW), "account"),
    "account_reauthenticate": Own(_fixed(password=PASSWORD), "home", writes=False),
    "mfa_reauthenticate": Own(_code, "home"),
    "mfa_reauthenticate_webauthn": Own(_signed("mfa_reauthenticate_webauthn"), "home"),
    "mfa_activate_totp": Own(_first_code, "mfa_view_recovery_codes"),
    "mfa_deactivate_totp": Own(_with_app, "account"),
    "mfa_add_webauthn": Own(_made, "mfa_view_recovery_codes"),
    "mfa_edit_webauthn": Own(_fixed(name="Desk"), "account", named=_key),
    "mfa_remove_webauthn": Own(_fixed(), "account", named=_key),
    "mfa_generate_recovery_codes": Own(_with_app, "mfa_view_recovery_codes"),
    # The installation
    "accounts": Own(_fixed(email="new@example.org", reason="a test"), ""),
    "account_of": Own(_fixed(action="deactivate", reason="a test"), "account_of", named=_else),
}
"""By route; `first_steps` is made for a simulator that runs."""
