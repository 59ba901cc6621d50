"""The forms of sign-in and second factors: allauth's, with attempts counted in the database and our words."""

from typing import Any

from allauth.account import forms as account
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator

from numberline.accounts import attempts
from numberline.accounts.adapters import AccountAdapter, MFAAdapter, counting
from numberline.accounts.models import User

CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


def _here() -> str:
    return AccountAdapter(context.request).get_client_ip(context.request)


def _plain(form: forms.Form, **labels: str) -> None:
    """Fields have labels, and say nothing in grey inside."""
    for name, label in labels.items():
        form.fields[name].label = label
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class Credential(forms.JSONField):
    """What a browser says of a passkey. What is nested beyond reason is no credential, and no failure of ours."""

    def __init__(self) -> None:
        super().__init__(required=True, widget=forms.HiddenInput)

    def to_python(self, value: Any) -> Any:
        """What it says. Raises ValidationError."""
        try:
            return super().to_python(value)
        except RecursionError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """It is not sent back: the browser asks the passkey anew."""
        return None


class LoginForm(account.LoginForm):  # type: ignore[misc]
    """Mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login="Mail address", password="Password")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].help_text = ""


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password="Password")
        self.fields["password"].help_text = ""


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(
            self, oldpassword="Password now", password1="New password", password2="New password, once more"
        )
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """Guessing counts here as it does at the door."""
        counted = counting(attempts.PASSWORD, account=self.user.email, address=_here())
        password: str = super().clean_oldpassword()
        counted.succeeded()
        return password


class _CodeCounted:
    """A form with a code of an authenticator app, or a recovery code."""

    user: User
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs = dict(CODE)

    def clean_code(self) -> str:
        """Guessing is counted; a code of an app opens once."""
        counted = counting(attempts.SECOND_FACTOR, account=self.user.email, address=_here())
        code: str = super().clean_code()  # type: ignore[misc]
        used: Authenticator | None = getattr(self, "authenticator", None)
        if used is None or used.type == Authenticator.Type.TOTP:
            digits = "".join(filter(str.isdigit, code))
            if not attempts.once(f"totp {self.user.pk} {digits}"):
                raise MFAAdapter().validation_error("incorrect_code")
        counted.succeeded()
        return code


class AuthenticateForm(_CodeCounted, mfa.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class ReauthenticateByCodeForm(_CodeCounted, mfa.ReauthenticateForm):  # type: ignore[misc]
    """A code, once more."""


class ActivateTOTPForm(_CodeCounted, totp.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code that the app shows"


class LoginByPasskeyForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Signing in with a passkey alone. Nobody guesses a signature; what is counted is the work of looking at it."""

    credential = Credential()

    def clean_credential(self) -> Authenticator:
        """Whose passkey it is."""
        counted = counting(attempts.PASSKEY, address=_here())
        found: Authenticator = super().clean_credential()
        counted.succeeded()
        return found


class AddPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey, or a security key that is a second factor only."""

    credential = Credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(MaxLengthValidator(100))
        alone = self.fields["passwordless"]
        alone.label, alone.initial = "Sign in with it alone, without a password", True
        alone.help_text = (
            "It then asks for a fingerprint, a face or a PIN. Leave it off for a security key without one."
        )


class AuthenticateByPasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key as the second step of signing in."""

    credential = Credential()


class ReauthenticateByPasskeyForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key, once more."""

    credential = Credential()


class FirstPasswordForm(forms.Form):
    """The password of an account, set by a one-time link."""

    name = forms.CharField(label="Your name", max_length=150, required=False)
    password = forms.CharField(
        label="New password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A few words are easier to keep in mind than signs.",
    )
    again = forms.CharField(
        label="New password, once more",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].initial = user.name
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    def clean_password(self) -> str:
        """Long enough, not known, and not the address itself."""
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Both are the same."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("password") and data.get("again") and data["password"] != data["again"]:
            raise ValidationError({"again": "The two passwords differ."})
        return data
