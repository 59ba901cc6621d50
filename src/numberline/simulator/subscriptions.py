"""Subscriptions to changes of people: who wants to be told, until when, and what is still to be told.

Microsoft: resources/subscription, change-notifications-overview, change-notifications-lifecycle-events.
"""

from collections import deque
from collections.abc import Callable
from random import Random

import msgspec

from . import identifiers, timestamps
from .people import Person
from .questions import Answers

LONGEST = 41_760 * 60
"""Seconds that a subscription to users may last (Microsoft: resources/subscription)."""
SHORTEST = 45 * 60
"""A shorter time is raised to this one (same page)."""
WRITES, WRITES_SECONDS = 1_000, 20.0
"""Creating, changing and deleting, for one application in one tenant (Microsoft: throttling-limits)."""
FOR_HOURS = 4 * 3600.0
"""For so long Microsoft goes on trying to deliver (Microsoft: change-notifications-delivery-webhooks)."""


class Subscription(msgspec.Struct):
    """One subscription; `paused_at` is from when on nothing is delivered before it is authorised again."""

    id: str
    application: str
    resource: str
    change_types: tuple[str, ...]
    url: str
    lifecycle_url: str | None
    client_state: str | None
    expires_at: float
    tls: str | None = None
    paused_at: float | None = None


class Notice(msgspec.Struct):
    """Something to tell: an item of a post. `due` is when it is tried (again), `until` when Microsoft gives it up."""

    subscription: str
    url: str
    item: dict[str, object]
    due: float
    until: float
    tries: int = 0
    lifecycle: bool = False


class Subscriptions:
    """What is subscribed to. `tell` is called with every notice."""

    def __init__(self, tenant_id: str, random: Random, answers: Answers) -> None:
        self._tenant_id = tenant_id
        self._answers = answers
        self._random = random
        self._all: dict[str, Subscription] = {}
        self._writes: deque[float] = deque()
        self.tell: Callable[[Notice], None] = lambda notice: None

    def throttled(self, now: float) -> bool:
        """Whether this writing call is one too many."""
        while self._writes and self._writes[0] <= now - WRITES_SECONDS:
            self._writes.popleft()
        self._writes.append(now)
        return len(self._writes) > WRITES

    def add(self, subscription: Subscription) -> None:
        """A new one, whose addresses have been validated."""
        self._all[subscription.id] = subscription

    def get(self, id: str, now: float) -> Subscription | None:
        """The one of that id, unless it has expired."""
        return next((one for one in self.live(now) if one.id == id.lower()), None)

    def live(self, now: float) -> list[Subscription]:
        """Those that have not expired; the others are forgotten."""
        self._all = {id: one for id, one in self._all.items() if one.expires_at > now}
        return list(self._all.values())

    def drop(self, id: str) -> None:
        """That one is no more."""
        self._all.pop(id.lower(), None)

    def authorise(self, subscription: Subscription) -> None:
        """Deliver again what was held back."""
        subscription.paused_at = None

    def changed(self, person: Person, now: float) -> None:
        """A person was created, changed, soft-deleted or restored (`updated`), or deleted for good (`deleted`)."""
        change = "deleted" if person.removed == "deleted" else "updated"
        for one in self.live(now):
            about = one.resource.strip("/").partition("/")[2].lower()
            if change in one.change_types and about in ("", person.id):
                self._tell(one, one.url, self._item(one, person, change), now)

    def require_authorisation(self, subscription: Subscription, now: float) -> None:
        """Ask for it, as before a token expires; without the address for such events nothing is asked."""
        if subscription.lifecycle_url is None:
            return
        item = self._head(subscription) | {
            "lifecycleEvent": "reauthorizationRequired",
            "resource": subscription.resource.strip("/"),
        }
        self._tell(subscription, subscription.lifecycle_url, item, now, lifecycle=True)

    def _tell(
        self, one: Subscription, url: str, item: dict[str, object], now: float, *, lifecycle: bool = False
    ) -> None:
        self.tell(Notice(one.id, url, item, now, now + FOR_HOURS, lifecycle=lifecycle))

    def _head(self, one: Subscription) -> dict[str, object]:
        return {
            "subscriptionId": one.id,
            "subscriptionExpirationDateTime": timestamps.text(one.expires_at),
            "clientState": one.client_state,
            "tenantId": self._tenant_id,
        }

    def _item(self, one: Subscription, person: Person, change: str) -> dict[str, object]:
        resource = f"{self._answers['notification_spelling']}/{person.id}"
        data = {"@odata.type": "#Microsoft.Graph.User", "@odata.id": resource, "id": person.id}
        more = {"id": identifiers.guid(self._random), "changeType": change, "resource": resource}
        return self._head(one) | more | {"resourceData": data}
