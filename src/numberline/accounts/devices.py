"""Browsers in which somebody has signed in before: they keep their own count of attempts.

Whoever tries passwords for somebody else's address uses up what strangers have together, and keeps out strangers only.
A browser is known by a cookie that it gets when somebody has signed in all the way, second factor included, so it
opens nothing and gives nobody guesses who had none: it is of one account, and over with the account's next password,
with "sign out everywhere" and when the account is deactivated (OWASP: Slow Down Online Guessing Attacks with Device
Cookies).
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from allauth.account.signals import password_changed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse

from numberline import clock
from numberline.accounts.models import User

LASTS = timedelta(days=180)
MOST = 5
"""Accounts that one browser is known to; the one that signed in longest ago is forgotten first."""
BETWEEN = "|"


class _Came(HttpRequest):
    """A request with which somebody came in; its answer makes the browser known."""

    came_in: User


class Devices:
    """Middleware that gives the cookie to a browser in which somebody has just signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and make the browser known if somebody came in by this request."""
        answer = self._get_response(request)
        user: User | None = getattr(request, "came_in", None)
        if user is not None:
            answer.set_cookie(
                settings.DEVICE_COOKIE_NAME,
                BETWEEN.join([_made(user), *_others(request, user)]),
                max_age=LASTS,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return answer


def known(request: HttpRequest, address: str) -> str:
    """What tells this browser from others of the account with this mail address; empty when nobody has signed in to
    that account here, or the account has had another password since."""
    given = list(_given(request))
    user = User.objects.filter(email=address.strip().lower()).first() if given else None
    return "" if user is None else next(filter(None, (_opened(user, each) for each in given)), "")


def _given(request: HttpRequest) -> Iterator[str]:
    kept = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    yield from filter(None, kept.split(BETWEEN)[:MOST])


def _others(request: HttpRequest, user: User) -> list[str]:
    return [each for each in _given(request) if not _opened(user, each)][: MOST - 1]


def _made(user: User) -> str:
    return _signer(user).sign(f"{secrets.token_hex(16)}.{int(clock.now().timestamp())}")


def _opened(user: User, signed: str) -> str:
    try:
        kept = _signer(user).unsign(signed)
    except BadSignature:
        return ""
    made = datetime.fromtimestamp(int(kept.partition(".")[2]), UTC)
    return kept if clock.now() - made < LASTS else ""


def _signer(user: User) -> Signer:
    """Signs for an account as long as its password and its sessions' epoch stay."""
    return Signer(salt=f"numberline.device:{user.pk}:{user.epoch}:{user.password}")


def _note(request: HttpRequest, user: User, **_named: Any) -> None:
    cast(_Came, request).came_in = user


user_logged_in.connect(_note, dispatch_uid="numberline.devices")
password_changed.connect(_note, dispatch_uid="numberline.devices")
