"""The page of a one-time link: a password for the account, or a role to accept."""

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from numberline import clock
from numberline.access.roles import role_named
from numberline.accounts import attempts, links
from numberline.accounts.adapters import AccountAdapter
from numberline.accounts.forms import FirstPasswordForm
from numberline.accounts.models import Link


@never_cache
@sensitive_post_parameters()
@sensitive_variables("token")
def account_link(request: HttpRequest, token: str) -> HttpResponse:
    """Look at a link, or use it. Wrong ones are counted: one can't be found by trying."""
    try:
        counted = attempts.count(attempts.LINK, address=AccountAdapter(request).get_client_ip(request))
        link = links.opened(token, clock.now())
    except attempts.TooManyAttempts as error:
        return render(request, "portal/link_over.html", {"wait": str(error)}, status=429)
    except links.LinkDead:
        return render(request, "portal/link_over.html", status=410)
    counted.succeeded()
    try:
        return _set_password(request, token, link) if link.sets_password else _accept(request, token, link)
    except links.LinkDead:
        return render(request, "portal/link_over.html", status=410)


@sensitive_variables()
def _set_password(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    form = FirstPasswordForm(link.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        logout(request)  # of whoever else was signed in here
        user = links.use(token, data["password"], clock.now(), name=data["name"])
        login = Login(user=user, email=user.email)
        answer: HttpResponse = perform_password_login(request, {"email": user.email}, login)
        return answer
    refused = request.method == "POST"
    context = {"form": form, "link": link, "role": _role(link)}
    return render(request, "portal/link.html", context, status=422 if refused else 200)


def _accept(request: HttpRequest, token: str, link: Link) -> HttpResponse:
    """A role for an account that is in use: it is accepted by whoever is signed in to that account."""
    theirs = request.user.is_authenticated and request.user == link.user
    if request.method == "POST" and theirs:
        grant = links.accept(token, link.user, clock.now())
        messages.info(request, f"You are {role_named(grant.role).title} in {grant.where.name} from now on.")
        return redirect("overview", tenant=grant.where.name)
    context = {"link": link, "role": _role(link), "theirs": theirs}
    return render(
        request, "portal/link_accept.html", context, status=403 if request.method == "POST" else 200
    )


def _role(link: Link) -> str:
    return "" if link.grant is None else role_named(link.grant.role).title
