"""Every address of the portal. What each asks of whoever opens it: numberline.access.routes."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from numberline.portal.urls import urlpatterns as portal

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/sign-in/", account.login, name="account_login"),
    path("account/sign-out/", account.logout, name="account_logout"),
    path("", include(portal)),
]
