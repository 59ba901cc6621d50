"""The public address at which Microsoft tells that people changed.

Anybody can write to it, so it does as little as can be done: what is too large or malformed is refused before the
database is asked, what is not Microsoft's is answered like what is and leaves nothing behind. It is answered before
sessions, cookies and hosts are looked at, and gives none.
"""

from collections.abc import Callable
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from numberline import clock
from numberline.environment import NOTIFICATION_PATH
from numberline.notifications.told import Malformed, read, take_in

LARGEST = 256 * 1024
LONGEST_QUERY = 4_096
LONGEST_TOKEN = 1_024
TOLD_EVERY = 60.0
"""Seconds between two lines of the log about what was not Microsoft's, however much of it comes."""

log = structlog.get_logger("numberline.notifications")


@csrf_exempt
def notified(request: HttpRequest) -> HttpResponse:
    """Answer Microsoft's question whether this address agrees, or take notifications in."""
    if request.method != "POST":
        return _answer(405, Allow="POST")
    if not settings.NOTIFICATION_URL:
        return _answer(404)
    query = request.META.get("QUERY_STRING", "")
    if len(query) > LONGEST_QUERY:
        return _answer(414)
    token = parse_qs(query).get("validationToken")
    if token is not None:
        return _answer(200, token[0]) if len(token[0]) <= LONGEST_TOKEN else _answer(400)
    return _take(request)


def _take(request: HttpRequest) -> HttpResponse:
    length = request.META.get("CONTENT_LENGTH") or ""
    if not length.isascii() or not length.isdecimal():
        return _answer(411)
    if len(length) > 9 or int(length) > LARGEST:
        return _answer(413)
    if request.content_type != "application/json":
        return _answer(415)
    try:
        items = read(request.body)
    except Malformed:
        _tell("malformed")
        return _answer(400)
    try:
        foreign = take_in(items, clock.now())
    except DatabaseError:
        return _answer(503)  # Microsoft tries again
    if foreign:
        _tell("not Microsoft's")
    return _answer(202)


def _answer(status: int, text: str = "", **headers: str) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django's own: a line for each refused post is a flood
    return answer


class _Refused:
    """What was refused since the log last said so."""

    count = 0
    told: float | None = None


def _tell(why: str) -> None:
    """Tell now and then that posts are refused, and never what was in them."""
    _Refused.count += 1
    now = clock.monotonic()
    if _Refused.told is None or now - _Refused.told >= TOLD_EVERY:
        log.warning("posts to the address for notifications were refused", why=why, count=_Refused.count)
        _Refused.told, _Refused.count = now, 0


class Notified:
    """Middleware that answers at the door of that address, before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or go on."""
        return notified(request) if request.path_info == NOTIFICATION_PATH else self._get_response(request)
