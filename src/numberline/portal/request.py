"""What views are given."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest

from numberline.access.visit import Visit
from numberline.accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class SignedIn(HttpRequest):
    """A request of somebody who is signed in."""

    user: User
    htmx: "HtmxDetails"


class InTenant(SignedIn):
    """A request to a page of a tenant, which the guard has let in (numberline.portal.guard).

    `belongs_to` is the route whose place the navigation lights, where that is not the page's own.
    """

    visit: Visit
    refused_in: Visit
    """Where somebody is whose role does not allow what they asked for."""
    nowhere: bool
    """Whether no tenant has this name, for whoever asks."""
    retired_as: datetime | None
    """When the tenant of that name was retired, if its reader may know."""
    belongs_to: str
