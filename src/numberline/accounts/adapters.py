"""Where django-allauth asks what is ours to say: who may sign in, how often they may try, what is encrypted, and the
words. OpenID Connect will hang here and in `AUTHENTICATION_BACKENDS`: allauth's own `socialaccount` with its
provider, whose adapter decides which address of Entra is which account."""

import ipaddress
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from numberline import clock
from numberline.accounts import attempts, devices
from numberline.accounts.models import User
from numberline.tenants.credentials import cipher

RECENT_SECONDS = 600
MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What is a second factor by itself. Recovery codes stand in for one."""
KEY_LOST = (
    "Your second factors were kept under a secret key that is gone. Ask an owner of this installation for a link "
    "with new second factors."
)

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in with mail address and password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "This address and password don't belong together. Look at both and try again.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for themselves."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Whose mail address and password these are. Raises ValidationError after too many failures.

        An account that is deactivated, one that has no password yet, and none at all are told alike.
        """
        address = str(credentials.get("email", ""))
        counted = counting(attempts.PASSWORD, account=address, address=self.get_client_ip(request))
        found = authenticate(request, **credentials)
        AuthenticationBackend.unstash_authenticated_user()
        if not isinstance(found, User):
            log.warning("sign_in_refused", address=self.get_client_ip(request))
            return None
        counted.succeeded()
        return found

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the password of who is signed in."""
        return self.authenticate(context.request, email=user.email, password=password) == user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever has just signed in need not say who they are once more."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or clock.now().timestamp() - records[-1]["at"] > RECENT_SECONDS

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """A passkey of an account that was deactivated."""
        messages.error(request, "This passkey does not open an account here.")
        return redirect("account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where a request comes from, as the server says: forwarded addresses are the server's to judge."""
        text = request.META.get("REMOTE_ADDR", "")
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:  # a local socket
            return "127.0.0.1"

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this portal are gone to after signing in."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or it was used already. Wait for the next one.",
        "cannot_delete_authenticator": "This is your only second factor, and one is required here: set up another first.",
    }

    def encrypt(self, text: str) -> str:
        """What stands in the database in place of a secret."""
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. Raises ValidationError when it was encrypted under a key that this process was not given."""
        try:
            return cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise ValidationError(KEY_LOST) from error

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether somebody may take away this second factor of theirs."""
        if not settings.SECOND_FACTOR_REQUIRED or authenticator.type not in MAIN:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=MAIN)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """What a new passkey is called until somebody calls it otherwise."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return "Passkey" if not count else f"Passkey {count + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """For which site passkeys are: the host under which this portal is reached."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Numberline"}


def counting(kind: str, *, account: str = "", address: str = "") -> attempts.Counted:
    """Count an attempt in a form. Raises ValidationError, which says how long to wait."""
    device = devices.known(context.request, account) if account else ""
    try:
        return attempts.count(kind, account=account, address=address, device=device)
    except attempts.TooManyAttempts as error:
        raise ValidationError(str(error), code="too_many_attempts") from error


def has_second_factor(user: User) -> bool:
    """Whether somebody has a second factor."""
    return bool(Authenticator.objects.filter(user=user, type__in=MAIN).exists())


def with_second_factor() -> set[int]:
    """The keys of all accounts that have a second factor."""
    return set(Authenticator.objects.filter(type__in=MAIN).values_list("user_id", flat=True))
