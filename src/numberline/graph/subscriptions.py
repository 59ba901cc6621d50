"""Subscriptions to changes of people: who is told that somebody was created, changed or deleted.

They wake us up and say nothing that is relied on (Microsoft: resources/subscription, change-notifications-overview).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from numberline.graph import decoding, links, listing
from numberline.graph.types import Entity

if TYPE_CHECKING:
    from numberline.graph.transport import Transport

SUBSCRIPTIONS = "/subscriptions"
RESOURCE = "/users"
CHANGES = "updated,deleted"
"""All that users support: `updated` covers creating, changing, soft-deleting and restoring."""
LONGEST_MINUTES = 41_760
"""How long one to users may last (Microsoft: resources/subscription)."""


class GraphSubscription(Entity, frozen=True, kw_only=True):
    """A subscription as Graph shows it. Its `clientState` is not read: it is a secret, and of no use here."""

    id: str
    resource: str = ""
    change_type: str = ""
    notification_url: str = ""
    expiration_date_time: datetime

    @property
    def of_everybody(self) -> bool:
        """Whether it tells of all people."""
        return self.resource.strip("/").casefold() == RESOURCE.strip("/")


class Subscriptions:
    """The calls on subscriptions of one tenant. They raise as those of the client do."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, url: str, client_state: str, until: datetime) -> GraphSubscription | None:
        """Subscribe to everybody; Microsoft asks `url` to agree before it answers. None when there is one already."""
        body = {
            "changeType": CHANGES,
            "notificationUrl": url,
            "lifecycleNotificationUrl": url,
            "resource": RESOURCE,
            "expirationDateTime": _text(until),
            "clientState": client_state,
        }
        response = self._transport.send("POST", SUBSCRIPTIONS, body, accept=(409,))
        return decoding.entity(response, GraphSubscription) if response.is_success else None

    def renew(self, key: str, until: datetime) -> GraphSubscription | None:
        """Let it last until then, which authorises it again too; None when it is gone."""
        body = {"expirationDateTime": _text(until)}
        response = self._transport.send("PATCH", _one(key), body, accept=(404,))
        return decoding.entity(response, GraphSubscription) if response.is_success else None

    def reauthorize(self, key: str) -> bool:
        """Authorise it again without renewing it; False when it is gone. Never within ten minutes of renewing."""
        return self._transport.send("POST", f"{_one(key)}/reauthorize", None, accept=(404,)).is_success

    def delete(self, key: str) -> None:
        """End it; one that is gone is none."""
        self._transport.send("DELETE", _one(key), None, accept=(404,))

    def get(self, key: str) -> GraphSubscription | None:
        """It as Graph shows it; None when it is gone."""
        response = self._transport.get(_one(key), accept=(404,))
        return decoding.entity(response, GraphSubscription) if response.is_success else None

    def everything(self) -> list[GraphSubscription]:
        """All that this application has in the tenant."""
        pages = listing.pages(self._transport.get, self._transport.root, SUBSCRIPTIONS, GraphSubscription)
        return [one for page in pages for one in page.value]


def _one(key: str) -> str:
    return f"{SUBSCRIPTIONS}/{links.segment(key)}"


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
