"""Every address of the portal. What each asks of whoever opens it: numberline.access.routes.

Of django-allauth exactly those of its views are here that the portal needs: nobody signs up, and no mail is sent.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.webauthn import views as webauthn
from django.urls import URLPattern, URLResolver, include, path

from numberline.portal import account_factors as ours
from numberline.portal.refused import forbidden, missing
from numberline.portal.urls import urlpatterns as portal

SIGN_IN: list[URLPattern | URLResolver] = [
    path("sign-in/", ours.sign_in, name="account_login"),
    path("sign-in/code/", mfa.authenticate, name="mfa_authenticate"),
    path("sign-in/passkey/", ours.sign_in_with_passkey, name="mfa_login_webauthn"),
    path("sign-out/", account.logout, name="account_logout"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/", ours.change_password, name="account_change_password"),
    path("second-factors/", ours.second_factors, name="mfa_index"),
    path("app/", ours.add_app, name="mfa_activate_totp"),
    path("app/remove/", ours.remove_app, name="mfa_deactivate_totp"),
    path("passkeys/add/", ours.add_passkey, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", ours.rename_passkey, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", ours.remove_passkey, name="mfa_remove_webauthn"),
    path("recovery-codes/", ours.show_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", ours.new_codes, name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", ours.download_codes, name="mfa_download_recovery_codes"),
]

handler403, handler404 = forbidden, missing

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", include(SIGN_IN)),
    path("", include(portal)),
]
