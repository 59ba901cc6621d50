"""One's own account: name, password, second factors, recovery codes, sessions."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from numberline.access.roles import role_named
from numberline.access.visit import tenants_of
from numberline.accounts.adapters import MAIN
from numberline.accounts.manage import end_sessions
from numberline.accounts.models import Grant
from numberline.accounts.sessions import last_seen
from numberline.portal.cause import plain_line
from numberline.portal.request import SignedIn

LONGEST_NAME = 150


@never_cache
def account(request: SignedIn) -> HttpResponse:
    """What somebody can see and set of their own account; posted: their name."""
    error = ""
    if request.method == "POST":
        name = plain_line(request.POST.get("name", ""))
        if len(name) <= LONGEST_NAME:
            request.user.name = name
            request.user.save(update_fields=["name"])
            messages.info(request, "Your name is saved.")
            return redirect("account")
        error = f"A name has at most {LONGEST_NAME} characters."
    factors = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    codes = next((each for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None)
    return render(
        request,
        "portal/account.html",
        {
            "error": error,
            "factors": [each for each in factors if each.type in MAIN],
            "has_app": any(each.type == Authenticator.Type.TOTP for each in factors),
            "codes_left": None if codes is None else len(codes.wrap().get_unused_codes()),
            "sessions": UserSession.objects.filter(user=request.user).count(),
            "roles": _roles(request),
        },
        status=422 if error else 200,
    )


def _roles(request: SignedIn) -> list[tuple[str, str]]:
    if request.user.owner:
        return [(tenant.name, "Owner of the installation") for tenant in tenants_of(request.user)]
    grants = Grant.objects.filter(user=request.user, accepted_at__isnull=False)
    return [
        (each.where.name, role_named(each.role).title)
        for each in grants.select_related("where").order_by("where__name")
    ]


@never_cache
def sessions(request: SignedIn) -> HttpResponse:
    """Where somebody is signed in; posted: end one of these sessions, or all."""
    if request.method == "POST":
        return _end_all(request) if "everywhere" in request.POST else _end_one(request)
    listed = [
        (each, last_seen(each.session_key), each.session_key == request.session.session_key)
        for each in UserSession.objects.purge_and_list(request.user)
    ]
    listed.sort(key=lambda row: (not row[2], -row[0].created_at.timestamp()))
    return render(request, "portal/account_sessions.html", {"sessions": listed})


def _end_one(request: SignedIn) -> HttpResponse:
    key = request.POST.get("session", "")
    chosen = UserSession.objects.filter(
        user=request.user, pk=key if key.isdecimal() and len(key) < 18 else 0
    ).first()
    if chosen is None:
        messages.info(request, "That session is over already.")
        return redirect("account_sessions")
    if chosen.session_key == request.session.session_key:
        return _end_here(request, "You are signed out.")
    chosen.end()
    messages.info(request, "That session is over.")
    return redirect("account_sessions")


def _end_all(request: SignedIn) -> HttpResponse:
    for each in UserSession.objects.filter(user=request.user):
        each.end()
    end_sessions(request.user)
    return _end_here(request, "You are signed out in every browser.")


def _end_here(request: SignedIn, sentence: str) -> HttpResponse:
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    messages.info(request, sentence)
    return redirect("account_login")
