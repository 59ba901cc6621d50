"""A sign of life for whatever watches the portal: that this process answers, and nothing else.

Those who ask come by the machine's own address and without TLS, where pages are refused.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from numberline import environment

PATH = "/healthz"


def health(_request: HttpRequest) -> HttpResponse:
    """`ok`: it touches no database, so that a database that is away does not get the portal killed."""
    return HttpResponse("ok\n", content_type="text/plain")


class AnyHost:
    """Middleware: whoever asks for the sign of life may call the portal by any name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._host = urlsplit(environment.portal_url()).netloc

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, under the portal's own name where it does not matter."""
        if request.path == PATH:
            request.META["HTTP_HOST"] = self._host
        return self._get_response(request)
