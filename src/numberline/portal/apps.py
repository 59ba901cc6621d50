"""The portal as Django knows it."""

from django.apps import AppConfig


class Portal(AppConfig):
    """Pages, their templates and what the browser loads."""

    name = "numberline.portal"
    label = "portal"
