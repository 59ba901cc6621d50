"""The installation as its owners see it: every account, which of them are owners, and links into them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from numberline import clock
from numberline.access.roles import role_named
from numberline.accounts import links, manage
from numberline.accounts.adapters import has_second_factor
from numberline.accounts.links import MadeLink
from numberline.accounts.manage import AccountRefused
from numberline.accounts.models import Grant, User
from numberline.audit.record import Cause
from numberline.portal.account_factors import LARGEST_ID
from numberline.portal.actions import sentence
from numberline.portal.cause import NoReason, cause_of
from numberline.portal.request import SignedIn

PAGE = 100


@never_cache
def accounts(request: SignedIn) -> HttpResponse:
    """The accounts by address, a page at a time; posted: make one."""
    error, made, status = "", None, 200
    if request.method == "POST":
        try:
            cause, now = cause_of(request), clock.now()
            user = manage.add(request.POST.get("email", ""), now, cause, owner="owner" in request.POST)
            return _shown(request, user, made=links.make(user, now, cause.actor))
        except (AccountRefused, NoReason) as refused:
            error, status = sentence(refused), 422
    after, looked_for = request.GET.get("after", ""), request.GET.get("q", "").strip()[:254]
    rows = User.objects.filter(
        email__gt=after.replace("\0", ""), email__contains=looked_for.lower().replace("\0", "")
    )
    listed = list(rows.order_by("email")[: PAGE + 1])
    context: dict[str, Any] = {
        "accounts": listed[:PAGE],
        "next": listed[PAGE - 1].email if len(listed) > PAGE else "",
        "looked_for": looked_for,
        "error": error,
        "made": made,
    }
    return render(request, "portal/accounts.html", context, status=status)


@never_cache
def account_of(request: SignedIn, account_id: int) -> HttpResponse:
    """One account; posted: let it sign in or no longer, make it an owner or no longer, or make a link into it."""
    user = User.objects.filter(pk=min(account_id, LARGEST_ID)).first()
    if user is None:
        raise Http404
    if request.method != "POST":
        return _shown(request, user)
    try:
        return _changed(request, user, cause_of(request))
    except (AccountRefused, NoReason) as error:
        user.refresh_from_db()
        return _shown(request, user, error=sentence(error), status=422)


def _changed(request: SignedIn, user: User, cause: Cause) -> HttpResponse:
    now, action = clock.now(), request.POST.get("action", "")
    if action == "link":
        return _new_link(request, user, cause)
    if action in ("activate", "deactivate"):
        manage.set_active(user, action == "activate", now, cause)
        messages.info(request, f"{user} can{'' if user.is_active else ' no longer'} sign in.")
    elif action in ("make_owner", "end_owner"):
        manage.set_owner(user, action == "make_owner", now, cause)
        messages.info(request, f"{user} is {'an owner' if user.owner else 'no owner any longer'}.")
    else:
        raise AccountRefused("choose what is to be done with this account")
    gone = user == request.user and not (user.is_active and user.owner)
    return redirect("home") if gone else redirect("account_of", account_id=user.pk)


def _new_link(request: SignedIn, user: User, cause: Cause) -> HttpResponse:
    if not user.is_active:
        raise AccountRefused(f"{user} can't sign in: let them sign in again first")
    now, resets = clock.now(), "reset_factors" in request.POST
    made = links.make(user, now, cause.actor, resets_factors=resets)
    manage.note_link(user, now, cause, resets_factors=resets)
    return _shown(request, user, made=made)


def _shown(
    request: SignedIn, user: User, *, error: str = "", made: MadeLink | None = None, status: int = 200
) -> HttpResponse:
    grants = Grant.objects.filter(user=user).select_related("where").order_by("where__name")
    context = {
        "account": user,
        "has_factor": has_second_factor(user),
        "roles": [(each, role_named(each.role)) for each in grants],
        "error": error,
        "made": made,
    }
    return render(request, "portal/account_of.html", context, status=status)
