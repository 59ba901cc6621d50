"""The addresses of the pages. A tenant's pages stand below its name."""

from django.urls import URLPattern, URLResolver, include, path

from numberline.portal.home import home
from numberline.portal.overview import overview

IN_TENANT: list[URLPattern | URLResolver] = [
    path("", overview, name="overview"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("t/<str:tenant>/", include(IN_TENANT)),
]
