"""How much somebody may send: where a file of numbers is uploaded as much as the server takes, everywhere else no more
than a form can hold. Looked at before anything reads it, or strangers could have the server unpack 128 MB at the door."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

UPLOADS = ("import_numbers",)
"""Routes that take files of any size, from whoever is signed in."""


class Bodies:
    """Middleware that refuses what is too large to be meant for its page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on, or say that it is too much."""
        length = request.META.get("CONTENT_LENGTH") or "0"
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        if not length.isdecimal() or int(length[:20]) <= largest or _takes_files(request):
            return self._get_response(request)
        return render(request, "413.html", {"largest": f"{largest / 1_000_000:.1f} MB"}, status=413)


def _takes_files(request: HttpRequest) -> bool:
    try:
        route = resolve(request.path_info).view_name
    except Resolver404:
        return False
    return route in UPLOADS and bool(request.user.is_authenticated)
