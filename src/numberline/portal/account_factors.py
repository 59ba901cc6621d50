"""Signing in and second factors: the pages of django-allauth, where each goes afterwards and what it says when there is
nothing to do."""

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import views as account
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from numberline.accounts.adapters import MFAAdapter, has_second_factor
from numberline.accounts.models import User
from numberline.portal.request import SignedIn

LARGEST_ID = 2**63 - 1
ACCOUNT = reverse_lazy("account")


def passkeys_work(request: HttpRequest) -> bool:
    """Whether browsers offer passkeys here: they are for a name, never for a number."""
    try:
        ipaddress.ip_address(request.get_host().rpartition(":")[0].strip("[]") or request.get_host())
    except ValueError:
        return True
    return False


def one_at_a_time(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """What changes the second factors of an account waits for whatever else does so: two tabs can't each take away the
    last but one."""

    @wraps(view)
    def alone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            User.objects.select_for_update().get(pk=cast(SignedIn, request).user.pk)
            return view(request, *args, **kwargs)

    return alone


class SignIn(account.LoginView):  # type: ignore[misc]
    """Sign in with mail address and password, or with a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Passkeys are offered where they work; where no second factor is asked for, the page says so."""
        return {
            **super().get_context_data(**kwargs),
            "passkeys_work": passkeys_work(self.request),
            "factor_required": settings.SECOND_FACTOR_REQUIRED,
        }


class PasskeyLogin(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    """Sign in with a passkey alone, and go where one wanted to."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Signed in."""
        found: Authenticator = form.cleaned_data["credential"]
        login = Login(user=found.user, redirect_url=get_next_redirect_url(self.request))
        answer: HttpResponse = perform_passwordless_login(self.request, found, login)
        return answer


class ChangePassword(account.PasswordChangeView):  # type: ignore[misc]
    """Choose another password; every other session of the account is over."""

    success_url = ACCOUNT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever has no password sets their first by a link."""
        if not cast(SignedIn, request).user.has_usable_password():
            return redirect("account")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@never_cache
def second_factors(request: SignedIn) -> HttpResponse:
    """Choose a second factor, as long as there is none; then they stand on the page of the account."""
    if has_second_factor(request.user):
        return redirect("account")
    return render(request, "portal/second_factors.html", {"passkeys_work": passkeys_work(request)})


class RemoveApp(totp.DeactivateTOTPView):  # type: ignore[misc]
    """Take the authenticator app away."""

    success_url = ACCOUNT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Without one there is nothing to take away."""
        return _there(request, Authenticator.Type.TOTP) or super().dispatch(request, *args, **kwargs)


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey or a security key."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what was wrong with the form, which allauth leaves out."""
        return {
            **super().get_context_data(),
            "form": kwargs.get("form") or self.get_form(),
            "passkeys_work": passkeys_work(self.request),
        }


class RenamePasskey(webauthn.EditWebAuthnView):  # type: ignore[misc]
    """Call a passkey otherwise."""

    success_url = ACCOUNT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """It may be gone meanwhile."""
        return _own_passkey(request, kwargs["pk"]) or super().dispatch(request, *args, **kwargs)


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    """Take a passkey away, unless it is the only second factor where one is required."""

    success_url = ACCOUNT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """It may be gone meanwhile."""
        return _own_passkey(request, kwargs["pk"]) or super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Taken away."""
        if not MFAAdapter().can_delete_authenticator(self.object):
            messages.error(self.request, MFAAdapter.error_messages["cannot_delete_authenticator"])
            return redirect("account")
        answer: HttpResponse = super().form_valid(form)
        return answer


class NewCodes(codes.GenerateRecoveryCodesView):  # type: ignore[misc]
    """Make new recovery codes; the old ones are over."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """They stand in for a second factor: first there must be one."""
        if not has_second_factor(cast(SignedIn, request).user):
            return redirect("account")
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@method_decorator(never_cache, name="dispatch")
class ShowCodes(codes.ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes that are left."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """There may be none."""
        return _there(request, Authenticator.Type.RECOVERY_CODES) or super().dispatch(
            request, *args, **kwargs
        )


class DownloadCodes(codes.DownloadRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes that are left, as a text file."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """There may be none."""
        return _there(request, Authenticator.Type.RECOVERY_CODES) or super().dispatch(
            request, *args, **kwargs
        )


def _there(request: HttpRequest, kind: Authenticator.Type) -> HttpResponse | None:
    if Authenticator.objects.filter(user=request.user, type=kind).exists():
        return None
    return redirect("account")


def _own_passkey(request: HttpRequest, pk: int) -> HttpResponse | None:
    own = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    if own.filter(pk=min(pk, LARGEST_ID)).exists():
        return None
    messages.info(request, "That passkey is not on your account any longer.")
    return redirect("account")


sign_in = SignIn.as_view()
sign_in_with_passkey = PasskeyLogin.as_view()
change_password = never_cache(ChangePassword.as_view())
add_app = never_cache(one_at_a_time(totp.activate_totp))
remove_app = one_at_a_time(RemoveApp.as_view())
add_passkey = one_at_a_time(AddPasskey.as_view())
rename_passkey = RenamePasskey.as_view()
remove_passkey = one_at_a_time(RemovePasskey.as_view())
new_codes = NewCodes.as_view()
show_codes = ShowCodes.as_view()
download_codes = DownloadCodes.as_view()
