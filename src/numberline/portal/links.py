"""Addresses of pages with what is chosen there."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def link(route: str, tenant: str, *arguments: str, **chosen: str) -> str:
    """The address of a tenant's page, with what is chosen there; empty when there is no such page."""
    try:
        address = reverse(route, args=[tenant, *arguments])
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode(chosen)}" if chosen else address
