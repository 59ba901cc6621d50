"""When a session of the portal is over: after a while without use, and some hours after signing in in any case.

Besides, every session of an account ends with a new password, with "sign out everywhere" and when the account is
deactivated: numberline.accounts.models.User.
"""

from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session as Stored
from django.http import HttpRequest, HttpResponse

from numberline import clock
from numberline.accounts import links
from numberline.core import duration

SINCE, SEEN = "signed_in_at", "seen_at"
POLL = "X-Poll"
"""A request header by which a page says that it asks by itself: nobody is using the session."""
STEP = timedelta(minutes=1)

Session = MutableMapping[str, Any]


class SessionsEnd:
    """Middleware that signs out whoever's session is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the session before anything else does."""
        if request.user.is_authenticated:
            now = clock.now()
            over = why_over(request.session, now)
            if over:
                logout(request)
                messages.info(request, over)
            elif POLL not in request.headers:
                _touch(request, now)
        return self._get_response(request)


def why_over(session: Session, now: datetime) -> str:
    """The sentence that says why a session is over; empty when it goes on."""
    if now - _at(session, SINCE, now) >= settings.SESSION_LASTS:
        return f"You were signed out: a session ends after {duration.write(settings.SESSION_LASTS)}."
    if now - _at(session, SEEN, now) >= settings.SESSION_IDLE:
        return f"You were signed out after {duration.write(settings.SESSION_IDLE)} without use."
    return ""


def last_seen(key: str) -> datetime | None:
    """When a session was last used, to the minute; None when it is over."""
    row = Stored.objects.filter(session_key=key).first()
    seen = None if row is None else row.get_decoded().get(SEEN)
    return None if seen is None else datetime.fromtimestamp(float(seen), UTC)


def _touch(request: HttpRequest, now: datetime) -> None:
    """Note once a minute that the session is used: by one statement, for every page pays for it."""
    session = request.session
    if SINCE not in session or now - _at(session, SEEN, now - STEP) >= STEP:
        told = {SINCE: now.timestamp(), **dict(session.items()), SEEN: now.timestamp()}
        row = Stored.objects.filter(session_key=session.session_key)
        row.update(session_data=session.encode(told))


def _at(session: Session, key: str, now: datetime) -> datetime:
    known = session.get(key)
    return now if known is None else datetime.fromtimestamp(float(known), UTC)


def _signed_in(request: HttpRequest, **_named: Any) -> None:
    now = clock.now()
    request.session[SINCE] = now.timestamp()
    request.session[SEEN] = now.timestamp()
    links.tidy(now)


user_logged_in.connect(_signed_in, dispatch_uid="numberline.sessions")
