"""What whatever watches the portal may ask: whether this process lives, and whether it can serve.

Those who ask come by the machine's own address and without TLS, where pages are refused; they are told nothing of
tenants or people.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import connection
from django.db.utils import Error as DatabaseUnreachable
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.timesince import timesince

from numberline import clock, database, environment
from numberline.jobs import heartbeat

LIVE = "/healthz"
READY = "/readyz"
PATHS = (LIVE, READY)
UNREACHABLE = "cannot be reached"


def health(_request: HttpRequest) -> HttpResponse:
    """`ok`: it touches no database, so that a database that is away does not get the portal killed."""
    return HttpResponse("ok\n", content_type="text/plain")


def ready(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is of this version, else 503; in JSON what each of them is.

    Whether a background worker lives is told and decides nothing: without one the portal still serves those who look
    why nothing happens.
    """
    found = {"database": "ok", "schema": "unknown", "worker": "unknown"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found["schema"] = database.schema()
        if found["schema"] == "ok":
            found["worker"] = _worker()
    except DatabaseUnreachable:
        found = {"database": UNREACHABLE, "schema": "unknown", "worker": "unknown"}
    serves = found["database"] == found["schema"] == "ok"
    return JsonResponse({"ready": serves, **found}, status=200 if serves else 503)


def _worker() -> str:
    now, seen = clock.now(), heartbeat.last_seen()
    if heartbeat.alive(now):
        return "ok"
    return f"last seen {timesince(seen, now)} ago" if seen else "none was ever seen"


class AnyHost:
    """Middleware: whoever asks whether it lives or serves may call the portal by any name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._host = urlsplit(environment.portal_url()).netloc

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, under the portal's own name where it does not matter."""
        if request.path in PATHS:
            request.META["HTTP_HOST"] = self._host
        return self._get_response(request)
